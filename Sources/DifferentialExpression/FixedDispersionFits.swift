/// Coefficients of a block of genes at dispersions that come from elsewhere.
///
/// The reduced model of a likelihood-ratio test, which is fitted with the final
/// dispersions of the full one (NUMERICS §7). All-zero genes have NaN and false.
package struct FixedDispersionFits: Equatable, Sendable {
    /// `gene * coefficientCount + coefficient`, log2 scale.
    package var beta: [Double]
    package var standardError: [Double]
    package var betaConv: [Bool]
    package var betaIter: [Int32]

    /// −2 log-likelihood.
    package var deviance: [Double]

    /// - Parameters:
    ///   - dispersion: One per gene; not read for all-zero genes.
    ///   - context: Of the design to be fitted, with the size factors of the full model.
    package init(fitting block: CountBlock, dispersion: [Double], in context: ModelContext) {
        precondition(block.sampleCount == context.sampleCount && dispersion.count == block.geneCount)
        let genes = context.fittedGenes(block)
        let fits = CoefficientFits(block, genes: genes, dispersion: dispersion, in: context)
        let summary = FitSummary(
            block, genes: genes, dispersion: dispersion, fits: fits, contrasts: [], wantsCooks: false, in: context)
        beta = fits.coefficients.map { $0 * ModelFits.log2e }
        standardError = summary.variances.map { $0.squareRoot() * ModelFits.log2e }
        betaConv = fits.isConverged
        betaIter = fits.iterations
        deviance = summary.deviance
    }
}
