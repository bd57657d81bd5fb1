import ExpressionData
import ExpressionFormats
import GeneSetEnrichment
import Testing

@Suite("Desktop compatibility")
struct DesktopTests {
    @Test(
        "The same seed gives the program's own numbers", .enabled(if: ReferenceData.isPresent),
        arguments: [
            ("A_mesen_vs_immuno.rnk", DesktopScheme.weighted, 500, 1_000, "A_hallmark.broad_seed149.tsv"),
            ("A_mesen_vs_immuno.rnk", .weighted, 150, 1_000, "A_hallmark.broad_15_150_seed149.tsv"),
            ("A_mesen_vs_immuno.rnk", .weighted, 500, 10_000, "A_hallmark.broad_nperm10000_seed149.tsv"),
            ("A_mesen_vs_immuno.rnk", .classic, 500, 1_000, "A_hallmark.broad_classic_seed149.tsv"),
            ("A_mesen_vs_immuno.rnk", .weightedP2, 500, 1_000, "A_hallmark.broad_p2_seed149.tsv"),
            ("A_mesen_vs_immuno.rnk", .weightedP15, 500, 1_000, "A_hallmark.broad_p1.5_seed149.tsv"),
            ("B_temp.rnk", .weighted, 500, 1_000, "B_hallmark.broad_seed149.tsv"),
        ])
    func program(
        list: String, scheme: DesktopScheme, maximumSize: Int, permutations: Int, table: String
    ) throws {
        let results = try results(
            list: "data/" + list, sets: "data/hallmark_v7.0.gmt", sizes: 15...maximumSize, scheme: scheme,
            permutations: permutations, seed: 149)
        let expected = try ReferenceData.table("golden/preranked/" + table)
        #expect(results.count == expected.count)
        // One tie of the 1.5 scheme falls otherwise, by the order in which the program sums a hash set.
        // Of ten thousand permutations one may fall on the other side of a score for the same reason: 2e-5 of q.
        let (fdrTolerance, fwerTolerance) =
            scheme == .weightedP15 ? (1e-4, 1.1e-3) : permutations > 1_000 ? (2e-5, 1e-7) : (5e-6, 1e-7)
        for set in 0..<results.count {
            let row = try #require(expected[results.name[set]])
            expect(
                results, set, es: row.number("ES"), nes: row.number("NES"), p: row.number("NOM_P"),
                q: row.number("FDR_Q"), fwer: row.number("FWER_P"), fdrTolerance: fdrTolerance,
                fwerTolerance: fwerTolerance)
            #expect(Double(results.rankAtMax[set]) == row.number("RANK_AT_MAX"), "\(results.name[set])")
        }
    }

    @Test(
        "Thousands of sets, whose draws follow one another in one stream", .enabled(if: ReferenceData.isPresent),
        arguments: [149, 2] as [Int64])
    func manySets(seed: Int64) throws {
        let results = try results(
            list: "data/A_mesen_vs_immuno.rnk", sets: "data/bader_2013_open.gmt", sizes: 15...500, scheme: .weighted,
            permutations: 1_000, seed: seed)
        let expected = try ReferenceData.table("golden/preranked/A_bader2013_15_500.broad_seed\(seed).tsv")
        #expect(results.count == expected.count)
        for set in 0..<results.count {
            let row = try #require(expected[results.name[set]])
            expect(
                results, set, es: row.number("ES"), nes: row.number("NES"), p: row.number("NOM_P"),
                q: row.number("FDR_Q"), fwer: row.number("FWER_P"), fdrTolerance: 5e-6, fwerTolerance: 1e-7)
        }
    }

