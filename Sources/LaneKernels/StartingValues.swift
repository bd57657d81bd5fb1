import KernelArguments

/// The least-squares coefficients of the responses in `tile` on the design.
@inline(__always)
private func leastSquaresCoefficients(_ model: UnsafePointer<ModelArguments>, of tile: LaneRows, into b: LaneRows) {
    let sampleCount = model.pointee.sampleCount
    for coefficient in 0..<model.pointee.coefficientCount {
        let row = model.pointee.leastSquares + coefficient * sampleCount
        var sum = Lanes(repeating: 0)
        for sample in 0..<sampleCount { sum = multiplyAdd(tile[sample], Lanes(repeating: row[sample]), sum) }
        b[coefficient] = sum
    }
}

/// The entries of one sample's row of the design.
@inline(__always)
private func entries(_ model: UnsafePointer<ModelArguments>, ofSample sample: Int) -> Range<Int> {
    let ends = model.pointee.entryEnds
    return (sample == 0 ? 0 : Int(ends[sample - 1]))..<Int(ends[sample])
}

/// `Xb` of one sample, for finite `b`.
@inline(__always)
func linearPredictor(_ model: UnsafePointer<ModelArguments>, _ b: LaneRows, sample: Int) -> Lanes {
    let columns = model.pointee.entryColumns
    let values = model.pointee.designEntries
    var sum = Lanes(repeating: 0)
    for entry in entries(model, ofSample: sample) {
        sum = multiplyAdd(b[Int(columns[entry])], Lanes(repeating: values[entry]), sum)
    }
    return sum
}

/// Adds `Xᵀr` to `result`, samples in order.
@inline(__always)
func addTransposedProduct(_ model: UnsafePointer<ModelArguments>, _ r: LaneRows, to result: LaneRows) {
    let columns = model.pointee.entryColumns
    let values = model.pointee.designEntries
    for sample in 0..<model.pointee.sampleCount {
        let residual = r[sample]
        for entry in entries(model, ofSample: sample) {
            let column = Int(columns[entry])
            result[column] = multiplyAdd(residual, Lanes(repeating: values[entry]), result[column])
        }
    }
}

/// Means and variances of the (weighted) normalized counts, and where the gene-wise dispersion search starts.
///
/// The start is the smaller of a rough estimate from the residuals of a linear
/// model and one by moments, within the limits of the dispersion (docs/numerics.md §3).
package func estimateMoments(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<MomentArguments>
) {
    let sampleCount = model.pointee.sampleCount
    let coefficientCount = model.pointee.coefficientCount
    var scratch = Scratch(genes.pointee.scratch)
    let q = scratch.rows(sampleCount)
    let b = scratch.rows(coefficientCount)
    let sizes = SizeFactorRows(model, &scratch)
    let weights = scratch.rows(sampleCount)
    let samples = Lanes(repeating: Double(sampleCount))
    var first = 0
    while first < genes.pointee.geneCount {
        for lane in 0..<8 {
            let position = gene(genes, first: first, lane: lane)
            loadCounts(genes, sampleCount: sampleCount, gene: position, lane: lane, into: q)
            sizes.load(genes, sampleCount: sampleCount, gene: position, lane: lane)
        }
        for sample in 0..<sampleCount { weights[sample] = Lanes(repeating: 1) }
        if let given = genes.pointee.weights {
            for lane in 0..<8 {
                let position = gene(genes, first: first, lane: lane)
                loadLane(given + position * sampleCount, count: sampleCount, lane: lane, into: weights)
            }
        }
        var sum = Lanes(repeating: 0)
        for sample in 0..<sampleCount {
            q[sample] /= sizes.factors[sample]
            sum += q[sample] * weights[sample]
        }
        let mean = sum / samples
        var squares = Lanes(repeating: 0)
        for sample in 0..<sampleCount {
            let deviation = q[sample] * weights[sample] - mean
            squares = multiplyAdd(deviation, deviation, squares)
        }
        let variance = squares / (samples - 1)

        leastSquaresCoefficients(model, of: q, into: b)
        var excess = Lanes(repeating: 0)
        for sample in 0..<sampleCount {
            let fitted = linearPredictor(model, b, sample: sample)
            let floored = select(fitted .< 1, Lanes(repeating: 1), fitted)
            let residual = q[sample] - floored
            excess += (residual * residual - floored) / (floored * floored)
        }
        let residualDegrees = Lanes(repeating: Double(sampleCount - coefficientCount))
        var rough = excess / residualDegrees
        rough = select(rough .< 0, Lanes(repeating: 0), rough)
        let expected = mean * Lanes(repeating: model.pointee.meanInverseSizeFactor)
        let moments = (variance - expected) / (mean * mean)
        var start = select(moments .< rough, moments, rough)
        let smallest = Lanes(repeating: model.pointee.minimumDispersion)
        let largest = Lanes(repeating: model.pointee.maximumDispersion)
        start = select(start .< smallest, smallest, start)
        start = select(start .> largest, largest, start)

        for lane in 0..<min(8, genes.pointee.geneCount - first) {
            let position = gene(genes, first: first, lane: lane)
            arguments.pointee.baseMean[position] = mean[lane]
            arguments.pointee.baseVar[position] = variance[lane]
            arguments.pointee.startingDispersion[position] = start[lane]
        }
        first += 8
    }
}

