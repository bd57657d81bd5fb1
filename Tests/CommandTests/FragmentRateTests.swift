import ExpressionFormats
import Foundation
import Testing

@Suite("Fragments per million and per kilobase are DESeq2's")
struct FragmentRateTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let basepairs = ["--basepairs", OptionGolden.folder + "two_group.basepairs.tsv"]
    private static let lengths = ["--gene-lengths", OptionGolden.folder + "two_group.lengths.tsv.gz"]
    private static let plain = ["--fpm-robust", "off"]

    @Test(
        "Tables of every sample",
        arguments: [
            ("fpm", "fpm", ["--fpm"]), ("fpm", "fpm_plain", ["--fpm"] + plain),
            ("fpkm", "fpkm", ["--fpkm"] + basepairs), ("fpkm", "fpkm_plain", ["--fpkm"] + basepairs + plain),
            ("fpkm", "fpkm_filtered", ["--fpkm", "--filter", "count > 50 in >= 4"] + basepairs),
            ("fpm", "fpm_lengths", ["--fpm"] + lengths), ("fpkm", "fpkm_lengths", ["--fpkm"] + lengths),
            ("fpkm", "fpkm_lengths_plain", ["--fpkm"] + lengths + plain),
        ])
    func table(name: String, golden: String, arguments: [String]) throws {
        try runOnGolden("two_group", arguments + ["--report", "off"], in: folder)
        let expected = OptionGolden.folder + "two_group.\(golden).tsv.gz"
        let table = try GoldenTable(folder("out/\(name).tsv.gz"), expected: expected)
        for sample in try DelimitedTable(path: expected).columnNames.dropFirst() {
            try table.expectEqual(sample, tolerance: 1e-13, worst: 1e-13, small: 1e-300, share: 0)
        }
    }

    @Test("Lengths are those of featureCounts' own table, or of the exons of a GTF file")
    func sources() throws {
        let genes = ["ENSG00000000003.5", "ENSG00000000005.2", "ENSG00000000419.9"] + (4...200).map { "GENE\($0)" }
        let counts = genes.enumerated().map { gene, name in
            let mean = [40, 120, 310][gene % 3]
            return (name, (0..<6).map { mean + (gene * 31 + $0 * 17 * (gene % 11 + 1)) % (mean / 2) })
        }
        let header = "Geneid\tChr\tStart\tEnd\tStrand\tLength\t" + (1...6).map { "a\($0).bam" }.joined(separator: "\t")
        let featureCounts = counts.enumerated().map { gene, row in
            "\(row.0)\t1\t1\t9\t+\t\(gene < 3 ? [1000, 250, 4000][gene] : 800)\t"
                + row.1.map(String.init).joined(separator: "\t")
        }
        _ = try folder.write(
            "# Program:featureCounts v2.0.3; Command:\"featureCounts\"\n" + header + "\n"
                + featureCounts.joined(separator: "\n") + "\n", as: "fc.txt")
        let table = counts.map { "\($0.0)\t" + $0.1.map(String.init).joined(separator: "\t") }
        _ = try folder.write(
            "gene_id\t" + (1...6).map { "a\($0)" }.joined(separator: "\t") + "\n" + table.joined(separator: "\n")
                + "\n",
            as: "c.tsv")
        _ = try folder.write(
            "sample\tgroup\n" + (1...6).map { "a\($0)\t\($0 % 2 == 0 ? "x" : "y")\n" }.joined(), as: "s.tsv")
        // Exons of two transcripts overlap: 1,000 bases in all. One gene has no exons.
        let exons = [(0, 101, 900), (0, 501, 1100), (2, 1, 4000)].map { gene, start, end in
            "1\tx\texon\t\(start)\t\(end)\t.\t+\t.\tgene_id \"\(genes[gene])\"; gene_name \"N\(gene)\";\n"
        }
        _ = try folder.write(exons.joined(), as: "g.gtf")
        func rates(_ out: String, _ arguments: [String], status: Int32 = 0) throws -> (DelimitedTable?, String) {
            let result = try ModicumProcess(
                [
                    "de", "--samples", "s.tsv", "--design", "~ group", "--dispersion-trend", "mean", "--fpkm", "--out",
                    out, "--report", "off",
                ] + arguments, in: folder.path
            ).finish()
            try #require(result.status == status, "\(result.errors)")
            return (status == 0 ? try DelimitedTable(path: folder(out + "/fpkm.tsv.gz")) : nil, result.errors)
        }
        let (ofCounts, _) = try rates("of-counts", ["--counts", "fc.txt", "--strip-versions"])
        let (ofExons, words) = try rates(
            "of-exons", ["--counts", "c.tsv", "--annotation", "g.gtf", "--strip-versions"])
        let (first, second) = (try #require(ofCounts).doubles("a1"), try #require(ofExons).doubles("a1"))
        #expect(first[0] == second[0] && first[2] == second[2] && first[1] > 0 && second[1].isNaN)
        #expect(words.contains("198 genes without a known length") && words.contains("ENSG00000000005"), "\(words)")
        let (_, refusal) = try rates("of-none", ["--counts", "c.tsv"], status: 3)
        #expect(refusal.contains("--basepairs"), "\(refusal)")
    }
}
