import DifferentialExpression
import JobEngine
import Payloads

/// MAP dispersions, negative-binomial models and Cook's distances, in shards of genes.
package struct ModelStage: ShardedStage {
    package static let name = "negative-binomial-models"
    package let title = "models and tests"
    package let reads: Set<KeptBlobs.Kind> = [.counts, .geneWiseDispersions]

    package enum Input: String, ShardInput {
        case counts
        case design
        case geneWise = "gene-wise"

        /// The trend, and the prior about it.
        case dispersionModel = "dispersion-model"

        /// Where dispersions are given, those of the genes.
        case given = "given-dispersions"

        package static let optional: Set<Input> = [.given]
    }

    package func isAsked(of study: StudyState) -> Bool { study.settings != nil }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Int> {
        var shards = StageShards<Input, Int>()
        let blocks = try study.geneBlocks()
        for (index, analysis) in study.analyses.enumerated() {
            guard let model = analysis.dispersionModel else { continue }
            let modelBlob = Blob(model.encoded())
            let geneWise = try study.kept.blobs(.geneWiseDispersions, of: index)
            let given = study.givenDispersions
            for (position, (range, counts)) in blocks.enumerated() {
                var inputs: [Input: Blob] = [
                    .counts: counts, .design: analysis.modelBlob, .geneWise: geneWise[position],
                    .dispersionModel: modelBlob,
                ]
                if let given { inputs[.given] = Blob(doubles: Array(given[range])) }
                try shards.add(range, for: index, reading: inputs)
            }
        }
        return shards
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        let analysis = try shard.analysis(.design)
        var geneWise = PayloadReader(try shard.content(.geneWise))
        let fits = try ShardFits(
            fitting: shard.countBlock(.counts, sampleCount: analysis.context.sampleCount),
            geneWise: GeneWiseDispersions(decodingColumns: &geneWise), analysis: analysis,
            model: DispersionModel(decoding: shard.content(.dispersionModel)),
            given: shard.has(.given) ? shard.doubles(.given) : nil)
        var writer = PayloadWriter()
        fits.encode(to: &writer)
        return writer.bytes
    }

    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> ShardFits {
        var reader = PayloadReader(result)
        let fits = try ShardFits(decoding: &reader)
        try reader.finish()
        try fits.check(genes: shard.range.count, model: shard.model(.design))
        return fits
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        for index in study.analyses.indices {
            let fits = ShardFits(joining: try results.of(index))
            study.analyses[index].fits = fits.model
            study.analyses[index].reduced = fits.reduced
            study.analyses[index].matchCoefficientPrior(settings: study.settings)
        }
    }
}
