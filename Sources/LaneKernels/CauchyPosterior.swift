import KernelArguments

// The posterior of apeglm (Zhu, Ibrahim & Love, 2019): negative-binomial
// likelihood at a fixed dispersion, a Cauchy prior on one coefficient and wide
// normal priors on the others. Where its search stops is part of the published
// values, so the search below makes the same steps.

/// The negative log posterior, eight genes at a time, up to terms without coefficients.
struct CauchyPosterior {
    let model: UnsafePointer<ModelArguments>
    let point: LaneRows
    let gradient: LaneRows
    private let counts: LaneRows
    private let sizes: SizeFactorRows
    private let weights: LaneRows
    private let isWeighted: Bool
    private let arguments: UnsafePointer<CauchyArguments>

    init(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<CauchyArguments>, _ scratch: inout Scratch
    ) {
        let samples = model.pointee.sampleCount
        self.model = model
        self.arguments = arguments
        point = scratch.rows(model.pointee.coefficientCount)
        gradient = scratch.rows(model.pointee.coefficientCount)
        counts = scratch.rows(samples)
        sizes = SizeFactorRows(model, &scratch)
        // Unlike in the other fits, observation weights are taken as they were given.
        isWeighted = genes.pointee.weights != nil
        weights = scratch.rows(isWeighted ? samples : 0)
        for sample in 0..<samples {
            counts[sample] = Lanes(repeating: 0)
            if isWeighted { weights[sample] = Lanes(repeating: 1) }
        }
        for coefficient in 0..<model.pointee.coefficientCount { point[coefficient] = Lanes(repeating: 0) }
    }

    func load(_ genes: UnsafePointer<GeneArguments>, gene: Int, lane: Int) {
        let samples = model.pointee.sampleCount
        loadCounts(genes, sampleCount: samples, gene: gene, lane: lane, into: counts)
        sizes.load(genes, sampleCount: samples, gene: gene, lane: lane)
        if let given = genes.pointee.weights {
            loadLane(given + gene * samples, count: samples, lane: lane, into: weights)
        }
    }

    /// Above it, a mean is so large that the size adds nothing.
    private static let largestPredictor = 700.0

    /// Where apeglm's compiled function, that of its first two searches, stops raising a predictor.
    ///
    /// Its exponential takes samples in pairs and does so; a last one without a partner it leaves to overflow.
    private static let compiledCeiling = 709.437

    /// The logarithm of the largest double.
    private static let overflow = 709.782712893384

    /// `Xb` of one sample with the zeros of the design, by which a point beyond all numbers makes no number, as in apeglm.
    @inline(__always)
    private func predictor(sample: Int) -> Lanes {
        let count = model.pointee.coefficientCount
        let row = model.pointee.design + sample * count
        var sum = point[0] * Lanes(repeating: row[0])
        for coefficient in 1..<count {
            sum = multiplyAdd(point[coefficient], Lanes(repeating: row[coefficient]), sum)
        }
        return sum
    }

    /// Evaluates at `point`, leaving the gradient in `gradient`.
    ///
    /// - Parameter isCompiled: Whether means beyond all doubles are those of apeglm's compiled function. Otherwise, as
    ///   in R, they are infinite, and so is the value.
    @inline(never)
    func evaluate(dispersion: Lanes, isCompiled: Bool) -> Lanes {
        let order = model.pointee.coefficientCount
        let size = 1 / dispersion
        let largest = Lanes(repeating: Self.largestPredictor)
        let pairedCount = isCompiled ? model.pointee.sampleCount & ~1 : 0
        var likelihood = Lanes(repeating: 0)
        for coefficient in 0..<order { gradient[coefficient] = Lanes(repeating: 0) }
        for sample in 0..<model.pointee.sampleCount {
            let y = counts[sample]
            let predictor = predictor(sample: sample)
            let logMean = predictor + sizes.logarithms[sample]
            let isLarge = logMean .> largest
            let mean = exp(select(isLarge, largest, logMean))
            let total = y + size
            let (finiteLogarithm, reciprocal) = logAndReciprocal(mean + size)
            var logarithm = finiteLogarithm
            var slope = y - total * mean * reciprocal
            if isAnySet(isLarge) {
                let isPaired = sample < pairedCount
                let limit = Lanes(repeating: isPaired ? Self.compiledCeiling : Self.overflow)
                let beyond = Lanes(repeating: isPaired ? Self.compiledCeiling : .infinity)
                let isBeyond = logMean .> limit
                logarithm = select(isLarge, select(isBeyond, beyond, logMean), logarithm)
                slope = select(isLarge, select(isBeyond, Lanes(repeating: -.infinity), y - total), slope)
            }
            var term = y * predictor - total * logarithm
            if isWeighted {
                slope *= weights[sample]
                term *= weights[sample]
            }
            likelihood += term
            let design = model.pointee.design + sample * order
            for coefficient in 0..<order {
                gradient[coefficient] = multiplyAdd(
                    slope, Lanes(repeating: -design[coefficient]), gradient[coefficient])
            }
        }
        var prior = Lanes(repeating: 0)
        for coefficient in 0..<order {
            let b = point[coefficient]
            if coefficient == arguments.pointee.coefficient {
                let squared = Lanes(repeating: arguments.pointee.squaredScale)
                prior += log1p(b * b / squared)
                gradient[coefficient] += b * 2 / (squared + b * b)
            } else {
                let variance = Lanes(repeating: arguments.pointee.otherVariance)
                prior += b * b / (variance * 2)
                gradient[coefficient] += b / variance
            }
        }
        return prior - likelihood
    }
}

