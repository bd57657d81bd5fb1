import ExpressionData
import GeneSetEnrichment
import StatisticalKernels
import Testing

@Suite("Gene-set analysis")
struct GeneSetAnalysisTests {
    @Test(
        "NES, p, q and FWER agree with brute force", .enabled(if: ReferenceData.isPresent),
        arguments: [
            ("hallmark_v7.0.gmt", 1.0, "A_hallmark.truth_1e6.tsv", 100_000),
            ("hallmark_v7.0.gmt", 0, "A_hallmark.truth_p0_2e5.tsv", 100_000),
            ("hallmark_v7.0.gmt", 1.5, "A_hallmark.truth_p1.5_2e5.tsv", 100_000),
            ("hallmark_v7.0.gmt", 2, "A_hallmark.truth_p2_2e5.tsv", 100_000),
            ("bader_2013_open.gmt", 1, "A_bader2013_15_500.truth_1e5.tsv", 20_000),
        ])
    func bruteForce(sets: String, weight: Double, table: String, permutations: Int) throws {
        var settings = GeneSetAnalysis.Settings()
        settings.weight = weight
        settings.seed = 2024
        let analysis = GeneSetAnalysis(
            list: try ReferenceData.rankedList("data/A_mesen_vs_immuno.rnk"),
            sets: try ReferenceData.geneSets("data/" + sets), settings: settings)
        let state = analysis.plan.state(permutations: 0..<permutations)
        let results = analysis.results(from: state)
        let truth = try ReferenceData.table("golden/preranked/" + table)
        #expect(results.count == truth.count)
        let scale = (1_000 / Double(permutations)).squareRoot()
        for set in 0..<results.count {
            let name = results.name[set]
            let row = try #require(truth[name])
            // The brute force reads the list's scores as float32.
            #expect(abs(results.enrichmentScore[set] - row.number("ES")) < 1e-7)
            // Five standard errors: the table's own and ours, where a score has 5 % of its size for 1,000 draws.
            let nes = results.normalizedEnrichmentScore[set]
            #expect(abs(nes - row.number("NES")) <= 5 * (row.number("NES_se") + 0.05 * scale * abs(nes)))
            // p: the standard deviation of 1,000 draws, scaled; where no draw was beyond, a few may be.
            let p = row.number("p")
            let pError = row.number("p_sd_at_1000perm") * scale + row.number("p_se")
            #expect(abs(results.pValue[set] - p) <= 5 * pError + 30 / Double(permutations), "\(name)")
            #expect(results.pValueLow[set] <= p + 5 * row.number("p_se"))
            // q: five standard errors on either side, where the 95 % bounds are two away.
            let q = results.fdr[set]
            let expected = row.number("FDR_exact")
            let error = 5 * row.number("FDR_exact_se")
            let low = q - 2.5 * (q - results.fdrLow[set])
            let high = q + 2.5 * (results.fdrHigh[set] - q)
            #expect(low - error <= expected && expected <= high + error, "\(name): q \(q), expected \(expected)")
            #expect(0 < results.fdrLow[set] && results.fdrLow[set] <= q && q <= results.fdrHigh[set])
            // FWER: −log(1 − FWER) is the number of sets expected beyond by chance, and as uncertain as q.
            let chance = -log1p(-results.fwer[set])
            let expectedChance = -log1p(-row.number("FWER_independent"))
            if results.fwer[set] < 0.999 && row.number("FWER_independent") > 0 {
                #expect(expectedChance >= chance * (low - error) / q - 1e-3, "\(name)")
                #expect(expectedChance <= chance * (high + error) / q + 1e-3, "\(name)")
            }
            #expect(results.fwer[set] > 0)
            #expect(results.reason[set].isEmpty)
        }
    }

    /// Sixty genes scored 3…−2.9, and sets A at the top, B at the bottom, C in the middle.
    private func smallAnalysis(_ settings: GeneSetAnalysis.Settings) -> GeneSetAnalysis {
        let genes = (0..<60).map { "g\($0)" }
        let scores = (0..<60).map { 3 - Double($0) / 10 }
        func set(_ name: String, _ members: [Int], extra: [String] = []) -> GeneSet {
            GeneSet(name: name, description: "", source: "small.gmt", genes: members.map { "g\($0)" } + extra)
        }
        return GeneSetAnalysis(
            list: RankedGeneList(genes: genes, scores: scores),
            sets: [
                set("A", [0, 1, 2, 3, 4], extra: ["absent"]), set("B", [55, 56, 57, 58, 59]),
                set("tiny", [7]), set("C", [10, 20, 30, 40, 50]), set("none", [], extra: ["x", "y"]),
                set("huge", Array(0..<30)),
            ], settings: settings)
    }

    private var smallSettings: GeneSetAnalysis.Settings {
        var settings = GeneSetAnalysis.Settings()
        settings.minimumSize = 2
        settings.maximumSize = 20
        return settings
    }

    @Test("Sets are cut to the list and filtered by what is left of them")
    func filter() {
        let matching = smallAnalysis(smallSettings).matching
        #expect(matching.matched.map(\.index) == [0, 1, 3])
        #expect(matching.matched.map(\.originalSize) == [6, 5, 5])
        #expect(matching.matched.map(\.size) == [5, 5, 5])
        #expect(matching.rejected.map(\.index) == [2, 4, 5])
        #expect(matching.rejected.map(\.reason) == [.fewerThanMinimum, .noGeneInList, .moreThanMaximum])
        #expect(matching.rejected.map(\.size) == [1, 0, 30])
        #expect(matching.rejected.map(\.originalSize) == [1, 2, 30])
    }