    @Test(
        "Ties, zeros, infinities, one sign only", .enabled(if: ReferenceData.isPresent),
        arguments: [
            ("ties", "ties.rnk", DesktopScheme.weighted, 15, true),
            ("ties_classic", "ties.rnk", .classic, 15, true),
            ("ties_min1", "ties.rnk", .weighted, 1, true),
            ("ties_nonorm", "ties.rnk", .weighted, 15, false),
            ("zeros", "zeros.rnk", .weighted, 15, true),
            ("inf", "inf.rnk", .weighted, 15, true),
            ("allpos", "allpos.rnk", .weighted, 15, true),
            ("alltied", "alltied.rnk", .weighted, 15, true),
            ("noheader", "noheader_name.rnk", .weighted, 15, true),
        ])
    func edgeCases(
        name: String, list: String, scheme: DesktopScheme, minimumSize: Int, isNormalized: Bool
    ) throws {
        let folder = "golden/edge_cases/"
        let results = try results(
            list: folder + "in/" + list, sets: folder + "in/sets.gmt", sizes: minimumSize...500, scheme: scheme,
            permutations: 100, seed: 149, isNormalized: isNormalized)
        var expected: [String: [String: Substring]] = [:]
        for sign in ["pos", "neg"] {
            expected.merge(try ReferenceData.table(folder + name + "/\(sign).tsv")) { first, _ in first }
        }
        #expect(results.count == expected.count)
        var compared = 0
        for set in 0..<results.count {
            let row = try #require(expected[results.name[set]], "\(results.name[set])")
            #expect(abs(results.enrichmentScore[set] - row.number("ES")) <= 3e-7, "\(results.name[set])")
            // Of a set with nearly all genes many null scores equal the observed one up to the last
            // bit of a sum, whose order in the program is that of a hash table.
            guard results.size[set] <= 150 else { continue }
            compared += 1
            expect(
                results, set, es: row.number("ES"), nes: row.number("NES"), p: row.number("NOM p-val"),
                q: row.number("FDR q-val"), fwer: row.number("FWER p-val"), fdrTolerance: 2e-5, fwerTolerance: 1e-6)
        }
        #expect(compared > 0)
    }

    @Test("Any cut into ranges of sets draws the same scores, and the plan travels unchanged")
    func ranges() throws {
        let scores = (0..<300).map { Double(150 - $0) / 10 }
        let plan = DesktopPlan(
            scores: scores, scheme: .weighted, sizes: [15, 300, 7, 299, 40], permutations: 50, seed: -5)
        let whole = plan.nullScores(ofSets: 0..<5) {}
        for count in [1, 2, 5, 64] {
            let ranges = plan.ranges(count: count)
            #expect(ranges.flatMap { Array($0) } == Array(0..<5))
            #expect(ranges.flatMap { plan.nullScores(ofSets: $0) {} } == whole)
        }
        #expect(try DesktopPlan(decoding: plan.encoded()) == plan)
        #expect(throws: GeneSetNull.EncodingError.self) { try DesktopPlan(decoding: plan.encoded().dropLast()) }
    }

    @Test("Exponents that the program offers have a scheme, and others have none")
    func schemes() {
        #expect(DesktopScheme(exponent: 0) == .classic)
        #expect(DesktopScheme(exponent: 1.5) == .weightedP15)
        #expect(DesktopScheme(exponent: 0.5) == nil)
    }

    private func results(
        list: String, sets: String, sizes: ClosedRange<Int>, scheme: DesktopScheme, permutations: Int, seed: Int64,
        isNormalized: Bool = true
    ) throws -> GeneSetResults {
        let list = try RankedListFile.read(InputFile(path: ReferenceData.path(list)), singlePrecision: true).list
        let sets = try GeneSetFile.read(paths: [ReferenceData.path(sets)], as: .gseaDesktop).sets
        let analysis = DesktopAnalysis(
            list: list, sets: sets, minimumSize: sizes.lowerBound, maximumSize: sizes.upperBound, scheme: scheme)
        let plan = analysis.plan(permutations: permutations, seed: seed)
        return analysis.results(
            fromNull: NullScores(plan.nullScores(ofSets: 0..<plan.sizes.count) {}), isNormalized: isNormalized)
    }

    private func expect(
        _ results: GeneSetResults, _ set: Int, es: Double, nes: Double, p: Double, q: Double, fwer: Double,
        fdrTolerance: Double, fwerTolerance: Double
    ) {
        let name = results.name[set]
        // Float32 sums of at most 500 terms, in another order for random sets.
        #expect(abs(results.enrichmentScore[set] - es) <= 3e-7, "ES of \(name)")
        #expect(same(results.normalizedEnrichmentScore[set], nes, within: 2e-6), "NES of \(name)")
        #expect(same(results.pValue[set], p, within: 1e-7), "p of \(name)")
        #expect(same(results.fdr[set], q, within: fdrTolerance), "q of \(name)")
        #expect(same(results.fwer[set], fwer, within: fwerTolerance), "FWER of \(name)")
    }

    private func same(_ value: Double, _ expected: Double, within tolerance: Double) -> Bool {
        value.isNaN ? expected.isNaN : abs(value - expected) <= tolerance
    }
}
