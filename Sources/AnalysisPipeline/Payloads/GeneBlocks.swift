import DifferentialExpression
import JobEngine
import Payloads

// What shards of genes read, as it is planned and as a worker has it.

extension StudyState {
    /// The analysed genes in shards: their ranges, and the blobs of their counts.
    package func geneBlocks() throws -> [(range: Range<Int>, counts: Blob)] {
        let counts = try kept.blobs(.counts)
        guard counts.count == ranges.count else {
            throw StageError(description: "\(counts.count) blobs of counts for \(ranges.count) ranges of genes")
        }
        return Array(zip(ranges, counts).map { ($0, $1) })
    }

    /// The dispersions of the analysed genes, where they are given.
    var givenDispersions: [Double]? {
        inputs.givenDispersions.isEmpty ? nil : analysedGenes.map { inputs.givenDispersions[$0] }
    }

    /// Some of the analysed genes as one shard.
    func block(ofGenes genes: [Int]) -> (range: Range<Int>, counts: Blob) {
        let positions = genes.map { analysedGenes[$0] }
        let counts = positions.flatMap { inputs.counts?.counts(ofGene: $0) ?? [] }
        return (genes.indices, inputs.blockBlob(counts: counts, ofGenes: positions))
    }

    /// Genes with replaced outliers in shards: ranges of their list, and the blobs of their new counts.
    func blocks(ofReplaced replaced: [ModelFits.ReplacedCounts]) -> [(range: Range<Int>, counts: Blob)] {
        GeneShards.ranges(geneCount: replaced.count, sampleCount: inputs.counts?.sampleCount ?? 1).map { range in
            let genes = replaced[range]
            return (
                range,
                inputs.blockBlob(counts: genes.flatMap(\.counts), ofGenes: genes.map { analysedGenes[$0.gene] })
            )
        }
    }
}

extension StageShard {
    /// Decodes a design once for all shards and threads: its factorisation is worth keeping.
    func analysis(_ input: Input) throws -> DecodedAnalysis {
        try shared(input) { try DecodedAnalysis(decoding: $0) }
    }

    /// A design without what only a fit needs.
    func model(_ input: Input) throws -> AnalysisModel {
        try shared(input) { try AnalysisModel(decoding: $0) }
    }

    func countBlock(_ input: Input, sampleCount: Int) throws -> CountBlock {
        try CountBlock(decoding: content(input), sampleCount: sampleCount)
    }
}

extension Blob {
    /// A number per gene of a shard.
    init(doubles: [Double]) {
        var writer = PayloadWriter()
        writer.write(doubles)
        self.init(writer.bytes)
    }
}

/// A design and its contrasts, ready to use in a worker.
struct DecodedAnalysis: Sendable {
    let context: ModelContext
    let contrasts: [ContrastWeights]

    /// Of the reduced model of a likelihood-ratio test.
    let reducedContext: ModelContext?

    init(decoding content: [UInt8]) throws {
        let model = try AnalysisModel(decoding: content)
        let settings = model.settings()
        context = ModelContext(design: model.design, sizeFactors: model.sizeFactors, settings: settings)
        contrasts = model.contrasts
        reducedContext = model.reducedDesign.map {
            ModelContext(design: $0, sizeFactors: model.sizeFactors, settings: settings)
        }
    }
}
