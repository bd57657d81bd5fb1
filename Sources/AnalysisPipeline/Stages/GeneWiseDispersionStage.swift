import DifferentialExpression
import JobEngine
import Payloads

/// Gene-wise dispersions, in shards of genes: of every design, and for a blind transform of a model without variables.
package struct GeneWiseDispersionStage: ShardedStage {
    package static let name = "gene-wise-dispersions"
    package let title = "gene-wise dispersions"
    package let reads: Set<KeptBlobs.Kind> = [.counts]

    package enum Input: String, ShardInput {
        case counts
        case design
    }

    package enum Owner: Hashable, Sendable {
        case analysis(Int)
        case blindTransform
    }

    package func isAsked(of study: StudyState) -> Bool { study.settings != nil }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Owner> {
        var shards = StageShards<Input, Owner>()
        let blocks = try study.geneBlocks()
        for (index, analysis) in study.analyses.enumerated() {
            for (range, counts) in blocks {
                try shards.add(
                    range, for: .analysis(index), reading: [.counts: counts, .design: analysis.modelBlob])
            }
        }
        if let (design, genes) = study.transform?.blindFit {
            // The trend of a fast transform is fitted to some genes only.
            for (range, counts) in genes.map({ [study.block(ofGenes: $0)] }) ?? blocks {
                try shards.add(range, for: .blindTransform, reading: [.counts: counts, .design: design])
            }
        }
        return shards
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        let context = try shard.analysis(.design).context
        var writer = PayloadWriter()
        GeneWiseDispersions(
            estimating: try shard.countBlock(.counts, sampleCount: context.sampleCount), in: context
        ).encodeColumns(to: &writer)
        return writer.bytes
    }

    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> GeneWiseDispersions {
        var reader = PayloadReader(result)
        let geneWise = try GeneWiseDispersions(decodingColumns: &reader)
        try reader.finish()
        let coefficients = try shard.model(.design).columnNames.count
        try geneWise.checkColumns(genes: shard.range.count, coefficients: coefficients, contrasts: 0)
        return geneWise
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        for index in study.analyses.indices {
            study.analyses[index].geneWise = GeneWiseDispersions(joining: try results.of(.analysis(index)))
            study.kept.keep(
                results.payloads(of: .analysis(index)).map { Blob($0) }, as: .geneWiseDispersions, of: index)
        }
        let blind = try results.of(.blindTransform)
        if !blind.isEmpty { study.transform?.blindGeneWise = GeneWiseDispersions(joining: blind) }
    }
}