/// The floored means of a linear model of the normalized counts, `gene * sampleCount + sample`.
package func fitLinearMeans(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    into means: UnsafeMutablePointer<Double>
) {
    let sampleCount = model.pointee.sampleCount
    var scratch = Scratch(genes.pointee.scratch)
    let q = scratch.rows(sampleCount)
    let b = scratch.rows(model.pointee.coefficientCount)
    let sizes = SizeFactorRows(model, &scratch)
    let smallest = Lanes(repeating: model.pointee.minimumMean)
    var first = 0
    while first < genes.pointee.geneCount {
        for lane in 0..<8 {
            let position = gene(genes, first: first, lane: lane)
            loadCounts(genes, sampleCount: sampleCount, gene: position, lane: lane, into: q)
            sizes.load(genes, sampleCount: sampleCount, gene: position, lane: lane)
        }
        for sample in 0..<sampleCount { q[sample] /= sizes.factors[sample] }
        leastSquaresCoefficients(model, of: q, into: b)
        for sample in 0..<sampleCount {
            let mean = linearPredictor(model, b, sample: sample) * sizes.factors[sample]
            q[sample] = select(mean .< smallest, smallest, mean)
        }
        for lane in 0..<min(8, genes.pointee.geneCount - first) {
            let position = gene(genes, first: first, lane: lane)
            storeLane(q, count: sampleCount, lane: lane, into: means + position * sampleCount)
        }
        first += 8
    }
}

/// The floored means `max(s·exp(Xb), minimum)` of given coefficients, `gene * sampleCount + sample`.
package func expandMeans(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    coefficients: UnsafePointer<Double>, into means: UnsafeMutablePointer<Double>
) {
    let sampleCount = model.pointee.sampleCount
    let coefficientCount = model.pointee.coefficientCount
    var scratch = Scratch(genes.pointee.scratch)
    let tile = scratch.rows(sampleCount)
    let b = scratch.rows(coefficientCount)
    let sizes = SizeFactorRows(model, &scratch)
    let smallest = Lanes(repeating: model.pointee.minimumMean)
    var first = 0
    while first < genes.pointee.geneCount {
        for lane in 0..<8 {
            let position = gene(genes, first: first, lane: lane)
            loadLane(coefficients + position * coefficientCount, count: coefficientCount, lane: lane, into: b)
            sizes.load(genes, sampleCount: sampleCount, gene: position, lane: lane)
        }
        for sample in 0..<sampleCount {
            let mean = exp(linearPredictor(model, b, sample: sample)) * sizes.factors[sample]
            tile[sample] = select(mean .< smallest, smallest, mean)
        }
        for lane in 0..<min(8, genes.pointee.geneCount - first) {
            let position = gene(genes, first: first, lane: lane)
            storeLane(tile, count: sampleCount, lane: lane, into: means + position * sampleCount)
        }
        first += 8
    }
}

/// Where the coefficient fit starts, and the part of its likelihood that stays fixed.
///
/// The start is least squares on `log(q + 0.1)`; the constant is
/// `Σ log Γ(y + r) − log Γ(r) − y·log r − log y!` with `r` = 1/dispersion.
package func prepareCoefficientFits(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<CoefficientArguments>
) {
    let sampleCount = model.pointee.sampleCount
    let coefficientCount = model.pointee.coefficientCount
    var scratch = Scratch(genes.pointee.scratch)
    let tile = scratch.rows(sampleCount)
    let b = scratch.rows(coefficientCount)
    let sizes = SizeFactorRows(model, &scratch)
    let observationWeights = WeightRows(genes, sampleCount: sampleCount, &scratch)
    var first = 0
    while first < genes.pointee.geneCount {
        var dispersion = Lanes(repeating: 1)
        for lane in 0..<8 {
            let position = gene(genes, first: first, lane: lane)
            loadCounts(genes, sampleCount: sampleCount, gene: position, lane: lane, into: tile)
            sizes.load(genes, sampleCount: sampleCount, gene: position, lane: lane)
            observationWeights.load(genes, sampleCount: sampleCount, gene: position, lane: lane)
            dispersion[lane] = arguments.pointee.dispersion[position]
        }
        let gamma = GammaDifference(dispersion: dispersion)
        var constant = Lanes(repeating: 0)
        for sample in 0..<sampleCount {
            let y = tile[sample]
            var term = gammaDifference(y, gamma).value - logFactorial(y)
            if gamma.anyMoved { term += recurrence(y, gamma).value }
            if observationWeights.isPresent { term *= observationWeights.rows[sample] }
            constant += term
            tile[sample] = log(y / sizes.factors[sample] + 0.1)
        }
        leastSquaresCoefficients(model, of: tile, into: b)
        for lane in 0..<min(8, genes.pointee.geneCount - first) {
            let position = gene(genes, first: first, lane: lane)
            arguments.pointee.likelihoodConstant[position] = constant[lane]
            storeLane(
                b, count: coefficientCount, lane: lane, into: arguments.pointee.start + position * coefficientCount)
        }
        first += 8
    }
}
