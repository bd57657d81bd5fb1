/// Final dispersions, coefficients and outlier diagnostics of a block of genes.
///
/// One entry per gene unless said otherwise; coefficients and their errors are
/// on the log2 scale. All-zero genes have NaN and false.
package struct ModelFits: Equatable, Sendable {
    package var dispMAP: [Double] = []
    package var dispersion: [Double] = []
    package var dispIter: [Int32] = []
    package var dispOutlier: [Bool] = []

    /// `gene * coefficientCount + coefficient`.
    package var beta: [Double] = []
    package var standardError: [Double] = []

    package var betaConv: [Bool] = []

    /// 100 where the fit fell back on the bounded search.
    package var betaIter: [Int32] = []

    /// −2 log-likelihood.
    package var deviance: [Double] = []

    /// The largest Cook's distance among samples of cells of three or more; NaN when there are none.
    package var maxCooks: [Double] = []

    /// The same with the distances of replaceable samples taken as zero.
    package var maxCooksOfNonReplaceable: [Double] = []

    /// Whether at least three samples have a higher count than the one with the largest Cook's distance.
    ///
    /// Such a gene is exempt from the Cook's filter in two-level designs.
    package var worstCooksExempt: [Bool] = []

    /// Whether any sample's Cook's distance is above the cutoff while replacement is on.
    package var replace: [Bool] = []

    /// The counts of the flagged genes after replacement, in gene order.
    package var replacedCounts: [ReplacedCounts] = []

    /// `gene * contrasts + contrast`, log2 scale.
    package var contrastEstimate: [Double] = []
    package var contrastStandardError: [Double] = []

    /// Whether the all-zero rule of the contrast applies to the gene.
    package var contrastAllZero: [Bool] = []

    package init() {}

    /// A flagged gene's counts with its outliers replaced.
    package struct ReplacedCounts: Equatable, Sendable {
        /// The gene's position in the block.
        package var gene: Int
        package var counts: [Int32]

        package init(gene: Int, counts: [Int32]) {
            self.gene = gene
            self.counts = counts
        }
    }

    /// - Parameters:
    ///   - geneWise: Of the same block.
    ///   - dispFit: The trend at each gene's mean; NaN for all-zero genes.
    ///   - given: Dispersions that are taken as they are, NaN for a gene that is not fitted; nil: they are estimated.
    package init(
        fitting block: CountBlock, geneWise: GeneWiseDispersions, dispFit: [Double], prior: DispersionPrior,
        contrasts: [ContrastWeights] = [], given: [Double]? = nil, in context: ModelContext
    ) {
        precondition(block.sampleCount == context.sampleCount && dispFit.count == block.geneCount)
        precondition(given == nil || given?.count == block.geneCount)
        let geneCount = block.geneCount
        let order = context.coefficientCount
        let genes = given.map { context.fittedGenes(block, dispersion: $0) } ?? context.fittedGenes(block)

        if let given {
            dispMAP = [Double](repeating: .nan, count: geneCount)
            dispIter = [Int32](repeating: 0, count: geneCount)
            dispOutlier = [Bool](repeating: false, count: geneCount)
            dispersion = dispMAP
            for gene in genes.lazy.map(Int.init) { dispersion[gene] = given[gene] }
        } else {
            let map = MAPDispersions(
                block, genes: genes, geneWise: geneWise, dispFit: dispFit, prior: prior, in: context)
            dispMAP = map.dispMAP
            dispIter = map.iterations
            dispOutlier = map.isOutlier
            dispersion = map.dispersion
        }

        let fits = CoefficientFits(
            block, genes: genes, dispersion: dispersion, near: geneWise.meanCoefficients, in: context)
        betaIter = fits.iterations
        betaConv = fits.isConverged
        beta = context.reported(fits.coefficients).map { $0 * Self.log2e }

        let cooksMeans =
            context.settings.takesCooksAtDispersionMeans && context.cells.hasReplicates
            ? dispersionMeans(block, genes: genes, coefficients: geneWise.meanCoefficients, in: context) : nil
        let summary = FitSummary(
            block, genes: genes, dispersion: dispersion, fits: fits, contrasts: contrasts, cooksMeans: cooksMeans,
            in: context)
        deviance = summary.deviance
        standardError = summary.variances.map { $0.squareRoot() * Self.log2e }
        contrastStandardError = summary.contrastVariances.map { $0.squareRoot() * Self.log2e }

        contrastEstimate = [Double](repeating: .nan, count: geneCount * contrasts.count)
        contrastAllZero = [Bool](repeating: false, count: geneCount * contrasts.count)
        maxCooks = [Double](repeating: .nan, count: geneCount)
        maxCooksOfNonReplaceable = maxCooks
        worstCooksExempt = [Bool](repeating: false, count: geneCount)
        replace = worstCooksExempt
        replacedCounts = []
        for gene in genes.lazy.map(Int.init) {
            let samples = gene * block.sampleCount..<(gene + 1) * block.sampleCount
            for (index, contrast) in contrasts.enumerated() {
                let estimate = contrast.estimate(beta[gene * order..<(gene + 1) * order])
                contrastEstimate[gene * contrasts.count + index] = estimate
                contrastAllZero[gene * contrasts.count + index] = contrast.isAllZero(block.counts[samples])
            }
            guard !summary.cooks.isEmpty else { continue }
            let verdict = CooksVerdict(
                cooks: summary.cooks[samples], counts: block.counts[samples], in: context)
            maxCooks[gene] = verdict.largest
            maxCooksOfNonReplaceable[gene] = verdict.largestOfNonReplaceable
            worstCooksExempt[gene] = verdict.isExempt
            guard context.replacesOutliers, verdict.exceedsCutoff else { continue }
            replace[gene] = true
            let counts = replacingOutliers(
                in: block.counts[samples],
                factors: block.factors(ofGene: gene, sizeFactors: context.sizeFactors),
                cooks: summary.cooks[samples], context: context)
            replacedCounts.append(ReplacedCounts(gene: gene, counts: counts))
        }
    }

    /// The final dispersions alone, as the fits have them.
    package static func dispersions(
        of block: CountBlock, geneWise: GeneWiseDispersions, dispFit: [Double], prior: DispersionPrior,
        in context: ModelContext
    ) -> [Double] {
        precondition(block.sampleCount == context.sampleCount && dispFit.count == block.geneCount)
        return MAPDispersions(
            block, genes: context.fittedGenes(block), geneWise: geneWise, dispFit: dispFit, prior: prior, in: context
        ).dispersion
    }

    static let log2e = 1.4426950408889634
}
