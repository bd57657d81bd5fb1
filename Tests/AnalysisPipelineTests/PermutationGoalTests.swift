import GeneSetEnrichment
import Testing

import AnalysisPipeline

@Suite("How far permutations go")
struct PermutationGoalTests {
    @Test("An exact number is drawn at once, and no decision is taken")
    func exact() {
        #expect(PermutationGoal.exactly(250).first == 250)
        #expect(PermutationGoal.exactly(250).settling == nil)
    }

    @Test("Until all is settled decisions are taken at powers of two of a thousand, and at the limit")
    func checkpoints() {
        let rule = SettlingRule(limit: 10_000)
        var checkpoints: [Int] = []
        var permutations = 0
        while let next = rule.checkpoint(after: permutations) {
            checkpoints.append(next)
            permutations = next
        }
        #expect(checkpoints == [1_000, 2_000, 4_000, 8_000, 10_000])
        for number in 1...11_000 {
            #expect(rule.isCheckpoint(number) == (checkpoints.contains(number) || number > 10_000))
        }
    }

    @Test("Where a run ends does not depend on where it began", arguments: [1, 999, 1_000, 1_500, 3_999, 7_000])
    func resumed(from start: Int) {
        let rule = SettlingRule(limit: 10_000)
        var permutations = start
        while let next = rule.checkpoint(after: permutations) {
            #expect(rule.isCheckpoint(next))
            permutations = next
        }
        #expect(permutations == 10_000)
    }

    @Test("A limit below the first checkpoint is where the only decision is taken", arguments: [1, 500, 1_000])
    func lowLimits(limit: Int) {
        let goal = PermutationGoal.untilSettled(atMost: limit)
        #expect(goal.first == limit)
        #expect(goal.settling?.checkpoint(after: limit - 1) == limit)
        #expect(goal.settling?.checkpoint(after: limit) == nil)
    }

    @Test("A folder lacks files where others are asked for, not where it has more")
    func fileChoices() {
        let all = FileChoice(ranking: .waldZ, details: true)
        let few = FileChoice(ranking: nil, details: false)
        #expect(!few.asksForOthers(than: all) && all.asksForOthers(than: few))
        #expect(!all.asksForOthers(than: all))
        #expect(FileChoice(ranking: .log2FoldChange).asksForOthers(than: all))
        #expect(FileChoice(ranking: .waldZ, prefix: "x.").asksForOthers(than: all))
        var tables = all
        tables.enrichmentTables = true
        #expect(tables.asksForOthers(than: all) && !all.asksForOthers(than: tables))
    }
}
