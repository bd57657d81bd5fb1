import DifferentialExpression
import JobEngine
import Payloads

/// Transformed counts, where they were asked for, in shards of genes.
package struct TransformStage: ShardedStage {
    package static let name = "transformed-counts"
    package let title = "transformed counts"
    package let reads: Set<KeptBlobs.Kind> = [.counts]

    package enum Input: String, ShardInput {
        case counts
        case transform

        /// The trend at the mean of each gene, which only a regularized logarithm needs.
        case trend

        package static let optional: Set<Input> = [.trend]
    }

    package func isAsked(of study: StudyState) -> Bool { study.transform != nil }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Int> {
        var shards = StageShards<Input, Int>()
        let results = study.analyses.first?.results()
        guard
            let (transform, trend) = study.transform?.encoded(
                of: study.inputs, genes: study.analysedGenes, dispFit: results?.dispFit ?? [],
                baseMeans: results?.geneWise.baseMean ?? [])
        else { return shards }
        for (range, counts) in try study.geneBlocks() {
            var inputs: [Input: Blob] = [.counts: counts, .transform: transform]
            inputs[.trend] = trend.map { Blob(doubles: Array($0[range])) }
            try shards.add(range, for: 0, reading: inputs)
        }
        return shards
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        let transform = try transform(of: shard)
        var writer = PayloadWriter()
        writer.write(
            try transform.values(
                of: shard.countBlock(.counts, sampleCount: transform.context.sampleCount),
                dispFit: shard.has(.trend) ? shard.doubles(.trend) : nil))
        return writer.bytes
    }

    /// `gene * samples + sample`.
    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> [Double] {
        var reader = PayloadReader(result)
        let values = try reader.readDoubles()
        try reader.finish()
        try expect(values.count == shard.range.count * transform(of: shard).context.sampleCount, "transformed counts")
        return values
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        try results.forEach(of: 0) { study.transform?.values += $0 }
    }

    private static func transform(of shard: StageShard<Input>) throws -> CountTransform {
        try shard.shared(.transform) { try CountTransform(decoding: $0) }
    }
}
