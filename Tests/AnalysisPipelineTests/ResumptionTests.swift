import AnalysisPipeline
import JobEngine
import Testing

@Suite("Resuming a study")
struct ResumptionTests {
    private func p(_ results: StudyResults) -> [UInt64] {
        let genes = results.analyses.flatMap { $0.tests.flatMap(\.table.pValues) } + results.transformedCounts
        let sets = results.enrichment.map { $0.table.normalizedEnrichmentScore + $0.table.fdr } ?? []
        return (genes + sets).map(\.bitPattern)
    }

    @Test(
        "A journal of all shards leaves nothing to compute, and comes to the same",
        arguments: ExampleStudy.Kind.allCases)
    func whole(kind: ExampleStudy.Kind) throws {
        let inputs = try ExampleStudy.inputs(kind)
        var journal: [Shard: [UInt8]] = [:]
        var first = StudyPlayer(inputs: inputs)
        let expected = try first.play { stage in
            for (shard, result) in zip(stage.plan.shards, stage.results) { journal[shard] = result }
        }
        var second = StudyPlayer(inputs: inputs, executor: Idle()) { [journal] in journal[$0] }
        let resumed = try second.play { #expect($0.computed.isEmpty) }
        #expect(p(resumed) == p(expected))
        #expect(!p(expected).isEmpty)
    }

    @Test("Shards that are not in the journal, or damaged in it, are computed", arguments: ExampleStudy.Kind.allCases)
    func part(kind: ExampleStudy.Kind) throws {
        let inputs = try ExampleStudy.inputs(kind)
        var journal: [Shard: [UInt8]] = [:]
        var stages = 0
        var first = StudyPlayer(inputs: inputs)
        let expected = try first.play { stage in
            stages += 1
            let results = stages == 1 ? stage.results : stage.results.map { Array($0.dropLast()) }
            for (shard, result) in zip(stage.plan.shards, results) { journal[shard] = result }
        }
        var computed: [Int] = []
        var second = StudyPlayer(inputs: inputs) { [journal] in journal[$0] }
        let resumed = try second.play { computed.append($0.computed.count) }
        #expect(p(resumed) == p(expected))
        #expect(computed.count == stages && computed.first == 0 && computed.dropFirst().allSatisfy { $0 > 0 })
    }
}

/// Computes nothing.
private struct Idle: ShardExecutor {
    func execute(_ shard: Shard, inputs: [Blob], control: any ShardControl) throws -> [UInt8] {
        Issue.record("a shard of \(shard.stage) is computed")
        return []
    }
}
