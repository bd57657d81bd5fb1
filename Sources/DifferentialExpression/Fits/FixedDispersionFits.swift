/// Coefficients of a block of genes at dispersions that come from elsewhere.
///
/// The reduced model of a likelihood-ratio test, which is fitted with the final
/// dispersions of the full one (docs/numerics.md §7), and fits under a normal prior on the
/// coefficients (§12). All-zero genes have NaN and false.
package struct FixedDispersionFits: Equatable, Sendable {
    /// `gene * coefficientCount + coefficient`, log2 scale.
    package var beta: [Double] = []
    package var standardError: [Double] = []
    package var betaConv: [Bool] = []
    package var betaIter: [Int32] = []

    /// −2 log-likelihood.
    package var deviance: [Double] = []

    /// `gene * contrasts + contrast`, log2 scale.
    package var contrastEstimate: [Double] = []
    package var contrastStandardError: [Double] = []

    /// Whether the all-zero rule of the contrast applies to the gene.
    package var contrastAllZero: [Bool] = []

    package init() {}

    /// - Parameters:
    ///   - dispersion: One per gene; a gene without one is not fitted.
    ///   - context: Of the design to be fitted, with the size factors of the full model
    ///     and the coefficients' prior, if any.
    ///   - near: Coefficients near the solution, natural-log scale, for an exact fit to start from; NaN or empty for none.
    package init(
        fitting block: CountBlock, dispersion: [Double], contrasts: [ContrastWeights] = [], near: [Double] = [],
        in context: ModelContext
    ) {
        precondition(block.sampleCount == context.sampleCount && dispersion.count == block.geneCount)
        let genes = context.fittedGenes(block, dispersion: dispersion)
        let fits = CoefficientFits(
            block, genes: genes, dispersion: dispersion, near: context.fittedCoefficients(near), in: context)
        let summary = FitSummary(
            block, genes: genes, dispersion: dispersion, fits: fits, contrasts: contrasts, wantsCooks: false,
            in: context)
        beta = context.reported(fits.coefficients).map { $0 * ModelFits.log2e }
        standardError = summary.variances.map { $0.squareRoot() * ModelFits.log2e }
        betaConv = fits.isConverged
        betaIter = fits.iterations
        deviance = summary.deviance
        contrastStandardError = summary.contrastVariances.map { $0.squareRoot() * ModelFits.log2e }
        contrastEstimate = [Double](repeating: .nan, count: block.geneCount * contrasts.count)
        contrastAllZero = [Bool](repeating: false, count: block.geneCount * contrasts.count)
        let order = context.coefficientCount
        for gene in genes.lazy.map(Int.init) {
            for (index, contrast) in contrasts.enumerated() {
                let entry = gene * contrasts.count + index
                contrastEstimate[entry] = contrast.estimate(beta[gene * order..<(gene + 1) * order])
                contrastAllZero[entry] = contrast.isAllZero(block.counts(ofGene: gene))
            }
        }
    }
}
