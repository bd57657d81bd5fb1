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

    /// The trend and the means of normalized counts of a blind regularized logarithm.
    private var blindTrend: (dispFit: [Double], baseMeans: [Double])?

    /// Transformed values, `gene * samples + sample`, of the analysed genes.
    private(set) var values: [Double] = []

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

    /// The shards of gene-wise dispersions that a blind transform has its trend of; none for another.
    func planBlindDispersions(of inputs: StudyInputs, genes: [Int], ranges: [Range<Int>], countBlobs: [Blob]) -> (
        blobs: [Blob], shards: [Shard]
    ) {
        guard let blindModelBlob, let counts = inputs.counts else { return ([], []) }
        let stage = Stage.geneWiseDispersions.rawValue
        guard let trendGenes else {
            let shards = zip(ranges, countBlobs).map {
                Shard(stage: stage, range: $0, inputs: [$1.digest, blindModelBlob.digest])
            }
            return ([blindModelBlob], shards)
        }
        let positions = trendGenes.map { genes[$0] }
        let block = inputs.blockBlob(counts: positions.flatMap { counts.counts(ofGene: $0) }, ofGenes: positions)
        let shard = Shard(stage: stage, range: positions.indices, inputs: [block.digest, blindModelBlob.digest])
        return ([block, blindModelBlob], [shard])
    }

    /// The shards that transform the counts.
    ///
    /// - Parameters:
    ///   - dispFit: The design's own trend, for a transform that is not blind.
    ///   - baseMeans: The means of normalized counts that it is taken at.
    func plan(
        of inputs: StudyInputs, genes: [Int], dispFit: [Double], baseMeans: [Double], ranges: [Range<Int>],
        countBlobs: [Blob]
    ) -> StagePlan {
        var blobs = countBlobs
        let stage = Stage.transforms.rawValue
        switch method {
        case .varianceStabilization:
            guard let blob else { return StagePlan(title: Stage.transforms.title, blobs: [], shards: []) }
            let shards = zip(ranges, countBlobs).map {
                Shard(stage: stage, range: $0, inputs: [$1.digest, blob.digest])
            }
            return StagePlan(title: Stage.transforms.title, blobs: blobs + [blob], shards: shards)
        case .regularizedLogarithm:
            let trend = blindTrend ?? (dispFit, baseMeans)
            let transform = CountTransform.encoded(
                RegularizedLogarithm(
                    matching: inputs.block(ofGenes: genes), sizeFactors: model.sizeFactors,
                    baseMeans: trend.baseMeans, dispFit: trend.dispFit), model: model)
            blobs.append(transform)
            var shards: [Shard] = []
            for (range, counts) in zip(ranges, countBlobs) {
                var writer = PayloadWriter()
                writer.write(Array(trend.dispFit[range]))
                let dispersions = Blob(writer.bytes)
                blobs.append(dispersions)
                shards.append(
                    Shard(stage: stage, range: range, inputs: [counts.digest, transform.digest, dispersions.digest]))
            }
            return StagePlan(title: Stage.transforms.title, blobs: blobs, shards: shards)
        }
    }

    mutating func take(_ payloads: [[UInt8]]) throws {
        for payload in payloads {
            var reader = PayloadReader(payload)
            values += try reader.readDoubles()
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

/// The transform of a block of counts in a worker.
struct CountTransform: Sendable {
    private enum Method {
        case varianceStabilization(VarianceStabilization)
        case regularizedLogarithm(RegularizedLogarithm)
    }

    let context: ModelContext
    private let method: Method

    static func encoded(_ transform: VarianceStabilization, model: AnalysisModel) -> Blob {
        encoded([0] + transform.encoded, model: model)
    }

    static func encoded(_ transform: RegularizedLogarithm, model: AnalysisModel) -> Blob {
        encoded([1, transform.priorVariance], model: model)
    }

    private static func encoded(_ numbers: [Double], model: AnalysisModel) -> Blob {
        var writer = PayloadWriter()
        writer.write(model.encoded())
        writer.write(numbers)
        return Blob(writer.bytes)
    }

    init(decoding bytes: [UInt8]) throws {
        var reader = PayloadReader(bytes)
        let model = try AnalysisModel(decoding: try reader.readBytes())
        context = ModelContext(design: model.design, sizeFactors: model.sizeFactors, settings: model.settings())
        let numbers = try reader.readDoubles()
        if numbers.first == 0, let transform = VarianceStabilization(encoded: Array(numbers.dropFirst())) {
            method = .varianceStabilization(transform)
        } else if numbers.first == 1, numbers.count == 2, numbers[1] > 0 {
            method = .regularizedLogarithm(RegularizedLogarithm(priorVariance: numbers[1]))
        } else {
            throw PayloadError(description: "not a transform")
        }
    }

    /// - Parameter dispFit: The trend at each gene's mean, which only a regularized logarithm needs.
    func values(of block: CountBlock, dispFit: [Double]?) throws -> [Double] {
        switch method {
        case .varianceStabilization(let transform):
            return transform.transform(block, sizeFactors: context.sizeFactors)
        case .regularizedLogarithm(let transform):
            guard let dispFit, dispFit.count == block.geneCount else {
                throw PayloadError(description: "dispersions do not belong to these counts")
            }
            return transform.transform(block, dispFit: dispFit, in: context)
        }
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
