import GeneSetEnrichment
import JobEngine

/// Null scores drawn as the GSEA desktop draws them, in shards of sets.
package struct DesktopNullStage: ShardedStage {
    package static let name = "desktop-nulls"
    package let title = "gene-set nulls of the desktop"

    package enum Input: String, ShardInput {
        /// The list, and the sizes of its sets in the order in which that program draws them.
        case draws
    }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Int> {
        try study.enrichment.plan(DesktopRun.self) { list, run, shards in
            let ranges = run.missingSets
            for range in ranges { try shards.add(range, for: list, reading: [.draws: run.planBlob]) }
            shards.largestResult = max(
                shards.largestResult,
                NullScorePayload.bytes(ofScores: (ranges.map(\.count).max() ?? 0) * run.plan.permutations))
        }
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        NullScorePayload.encode(try plan(of: shard).nullScores(ofSets: shard.range, betweenDraws: control.proceed))
    }

    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> ScoreBytes {
        let scores = try NullScorePayload.scores(in: result)
        try expect(scores.count == shard.range.count * plan(of: shard).permutations, "null scores")
        return scores
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        try study.enrichment.update(DesktopRun.self) { list, run in
            let parts = try results.of(list)
            if !parts.isEmpty { run.take(parts) }
        }
    }

    private static func plan(of shard: StageShard<Input>) throws -> DesktopPlan {
        let plan = try shard.shared(.draws) { try DesktopPlan(decoding: $0) }
        try expect(shard.range.upperBound <= plan.sizes.count, "sets")
        return plan
    }
}
