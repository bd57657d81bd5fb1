import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import GeneSetEnrichment
import Testing

/// What a finished study says besides its warnings.
@Suite("Notes on results")
struct StudyNoteTests {
    private func results(_ change: (inout StudyInputs) -> Void = { _ in }) throws -> StudyResults {
        var inputs = try ExampleStudy.enrichment { $0.permutations = 1_000 }
        change(&inputs)
        var player = StudyPlayer(inputs: inputs)
        return try player.play()
    }

    @Test("How many sets lie below the threshold is counted as the table has them")
    func setCounts() throws {
        let results = try results { $0.configuration.geneSets?.fdrThreshold = 0.9 }
        let counts = try #require(results.enrichment?.table.counts(below: 0.9))
        let note = try #require(results.setCountNote)
        #expect(note.hasPrefix("\(counts.up + counts.down) gene set") && note.contains("with q < 0.9"), "\(note)")
        #expect(!note.contains("ranked lists"))
        let none = try #require(try self.results { $0.configuration.geneSets?.fdrThreshold = 1e-9 }.setCountNote)
        #expect(none.hasPrefix("no gene set with q < "), "\(none)")
    }

    @Test("Without a q, without sets, or under the desktop's null, nothing is said of what may change")
    func noCounts() throws {
        #expect(try results { $0.configuration.geneSets?.permutations = 0 }.setCountNote == nil)
        #expect(try results { $0.configuration.geneSets?.minSize = 100 }.setCountNote == nil)
        var desktop = StudyPlayer(inputs: try ExampleStudy.inputs(.desktopSets))
        let note = try #require(try desktop.play().setCountNote)
        #expect(!note.contains("seed") && note.contains("with q < 0.05"))
        var genes = StudyPlayer(inputs: try ExampleStudy.inputs(.plain))
        let ofGenes = try genes.play()
        #expect(ofGenes.setCountNote == nil && ofGenes.settlingNote == nil && ofGenes.tieNote == nil)
        #expect(ofGenes.notes.isEmpty)
    }

