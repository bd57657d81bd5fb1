import KernelArguments

// The line search for the dispersion of DESeq2: gradient ascent on the log
// dispersion with an Armijo test. It stops at gains below 1e-6, so its result
// is not the exact optimum; the published values are those of this very
// search, and a better optimiser would disagree with them.

/// Cox–Reid adjusted log posterior of the dispersion, eight genes at a time (docs/numerics.md §3).
struct DispersionPosterior {
    let model: UnsafePointer<ModelArguments>
    let counts: LaneRows
    let means: LaneRows
    let observationWeights: WeightRows
    private let weights: LaneRows
    private let squaredWeights: LaneRows
    private let sums: LaneRows
    private let cross: LaneRows
    private let squaredCross: LaneRows
    private let lower: LaneRows
    private let inverse: LaneRows
    private let row: LaneRows
    private let pivots: LaneRows

    /// Observation weights below this count as none at all, lest a sample's term underflow.
    private static let smallestWeight = 1e-6

    /// The Cox–Reid term leaves samples out whose weight is not above this.
    private static let adjustmentThreshold = 0.01

    init(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>, _ scratch: inout Scratch
    ) {
        let samples = model.pointee.sampleCount
        let pairs = model.pointee.pairCount
        self.model = model
        counts = scratch.rows(samples)
        means = scratch.rows(samples)
        observationWeights = WeightRows(genes, sampleCount: samples, &scratch)
        weights = scratch.rows(samples)
        squaredWeights = scratch.rows(samples)
        sums = scratch.rows(model.pointee.pairBlockCount * ModelArguments.pairBlockWidth)
        cross = scratch.rows(pairs)
        squaredCross = scratch.rows(pairs)
        lower = scratch.rows(pairs)
        inverse = scratch.rows(pairs)
        row = scratch.rows(model.pointee.coefficientCount)
        pivots = scratch.rows(model.pointee.coefficientCount)
    }

    /// The adjusted log likelihood at a log dispersion, up to terms without dispersion, and its slope.
    @inline(never)
    func likelihoodAndSlope(_ logDispersion: Lanes) -> (value: Lanes, slope: Lanes) {
        let samples = model.pointee.sampleCount
        let order = model.pointee.coefficientCount
        let dispersion = exp(logDispersion)
        let gamma = GammaDifference(dispersion: dispersion)
        let r = gamma.r
        let isWeighted = observationWeights.isPresent
        var likelihood = Lanes(repeating: 0)
        var slope = Lanes(repeating: 0)
        for sample in 0..<samples {
            let y = counts[sample]
            let mean = means[sample]
            let scaled = mean * dispersion
            let (growth, share) = log1pAndReciprocal(scaled)
            let weight = mean * share
            weights[sample] = weight
            squaredWeights[sample] = weight * weight
            var (value, difference) = gammaDifference(y, gamma)
            if gamma.anyMoved {
                let correction = recurrence(y, gamma)
                value += correction.value
                difference += correction.slope
            }
            var term = multiplyAdd(-(y + r), growth, value)
            // log(1+μα) − μα/(1+μα) + y/(μ+r) − (ψ(y+r) − ψ(r))
            var slopeTerm = multiplyAdd(y * dispersion - scaled, share, growth - difference)
            if isWeighted { weigh(sample, &term, &slopeTerm) }
            likelihood += term
            slope += slopeTerm
        }
        weightedCrossProducts(model, weights: weights, sums: sums, into: cross)
        weightedCrossProducts(model, weights: squaredWeights, sums: sums, into: squaredCross)
        if isWeighted { leaveOutEmptyColumns() }
        factor(cross, order: order, row: row, pivots: pivots)
        invert(cross, order: order, lower: lower, into: inverse)
        let value = multiplyAdd(logDeterminant(pivots, order: order), Lanes(repeating: -0.5), likelihood)
        let trace = traceOfProduct(inverse, squaredCross, order: order)
        return (value, multiplyAdd(r, slope, dispersion * trace * 0.5))
    }

