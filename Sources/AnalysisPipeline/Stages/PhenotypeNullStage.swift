import GeneSetEnrichment
import JobEngine

/// Gene-set scores under permuted labels of samples, in shards of permutations.
package struct PhenotypeNullStage: ShardedStage {
    package static let name = "phenotype-nulls"
    package let title = "permuted phenotypes"

    /// Permutations are added until every set is settled, where that is asked for.
    package let isPlannedAgain = true

    package enum Input: String, ShardInput {
        /// The samples, their values and labels, and the sets.
        case comparison
    }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Int> {
        try study.planPermutations(of: PhenotypeRun.self) { list, run, shards in
            let ranges = run.missingPermutations
            for range in ranges { try shards.add(range, for: list, reading: [.comparison: run.planBlob]) }
            shards.largestResult = max(
                shards.largestResult,
                NullScorePayload.bytes(ofScores: (ranges.map(\.count).max() ?? 0) * run.plan.sets.count))
        }
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        NullScorePayload.encode(
            try plan(of: shard).nullScores(permutations: shard.range, betweenPermutations: control.proceed))
    }

    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> ScoreBytes {
        let scores = try NullScorePayload.scores(in: result)
        try expect(scores.count == shard.range.count * plan(of: shard).sets.count, "null scores")
        return scores
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        try study.enrichment.update(PhenotypeRun.self) { list, run in
            let parts = try results.of(list)
            if !parts.isEmpty { run.take(parts) }
        }
    }

    private static func plan(of shard: StageShard<Input>) throws -> PhenotypePlan {
        try shard.shared(.comparison) { try PhenotypePlan(decoding: $0) }
    }
}
