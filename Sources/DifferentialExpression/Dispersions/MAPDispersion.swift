import StatisticalKernels

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

/// Maximum-a-posteriori dispersions: the gene-wise search with a normal prior around the trend (docs/numerics.md §5).
struct MAPDispersions {
    var dispMAP: [Double]
    var iterations: [Int32]

    /// Whether the gene is too far above the trend to be shrunken.
    var isOutlier: [Bool]

    /// The gene-wise estimate for outliers, else the MAP.
    var dispersion: [Double]

    init(
        _ block: CountBlock, genes: [Int32], geneWise: GeneWiseDispersions, dispFit: [Double],
        prior: DispersionPrior, in context: ModelContext
    ) {
        let means = dispersionMeans(
            block, genes: genes, coefficients: geneWise.meanCoefficients, in: context)
        var start = dispFit
        var priorMean = dispFit
        var startSlope = [Double](repeating: .nan, count: block.geneCount)
        for gene in genes.lazy.map(Int.init) {
            priorMean[gene] = log(dispFit[gene])
            if geneWise.dispGeneEst[gene] > 0.1 * dispFit[gene] { start[gene] = geneWise.dispGeneEst[gene] }
            // At a gene-wise maximum the likelihood is level, which leaves the slope of the prior.
            let isMaximum =
                start[gene] == geneWise.dispGeneEst[gene] && start[gene] > context.settings.minimumDispersion
                && start[gene] < context.maximumDispersion
            let slope = (priorMean[gene] - log(start[gene])) / prior.priorVariance
            // Less of it could be what the search for that maximum left.
            if isMaximum && slope.magnitude > 1e-3 { startSlope[gene] = slope }
        }
        var search = DispersionSearch(
            block, genes: genes, means: means, start: start, priorMean: priorMean,
            priorVariance: prior.priorVariance, startSlope: startSlope, in: context)
        iterations = search.iterations
        let limit = Int32(context.settings.maximumIterations)
        if !context.isExact { search.searchGrid(genes.filter { search.iterations[Int($0)] >= limit }) }

        dispMAP = [Double](repeating: .nan, count: block.geneCount)
        dispersion = dispMAP
        isOutlier = [Bool](repeating: false, count: block.geneCount)
        let margin = context.settings.outlierDeviations * prior.varLogDispEsts.squareRoot()
        for gene in genes.lazy.map(Int.init) {
            dispMAP[gene] = context.clamped(exp(search.logDispersion[gene]))
            isOutlier[gene] = log(geneWise.dispGeneEst[gene]) > priorMean[gene] + margin
            dispersion[gene] = isOutlier[gene] ? geneWise.dispGeneEst[gene] : dispMAP[gene]
        }
    }
}
