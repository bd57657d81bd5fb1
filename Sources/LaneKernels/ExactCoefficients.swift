import KernelArguments

// Newton's method for the coefficients of eight genes at a time, to the
// maximum of the objective whose maximum the reweighted least squares of
// CoefficientFit.swift approach: the log-likelihood, continued below the
// smallest mean by its tangent parabola with the weight of that mean. The
// continuation keeps groups without counts finite, as raising the means does.
// The objective is strictly concave, so there is one maximum.

/// The objective, its gradient and curvature.
private struct ExactPass {
    let model: UnsafePointer<ModelArguments>
    let counts: LaneRows
    let coefficients: LaneRows
    let gradient: LaneRows
    let cross: LaneRows
    let sizes: SizeFactorRows
    let observationWeights: WeightRows
    private let weights: LaneRows
    private let residuals: LaneRows
    private let sums: LaneRows

    init(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>, _ scratch: inout Scratch
    ) {
        let samples = model.pointee.sampleCount
        let order = model.pointee.coefficientCount
        self.model = model
        sizes = SizeFactorRows(model, &scratch)
        observationWeights = WeightRows(genes, sampleCount: samples, &scratch)
        counts = scratch.rows(samples)
        weights = scratch.rows(samples)
        residuals = scratch.rows(samples)
        coefficients = scratch.rows(order)
        gradient = scratch.rows(order)
        sums = scratch.rows(model.pointee.pairBlockCount * ModelArguments.pairBlockWidth)
        cross = scratch.rows(model.pointee.pairCount)
    }

    /// Evaluates at `coefficients`; returns the objective.
    ///
    /// - Parameter isNear: Which lanes take the second derivatives themselves and not their expectation.
    @inline(never)
    func evaluate(dispersion: Lanes, isNear: LaneMask) -> Lanes {
        let order = model.pointee.coefficientCount
        let smallest = Lanes(repeating: model.pointee.minimumMean)
        let logSmallest = log(smallest)
        let r = 1 / dispersion
        var objective = Lanes(repeating: 0)
        for sample in 0..<model.pointee.sampleCount {
            let y = counts[sample]
            let logMean = linearPredictor(model, coefficients, sample: sample) + sizes.logarithms[sample]
            let isLow = logMean .< logSmallest
            let bounded = select(isLow, logSmallest, logMean)
            let mean = select(isLow, smallest, exp(bounded))
            let (growth, share) = log1pAndReciprocal(mean * dispersion)
            // How far below the smallest mean, on the log scale: zero above it.
            let gap = logMean - bounded
            let expected = mean * share
            let slope = (y - mean) * share
            // Below the smallest mean the continuation has the expected curvature.
            let observed = multiplyAdd(y, dispersion, Lanes(repeating: 1)) * expected * share
            var weight = select(isLow .| .!isNear, expected, observed)
            var residual = multiplyAdd(-expected, gap, slope)
            var term = multiplyAdd(y, bounded, -(y + r) * growth)
            term = multiplyAdd(gap, multiplyAdd(-expected * 0.5, gap, slope), term)
            if observationWeights.isPresent {
                weight *= observationWeights.rows[sample]
                residual *= observationWeights.rows[sample]
                term *= observationWeights.rows[sample]
            }
            weights[sample] = weight
            residuals[sample] = residual
            objective += term
        }
        weightedCrossProducts(model, weights: weights, sums: sums, into: cross)
        for coefficient in 0..<order {
            let ridge = Lanes(repeating: model.pointee.ridges[coefficient])
            let b = coefficients[coefficient]
            gradient[coefficient] = -(ridge * b)
            objective = multiplyAdd(-(ridge * b) * 0.5, b, objective)
            cross[coefficient * (coefficient + 1) / 2 + coefficient] += ridge
        }
        addTransposedProduct(model, residuals, to: gradient)
        return objective
    }
}

/// One gene's place in the iteration.
private struct ExactLane {
    /// Position in the block; −1 when the lane is idle.
    var gene = -1

    /// Evaluations, of which the first is at the start.
    var iterations = 0
    var objective = 0.0

    /// What a step from the last accepted point promised, and the share of it that led to the present point.
    var decrement = 0.0
    var share = 1.0

    /// Whether the curvature is taken as it is, and how often that led too far.
    var isNear = false
    var failures = 0
}

