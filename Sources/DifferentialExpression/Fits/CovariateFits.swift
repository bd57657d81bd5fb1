import ExpressionData
import KernelArguments
import StatisticalKernels

/// The fits of the covariates alone that score statistics start from.
///
/// The maximum, to all digits, of the negative-binomial log-likelihood minus λ/2·‖β‖² with the reference's λ (1e-6 on
/// the log2 scale), at given dispersions. Other than the fits of a results table it is carried to full
/// convergence and the means have no floor: a score statistic assumes that the residuals solve its equations.
package struct CovariateFits: Equatable, Sendable {
    /// Natural-log scale, `gene * coefficientCount + coefficient`; NaN for genes that were not fitted.
    package let coefficients: [Double]

    /// Whether the gene has counts, a dispersion and a solution; the others leave every list.
    package let isFitted: [Bool]

    /// - Parameters:
    ///   - dispersion: One per gene; a gene with NaN is not fitted.
    ///   - context: Made by `context(design:sizeFactors:cpuLevel:)`.
    /// - Precondition: No observation weights.
    package init(fitting block: CountBlock, dispersion: [Double], in context: ModelContext) {
        precondition(block.sampleCount == context.sampleCount && dispersion.count == block.geneCount)
        precondition(block.weights.isEmpty, "score statistics know no observation weights")
        let order = context.coefficientCount
        let genes = context.fittedGenes(block, dispersion: dispersion)
        let startColumn = KernelColumn(repeating: Double.nan, count: block.geneCount * order)
        let coefficientColumn = KernelColumn(repeating: Double.nan, count: block.geneCount * order)
        let weightColumn = KernelColumn(repeating: Double.nan, count: block.geneCount * order)
        let constantColumn = KernelColumn(repeating: Double.nan, count: block.geneCount)
        let iterationColumn = KernelColumn(repeating: Int32(0), count: block.geneCount)
        let dispersionColumn = KernelColumn(dispersion)
        context.withArguments(block, genes: genes) { model, arguments in
            var fit = CoefficientArguments(
                dispersion: dispersionColumn.pointer, likelihoodConstant: constantColumn.pointer,
                start: startColumn.pointer, coefficients: coefficientColumn.pointer,
                weightCoefficients: weightColumn.pointer, iterations: iterationColumn.pointer)
            context.kernels.prepareCoefficientFits(model, arguments, &fit)
            context.kernels.solveCoefficients(model, arguments, &fit)
        }
        for column in [startColumn, weightColumn, constantColumn, dispersionColumn] { column.free() }
        let iterations = iterationColumn.take()
        var coefficients = coefficientColumn.take()
        var isFitted = [Bool](repeating: false, count: block.geneCount)
        let limit = Int32(context.settings.maximumIterations)
        for gene in genes.lazy.map(Int.init) {
            let range = gene * order..<(gene + 1) * order
            var didConverge = iterations[gene] < limit
            if !didConverge {
                let fit = context.newtonFit(block, gene: gene, dispersion: dispersion[gene], start: coefficients[range])
                coefficients.replaceSubrange(range, with: fit.coefficients)
                didConverge = fit.isConverged
            }
            isFitted[gene] = didConverge && coefficients[range].allSatisfy(\.isFinite)
        }
        self.coefficients = coefficients
        self.isFitted = isFitted
    }

    /// Everything besides counts that these fits need.
    package static func context(
        design: DesignMatrix, sizeFactors: [Double], cpuLevel: CPULevel = .current
    ) -> ModelContext {
        var settings = ModelSettings()
        // No floor; a positive number because its logarithm is taken.
        settings.minimumMean = 1e-300
        return ModelContext(design: design, sizeFactors: sizeFactors, settings: settings, cpuLevel: cpuLevel)
    }
}

extension ModelContext {
    /// - Parameter start: Where another fit stopped; zeros take the place of what is not finite.
    fileprivate func newtonFit(
        _ block: CountBlock, gene: Int, dispersion: Double, start: ArraySlice<Double>
    ) -> NewtonFit {
        let log2Squared = 0.6931471805599453 * 0.6931471805599453
        return NewtonFit(
            counts: block.counts(ofGene: gene).map(Double.init),
            factors: Array(block.factors(ofGene: gene, sizeFactors: sizeFactors)), dispersion: dispersion,
            start: start.map { $0.isFinite ? $0 : 0 }, ridges: ridges.map { $0 / log2Squared }, design: design)
    }
}