    /// The slope alone, and the expected information on the log dispersion of counts so many that they are almost
    /// continuous: half the sum of the squares of `μα/(1+μα)`. With fewer counts there is less.
    @inline(never)
    func slopeAndInformation(_ logDispersion: Lanes) -> (slope: Lanes, information: Lanes) {
        let samples = model.pointee.sampleCount
        let order = model.pointee.coefficientCount
        let dispersion = exp(logDispersion)
        let gamma = GammaDifference(dispersion: dispersion)
        let isWeighted = observationWeights.isPresent
        var slope = Lanes(repeating: 0)
        var information = Lanes(repeating: 0)
        for sample in 0..<samples {
            let y = counts[sample]
            let mean = means[sample]
            let scaled = mean * dispersion
            let growth = y * gamma.inverseSize
            // Both reciprocals from one division.
            let onePlusScaled = scaled + 1
            let onePlusGrowth = growth + 1
            let joint = 1 / (onePlusScaled * onePlusGrowth)
            let share = onePlusGrowth * joint
            let reciprocal = onePlusScaled * joint
            let weight = mean * share
            weights[sample] = weight
            squaredWeights[sample] = weight * weight
            // log(1+μα) and the logarithm in ψ(y+r) − ψ(r) as that of one quotient.
            let logQuotient = log1p((scaled - growth) * reciprocal)
            let remainder = digammaRemainder(inverse: gamma.inverseSize * reciprocal) - gamma.slopeRemainder
            var term = multiplyAdd(y * dispersion - scaled, share, logQuotient + remainder)
            if gamma.anyMoved { term -= recurrenceSlope(y, gamma) }
            var unused = Lanes(repeating: 0)
            if isWeighted { weigh(sample, &unused, &term) }
            slope += term
            information += squaredWeights[sample]
        }
        weightedCrossProducts(model, weights: weights, sums: sums, into: cross)
        weightedCrossProducts(model, weights: squaredWeights, sums: sums, into: squaredCross)
        if isWeighted { leaveOutEmptyColumns() }
        factor(cross, order: order, row: row, pivots: pivots)
        invert(cross, order: order, lower: lower, into: inverse)
        let trace = traceOfProduct(inverse, squaredCross, order: order)
        return (
            multiplyAdd(gamma.r, slope, dispersion * trace * 0.5), information * dispersion * dispersion * 0.5
        )
    }

    /// The adjusted log likelihood alone.
    @inline(never)
    func likelihood(_ logDispersion: Lanes) -> Lanes {
        let samples = model.pointee.sampleCount
        let order = model.pointee.coefficientCount
        let dispersion = exp(logDispersion)
        let gamma = GammaDifference(dispersion: dispersion)
        var likelihood = Lanes(repeating: 0)
        for sample in 0..<samples {
            let y = counts[sample]
            let mean = means[sample]
            let (growth, share) = log1pAndReciprocal(mean * dispersion)
            weights[sample] = mean * share
            var value = gammaDifference(y, gamma).value
            if gamma.anyMoved { value += recurrence(y, gamma).value }
            var term = multiplyAdd(-(y + gamma.r), growth, value)
            var slopeTerm = Lanes(repeating: 0)
            if observationWeights.isPresent { weigh(sample, &term, &slopeTerm) }
            likelihood += term
        }
        weightedCrossProducts(model, weights: weights, sums: sums, into: cross)
        if observationWeights.isPresent { leaveOutEmptyColumns() }
        factor(cross, order: order, row: row, pivots: pivots)
        return multiplyAdd(logDeterminant(pivots, order: order), Lanes(repeating: -0.5), likelihood)
    }

    /// Applies a sample's observation weights to its terms, and leaves it out of the Cox–Reid term if they are low.
    @inline(__always)
    private func weigh(_ sample: Int, _ term: inout Lanes, _ slopeTerm: inout Lanes) {
        let given = observationWeights.rows[sample]
        let smallest = Lanes(repeating: Self.smallestWeight)
        let weight = select(given .< smallest, smallest, given)
        term *= weight
        slopeTerm *= weight
        let isLow = given .<= Lanes(repeating: Self.adjustmentThreshold)
        weights[sample] = select(isLow, Lanes(repeating: 0), weights[sample])
        squaredWeights[sample] = select(isLow, Lanes(repeating: 0), squaredWeights[sample])
    }

