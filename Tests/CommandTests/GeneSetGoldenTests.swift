import ExpressionFormats
import Foundation
import Testing

@Suite("modicum gsea agrees with brute force")
struct GeneSetGoldenTests {
    @Test("On the project's own goldens, with every weight", arguments: ["0", "1", "1.5", "2"])
    func own(weight: String) throws {
        let goldens = packageRoot + "/datasets/goldens/gsea/"
        try check(
            ranks: goldens + "list.rnk", sets: goldens + "sets.gmt", weight: weight, sizes: (1, 2000),
            truth: goldens + "truth_p\(weight).tsv", draws: 1e5, exact: nil)
    }

    @Test("On the reference list and collection", .enabled(if: ReferenceData.isWanted))
    func reference() throws {
        let folder = ReferenceData.folder + "/gsea/"
        try check(
            ranks: folder + "data/A_mesen_vs_immuno.rnk", sets: folder + "data/hallmark_v7.0.gmt", weight: "1",
            sizes: (15, 500), truth: folder + "golden/preranked/A_hallmark.truth_1e6.tsv", draws: 1e6,
            exact: folder + "golden/preranked/A_hallmark.es.tsv")
    }

    @Test("More permutations by more workers are the same table, and another seed is another one")
    func seeds() throws {
        let goldens = packageRoot + "/datasets/goldens/gsea/"
        let folder = try TemporaryFolder()
        var identities: [String] = []
        for (name, workers, seed) in [("a", "1", "42"), ("b", "3", "42"), ("c", "1", "43")] {
            let run = try modicum(
                "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--permutations", "50000",
                "--min-size", "5", "--workers", workers, "--threads", "1", "--seed", seed, "--quiet", "--out",
                folder(name))
            #expect(run.status == 0, "\(run.errors)")
            identities.append(try Record(in: folder(name)).identity)
        }
        #expect(identities[0] == identities[1])
        #expect(identities[0] != identities[2])
    }

    /// The share of same-sign scores at least as extreme.
    private func observedShare(of score: Double, among scores: [Double]) -> Double {
        let sameSign = scores.filter { ($0 > 0) == (score > 0) }
        return Double(sameSign.count { abs($0) >= abs(score) }) / Double(sameSign.count)
    }

    /// Compares with a brute-force null: five standard errors of both sides.
    private func check(
        ranks: String, sets: String, weight: String, sizes: (Int, Int), truth: String, draws: Double,
        exact: String?
    ) throws {
        let folder = try TemporaryFolder()
        let permutations = 100_000
        let run = try modicum(
            "gsea", "--ranks", ranks, "--sets", sets, "--weight", weight, "--min-size", "\(sizes.0)", "--max-size",
            "\(sizes.1)", "--permutations", "\(permutations)", "--quiet", "--out", folder("out"))
        #expect(run.status == 0, "\(run.errors)")
        let ours = try DelimitedTable(path: folder("out/gene_sets.tsv"))
        let row = Dictionary(
            uniqueKeysWithValues: ours.strings(column: 0).enumerated().map { ($1.uppercased(), $0) })
        let golden = try DelimitedTable(path: truth)
        let names = golden.strings(column: 0).map { $0.uppercased() }
        #expect(names.count == row.count)
        let (es, nes, p) = (try ours.doubles("ES"), try ours.doubles("NES"), try ours.doubles("pvalue"))
        let (q, fwer) = (try ours.doubles("fdr"), try ours.doubles("fwer"))
        let goldenNES = try golden.doubles("NES")
        for (index, name) in names.enumerated() {
            guard let mine = row[name] else {
                Issue.record("\(name) is missing")
                continue
            }
            #expect(abs(try golden.doubles("ES")[index] - es[mine]) < 1e-6, "ES of \(name)")
            // Ties count as extreme with us; only whole-number scores, of weight 0, ever tie.
            var share = try golden.doubles("p")[index]
            if golden.position(ofColumn: "n_equal") != nil {
                share += try golden.doubles("n_equal")[index] / golden.doubles("n_same_sign")[index]
            }
            // Same-sign draws: those of the golden, and about as large a share of ours.
            let theirs = try golden.doubles("n_same_sign")[index]
            let own = theirs / draws * Double(permutations)
            let error = (share * (1 - share) * (1 / theirs + 1 / own)).squareRoot()
            // Ours counts one draw more on both sides of the fraction.
            #expect(abs(share - p[mine]) < 5 * error + 2 / own, "p of \(name)")
            let expectedNES = goldenNES[index]
            // One set's NES varies with the mean of its null: about 0.5 % at 100,000 draws, both sides.
            #expect(abs(expectedNES - nes[mine]) < 0.02 * abs(expectedNES), "NES of \(name)")
            // q is the expected share of null sets beyond over the observed share. The latter
            // jumps where two sets with nearly one NES change places, so the former is compared.
            let rate = try golden.doubles("FDR_exact")[index]
            if rate < 1, q[mine] < 1 {
                let null = rate * observedShare(of: expectedNES, among: goldenNES)
                #expect(abs(null - q[mine] * observedShare(of: nes[mine], among: nes)) < 0.02, "q of \(name)")
            }
            #expect(abs(try golden.doubles("FWER_independent")[index] - fwer[mine]) < 0.05, "FWER of \(name)")
        }
        if let exact {
            let table = try DelimitedTable(path: exact)
            let values = try table.doubles("es_exact_p1")
            for (index, name) in table.strings(column: 0).enumerated() {
                guard let mine = row[name.uppercased()] else { continue }
                #expect(abs(values[index] - es[mine]) < 1e-12, "ES of \(name)")
            }
        }
    }
}