/// Solves for the coefficients of a list of genes, each lane at its own pace.
///
/// Steps are those of Fisher scoring until one is shorter than a third of a standard
/// error, then Newton's: far from the maximum the curvature of counts that are too
/// low fades, and with it any bound on the step. A step that does not increase the
/// objective is halved. The fit ends with a
/// step whose length is below 1e-6 in units of standard errors, after which the
/// rest is of the order of its square.
package func solveCoefficients(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<CoefficientArguments>
) {
    let order = model.pointee.coefficientCount
    let samples = model.pointee.sampleCount
    var scratch = Scratch(genes.pointee.scratch)
    let pass = ExactPass(model, genes, &scratch)
    let origin = scratch.rows(order)
    let step = scratch.rows(order)
    let row = scratch.rows(order)
    let pivots = scratch.rows(order)
    let states = UnsafeMutableRawPointer(scratch.rows(MemoryLayout<ExactLane>.stride / 8 + 1))
        .assumingMemoryBound(to: ExactLane.self)
    for sample in 0..<samples { pass.counts[sample] = Lanes(repeating: 0) }
    for coefficient in 0..<order {
        pass.coefficients[coefficient] = Lanes(repeating: 0)
        origin[coefficient] = Lanes(repeating: 0)
        step[coefficient] = Lanes(repeating: 0)
    }
    var dispersion = Lanes(repeating: 1)
    var next = 0
    var active = 0

    func refill(_ lane: Int) {
        guard next < genes.pointee.geneCount else {
            states[lane] = ExactLane()
            return
        }
        let gene = Int(genes.pointee.genes[next])
        next += 1
        active += 1
        states[lane] = ExactLane(gene: gene)
        loadCounts(genes, sampleCount: samples, gene: gene, lane: lane, into: pass.counts)
        pass.sizes.load(genes, sampleCount: samples, gene: gene, lane: lane)
        pass.observationWeights.load(genes, sampleCount: samples, gene: gene, lane: lane)
        loadLane(arguments.pointee.start + gene * order, count: order, lane: lane, into: pass.coefficients)
        dispersion[lane] = arguments.pointee.dispersion[gene]
    }

    func finish(_ lane: Int, didConverge: Bool) {
        let gene = states[lane].gene
        storeLane(pass.coefficients, count: order, lane: lane, into: arguments.pointee.coefficients + gene * order)
        storeLane(
            pass.coefficients, count: order, lane: lane, into: arguments.pointee.weightCoefficients + gene * order)
        let limit = model.pointee.maximumIterations
        arguments.pointee.iterations[gene] = Int32(
            truncatingIfNeeded: didConverge ? min(states[lane].iterations, limit - 1) : limit)
        active -= 1
        refill(lane)
    }

    for lane in 0..<8 { refill(lane) }
    let smallestGain = 1e-12
    let gainOfNearness = 0.1
    let maximumEvaluations = 4 * model.pointee.maximumIterations
    while active > 0 {
        var isNear = LaneMask(repeating: false)
        for lane in 0..<8 { isNear[lane] = states[lane].isNear }
        let objectives = pass.evaluate(dispersion: dispersion, isNear: isNear)
        // The Newton step of every lane, taken by those that have not stepped too far.
        factor(pass.cross, order: order, row: row, pivots: pivots)
        for coefficient in 0..<order { row[coefficient] = pass.gradient[coefficient] }
        solve(pass.cross, order: order, row)
        var decrement = Lanes(repeating: 0)
        for coefficient in 0..<order {
            decrement = multiplyAdd(row[coefficient], pass.gradient[coefficient], decrement)
        }
        var isBack = LaneMask(repeating: false)
        for lane in 0..<8 where states[lane].gene >= 0 {
            let state = states[lane]
            // Rounding of sums near 1e9 must not look like a decrease.
            let slack = 1e-13 * state.objective.magnitude
            let rises = objectives[lane] >= state.objective + 1e-4 * state.share * state.decrement - slack
            isBack[lane] = state.iterations > 0 && !rises && state.share > 1e-9
        }
        var share = Lanes(repeating: 1)
        for lane in 0..<8 where states[lane].gene >= 0 {
            states[lane].iterations += 1
            if isBack[lane] {
                states[lane].share *= 0.5
                share[lane] = states[lane].share
                if states[lane].isNear { states[lane].failures += 1 }
                states[lane].isNear = false
            } else {
                states[lane].objective = objectives[lane]
                states[lane].decrement = decrement[lane]
                states[lane].share = 1
                states[lane].isNear = decrement[lane] < gainOfNearness && states[lane].failures < 3
            }
        }
        for coefficient in 0..<order {
            origin[coefficient] = select(isBack, origin[coefficient], pass.coefficients[coefficient])
            step[coefficient] = select(isBack, step[coefficient], row[coefficient])
            pass.coefficients[coefficient] = multiplyAdd(share, step[coefficient], origin[coefficient])
        }
        for lane in 0..<8 where states[lane].gene >= 0 && !isBack[lane] {
            // Not written as its opposite: a step that is no number must end the fit.
            let goesOn = decrement[lane] >= smallestGain
            if goesOn && states[lane].iterations < maximumEvaluations { continue }
            finish(lane, didConverge: decrement[lane] < smallestGain)
        }
        for lane in 0..<8 where states[lane].gene >= 0 && states[lane].iterations >= maximumEvaluations {
            finish(lane, didConverge: false)
        }
    }
}
