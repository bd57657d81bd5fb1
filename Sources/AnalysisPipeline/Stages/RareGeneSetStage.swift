import GeneSetEnrichment
import JobEngine
import Payloads

/// P-values too small to be counted, in shards of climbs to the scores of some sets.
package struct RareGeneSetStage: ShardedStage {
    package static let name = "rare-gene-sets"
    package let title = "rare p-values"

    package enum Input: String, ShardInput {
        case list

        /// The sets of the list whose p-values are rare, and the climbs to their scores.
        case rareSets = "rare-sets"
    }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Int> {
        try study.enrichment.plan(SizeNullRun.self) { list, run, shards in
            guard let rare = run.rareGeneSets else { return }
            let blob = Blob(rare.encoded())
            for climb in rare.climbs.indices {
                try shards.add(climb..<climb + 1, for: list, reading: [.list: run.planBlob, .rareSets: blob])
            }
        }
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        let plan = try shard.nullPlan(.list)
        let rare = try rareSets(of: shard)
        guard rare.fits(plan) else {
            throw PayloadError(description: "rare gene sets do not belong to this list")
        }
        let splitting = MultilevelSplitting(plan)
        var writer = PayloadWriter()
        for climb in shard.range {
            for reach in try rare.reaches(ofClimb: climb, by: splitting, betweenLevels: control.proceed) {
                writer.write(reach.logProbability)
                writer.write(reach.variance)
                writer.write(reach.isComplete)
            }
        }
        return writer.bytes
    }

    /// By climb of the shard and set of the climb.
    package static func read(
        _ result: [UInt8], of shard: StageShard<Input>
    ) throws -> [[MultilevelSplitting.Reach]] {
        let rare = try rareSets(of: shard)
        var reader = PayloadReader(result)
        let reaches = try shard.range.map { climb in
            try rare.climbs[climb].sets.map { _ in
                MultilevelSplitting.Reach(
                    logProbability: try reader.readDouble(), variance: try reader.readDouble(),
                    isComplete: try reader.readBool())
            }
        }
        try reader.finish()
        return reaches
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        try study.enrichment.update(SizeNullRun.self) { list, run in
            try run.takeRare(results.of(list).flatMap { $0 })
        }
    }

    private static func rareSets(of shard: StageShard<Input>) throws -> RareGeneSets {
        let rare = try shard.shared(.rareSets) { try RareGeneSets(decoding: $0) }
        try expect(shard.range.upperBound <= rare.climbs.count, "climbs to rare gene sets")
        return rare
    }
}
