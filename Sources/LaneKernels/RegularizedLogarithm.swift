import KernelArguments

// A model with an intercept and one coefficient per sample, under a ridge
// (docs/numerics.md §13). Its normal equations have an arrow's shape: a row, a column
// and a diagonal. They are solved in time linear in the samples.

/// Fits the regularized logarithms of a list of genes.
///
/// The iteration and its stopping rule are those of the coefficient fit; it
/// starts with the log mean of the normalized counts and no deviations.
package func fitRegularizedLogarithms(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<RegularizedLogarithmArguments>
) {
    let samples = model.pointee.sampleCount
    var scratch = Scratch(genes.pointee.scratch)
    let counts = scratch.rows(samples)
    let deviations = scratch.rows(samples)
    let weights = scratch.rows(samples)
    let residuals = scratch.rows(samples)
    let sizes = SizeFactorRows(model, &scratch)
    let observationWeights = WeightRows(genes, sampleCount: samples, &scratch)
    let smallest = Lanes(repeating: model.pointee.minimumMean)
    let logSmallest = log(smallest)
    let interceptRidge = Lanes(repeating: arguments.pointee.interceptRidge)
    let ridge = Lanes(repeating: arguments.pointee.sampleRidge)
    let log2e = Lanes(repeating: 1.4426950408889634)

    /// The weights and residuals at the present coefficients; returns the log-likelihood less its constant.
    func reweight(_ intercept: Lanes, dispersion: Lanes) -> Lanes {
        let r = 1 / dispersion
        var likelihood = Lanes(repeating: 0)
        for sample in 0..<samples {
            let y = counts[sample]
            let predictor = intercept + deviations[sample]
            let unfloored = exp(predictor) * sizes.factors[sample]
            let isLow = unfloored .< smallest
            let mean = select(isLow, smallest, unfloored)
            let logMean = select(isLow, logSmallest, predictor + sizes.logarithms[sample])
            let (growth, share) = log1pAndReciprocal(mean * dispersion)
            var weight = mean * share
            let gap = logMean - (predictor + sizes.logarithms[sample])
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

    var first = 0
    while first < genes.pointee.geneCount {
        var dispersion = Lanes(repeating: 1)
        var constant = Lanes(repeating: 0)
        for lane in 0..<8 {
            let position = gene(genes, first: first, lane: lane)
            loadCounts(genes, sampleCount: samples, gene: position, lane: lane, into: counts)
            sizes.load(genes, sampleCount: samples, gene: position, lane: lane)
            observationWeights.load(genes, sampleCount: samples, gene: position, lane: lane)
            dispersion[lane] = arguments.pointee.dispersion[position]
            constant[lane] = arguments.pointee.likelihoodConstant[position]
        }
        var sum = Lanes(repeating: 0)
        for sample in 0..<samples {
            sum += counts[sample] / sizes.factors[sample]
            deviations[sample] = Lanes(repeating: 0)
        }
        var intercept = log(sum / Lanes(repeating: Double(samples)))
        var isDone = LaneMask(repeating: false)
        var previous = Lanes(repeating: 0)
        _ = reweight(intercept, dispersion: dispersion)
        for iteration in 1...model.pointee.maximumIterations {
            var numerator = -(interceptRidge * intercept)
            var denominator = interceptRidge
            for sample in 0..<samples {
                let share = ridge / (weights[sample] + ridge)
                numerator = multiplyAdd(
                    share, multiplyAdd(weights[sample], deviations[sample], residuals[sample]), numerator)
                denominator = multiplyAdd(share, weights[sample], denominator)
            }
            let step = numerator / denominator
            var largest = select(intercept .< 0, -intercept, intercept)
            for sample in 0..<samples {
                let weight = weights[sample]
                let right = residuals[sample] - ridge * deviations[sample] - weight * step
                let moved = deviations[sample] + right / (weight + ridge)
                deviations[sample] = select(isDone, deviations[sample], moved)
                let magnitude = select(moved .< 0, -moved, moved)
                largest = select(magnitude .> largest, magnitude, largest)
            }
            intercept = select(isDone, intercept, intercept + step)
            let likelihood = reweight(intercept, dispersion: dispersion)
            let deviance = (constant + likelihood) * -2
            let change = deviance - previous
            let magnitude = select(deviance .< 0, -deviance, deviance)
            let settles =
                select(change .< 0, -change, change)
                .< (magnitude + 0.1) * Lanes(repeating: arguments.pointee.tolerance)
            previous = deviance
            // A runaway ends the iteration where it is, as does a deviance that is no number.
            isDone = isDone .| (largest .> 30) .| (deviance .!= deviance)
            if iteration > 1 { isDone = isDone .| settles }
            if all(isDone) { break }
        }
        for sample in 0..<samples { residuals[sample] = multiplyAdd(intercept, log2e, deviations[sample] * log2e) }
        for lane in 0..<min(8, genes.pointee.geneCount - first) {
            let position = gene(genes, first: first, lane: lane)
            storeLane(residuals, count: samples, lane: lane, into: arguments.pointee.values + position * samples)
        }
        first += 8
    }
}