    @Test("Sets of several lists are counted together, and that is said")
    func severalLists() throws {
        var settings = GeneSetSettings()
        (settings.minSize, settings.permutations, settings.fdrThreshold) = (3, 200, 0.9)
        var player = StudyPlayer(inputs: try ExampleStudy.expression(analyses: 2, geneSets: settings))
        let results = try player.play()
        let tables = try results.analyses.map { try #require($0.tests[0].enrichment).table }
        let counts = tables.map { $0.counts(below: 0.9) }
        let total = counts.reduce(0) { $0 + $1.up + $1.down }
        let note = try #require(results.setCountNote)
        #expect(note.contains("\(total) gene sets with q < 0.9 in 2 ranked lists"), "\(note)")
    }

    @Test("Permutations that were added are told with how far they went, and what is open with what would settle it")
    func settling() throws {
        let short = try results {
            $0.settling = SettlingRule(limit: 1_000)
            $0.configuration.geneSets?.fdrThreshold = 0.3
        }
        let table = try #require(short.enrichment?.table)
        let open = table.isSettled.indices.count {
            !table.isSettled[$0] && !table.fdr[$0].isNaN && !table.permutationsToSettle[$0].isNaN
        }
        let note = try #require(short.settlingNote)
        #expect(note.contains("after 1,000 permutations"), "\(note)")
        if open == 0 {
            #expect(note.hasPrefix("every gene set is settled"))
        } else {
            #expect(note.hasPrefix("\(open) of 4 gene sets") && note.contains("the most that were asked for"))
        }
        // Where nobody asked for that, a settled list is not worth a note.
        let asked = try results { $0.configuration.geneSets?.fdrThreshold = 1e-9 }
        if asked.enrichment?.table.isSettled.allSatisfy({ $0 }) == true { #expect(asked.settlingNote == nil) }
    }

    @Test("Equal scores are counted, and the set that another order moves most is named")
    func ties() throws {
        let scores = ExampleStudy.geneNames.indices.map { 30 - Double($0 / 8) * 4 }
        let tied = try results { $0.rankedList = RankedGeneList(genes: ExampleStudy.geneNames, scores: scores) }
        let table = try #require(tied.enrichment?.table)
        #expect(!table.lowestNESOfTies.isEmpty)
        let note = try #require(tied.tieNote)
        #expect(note.hasPrefix("120 of 120 genes share their score with another"), "\(note)")
        let moves = table.name.indices.map { row in
            max(
                table.highestNESOfTies[row] - table.normalizedEnrichmentScore[row],
                table.normalizedEnrichmentScore[row] - table.lowestNESOfTies[row])
        }
        let largest = try #require(moves.indices.max { moves[$0] < moves[$1] })
        #expect(note.hasSuffix("(\(table.name[largest]))"))
        #expect(try results().tieNote == nil)
    }

    @Test("An empirical null is told of every test, or as a range where there are many")
    func empiricalNulls() throws {
        func note(analyses: Int) throws -> (String?, EmpiricalNulls) {
            var inputs = try ExampleStudy.expression(analyses: analyses) { $0.empiricalNull = .fdrtool }
            // The example's own noise is too even for a null: as many statistics lie near zero as far from it.
            var generator = SeededGenerator(seed: 20)
            inputs.counts = CountMatrix(
                geneIDs: ExampleStudy.geneNames, sampleNames: (0..<8).map { "s\($0)" },
                counts: (0..<120 * 8).map { _ in
                    Int32(100 + (0..<6).reduce(0) { sum, _ in sum + Int.random(in: 0..<30, using: &generator) })
                })
            var player = StudyPlayer(inputs: inputs)
            let results = try player.play()
            let nulls = EmpiricalNulls(results)
            #expect(nulls.entries.count == analyses)
            return (results.notes.first { $0.hasPrefix("empirical null") }, nulls)
        }
        let (one, nulls) = try note(analyses: 1)
        let parameters = nulls.entries[0].parameters
        let sd = (parameters.standardDeviation * 1000).rounded() / 1000
        #expect(one?.hasPrefix("empirical null: group_treated_vs_control sd \(sd), eta0 ") == true, "\(one ?? "")")
        #expect(nulls.entries[0].analysis == "" && nulls.entries[0].geneCount > 100)
        let (two, _) = try note(analyses: 2)
        #expect(two?.contains("analysis0 sd \(sd)") == true && two?.contains("; analysis1 sd \(sd)") == true)
        let (five, _) = try note(analyses: 5)
        #expect(five?.hasPrefix("empirical nulls of 5 tests: sd \(sd), eta0 ") == true, "\(five ?? "")")
    }
}

/// The list that a test's genes are ranked into.
@Suite("Ranked lists of tests")
struct TestRankingTests {
    private func table() throws -> ResultsTable {
        var player = StudyPlayer(inputs: try ExampleStudy.inputs(.plain))
        return try player.play().analyses[0].tests[0].table
    }

    @Test(
        "Genes without a p-value are not in the list, and the others are by descending score",
        arguments: RankingMetric.allCases)
    func order(metric: RankingMetric) throws {
        let table = try table()
        let list = metric.rankedList(of: table, names: ExampleStudy.geneNames)
        let tested = ExampleStudy.geneNames.indices.filter { !table.pValues[$0].isNaN }
        #expect(Set(list.genes) == Set(tested.map { ExampleStudy.geneNames[$0] }))
        #expect(list.scores == list.scores.sorted(by: >) && list.scores.allSatisfy { !$0.isNaN })
        // Whatever ranks them, a gene that goes up stands before one that goes down.
        for (gene, score) in zip(list.genes, list.scores) where score != 0 {
            let row = try #require(ExampleStudy.geneNames.firstIndex(of: gene))
            #expect((score > 0) == (table.log2FoldChanges[row] > 0), "\(gene)")
        }
    }

    @Test("Of genes with one name the one with the larger score stands for it")
    func sharedNames() throws {
        let table = try table()
        var names = ExampleStudy.geneNames
        (names[10], names[11], names[12]) = ("one", "one", "one")
        let list = RankingMetric.log2FoldChange.rankedList(of: table, names: names)
        let place = try #require(list.genes.firstIndex(of: "one"))
        #expect(list.genes.count { $0 == "one" } == 1)
        #expect(list.scores[place].magnitude == table.log2FoldChanges[10...12].map(\.magnitude).max())
    }
}
