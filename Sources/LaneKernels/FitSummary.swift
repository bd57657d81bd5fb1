import KernelArguments

/// Standard errors, contrasts, deviance and Cook's distances from fitted coefficients (docs/numerics.md §6, §8, §9).
///
/// The covariance is `S = (A + λI)⁻¹·A·(A + λI)⁻¹` with `A = XᵀWX` at the
/// floored means; hat values are those of the last weights of the fit.
package func summarizeFits(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<FitSummaryArguments>
) {
    let samples = model.pointee.sampleCount
    let order = model.pointee.coefficientCount
    let pairs = model.pointee.pairCount
    var scratch = Scratch(genes.pointee.scratch)
    let counts = scratch.rows(samples)
    let weights = scratch.rows(samples)
    let hats = scratch.rows(samples)
    let sums = scratch.rows(model.pointee.pairBlockCount * ModelArguments.pairBlockWidth)
    let cross = scratch.rows(pairs)
    let factored = scratch.rows(pairs)
    let lower = scratch.rows(pairs)
    let inverse = scratch.rows(pairs)
    let b = scratch.rows(order)
    let row = scratch.rows(order)
    let pivots = scratch.rows(order)
    let column = scratch.rows(order)
    let sizes = SizeFactorRows(model, &scratch)
    let observationWeights = WeightRows(genes, sampleCount: samples, &scratch)
    let smallest = Lanes(repeating: model.pointee.minimumMean)
    let logSmallest = log(smallest)

    /// Leaves `XᵀWX` in `cross` and `(XᵀWX + λI)⁻¹` in `inverse`.
    func weigh(_ coefficients: UnsafePointer<Double>, first: Int, dispersion: Lanes) {
        for lane in 0..<8 {
            loadLane(
                coefficients + gene(genes, first: first, lane: lane) * order, count: order, lane: lane, into: b)
        }
        for sample in 0..<samples {
            let mean = exp(linearPredictor(model, b, sample: sample)) * sizes.factors[sample]
            let floored = select(mean .< smallest, smallest, mean)
            weights[sample] = floored / multiplyAdd(floored, dispersion, Lanes(repeating: 1))
            if observationWeights.isPresent { weights[sample] *= observationWeights.rows[sample] }
        }
        weightedCrossProducts(model, weights: weights, sums: sums, into: cross)
        for index in 0..<model.pointee.pairCount { factored[index] = cross[index] }
        for i in 0..<order { factored[i * (i + 1) / 2 + i] += Lanes(repeating: model.pointee.ridges[i]) }
        factor(factored, order: order, row: row, pivots: pivots)
        invert(factored, order: order, lower: lower, into: inverse)
    }

    var first = 0
    while first < genes.pointee.geneCount {
        var dispersion = Lanes(repeating: 1)
        var constant = Lanes(repeating: 0)
        var robust = Lanes(repeating: 0)
        var takesFlooredMeans = LaneMask(repeating: false)
        var needsOwnHats = false
        for lane in 0..<8 {
            let position = gene(genes, first: first, lane: lane)
            loadCounts(genes, sampleCount: samples, gene: position, lane: lane, into: counts)
            sizes.load(genes, sampleCount: samples, gene: position, lane: lane)
            observationWeights.load(genes, sampleCount: samples, gene: position, lane: lane)
            dispersion[lane] = arguments.pointee.dispersion[position]
            constant[lane] = arguments.pointee.likelihoodConstant[position]
            takesFlooredMeans[lane] = arguments.pointee.likelihoodAtFlooredMeans[position]
            if let robustDispersion = arguments.pointee.robustDispersion {
                robust[lane] = robustDispersion[position]
                for coefficient in position * order..<(position + 1) * order
                where arguments.pointee.coefficients[coefficient]
                    != arguments.pointee.weightCoefficients[coefficient]
                { needsOwnHats = true }
            }
        }
        if arguments.pointee.robustDispersion != nil {
            weigh(arguments.pointee.weightCoefficients, first: first, dispersion: dispersion)
            for sample in 0..<samples {
                let design = model.pointee.design + sample * order
                hats[sample] = weights[sample] * quadraticForm(inverse, design, order: order)
            }
        }
        if needsOwnHats || arguments.pointee.robustDispersion == nil {
            weigh(arguments.pointee.coefficients, first: first, dispersion: dispersion)
        }
        let laneCount = min(8, genes.pointee.geneCount - first)
        for coefficient in 0..<order {
            for i in 0..<order { column[i] = entry(inverse, i, coefficient) }
            let variance = quadraticForm(cross, lanes: column, order: order)
            for lane in 0..<laneCount {
                let position = gene(genes, first: first, lane: lane)
                arguments.pointee.variances[position * order + coefficient] = variance[lane]
            }
        }
        let contrastCount = arguments.pointee.contrastCount
        for contrast in 0..<contrastCount {
            let c = arguments.pointee.contrasts + contrast * order
            for i in 0..<order {
                var sum = Lanes(repeating: 0)
                for k in 0..<order { sum = multiplyAdd(entry(inverse, i, k), Lanes(repeating: c[k]), sum) }
                column[i] = sum
            }
            let variance = quadraticForm(cross, lanes: column, order: order)
            for lane in 0..<laneCount {
                let position = gene(genes, first: first, lane: lane)
                arguments.pointee.contrastVariances[position * contrastCount + contrast] = variance[lane]
            }
        }

        let r = 1 / dispersion
        let parameters = Lanes(repeating: Double(order))
        var likelihood = constant
        for sample in 0..<samples {
            let y = counts[sample]
            let predictor = linearPredictor(model, b, sample: sample)
            let mean = exp(predictor) * sizes.factors[sample]
            let isFloored = takesFlooredMeans .& (mean .< smallest)
            let logMean = select(isFloored, logSmallest, predictor + sizes.logarithms[sample])
            let scaled = select(isFloored, smallest, mean) * dispersion
            var term = multiplyAdd(y, logMean, -(y + r) * log1p(scaled))
            if observationWeights.isPresent { term *= observationWeights.rows[sample] }
            likelihood += term
            if arguments.pointee.robustDispersion != nil {
                var expected = mean
                if let cooksMeans = arguments.pointee.cooksMeans {
                    for lane in 0..<8 {
                        expected[lane] = cooksMeans[gene(genes, first: first, lane: lane) * samples + sample]
                    }
                }
                let residual = y - expected
                let variance = multiplyAdd(robust * expected, expected, expected)
                let hat = hats[sample]
                let free = 1 - hat
                hats[sample] = residual * residual / variance / parameters * hat / (free * free)
            }
        }
        let deviance = likelihood * -2
        for lane in 0..<laneCount {
            let position = gene(genes, first: first, lane: lane)
            arguments.pointee.deviance[position] = deviance[lane]
            if arguments.pointee.robustDispersion != nil {
                storeLane(hats, count: samples, lane: lane, into: arguments.pointee.cooks + position * samples)
            }
        }
        first += 8
    }
}