    /// Takes columns without any sample out of the determinant: a one on the diagonal contributes nothing.
    private func leaveOutEmptyColumns() {
        for i in 0..<model.pointee.coefficientCount {
            let diagonal = i * (i + 1) / 2 + i
            cross[diagonal] = select(cross[diagonal] .== 0, Lanes(repeating: 1), cross[diagonal])
        }
    }
}

/// One gene's place in the search.
private struct SearchLane {
    /// Position in the block; −1 when the lane is idle.
    var gene = -1

    /// Whether the posterior at the start is still to be evaluated.
    var isStarting = true
    var logDispersion = 0.0
    var posterior = 0.0
    var firstPosterior = 0.0
    var slope = 0.0
    var step = 1.0
    var proposal = 0.0
    var iterations = 0
    var accepted = 0
    var priorMean = 0.0

    private static let lowest = -30.0
    private static let highest = 10.0

    /// log 1e-9: further down nothing more is to be learned.
    private static let negligible = -20.72326583694641

    @inline(__always)
    mutating func propose() {
        guard !isStarting else { return }
        let unbounded = logDispersion + step * slope
        if unbounded < Self.lowest { step = (Self.lowest - logDispersion) / slope }
        if unbounded > Self.highest { step = (Self.highest - logDispersion) / slope }
        proposal = logDispersion + step * slope
    }

    /// Takes the posterior and slope at the proposal; returns whether the search is over.
    @inline(__always)
    mutating func take(_ value: Double, _ newSlope: Double, tolerance: Double, maximumIterations: Int) -> Bool {
        if isStarting {
            isStarting = false
            posterior = value
            firstPosterior = value
            slope = newSlope
            return maximumIterations == 0
        }
        iterations += 1
        guard -value <= -posterior - step * 1e-4 * (slope * slope) else {
            step /= 2
            return iterations == maximumIterations
        }
        accepted += 1
        logDispersion = proposal
        let gain = value - posterior
        if gain < tolerance {
            posterior = value
            return true
        }
        // The posterior of this exit stays that of the step before, as in DESeq2.
        if logDispersion < Self.negligible { return true }
        posterior = value
        slope = newSlope
        step = min(step * 1.1, 1)
        if accepted % 5 == 0 { step /= 2 }
        return iterations == maximumIterations
    }
}

/// Searches the dispersions of a list of genes.
///
/// Lanes work on their own genes at their own pace; one that is done takes the
/// next gene. No lane's arithmetic sees another's, so a result does not depend
/// on its neighbours.
package func searchDispersions(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<DispersionArguments>
) {
    let sampleCount = model.pointee.sampleCount
    var scratch = Scratch(genes.pointee.scratch)
    let posterior = DispersionPosterior(model, genes, &scratch)
    for sample in 0..<sampleCount {
        posterior.counts[sample] = Lanes(repeating: 0)
        posterior.means[sample] = Lanes(repeating: 1)
    }
    let states = UnsafeMutableRawPointer(scratch.rows(MemoryLayout<SearchLane>.stride / 8 + 1))
        .assumingMemoryBound(to: SearchLane.self)
    let priorVariance = arguments.pointee.priorVariance
    var next = 0
    var active = 0
    for lane in 0..<8 {
        states[lane] = SearchLane()
        if next < genes.pointee.geneCount {
            load(model, genes, arguments, posterior, entry: next, lane: lane, into: states)
            next += 1
            active += 1
        }
    }
    while active > 0 {
        var proposal = Lanes(repeating: 0)
        for lane in 0..<8 where states[lane].gene >= 0 {
            states[lane].propose()
            proposal[lane] = states[lane].proposal
        }
        let (values, slopes) = posterior.likelihoodAndSlope(proposal)
        for lane in 0..<8 where states[lane].gene >= 0 {
            var value = values[lane]
            var slope = slopes[lane]
            if arguments.pointee.priorMean != nil {
                let distance = states[lane].proposal - states[lane].priorMean
                value -= 0.5 * (distance * distance) / priorVariance
                slope -= distance / priorVariance
            }
            let isDone = states[lane].take(
                value, slope, tolerance: model.pointee.dispersionTolerance,
                maximumIterations: model.pointee.maximumIterations)
            guard isDone else { continue }
            let gene = states[lane].gene
            arguments.pointee.logDispersion[gene] = states[lane].logDispersion
            arguments.pointee.iterations[gene] = Int32(truncatingIfNeeded: states[lane].iterations)
            arguments.pointee.firstPosterior[gene] = states[lane].firstPosterior
            arguments.pointee.lastPosterior[gene] = states[lane].posterior
            if next < genes.pointee.geneCount {
                load(model, genes, arguments, posterior, entry: next, lane: lane, into: states)
                next += 1
            } else {
                states[lane].gene = -1
                active -= 1
            }
        }
    }
}

