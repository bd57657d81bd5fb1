import DifferentialExpression
import ExpressionData
import StatisticalKernels

/// Wald statistics of an exposure, the full model refitted for each shuffled one.
///
/// Coefficients are solved for to all digits, from the reduced fits on. Dispersions are held, or with a trend asked for
/// estimated anew for every shuffle, from nothing that is known before: the whole analysis of the shuffled sheet, as
/// `optimizer: exact` does it, but that no outlier is replaced. z is the exposure's coefficient
/// over its standard error; 0 for a gene whose fit gives none.
struct WaldRefits: Sendable {
    private let block: CountBlock
    private let covariates: DesignMatrix
    private let sizeFactors: [Double]
    private let dispersion: [Double]

    /// The kind of trend of dispersions that are estimated for every shuffle; nil: they are held.
    private let trend: DispersionTrend.Kind?

    /// By gene, the coefficients of the reduced fit and 0 for the exposure; empty where nothing is held.
    private let start: [Double]
    private let cpuLevel: CPULevel

    /// - Parameter reduced: The coefficients of the covariates' fits, natural-log scale, by gene of the block.
    init(_ block: CountBlock, inputs: SamplePermutationInputs, reduced: [Double], cpuLevel: CPULevel) {
        let order = inputs.covariates.columnCount
        self.block = block
        covariates = inputs.covariates
        sizeFactors = inputs.sizeFactors
        dispersion = inputs.dispersion
        trend = inputs.refittedTrend
        start =
            trend == nil
            ? stride(from: 0, to: reduced.count, by: order).flatMap { reduced[$0..<$0 + order] + [0] } : []
        self.cpuLevel = cpuLevel
    }

    /// - Parameter genes: Positions in the block.
    func statistics(of exposure: [Double], genes: [Int32]) -> [Double] {
        let order = covariates.columnCount
        var values: [Double] = []
        for sample in 0..<covariates.sampleCount {
            for column in 0..<order { values.append(covariates[sample, column]) }
            values.append(exposure[sample])
        }
        let design = DesignMatrix(
            columnNames: covariates.columnNames + ["exposure"], values: values, sampleCount: covariates.sampleCount)
        // Only a shuffle of few distinct values can fall into the span of the covariates.
        guard design.hasFullRank else { return genes.map { _ in 0 } }
        var settings = ModelSettings()
        settings.optimizer = .exact
        settings.minimumReplicatesForReplacement = nil
        let context = ModelContext(
            design: design, sizeFactors: sizeFactors, settings: settings, cpuLevel: cpuLevel)
        guard let (beta, standardError) = estimates(in: context) else { return genes.map { _ in 0 } }
        return genes.map { gene in
            let entry = Int(gene) * (order + 1) + order
            let z = beta[entry] / standardError[entry]
            return z.isFinite ? z : 0
        }
    }

    /// Coefficients and standard errors; nil where no trend can be fitted to the gene-wise dispersions.
    private func estimates(in context: ModelContext) -> (beta: [Double], standardError: [Double])? {
        guard let trend else {
            let fits = FixedDispersionFits(fitting: block, dispersion: dispersion, near: start, in: context)
            return (fits.beta, fits.standardError)
        }
        let geneWise = GeneWiseDispersions(estimating: block, in: context)
        guard
            let fit = try? DispersionTrendFit(trend, toGeneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean)
        else { return nil }
        let prior = DispersionPrior(
            about: fit, geneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean,
            residualDegreesOfFreedom: context.sampleCount - context.coefficientCount)
        let fits = ModelFits(
            fitting: block, geneWise: geneWise, dispFit: geneWise.baseMean.map(fit.trend.dispersion(atMean:)),
            prior: prior, in: context)
        return (fits.beta, fits.standardError)
    }
}
