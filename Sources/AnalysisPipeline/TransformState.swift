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
    private let isBlind: Bool
    private let trendKind: DispersionTrend.Kind

    /// The analysed genes that the trend is fitted to; nil for all.
    private let trendGenes: [Int]?

    /// The model without variables of a blind transform.
    private let blindModelBlob: Blob?

    /// The transform as workers get it, once its trend is known.
    private var blob: Blob?

    /// Transformed values, `gene * samples + sample`, of the analysed genes.
    private(set) var values: [Double] = []

    /// What became of the trend that the user should know.
    private(set) var warnings: [String] = []

    /// - Parameters:
    ///   - analysed: The counts of the analysed genes.
    ///   - genes: Their positions in the count table.
    /// - Returns: Nil when no transform was asked for.
    init?(inputs: StudyInputs, analysed: CountMatrix, genes: [Int], sizeFactors: [Double]) {
        guard let settings = inputs.configuration.differentialExpression, settings.transform != "none" else {
            return nil
        }
        isBlind = settings.transformBlind
        trendKind = DispersionTrend.Kind(rawValue: settings.dispersionTrend) ?? .parametric
        trendGenes = settings.transformGenes.flatMap { count in
            genesForFastStabilization(
                baseMeans: inputs.meansOfNormalizedCounts(analysed, genes: genes, sizeFactors: sizeFactors),
                count: count)
        }
        if let count = settings.transformGenes, trendGenes == nil {
            warnings.append(
                "fewer than \(count) genes have a mean of normalized counts above 5, so the transform's trend is "
                    + "fitted to all genes")
        }
        guard isBlind else {
            blindModelBlob = nil
            return
        }
        var factors = sizeFactors
        if !inputs.normalizationFactors.isEmpty, let trendGenes {
            factors = inputs.meanFactors(ofGenes: trendGenes.map { genes[$0] })
        }
        let model = AnalysisModel(
            StudyInputs.AnalysisInput(
                name: "", formula: "~ 1",
                design: DesignMatrix(
                    columnNames: ["Intercept"], values: [Double](repeating: 1, count: analysed.sampleCount),
                    sampleCount: analysed.sampleCount), tests: []),
            sizeFactors: factors, settings: settings)
        blindModelBlob = Blob(model.encoded())
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
    func plan(ranges: [Range<Int>], countBlobs: [Blob]) -> StagePlan {
        let shards = blob.map { blob in
            zip(ranges, countBlobs).map {
                Shard(stage: Stage.transforms.rawValue, range: $0, inputs: [$1.digest, blob.digest])
            }
        }
        return StagePlan(
            title: Stage.transforms.title, blobs: countBlobs + (blob.map { [$0] } ?? []), shards: shards ?? [])
    }

    mutating func take(_ payloads: [[UInt8]]) throws {
        for payload in payloads {
            var reader = PayloadReader(payload)
            values += try reader.readDoubles()
        }
    }

    /// Fits the trend and makes the transform.
    ///
    /// - Parameter geneWise: Of the model without variables for a blind transform: of `trendGenes`
    ///   where there are such; else of the design, and of all analysed genes.
    mutating func fitTrend(
        to geneWise: GeneWiseDispersions, inputs: StudyInputs, genes: [Int], sizeFactors: [Double]
    ) throws {
        guard let counts = inputs.counts else { return }
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
        let factors = inputs.rows(of: inputs.normalizationFactors, genes: genes)
        let transform = VarianceStabilization(
            trend: fit.trend, counts: genes.count == counts.geneCount ? counts : counts.selecting(genes: genes),
            sizeFactors: factors.isEmpty ? sizeFactors : geometricMeans(factors, sampleCount: counts.sampleCount),
            normalizationFactors: factors)
        var writer = PayloadWriter()
        writer.write(sizeFactors)
        writer.write(transform.encoded)
        blob = Blob(writer.bytes)
    }
}

/// The transform of a block of counts in a worker.
struct CountTransform: Sendable {
    let sizeFactors: [Double]
    private let stabilization: VarianceStabilization

    init(decoding bytes: [UInt8]) throws {
        var reader = PayloadReader(bytes)
        sizeFactors = try reader.readDoubles()
        guard let transform = VarianceStabilization(encoded: try reader.readDoubles()), !sizeFactors.isEmpty else {
            throw PayloadError(description: "not a transform")
        }
        stabilization = transform
    }

    func values(of block: CountBlock) -> [Double] {
        stabilization.transform(block, sizeFactors: sizeFactors)
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