/// The negative log posteriors of up to eight genes, each at a point of its own, and their gradients.
///
/// - Parameters:
///   - positions: The genes' positions in the block; those beyond `count` are not read.
///   - points: `[lane * coefficientCount + coefficient]`, as `gradients`.
package func cauchyPosteriorsAtPoints(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<CauchyArguments>, count: Int, positions: UnsafePointer<Int>,
    points: UnsafePointer<Double>, values: UnsafeMutablePointer<Double>, gradients: UnsafeMutablePointer<Double>
) {
    let order = model.pointee.coefficientCount
    var scratch = Scratch(genes.pointee.scratch)
    let posterior = CauchyPosterior(model, genes, arguments, &scratch)
    var dispersion = Lanes(repeating: 1)
    for lane in 0..<count {
        posterior.load(genes, gene: positions[lane], lane: lane)
        dispersion[lane] = arguments.pointee.dispersion[positions[lane]]
        loadLane(points + lane * order, count: order, lane: lane, into: posterior.point)
    }
    let results = posterior.evaluate(dispersion: dispersion, isCompiled: false)
    for lane in 0..<count {
        values[lane] = results[lane]
        storeLane(posterior.gradient, count: order, lane: lane, into: gradients + lane * order)
    }
}

/// The variances of Laplace's approximation at given coefficients.
///
/// The curvature is taken from differences of the gradient 0.001 either way, as
/// R's `optimHess` has it; variances that are not positive tell a point that is no minimum.
package func approximateCauchyVariances(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<CauchyArguments>
) {
    let order = model.pointee.coefficientCount
    let difference = 1e-3
    var scratch = Scratch(genes.pointee.scratch)
    let posterior = CauchyPosterior(model, genes, arguments, &scratch)
    let curvature = scratch.rows(model.pointee.pairCount)
    let lower = scratch.rows(model.pointee.pairCount)
    let inverse = scratch.rows(model.pointee.pairCount)
    let above = scratch.rows(order)
    let row = scratch.rows(order)
    let pivots = scratch.rows(order)
    var first = 0
    while first < genes.pointee.geneCount {
        var dispersion = Lanes(repeating: 1)
        for lane in 0..<8 {
            let position = gene(genes, first: first, lane: lane)
            posterior.load(genes, gene: position, lane: lane)
            dispersion[lane] = arguments.pointee.dispersion[position]
            loadLane(
                arguments.pointee.coefficients + position * order, count: order, lane: lane, into: posterior.point)
        }
        for pair in 0..<model.pointee.pairCount { curvature[pair] = Lanes(repeating: 0) }
        for i in 0..<order {
            let centre = posterior.point[i]
            posterior.point[i] = centre + difference
            _ = posterior.evaluate(dispersion: dispersion, isCompiled: false)
            for j in 0..<order { above[j] = posterior.gradient[j] }
            posterior.point[i] = centre - difference
            _ = posterior.evaluate(dispersion: dispersion, isCompiled: false)
            posterior.point[i] = centre
            for j in 0..<order {
                let entry = (above[j] - posterior.gradient[j]) / (2 * difference)
                let position = i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i
                curvature[position] += i == j ? entry : entry * 0.5
            }
        }
        factor(curvature, order: order, row: row, pivots: pivots)
        invert(curvature, order: order, lower: lower, into: inverse)
        for i in 0..<order { row[i] = inverse[i * (i + 1) / 2 + i] }
        for lane in 0..<min(8, genes.pointee.geneCount - first) {
            let position = gene(genes, first: first, lane: lane)
            storeLane(row, count: order, lane: lane, into: arguments.pointee.variances + position * order)
        }
        first += 8
    }
}
