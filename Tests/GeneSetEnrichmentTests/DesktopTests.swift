import ExpressionData
import GeneSetEnrichment
import Testing

@Suite("Desktop compatibility")
struct DesktopTests {
    @Test(
        "The same seed gives the program's own numbers", .enabled(if: ReferenceData.isPresent),
        arguments: [
            ("A_mesen_vs_immuno.rnk", DesktopScheme.weighted, 500, "A_hallmark.broad_seed149.tsv"),
            ("A_mesen_vs_immuno.rnk", .weighted, 150, "A_hallmark.broad_15_150_seed149.tsv"),
            ("A_mesen_vs_immuno.rnk", .classic, 500, "A_hallmark.broad_classic_seed149.tsv"),
            ("A_mesen_vs_immuno.rnk", .weightedP2, 500, "A_hallmark.broad_p2_seed149.tsv"),
            ("A_mesen_vs_immuno.rnk", .weightedP15, 500, "A_hallmark.broad_p1.5_seed149.tsv"),
            ("B_temp.rnk", .weighted, 500, "B_hallmark.broad_seed149.tsv"),
        ])
    func program(list: String, scheme: DesktopScheme, maximumSize: Int, table: String) throws {
        let analysis = DesktopAnalysis(
            list: try ReferenceData.rankedList("data/" + list),
            sets: try ReferenceData.geneSets("data/hallmark_v7.0.gmt"), minimumSize: 15, maximumSize: maximumSize,
            scheme: scheme)
        let results = analysis.results(permutations: 1_000, seed: 149) {}
        let expected = try ReferenceData.table("golden/preranked/" + table)
        #expect(results.count == expected.count)
        // One tie of the 1.5 scheme falls otherwise, by the order in which the program sums a hash set.
        let (fdrTolerance, fwerTolerance) = scheme == .weightedP15 ? (1e-4, 1.1e-3) : (5e-6, 1e-7)
        for set in 0..<results.count {
            let name = results.name[set]
            let row = try #require(expected[name])
            // Float32 sums of at most 200 terms, in another order for random sets.
            #expect(abs(results.enrichmentScore[set] - row.number("ES")) <= 3e-7, "\(name)")
            #expect(abs(results.normalizedEnrichmentScore[set] - row.number("NES")) <= 2e-6, "\(name)")
            #expect(abs(results.pValue[set] - row.number("NOM_P")) <= 1e-7, "\(name)")
            #expect(abs(results.fdr[set] - row.number("FDR_Q")) <= fdrTolerance, "\(name)")
            #expect(abs(results.fwer[set] - row.number("FWER_P")) <= fwerTolerance, "\(name)")
            #expect(Double(results.rankAtMax[set]) == row.number("RANK_AT_MAX"), "\(name)")
        }
    }

    @Test("Exponents that the program offers have a scheme, and others have none")
    func schemes() {
        #expect(DesktopScheme(exponent: 0) == .classic)
        #expect(DesktopScheme(exponent: 1.5) == .weightedP15)
        #expect(DesktopScheme(exponent: 0.5) == nil)
    }
}
