import KernelArguments
import StatisticalKernels

/// Log2 counts, shrunken towards each gene's mean as far as its information is weak (Love, Huber & Anders, 2014).
///
/// A negative-binomial model with an intercept and one coefficient per sample
/// under a normal prior, at the trend's dispersions (docs/numerics.md §13).
package struct RegularizedLogarithm: Equatable, Sendable {
    /// The variance of the samples' deviations from their gene's mean, log2 scale.
    package let priorVariance: Double

    /// Coarser than the coefficient fit's: the transform is drawn, not tested.
    private static let tolerance = 1e-4
    private static let interceptRidge = 1e-6
    private static let ln2 = 0.6931471805599453

    package init(priorVariance: Double) {
        precondition(priorVariance > 0)
        self.priorVariance = priorVariance
    }

    /// Matches the prior to the upper end of the log fold changes of all counts against their gene's mean.
    ///
    /// - Parameters:
    ///   - block: All genes.
    ///   - baseMeans: The mean of normalized counts per gene.
    ///   - dispFit: The dispersion trend at each mean; of a design without variables for
    ///     a transform that is blind to the samples' groups.
    package init(matching block: CountBlock, sizeFactors: [Double], baseMeans: [Double], dispFit: [Double]) {
        precondition(baseMeans.count == block.geneCount && dispFit.count == block.geneCount)
        var magnitudes: [Double] = []
        var weights: [Double] = []
        magnitudes.reserveCapacity(block.counts.count)
        weights.reserveCapacity(block.counts.count)
        for gene in 0..<block.geneCount where baseMeans[gene] > 0 {
            let logMean = log2(baseMeans[gene] + 0.5)
            let weight = 1 / (1 / baseMeans[gene] + dispFit[gene])
            let factors = block.factors(ofGene: gene, sizeFactors: sizeFactors)
            for (count, factor) in zip(block.counts(ofGene: gene), factors) {
                magnitudes.append((log2(Double(count) / factor + 0.5) - logMean).magnitude)
                weights.append(weight)
            }
        }
        self.init(priorVariance: matchedVariance(magnitudes, weights: weights))
    }

    /// Returns the transformed counts of a block, `gene * sampleCount + sample`; 0 for all-zero genes.
    ///
    /// - Parameters:
    ///   - dispFit: One per gene of the block.
    ///   - context: Any design's, with the samples' size factors.
    package func transform(_ block: CountBlock, dispFit: [Double], in context: ModelContext) -> [Double] {
        precondition(block.sampleCount == context.sampleCount && dispFit.count == block.geneCount)
        let genes = block.allZero.indices.filter { !block.allZero[$0] }.map { Int32($0) }
        let values = KernelColumn(repeating: 0.0, count: block.counts.count)
        let dispersion = KernelColumn(dispFit)
        let constant = KernelColumn(repeating: 0.0, count: block.geneCount)
        let starts = KernelColumn(repeating: 0.0, count: block.geneCount * context.coefficientCount)
        let iterations = KernelColumn(repeating: Int32(0), count: block.geneCount)
        context.withArguments(block, genes: genes) { model, arguments in
            var fit = CoefficientArguments(
                dispersion: dispersion.pointer, likelihoodConstant: constant.pointer, start: starts.pointer,
                coefficients: starts.pointer, weightCoefficients: starts.pointer, iterations: iterations.pointer)
            context.kernels.prepareCoefficientFits(model, arguments, &fit)
            var logarithms = RegularizedLogarithmArguments(
                dispersion: dispersion.pointer, likelihoodConstant: constant.pointer,
                interceptRidge: Self.interceptRidge / (Self.ln2 * Self.ln2),
                sampleRidge: 1 / priorVariance / (Self.ln2 * Self.ln2), tolerance: Self.tolerance,
                values: values.pointer)
            context.kernels.fitRegularizedLogarithms(model, arguments, &logarithms)
        }
        dispersion.free()
        constant.free()
        starts.free()
        iterations.free()
        return values.take()
    }
}
