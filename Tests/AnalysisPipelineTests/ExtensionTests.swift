import AnalysisPipeline
import ExpressionData
import GeneSetEnrichment
import Testing

/// More permutations for a finished run of random gene sets, or of the desktop's draws.
@Suite("Raising permutations")
struct ExtensionTests {
    private func played(_ inputs: StudyInputs) throws -> (EnrichmentResults, [ShardRecord]) {
        var player = StudyPlayer(inputs: inputs)
        let results = try player.play()
        return (try #require(results.enrichment ?? results.analyses.first?.tests.first?.enrichment), results.shards)
    }

    private func sets(_ permutations: Int, _ change: (inout StudyConfiguration.GeneSets) -> Void = { _ in }) throws
        -> StudyInputs
    {
        try ExampleStudy.enrichment {
            $0.permutations = permutations
            change(&$0)
        }
    }

    private func prior(_ enrichment: EnrichmentResults) -> PriorNull {
        PriorNull(analysis: nil, test: nil, planDigest: enrichment.planDigest, null: enrichment.null)
    }

    /// All numbers of a table, in which a missing number equals another one.
    private func bits(_ table: GeneSetResults) -> [UInt64] {
        [
            table.enrichmentScore, table.normalizedEnrichmentScore, table.pValue, table.pValueLow, table.pValueHigh,
            table.fdr, table.fdrLow, table.fdrHigh, table.fwer, table.adjustedPValue, table.permutationsToSettle,
            table.log2Error,
        ].flatMap { $0.map(\.bitPattern) }
    }

    private func stateBytes(_ enrichment: EnrichmentResults) throws -> [UInt8] {
        guard case .bySize(let state) = enrichment.null else {
            Issue.record("not the null of random sets")
            return []
        }
        return state.encoded()
    }

    @Test(
        "A run that is raised has the bytes of one that was asked for as many at once",
        arguments: [[1], [999], [1_000, 8_192], [8_193], [3_000, 6_001, 9_999]])
    func raised(steps: [Int]) throws {
        let whole = try played(sets(10_000))
        var prior: [PriorNull] = []
        for permutations in steps + [10_000] {
            var inputs = try sets(permutations)
            inputs.priorNulls = prior
            let (enrichment, shards) = try played(inputs)
            let before = prior.isEmpty ? 0 : steps.last { $0 < permutations } ?? 0
            #expect(shards.first?.first == before && shards.last?.end == permutations)
            prior = [self.prior(enrichment)]
            guard permutations == 10_000 else { continue }
            #expect(try stateBytes(enrichment) == stateBytes(whole.0))
            #expect(bits(enrichment.table) == bits(whole.0.table))
            #expect(enrichment.planDigest == whole.0.planDigest)
        }
    }

    @Test("Rare p-values are climbed to again, from the null as it is then")
    func raisedRare() throws {
        let whole = try played(sets(10_000) { $0.nominal = .multilevel })
        var inputs = try sets(10_000) { $0.nominal = .multilevel }
        inputs.priorNulls = [prior(try played(sets(2_000) { $0.nominal = .multilevel }).0)]
        let (enrichment, shards) = try played(inputs)
        #expect(bits(enrichment.table) == bits(whole.0.table))
        #expect(shards.filter { $0.stage == "rare-gene-sets" } == whole.1.filter { $0.stage == "rare-gene-sets" })
    }

    @Test("A run that has as many as are asked for draws none, and comes to the same")
    func nothingToAdd() throws {
        let (whole, _) = try played(sets(2_000))
        var inputs = try sets(2_000)
        inputs.priorNulls = [prior(whole)]
        let (again, shards) = try played(inputs)
        #expect(shards.isEmpty && bits(again.table) == bits(whole.table))
    }

    @Test("A null of another seed, weight or list, or of more permutations, is not gone on from")
    func foreignPriors() throws {
        let own = try played(sets(2_000))
        for (what, other) in [
            ("seed", try sets(1_000) { $0.seed = 43 }), ("weight", try sets(1_000) { $0.weight = 0 }),
            ("sizes", try sets(1_000) { $0.minSize = 13 }), ("more", try sets(3_000)),
        ] {
            var inputs = try sets(2_000)
            inputs.priorNulls = [prior(try played(other).0)]
            let (enrichment, shards) = try played(inputs)
            #expect(shards.first?.first == 0, "\(what)")
            #expect(bits(enrichment.table) == bits(own.0.table), "\(what)")
        }
        // Nor one under the name of a test.
        var inputs = try sets(2_000)
        let null = prior(try played(sets(1_000)).0)
        inputs.priorNulls = [
            PriorNull(analysis: "main/dose", test: "dose", planDigest: null.planDigest, null: null.null)
        ]
        #expect(try played(inputs).1.first?.first == 0)
    }

    @Test("The desktop's draws are one stream: they are taken whole, or drawn anew")
    func desktop() throws {
        func inputs(_ permutations: Int) throws -> StudyInputs {
            var inputs = try ExampleStudy.inputs(.desktopSets)
            inputs.configuration.geneSets?.permutations = permutations
            return inputs
        }
        let whole = try played(inputs(100))
        var same = try inputs(100)
        same.priorNulls = [prior(whole.0)]
        let taken = try played(same)
        #expect(taken.1.isEmpty && bits(taken.0.table) == bits(whole.0.table))
        var raised = try inputs(100)
        raised.priorNulls = [prior(try played(inputs(40)).0)]
        let drawn = try played(raised)
        #expect(drawn.1 == whole.1 && bits(drawn.0.table) == bits(whole.0.table))
    }

    @Test("Runs that differ in the number of permutations alone are one run, and in anything else are not")
    func sameRun() throws {
        let configuration = try sets(1_000).configuration
        #expect(try configuration.extensible == sets(250_000).configuration.extensible)
        #expect(try configuration.extensible != sets(1_000) { $0.seed = 7 }.configuration.extensible)
        #expect(try configuration.extensible != sets(1_000) { $0.maxSize = 400 }.configuration.extensible)
    }
}