@inline(__always)
private func load(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<DispersionArguments>, _ posterior: DispersionPosterior, entry: Int, lane: Int,
    into states: UnsafeMutablePointer<SearchLane>
) {
    let gene = Int(genes.pointee.genes[entry])
    let sampleCount = model.pointee.sampleCount
    loadCounts(genes, sampleCount: sampleCount, gene: gene, lane: lane, into: posterior.counts)
    loadLane(arguments.pointee.means + gene * sampleCount, count: sampleCount, lane: lane, into: posterior.means)
    posterior.observationWeights.load(genes, sampleCount: sampleCount, gene: gene, lane: lane)
    var state = SearchLane()
    state.gene = gene
    state.logDispersion = arguments.pointee.logStart[gene]
    state.proposal = state.logDispersion
    if let priorMean = arguments.pointee.priorMean { state.priorMean = priorMean[gene] }
    states[lane] = state
}

/// Finds the dispersions of a list of genes on a grid: the fallback of the search.
///
/// Twenty equally spaced log dispersions over the allowed range, then twenty
/// over one step either side of the best; the first of equal values wins.
package func gridDispersions(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<DispersionArguments>, lowest: Double, highest: Double
) {
    let sampleCount = model.pointee.sampleCount
    var scratch = Scratch(genes.pointee.scratch)
    let posterior = DispersionPosterior(model, genes, &scratch)
    let variance = Lanes(repeating: arguments.pointee.priorVariance)
    var first = 0
    while first < genes.pointee.geneCount {
        var priorMean = Lanes(repeating: 0)
        for lane in 0..<8 {
            let position = gene(genes, first: first, lane: lane)
            loadCounts(genes, sampleCount: sampleCount, gene: position, lane: lane, into: posterior.counts)
            loadLane(
                arguments.pointee.means + position * sampleCount, count: sampleCount, lane: lane,
                into: posterior.means)
            posterior.observationWeights.load(genes, sampleCount: sampleCount, gene: position, lane: lane)
            if let means = arguments.pointee.priorMean { priorMean[lane] = means[position] }
        }
        var best = Lanes(repeating: 0)
        var low = Lanes(repeating: lowest)
        var step = Lanes(repeating: (highest - lowest) / 19)
        for _ in 0..<2 {
            var bestValue = Lanes(repeating: -.infinity)
            for index in 0..<20 {
                let point = low + step * Double(index)
                var value = posterior.likelihood(point)
                if arguments.pointee.priorMean != nil {
                    let distance = point - priorMean
                    value -= distance * distance * 0.5 / variance
                }
                let improves = value .> bestValue
                best = select(improves, point, best)
                bestValue = select(improves, value, bestValue)
            }
            low = best - step
            step = step * 2 / 19
        }
        for lane in 0..<min(8, genes.pointee.geneCount - first) {
            arguments.pointee.logDispersion[gene(genes, first: first, lane: lane)] = best[lane]
        }
        first += 8
    }
}
