import Deflate
import GeneSetEnrichment
import JobEngine

/// Enrichment scores of random gene sets, in shards of permutations.
package struct GeneSetNullStage: ShardedStage {
    package static let name = "gene-set-nulls"
    package let title = "gene-set nulls"

    /// Permutations are added until every set is settled, where that is asked for.
    package let isPlannedAgain = true

    package enum Input: String, ShardInput {
        /// The scores of a ranked list, the sizes of its sets, and what was observed of them.
        case list
    }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Int> {
        try study.planPermutations(of: SizeNullRun.self) { list, run, shards in
            for range in run.missingPermutations {
                try shards.add(range, for: list, reading: [.list: run.planBlob])
            }
        }
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        let state = try shard.nullPlan(.list).state(permutations: shard.range, betweenBlocks: control.proceed)
        return Deflate.compress(state.encoded(), level: 1)
    }

    /// - Throws: `DeflateError` where it unpacks to more than any state of the list has.
    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> GeneSetNull.State {
        let plan = try shard.nullPlan(.list)
        let state = try GeneSetNull.State(
            decoding: Deflate.inflate(result, sizeLimit: GeneSetNull.State.largestEncoding(of: plan)))
        try expect(state.holds(shard.range.count, of: plan), "null distributions")
        return state
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        try study.enrichment.update(SizeNullRun.self) { list, run in
            try results.forEach(of: list) { run.merge($0) }
        }
    }
}

extension StageShard {
    /// What the null distributions of a list are drawn from.
    func nullPlan(_ input: Input) throws -> GeneSetNull.Plan {
        try shared(input) { try GeneSetNull.Plan(decoding: $0) }
    }
}
