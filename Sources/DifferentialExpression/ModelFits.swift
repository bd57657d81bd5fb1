/// The width of the dispersion prior, from the barrier between the two gene-sharded stages.
package struct DispersionPrior: Equatable, Sendable {
    /// Robust variance of the log gene-wise dispersions around the trend.
    package var varLogDispEsts: Double

    /// The part of it that sampling does not explain: the prior's variance.
    package var priorVariance: Double

    package init(varLogDispEsts: Double, priorVariance: Double) {
        self.varLogDispEsts = varLogDispEsts
        self.priorVariance = priorVariance
    }
}

/// Final dispersions, coefficients and outlier diagnostics of a block of genes.
///
/// One entry per gene unless said otherwise; coefficients and their errors are
/// on the log2 scale. All-zero genes have NaN and false.
package struct ModelFits: Equatable, Sendable {
    package var dispMAP: [Double]
    package var dispersion: [Double]
    package var dispIter: [Int32]
    package var dispOutlier: [Bool]

    /// `gene * coefficientCount + coefficient`.
    package var beta: [Double]
    package var standardError: [Double]

    package var betaConv: [Bool]

    /// 100 where the fit fell back on the bounded search.
    package var betaIter: [Int32]

    /// −2 log-likelihood.
    package var deviance: [Double]

    /// The largest Cook's distance among samples with at least two replicates; NaN when there are none.
    package var maxCooks: [Double]

    /// The same with the distances of replaceable samples taken as zero.
    package var maxCooksOfNonReplaceable: [Double]

    /// Whether at least three samples have a higher count than the one with the largest Cook's distance.
    ///
    /// Such a gene is exempt from the Cook's filter in two-level designs.
    package var worstCooksExempt: [Bool]

    /// Whether any sample's Cook's distance is above the cutoff while replacement is on.
    package var replace: [Bool]

    /// The counts of the flagged genes after replacement, in gene order.
    package var replacedCounts: [ReplacedCounts]

    /// `gene * contrasts + contrast`, log2 scale.
    package var contrastEstimate: [Double]
    package var contrastStandardError: [Double]

    /// Whether the all-zero rule of the contrast applies to the gene.
    package var contrastAllZero: [Bool]

    /// A flagged gene's counts with its outliers replaced.
    package struct ReplacedCounts: Equatable, Sendable {
        /// The gene's position in the block.
        package var gene: Int
        package var counts: [Int32]
    }

    /// - Parameters:
    ///   - geneWise: Of the same block.
    ///   - dispFit: The trend at each gene's mean; NaN for all-zero genes.
    package init(
        fitting block: CountBlock, geneWise: GeneWiseDispersions, dispFit: [Double], prior: DispersionPrior,
        contrasts: [Contrast] = [], in context: ModelContext
    ) { fatalError() }
}
