import GeneSetEnrichment
import JobEngine
import Payloads

/// Gene-set scores under permuted labels of samples, in shards of permutations: two passes of counts with a barrier
/// between them, or the scores themselves where somebody needs them.
package struct PhenotypeNullStage: ShardedStage {
    package static let name = "phenotype-nulls"
    package let title = "permuted phenotypes"

    /// For the second pass, and until every set is settled, where that is asked for.
    package let isPlannedAgain = true

    package enum Input: String, ShardInput {
        /// The samples, their values and labels, and the sets.
        case comparison

        /// What scores are held against: of the second pass.
        case thresholds

        /// Where the scores themselves are asked for.
        case scores

        package static let optional: Set<Input> = [.thresholds, .scores]
    }

    package enum Owner: Hashable, Sendable {
        case first(list: Int)
        case second(list: Int)
    }

    package enum Output {
        case first(PairedPassOne)
        case second(PairedPassTwo)

        /// Set after set.
        case scores(ScoreBytes)
    }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Owner> {
        try study.planPermutations(of: PhenotypeRun.self) { list, run, shards in
            var inputs: [Input: Blob] = [.comparison: run.planBlob]
            let ranges = run.missingFirst
            if run.bringsScores {
                inputs[.scores] = Blob(Array("null scores".utf8))
                shards.largestResult = max(
                    shards.largestResult,
                    NullScorePayload.bytes(ofScores: (ranges.map(\.count).max() ?? 0) * run.plan.sets.count))
            } else {
                let setCount = run.plan.sets.count
                shards.largestResult = max(
                    shards.largestResult, PairedPassOne.largestEncoding(setCount: setCount),
                    PairedPassTwo.largestEncoding(setCount: setCount))
            }
            for range in ranges { try shards.add(range, for: .first(list: list), reading: inputs) }
            let missing = run.missingSecond
            if missing.isEmpty { return }
            inputs[.thresholds] = Blob(run.thresholds.encoded())
            for range in missing { try shards.add(range, for: .second(list: list), reading: inputs) }
        }
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        let plan = try plan(of: shard)
        guard !shard.has(.scores) else {
            return NullScorePayload.encode(
                try plan.nullScores(permutations: shard.range, betweenPermutations: control.proceed))
        }
        return shard.has(.thresholds)
            ? try secondPass(shard, plan, control: control).encoded()
            : try firstPass(shard, plan, control: control).encoded()
    }

    private static func firstPass(
        _ shard: StageShard<Input>, _ plan: PhenotypePlan, control: any ShardControl
    ) throws -> PairedPassOne {
        let count = shard.range.count * plan.sets.count
        let isKept = KeptSetScores.ofProcess.canKeep(count)
        var scores: [Float] = []
        if isKept { scores.reserveCapacity(count) }
        let pass = try plan.firstPass(
            shard.range, keeping: { if isKept { scores.append(contentsOf: $0) } },
            betweenPermutations: control.proceed)
        if isKept { KeptSetScores.ofProcess.keep(scores, of: try shard.digest(.comparison), shard.range) }
        return pass
    }

    private static func secondPass(
        _ shard: StageShard<Input>, _ plan: PhenotypePlan, control: any ShardControl
    ) throws -> PairedPassTwo {
        let thresholds = try thresholds(of: shard)
        try expect(thresholds.setCount == plan.sets.count, "thresholds")
        guard let kept = KeptSetScores.ofProcess.scores(of: try shard.digest(.comparison), shard.range),
            kept.count == shard.range.count * plan.sets.count
        else { return try plan.secondPass(shard.range, thresholds, betweenPermutations: control.proceed) }
        try control.proceed()
        return plan.secondPass(kept: kept, thresholds)
    }

    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> Output {
        let setCount = try plan(of: shard).sets.count
        if shard.has(.scores) {
            let scores = try NullScorePayload.scores(in: result)
            try expect(scores.count == shard.range.count * setCount, "null scores")
            return .scores(scores)
        }
        if shard.has(.thresholds) {
            let pass = try PairedPassTwo(decoding: result)
            try expect(pass.isOf(permutations: shard.range.count, try thresholds(of: shard)), "normalized scores")
            return .second(pass)
        }
        let pass = try PairedPassOne(decoding: result)
        try expect(pass.isOf(permutations: shard.range.count, setCount: setCount), "counts of scores")
        return .first(pass)
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        try study.enrichment.update(PhenotypeRun.self) { list, run in
            var scores: [ScoreBytes] = []
            try results.forEach(of: .first(list: list)) { result in
                switch result {
                case .first(let pass): run.takeFirst(pass)
                case .scores(let part): scores.append(part)
                case .second: break
                }
            }
            if !scores.isEmpty { run.take(scores) }
            try results.forEach(of: .second(list: list)) { if case .second(let pass) = $0 { run.takeSecond(pass) } }
        }
    }

    private static func plan(of shard: StageShard<Input>) throws -> PhenotypePlan {
        try shard.shared(.comparison) { try PhenotypePlan(decoding: $0) }
    }

    private static func thresholds(of shard: StageShard<Input>) throws -> PairedThresholds {
        try shard.shared(.thresholds) { try PairedThresholds(decoding: $0) }
    }
}
