import AnalysisPipeline
import SamplePermutation
import Testing

@Suite("Exposures permuted together, as a stage")
struct PermutationFamilyStageTests {
    private func outcome(_ inputs: StudyInputs) throws -> (PermutationFamilyOutcome?, StudyResults) {
        var player = StudyPlayer(inputs: inputs)
        let results = try player.play()
        return (results.family, results)
    }

    @Test("Every exposure has its FWER over all of them, never below its own; all overlaps name their null")
    func family() throws {
        let (family, results) = try outcome(ExampleStudy.permutedTogether())
        let outcome = try #require(family)
        #expect(outcome.members.map(\.analysis) == ["main/group", "main/dose", "main/kind"])
        #expect(outcome.permutations == 60)
        for (member, analysis) in zip(outcome.members, results.analyses) {
            let own = try #require(analysis.tests[0].enrichment?.samples)
            #expect(member.geneIDs == own.geneIDs && member.statistics == own.results.genes.map(\.z))
            // Drawn as its own permutations, of which the family's largest is at least as large.
            for (gene, value) in member.geneFamilyWise.enumerated() {
                #expect(own.isEnumerated || value >= own.results.genes[gene].familyWise)
            }
        }
        let nulls = outcome.overlaps.map { overlap in
            switch overlap.null {
            case .joint: "joint \(overlap.exposures.joined(separator: ","))"
            case .conditional(let kept, let shuffled): "\(kept) kept, \(shuffled) shuffled"
            }
        }
        let pairs = [("group", "dose"), ("group", "kind"), ("dose", "kind")]
        let expected = Set(
            ["joint group,dose,kind"]
                + pairs.flatMap {
                    ["joint \($0),\($1)", "\($0) kept, \($1) shuffled", "\($1) kept, \($0) shuffled"]
                })
        #expect(Set(nulls) == expected)
        for kind in [PermutationFamilyOutcome.Overlap.Kind.genes, .geneSets] {
            #expect(outcome.overlaps.count { $0.kind == kind } == expected.count)
        }
        #expect(outcome.overlaps.allSatisfy { $0.result.pValue > 0 && $0.result.pValue <= 1 })
    }

    @Test("One exposure has no family, and several leave each one's own results as they are")
    func alone() throws {
        #expect(try outcome(ExampleStudy.permutedSamples()).0 == nil)
        var single = try ExampleStudy.permutedTogether()
        let (_, together) = try outcome(single)
        single.analyses = [single.analyses[1]]
        let (family, alone) = try outcome(single)
        #expect(family == nil)
        let (a, b) = (alone.analyses[0].tests[0].enrichment, together.analyses[1].tests[0].enrichment)
        #expect("\(try #require(a?.samples).results)" == "\(try #require(b?.samples).results)")
    }
}
