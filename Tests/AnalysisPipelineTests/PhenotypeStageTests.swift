import AnalysisPipeline
import ExpressionData
import GeneSetEnrichment
import JobEngine
import Testing

@Suite("Permuted phenotypes as a stage")
struct PhenotypeStageTests {
    private func inputs(_ permutations: Int, showsScores: Bool = false) throws -> StudyInputs {
        var inputs = try ExampleStudy.phenotypes()
        inputs.configuration.geneSets?.permutations = permutations
        inputs.writesGSEAFolder = showsScores
        return inputs
    }

    private func outcome(_ inputs: StudyInputs) throws -> (EnrichmentResults, [ShardRecord]) {
        var player = StudyPlayer(inputs: inputs)
        let results = try player.play()
        return (try #require(results.enrichment), results.shards)
    }

    private func prior(_ enrichment: EnrichmentResults) -> PriorNull {
        PriorNull(analysis: nil, test: nil, planDigest: enrichment.planDigest, null: enrichment.null)
    }

    /// What is counted is all that is kept; the first permutation that was drawn in the first pass.
    private func firstDrawn(_ shards: [ShardRecord]) -> Int? {
        shards.first { !$0.parameters.contains("thresholds") }?.first
    }

    @Test("The counts, and the scores themselves, lead to the same table")
    func scores() throws {
        let (counted, shards) = try outcome(inputs(300))
        let (stored, storedShards) = try outcome(inputs(300, showsScores: true))
        #expect("\(counted.table)" == "\(stored.table)")
        guard case .byPhenotypes(let first) = counted.null, case .bySet(let scores) = stored.null else {
            Issue.record("each null has its own kind")
            return
        }
        #expect(PairedPassOne(scores, observed: counted.enrichments.map { Float($0.value) }) == first)
        #expect(Set(shards.map(\.parameters)) == ["comparison", "comparison thresholds"])
        #expect(Set(storedShards.map(\.parameters)) == ["comparison scores"])
    }

    @Test(
        "A run goes on from counts, and from scores that an earlier one stored; scores to be shown from scores alone",
        arguments: [(before: false, after: false), (true, false), (true, true), (false, true)])
    func extensions(before: Bool, after: Bool) throws {
        let (whole, _) = try outcome(inputs(300, showsScores: after))
        var earlier = try outcome(inputs(40, showsScores: before)).0
        for permutations in [170, 300] {
            var inputs = try inputs(permutations, showsScores: after)
            inputs.priorNulls = [prior(earlier)]
            let present = permutations == 170 ? 40 : 170
            let (enrichment, shards) = try outcome(inputs)
            let drawsAgain = permutations == 170 && !before && after
            #expect(firstDrawn(shards) == (drawsAgain ? 0 : present))
            earlier = enrichment
        }
        #expect("\(earlier.table)" == "\(whole.table)")
        switch (earlier.null, whole.null) {
        case (.byPhenotypes(let own), .byPhenotypes(let expected)): #expect(own == expected)
        case (.bySet(let own), .bySet(let expected)):
            #expect(own.scores(ofSets: 0..<own.setCount) == expected.scores(ofSets: 0..<expected.setCount))
        default: Issue.record("an extension changed what is stored")
        }
    }

    @Test("A null of other samples is not gone on from, nor one of more permutations")
    func otherPriors() throws {
        let (earlier, _) = try outcome(inputs(40))
        var other = try inputs(60)
        other.priorNulls = [
            PriorNull(analysis: nil, test: nil, planDigest: "another", null: earlier.null)
        ]
        #expect(try firstDrawn(outcome(other).1) == 0)
        var shorter = try inputs(20)
        shorter.priorNulls = [prior(earlier)]
        let (enrichment, shards) = try outcome(shorter)
        let (alone, _) = try outcome(inputs(20))
        #expect(firstDrawn(shards) == 0 && "\(enrichment.table)" == "\(alone.table)")
    }

    @Test("Until all is settled the table is that of as many permutations at once")
    func settling() throws {
        var asked = try inputs(1_000)
        asked.settling = SettlingRule(limit: 3_000)
        var player = StudyPlayer(inputs: asked)
        let results = try player.play()
        let permutations = try #require(results.inputs.configuration.geneSets?.permutations)
        let (whole, _) = try outcome(inputs(permutations))
        let settled = try #require(results.enrichment)
        #expect("\(settled.table)" == "\(whole.table)")
    }

    @Test("What permutations up to an earlier checkpoint came to is on record only where results rest on it")
    func settlingRecords() throws {
        var asked = try inputs(40)
        asked.settling = SettlingRule(limit: 90)
        let (_, shards) = try outcome(asked)
        #expect(firstDrawn(shards) == 0 && shards.contains { $0.first == 40 })
        var replay = try StudyReplay(inputs: inputs(90), records: shards)
        #expect(try replay.firstDifference(of: Set(shards.indices), computing: { try $0.map($1) }) == nil)
        let drawn = shards.filter { $0.parameters == "comparison thresholds" }
        #expect(drawn.reduce(0) { $0 + $1.end - $1.first } == 90)
    }

    @Test("Without permutations there are scores and nothing else")
    func none() throws {
        let (enrichment, shards) = try outcome(inputs(0))
        #expect(shards.isEmpty && enrichment.table.reason.allSatisfy { $0 == "no-permutations" })
        #expect(enrichment.table.fdr.allSatisfy(\.isNaN) && enrichment.table.pValue.allSatisfy(\.isNaN))
    }
}