    @Test("Sizes equal to the limits are kept")
    func sizeLimits() {
        var settings = smallSettings
        settings.minimumSize = 5
        settings.maximumSize = 30
        #expect(smallAnalysis(settings).matching.matched.map(\.index) == [0, 1, 3, 5])
    }

    @Test("The table is in input order, and the extreme sets are found and settled")
    func table() {
        let analysis = smallAnalysis(smallSettings)
        let results = analysis.results(from: analysis.plan.state(permutations: 0..<20_000))
        #expect(results.name == ["A", "B", "C"])
        #expect(results.source == ["small.gmt", "small.gmt", "small.gmt"])
        #expect(results.enrichmentScore[0] == 1 && results.enrichmentScore[1] == -1)
        #expect(results.rankAtMax == [4, 6, results.rankAtMax[2]])
        #expect(results.leadingEdges[0] == [0, 1, 2, 3, 4])
        // From the end of the list on.
        #expect(results.leadingEdges[1] == [59, 58, 57, 56, 55])
        #expect(results.pValue[0] < 0.001 && results.pValue[1] < 0.001 && results.pValue[2] > 0.1)
        #expect(results.fdr[0] < 0.001 && results.fdr[0] > 0 && results.fwer[0] > 0)
        #expect(results.isSettled == [true, true, true])
        #expect(results.adjustedPValue[0] >= results.pValue[0])
    }

    @Test("A set that is settled with one seed lies on the same side of the threshold with every other")
    func seeds() {
        var stream = PhiloxStream(seed: 3, stream: 0)
        let genes = (0..<900).map { "g\($0)" }
        // From no enrichment to much, so that some lie near the threshold.
        let sets = (0..<80).map { set in
            var members: Set<Int> = []
            while members.count < set / 10 { members.insert(stream.next(below: 180)) }
            while members.count < 16 + set % 9 { members.insert(stream.next(below: 900)) }
            return GeneSet(
                name: "S\(set)", description: "", source: "s.gmt", genes: members.sorted().map { genes[$0] })
        }
        let list = RankedGeneList(genes: genes, scores: (0..<900).map { 4.5 - Double($0) / 100.1 })
        let tables = (1...6).map { seed in
            var settings = GeneSetAnalysis.Settings()
            settings.seed = UInt64(seed)
            let analysis = GeneSetAnalysis(list: list, sets: sets, settings: settings)
            return analysis.results(from: analysis.plan.state(permutations: 0..<2_000))
        }
        let counts = tables.map { $0.counts(below: 0.05) }
        // The seed decides how many there are, and by no more than is said to be open.
        let below = counts.map { $0.up + $0.down }
        #expect(Set(below).count > 1, "\(below)")
        let surely = counts.map { $0.up - $0.upUnsettled + $0.down - $0.downUnsettled }
        let atMost = zip(surely, counts).map { $0 + $1.unsettled }
        #expect(surely.max()! <= atMost.min()!, "\(surely) \(atMost)")
        for row in tables[0].name.indices {
            let sides = Set(tables.filter { $0.isSettled[row] }.map { $0.fdr[row] < 0.05 })
            #expect(sides.count <= 1, "\(tables[0].name[row])")
        }
    }

    @Test("Without permutations there is an enrichment score and a reason")
    func noPermutations() {
        let analysis = smallAnalysis(smallSettings)
        let results = analysis.results(from: analysis.plan.emptyState)
        #expect(results.enrichmentScore[0] == 1)
        #expect(results.normalizedEnrichmentScore.allSatisfy { $0.isNaN })
        #expect(results.pValue.allSatisfy { $0.isNaN } && results.fdr.allSatisfy { $0.isNaN })
        #expect(results.isSettled == [false, false, false])
        #expect(Set(results.reason) == ["no-permutations"])
    }

    @Test("A set whose sign no draw has says so")
    func noSameSignDraws() throws {
        let analysis = smallAnalysis(smallSettings)
        // The first permutation whose single draw of five genes scores above zero.
        let state = try #require(
            (0..<100).lazy.map { analysis.plan.state(permutations: $0..<$0 + 1) }
                .first { $0.exceedances(ofSet: 0, in: analysis.plan).sameSign == 1 })
        let results = analysis.results(from: state)
        #expect(results.reason == ["", "no-same-sign-draws", results.reason[2]])
        #expect(results.normalizedEnrichmentScore[1].isNaN && results.pValue[1].isNaN && results.fdr[1].isNaN)
        #expect(results.enrichmentScore[1] == -1)
        // (0 + 1)/(1 + 1): one draw can show no more.
        #expect(results.pValue[0] == 0.5)
    }

    @Test("No set that fits is a table without rows")
    func noSets() {
        var settings = smallSettings
        settings.minimumSize = 50
        settings.maximumSize = 55
        let analysis = smallAnalysis(settings)
        let results = analysis.results(from: analysis.plan.state(permutations: 0..<10))
        #expect(results.count == 0)
    }

    @Test("More permutations extend a run to the bit")
    func extend() throws {
        let analysis = smallAnalysis(smallSettings)
        var state = try GeneSetNull.State(decoding: analysis.plan.state(permutations: 0..<3_000).encoded())
        state.merge(analysis.plan.state(permutations: 3_000..<10_000))
        let extended = analysis.results(from: state)
        let atOnce = analysis.results(from: analysis.plan.state(permutations: 0..<10_000))
        #expect(extended.fdr == atOnce.fdr && extended.pValue == atOnce.pValue)
        #expect(extended.normalizedEnrichmentScore == atOnce.normalizedEnrichmentScore)
    }
}
