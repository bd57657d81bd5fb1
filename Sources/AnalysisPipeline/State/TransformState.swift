import DifferentialExpression
import ExpressionData
import JobEngine
import StatisticalKernels

/// The transform of the counts on its way through the stages.
///
/// Its trend comes from the gene-wise dispersions of the design, or, for a blind
/// transform, from those under a model without variables, which are estimated
/// beside the design's. DESeq2's `vst` fits it to a thousand genes only.
struct TransformState: Sendable {
    private enum Method {
        case varianceStabilization
        case regularizedLogarithm
    }

    private let method: Method
    private let isBlind: Bool
    private let trendKind: DispersionTrend.Kind

    /// The analysed genes that the trend is fitted to; nil for all.
    private let trendGenes: [Int]?

    /// The model without variables of a blind transform.
    private let blindModelBlob: Blob?

    /// Design, size factors and settings as the workers of a regularized logarithm get them.
    private let model: AnalysisModel

    /// The variance-stabilizing transform as workers get it, once its trend is known.
    private var blob: Blob?

    /// What came of `blindFit`.
    var blindGeneWise: GeneWiseDispersions?

    /// The trend and the means of normalized counts of a blind regularized logarithm.
    private var blindTrend: (dispFit: [Double], baseMeans: [Double])?

    /// Transformed values, `gene * samples + sample`, of the analysed genes.
    var values: [Double] = []

    /// What became of the trend that the user should know.
    private(set) var warnings: [String] = []

    /// - Parameters:
    ///   - analysed: The counts of the analysed genes.
    ///   - genes: Their positions in the count table.
    /// - Returns: Nil when no transform was asked for.
    init?(inputs: StudyInputs, analysed: CountMatrix, genes: [Int], sizeFactors: [Double]) {
        guard let settings = inputs.configuration.differentialExpression else { return nil }
        switch settings.transform {
        case .off: return nil
        case .varianceStabilization: method = .varianceStabilization
        case .regularizedLogarithm: method = .regularizedLogarithm
        }
        isBlind = settings.transformBlind
        trendKind = settings.dispersionTrend
        let trendGeneCount = method == .varianceStabilization ? settings.transformGenes.count : nil
        trendGenes = trendGeneCount.flatMap { count in
            genesForFastStabilization(
                baseMeans: inputs.meansOfNormalizedCounts(analysed, genes: genes, sizeFactors: sizeFactors),
                count: count)
        }
        if let count = trendGeneCount, trendGenes == nil {
            warnings.append(
                "fewer than \(count) genes have a mean of normalized counts above 5, so the transform's trend is "
                    + "fitted to all genes")
        }
        if method == .regularizedLogarithm,
            let warning = RegularizedLogarithm.LoneCounts(in: inputs.block(ofGenes: genes), sizeFactors: sizeFactors)
                .warning
        {
            warnings.append(warning)
        }
        var factors = sizeFactors
        if !inputs.normalizationFactors.isEmpty, let trendGenes {
            factors = inputs.meanFactors(ofGenes: trendGenes.map { genes[$0] })
        }
        model = AnalysisModel(
            StudyInputs.AnalysisInput(
                name: "", formula: "~ 1",
                design: DesignMatrix(
                    columnNames: ["Intercept"], values: [Double](repeating: 1, count: analysed.sampleCount),
                    sampleCount: analysed.sampleCount), tests: []),
            sizeFactors: factors, settings: settings)
        blindModelBlob = isBlind ? Blob(model.encoded()) : nil
    }

    /// The fit that a blind transform has its trend of: the model without variables, and the analysed genes; nil for all.
    /// Nil for a transform that is not blind.
    var blindFit: (design: Blob, genes: [Int]?)? {
        blindModelBlob.map { ($0, trendGenes) }
    }

    /// The transform as workers get it, and for a regularized logarithm the trend at the mean of every gene.
    ///
    /// - Parameters:
    ///   - dispFit: The design's own trend, for a transform that is not blind.
    ///   - baseMeans: The means of normalized counts that it is taken at.
    /// - Returns: Nil where its trend is not known.
    func encoded(
        of inputs: StudyInputs, genes: [Int], dispFit: [Double], baseMeans: [Double]
    ) -> (transform: Blob, trend: [Double]?)? {
        switch method {
        case .varianceStabilization:
            return blob.map { ($0, nil) }
        case .regularizedLogarithm:
            let trend = blindTrend ?? (dispFit, baseMeans)
            let logarithm = RegularizedLogarithm(
                matching: inputs.block(ofGenes: genes), sizeFactors: model.sizeFactors, baseMeans: trend.baseMeans,
                dispFit: trend.dispFit)
            return (CountTransform.encoded(logarithm, model: model), trend.dispFit)
        }
    }

    /// Fits the trend, and makes the variance-stabilizing transform.
    ///
    /// - Parameter geneWise: Of the model without variables for a blind transform: of `trendGenes`
    ///   where there are such; else of the design, and of all analysed genes.
    mutating func fitTrend(
        to geneWise: GeneWiseDispersions, inputs: StudyInputs, genes: [Int], sizeFactors: [Double]
    ) throws {
        guard let counts = inputs.counts, method == .varianceStabilization || isBlind else { return }
        var dispersions = geneWise.dispGeneEst
        var means = geneWise.baseMean
        if !isBlind, let trendGenes {
            dispersions = trendGenes.map { geneWise.dispGeneEst[$0] }
            means = trendGenes.map { geneWise.baseMean[$0] }
        }
        let fit = try DispersionTrendFit(trendKind, toGeneWise: dispersions, baseMeans: means)
        if let fallback = fit.fallback {
            warnings.append(
                "the parametric dispersion trend of the transform could not be fitted (\(fallback)); "
                    + "a local trend was used instead")
        }
        if method == .regularizedLogarithm {
            blindTrend = (means.map(fit.trend.dispersion(atMean:)), means)
            return
        }
        let factors = inputs.rows(of: inputs.normalizationFactors, genes: genes)
        let transform = VarianceStabilization(
            trend: fit.trend, counts: genes.count == counts.geneCount ? counts : counts.selecting(genes: genes),
            sizeFactors: factors.isEmpty ? sizeFactors : geometricMeans(factors, sampleCount: counts.sampleCount),
            normalizationFactors: factors)
        blob = CountTransform.encoded(transform, model: model)
    }
}

/// The geometric mean of every sample's factors.
private func geometricMeans(_ factors: [Double], sampleCount: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: sampleCount)
    for (position, factor) in factors.enumerated() { sums[position % sampleCount] += log(factor) }
    let genes = Double(factors.count / sampleCount)
    return sums.map { exp($0 / genes) }
}

extension StudyInputs {
    /// The mean of every gene's normalized counts; weights play no part.
    ///
    /// - Parameter genes: The positions of the genes of `analysed` in the count table.
    func meansOfNormalizedCounts(_ analysed: CountMatrix, genes: [Int], sizeFactors: [Double]) -> [Double] {
        let samples = analysed.sampleCount
        return genes.indices.map { row in
            var sum = 0.0
            for (sample, count) in analysed.counts(ofGene: row).enumerated() {
                let factor =
                    normalizationFactors.isEmpty
                    ? sizeFactors[sample] : normalizationFactors[genes[row] * samples + sample]
                sum += Double(count) / factor
            }
            return sum / Double(samples)
        }
    }
}