/// Log-likelihoods of one gene at eight coefficient vectors, on the log2 scale, with means as they come.
///
/// For the bounded search, which needs its objective at many points near each
/// other; lanes are points here.
///
/// Every sample's term is relative to the density at a mean that equals the count, which keeps the digits that large
/// terms would lose against each other.
///
/// - Parameters:
///   - saturatedLikelihood: The log-likelihood at means that equal the counts.
///   - points: `coefficient` rows of eight points.
///   - gene: Position in the block.
///   - result: Eight log-likelihoods.
package func likelihoodsAtPoints(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>, gene: Int, dispersion: Double,
    saturatedLikelihood: Double, points: UnsafePointer<Double>, result: UnsafeMutablePointer<Double>
) {
    let order = model.pointee.coefficientCount
    let samples = model.pointee.sampleCount
    var scratch = Scratch(genes.pointee.scratch)
    let b = scratch.rows(order)
    let sizes = SizeFactorRows(model, &scratch)
    let observationWeights = WeightRows(genes, sampleCount: samples, &scratch)
    for lane in 0..<8 {
        sizes.load(genes, sampleCount: samples, gene: gene, lane: lane)
        observationWeights.load(genes, sampleCount: samples, gene: gene, lane: lane)
    }
    for coefficient in 0..<order {
        for lane in 0..<8 { b[coefficient][lane] = points[coefficient * 8 + lane] }
    }
    let dispersionLanes = Lanes(repeating: dispersion)
    let r = 1 / dispersionLanes
    var likelihood = Lanes(repeating: saturatedLikelihood)
    // What rounding leaves out of the sum. DESeq2 sums in extended precision, and the search takes differences
    // of these sums, whose last digits decide where it stops.
    var lost = Lanes(repeating: 0)
    for sample in 0..<samples {
        let y = Lanes(repeating: Double(genes.pointee.counts[gene * samples + sample]))
        let doublings = linearPredictor(model, b, sample: sample)
        let predictor = doublings * 0.6931471805599453
        // As exact as a power of two: what the product with ln 2 loses comes back as a factor.
        let lostByProduct = multiplyAdd(
            doublings, Lanes(repeating: 2.3190468138462996e-17),
            multiplyAdd(doublings, Lanes(repeating: 0.6931471805599453), -predictor))
        let power = exp(predictor)
        let mean = multiplyAdd(power, lostByProduct, power) * sizes.factors[sample]
        let isCounted = y .> 0
        let countOrOne = select(isCounted, y, Lanes(repeating: 1))
        let ownScale = 1 + y * dispersionLanes
        // The quotient of the count's expectation given its sum with the dispersion's shape, (y + r) μ / (r + μ), and of
        // the count itself. Where the exponential leaves the range of normal numbers, its logarithm is a sum.
        let quotient = mean / countOrOne * (ownScale / (1 + mean * dispersionLanes))
        let isOrdinary = (quotient .> 1e-280) .& (mean .< 1e280)
        let logSum =
            predictor + sizes.logarithms[sample] - log(countOrOne) + log(ownScale)
            - log1p(mean * dispersionLanes)
        var logQuotient = select(isOrdinary, log(select(isOrdinary, quotient, Lanes(repeating: 1))), logSum)
        // R's density is zero where the inverse of the quotient overflows. The search turns round there, so it has to be
        // the same place.
        logQuotient = select(logQuotient .< -709.782712893384, Lanes(repeating: -.infinity), logQuotient)
        var term = select(isCounted, y * logQuotient, Lanes(repeating: 0))
        term -= r * log1p((mean - y) * dispersionLanes / ownScale)
        if observationWeights.isPresent { term *= observationWeights.rows[sample] }
        let sum = likelihood + term
        let added = sum - likelihood
        lost += (likelihood - (sum - added)) + (term - added)
        likelihood = sum
    }
    likelihood += lost
    for lane in 0..<8 { result[lane] = likelihood[lane] }
}
