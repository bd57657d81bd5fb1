import ExpressionData
import GeneSetEnrichment
import JobEngine

/// All gene-set analyses of a run: one per ranked list.
struct EnrichmentState: Sendable {
    private var entries: [Entry] = []

    private struct Entry: Sendable {
        /// Positions of the analysis and its test; nil for a list that was given.
        let analysis: Int?
        let test: Int?
        var run: any EnrichmentRun

        /// The shards of the present plan that are this list's.
        var shardCount = 0
    }

    mutating func add(analysis: Int?, test: Int?, _ run: any EnrichmentRun) {
        entries.append(Entry(analysis: analysis, test: test, run: run))
    }

    /// The stages that concern gene sets, in order.
    static let stages: [Stage] = [.geneSetNulls, .rareGeneSets, .desktopNulls, .phenotypeNulls]

    mutating func plan(_ stage: Stage) -> StagePlan {
        var plan = StagePlan(title: stage.title, blobs: [], shards: [])
        for index in entries.indices {
            let part = entries[index].run.plan(stage)
            plan.blobs += part.blobs
            plan.shards += part.shards
            plan.largestResult = max(plan.largestResult, part.largestResult)
            entries[index].shardCount = part.shards.count
        }
        return plan
    }

    mutating func take(_ results: [[UInt8]], of stage: Stage) throws {
        var next = 0
        for index in entries.indices where entries[index].shardCount > 0 {
            let end = next + entries[index].shardCount
            try entries[index].run.take(results[next..<end], of: stage)
            next = end
        }
    }

    /// How many sets more permutations would settle.
    var unsettledCount: Int { entries.reduce(0) { $0 + $1.run.unsettledCount } }

    mutating func raise(toPermutations permutations: Int) {
        for index in entries.indices { entries[index].run.raise(toPermutations: permutations) }
    }

    /// The results, each with the positions of its analysis and test.
    func results() throws -> [(analysis: Int?, test: Int?, results: EnrichmentResults?)] {
        try entries.map { ($0.analysis, $0.test, try $0.run.results()) }
    }
}
