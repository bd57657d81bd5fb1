import KernelArguments

// Iteratively reweighted least squares for the coefficients of eight genes at
// a time, with DESeq2's floor on the means and its stopping rule (docs/numerics.md §6).
// The floor makes the iteration crawl for low counts, and the deviance rule
// ends it before its limit, so both belong to the result.

/// The pass over samples that an iteration consists of.
private struct CoefficientPass {
    let model: UnsafePointer<ModelArguments>
    let counts: LaneRows
    let coefficients: LaneRows
    let sizes: SizeFactorRows
    let observationWeights: WeightRows
    private let weights: LaneRows
    private let residuals: LaneRows
    private let sums: LaneRows
    private let cross: LaneRows
    private let increment: LaneRows
    private let row: LaneRows
    private let pivots: LaneRows

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
        sums = scratch.rows(model.pointee.pairBlockCount * ModelArguments.pairBlockWidth)
        cross = scratch.rows(model.pointee.pairCount)
        increment = scratch.rows(order)
        row = scratch.rows(order)
        pivots = scratch.rows(order)
    }

    /// The weights and residuals at the present coefficients; returns the
    /// log-likelihood less its constant.
    @inline(never)
    func reweight(dispersion: Lanes) -> Lanes {
        let smallest = model.pointee.minimumMean
        let logSmallest = log(Lanes(repeating: smallest))
        let r = 1 / dispersion
        var likelihood = Lanes(repeating: 0)
        for sample in 0..<model.pointee.sampleCount {
            let y = counts[sample]
            let logSize = sizes.logarithms[sample]
            let predictor = linearPredictor(model, coefficients, sample: sample)
            let unfloored = exp(predictor) * sizes.factors[sample]
            let isLow = unfloored .< Lanes(repeating: smallest)
            let mean = select(isLow, Lanes(repeating: smallest), unfloored)
            let logMean = select(isLow, logSmallest, predictor + logSize)
            let scaled = mean * dispersion
            let (growth, share) = log1pAndReciprocal(scaled)
            var weight = mean * share
            // W·(z − Xb): where the mean is floored, z keeps the distance to the floor.
            let gap = logMean - (predictor + logSize)
            var residual = multiplyAdd(weight, gap, (y - mean) * share)
            var term = multiplyAdd(y, logMean, -(y + r) * growth)
            if observationWeights.isPresent {
                weight *= observationWeights.rows[sample]
                residual *= observationWeights.rows[sample]
                term *= observationWeights.rows[sample]
            }
            weights[sample] = weight
            residuals[sample] = residual
            likelihood += term
        }
        return likelihood
    }

    /// Moves the coefficients by the weighted, ridge-penalised least-squares step.
    ///
    /// Solved for the increment, so that rounding in the normal equations
    /// touches only the step and not the coefficients.
    @inline(never)
    func step() {
        let order = model.pointee.coefficientCount
        weightedCrossProducts(model, weights: weights, sums: sums, into: cross)
        for coefficient in 0..<order {
            let ridge = Lanes(repeating: model.pointee.ridges[coefficient])
            increment[coefficient] = -(ridge * coefficients[coefficient])
            let diagonal = coefficient * (coefficient + 1) / 2 + coefficient
            cross[diagonal] += ridge
        }
        addTransposedProduct(model, residuals, to: increment)
        factor(cross, order: order, row: row, pivots: pivots)
        solve(cross, order: order, increment)
        for coefficient in 0..<order { coefficients[coefficient] += increment[coefficient] }
    }
}

/// One gene's place in the iteration.
private struct CoefficientLane {
    /// Position in the block; −1 when the lane is idle.
    var gene = -1
    var iterations = 0
    var deviance = 0.0
}

/// A coefficient beyond this has run away.
private let largestCoefficient = 30.0

/// Fits the coefficients of a list of genes, each lane at its own pace.
package func fitCoefficients(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<CoefficientArguments>
) {
    let order = model.pointee.coefficientCount
    var scratch = Scratch(genes.pointee.scratch)
    let pass = CoefficientPass(model, genes, &scratch)
    let previous = scratch.rows(order)
    let states = UnsafeMutableRawPointer(scratch.rows(MemoryLayout<CoefficientLane>.stride / 8 + 1))
        .assumingMemoryBound(to: CoefficientLane.self)
    for sample in 0..<model.pointee.sampleCount { pass.counts[sample] = Lanes(repeating: 0) }
    for coefficient in 0..<order { pass.coefficients[coefficient] = Lanes(repeating: 0) }
    var dispersion = Lanes(repeating: 1)
    var constant = Lanes(repeating: 0)
    var next = 0
    var active = 0
    // Lanes whose coefficients were just set and must not take this turn's step.
    var fresh = SIMD8<Int64>(repeating: 0)

    func finish(_ lane: Int, iterations: Int, weightCoefficients: LaneRows) {
        let gene = states[lane].gene
        storeLane(
            pass.coefficients, count: order, lane: lane, into: arguments.pointee.coefficients + gene * order)
        storeLane(
            weightCoefficients, count: order, lane: lane, into: arguments.pointee.weightCoefficients + gene * order)
        arguments.pointee.iterations[gene] = Int32(truncatingIfNeeded: iterations)
        refill(lane)
    }

    func refill(_ lane: Int) {
        guard next < genes.pointee.geneCount else {
            if states[lane].gene >= 0 { active -= 1 }
            states[lane].gene = -1
            return
        }
        if states[lane].gene < 0 { active += 1 }
        let gene = Int(genes.pointee.genes[next])
        next += 1
        states[lane] = CoefficientLane(gene: gene)
        loadCounts(genes, sampleCount: model.pointee.sampleCount, gene: gene, lane: lane, into: pass.counts)
        pass.sizes.load(genes, sampleCount: model.pointee.sampleCount, gene: gene, lane: lane)
        pass.observationWeights.load(genes, sampleCount: model.pointee.sampleCount, gene: gene, lane: lane)
        loadLane(arguments.pointee.start + gene * order, count: order, lane: lane, into: pass.coefficients)
        dispersion[lane] = arguments.pointee.dispersion[gene]
        constant[lane] = arguments.pointee.likelihoodConstant[gene]
        fresh[lane] = -1
    }

    for lane in 0..<8 {
        states[lane] = CoefficientLane()
        refill(lane)
    }
    let maximumIterations = model.pointee.maximumIterations
    while active > 0 {
        fresh = SIMD8(repeating: 0)
        let likelihood = pass.reweight(dispersion: dispersion)
        let deviance = (constant + likelihood) * -2
        for lane in 0..<8 where states[lane].gene >= 0 {
            let iterations = states[lane].iterations
            guard iterations > 0 else { continue }
            let new = deviance[lane]
            if new.isNaN {
                finish(lane, iterations: maximumIterations, weightCoefficients: pass.coefficients)
                continue
            }
            let change = (new - states[lane].deviance).magnitude / (new.magnitude + 0.1)
            states[lane].deviance = new
            if iterations >= 2 && change < model.pointee.coefficientTolerance || iterations == maximumIterations {
                finish(lane, iterations: iterations, weightCoefficients: pass.coefficients)
            }
        }
        for coefficient in 0..<order { previous[coefficient] = pass.coefficients[coefficient] }
        pass.step()
        let isFresh = fresh .!= SIMD8<Int64>(repeating: 0)
        for coefficient in 0..<order {
            pass.coefficients[coefficient] = select(isFresh, previous[coefficient], pass.coefficients[coefficient])
        }
        for lane in 0..<8 where states[lane].gene >= 0 && fresh[lane] == 0 {
            states[lane].iterations += 1
            var ranAway = false
            for coefficient in 0..<order where pass.coefficients[coefficient][lane].magnitude > largestCoefficient {
                ranAway = true
            }
            if ranAway { finish(lane, iterations: maximumIterations, weightCoefficients: previous) }
        }
    }
}
