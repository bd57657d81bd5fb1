import Foundation
import Testing

/// Damaged and mismatched files through whole commands: each names its place, exits with 3 and writes nothing.
///
/// `BadDesignTests` and `UsageTests` have the designs and the single counts; `RunStoreTests` has stores cut short and
/// of a newer version, `JournalFileTests` and `WorkerAgentTests` have full disks, which a run waits out.
@Suite("Files that cannot be used")
struct BadFileTests {
    private static let counts = "gene\ts1\ts2\ts3\ts4\ts5\ts6\ng1\t5\t9\t3\t4\t7\t8\ng2\t15\t19\t13\t24\t17\t18\n"
    private static let samples = "sample\tgroup\ns1\ta\ns2\ta\ns3\ta\ns4\tb\ns5\tb\ns6\tb\n"

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var counts = BadFileTests.counts
        var samples = BadFileTests.samples
        var mentions: [String]
    }

    @Test(
        "Count tables and sample sheets",
        arguments: [
            Case(
                testDescription: "a duplicate sample in the counts",
                counts: counts.replacingOccurrences(of: "s6", with: "s1"), mentions: ["sample s1", "columns 2 and 7"]),
            Case(
                testDescription: "a duplicate sample in the sheet",
                samples: samples.replacingOccurrences(of: "s6", with: "s1"), mentions: ["sample s1", "line 2"]),
            Case(
                testDescription: "a sample in the counts only", samples: String(samples.dropLast(5)),
                mentions: ["1 sample not in", "s6"]),
            Case(
                testDescription: "no sample in common", samples: samples.replacingOccurrences(of: "s", with: "t"),
                mentions: ["none of its samples"]),
            Case(
                testDescription: "a missing count", counts: counts.replacingOccurrences(of: "\t19", with: "\tNA"),
                mentions: ["counts.tsv:3", "gene g2", "sample s2", "missing"]),
            Case(testDescription: "an empty table", counts: "", mentions: ["the file is empty"]),
            Case(testDescription: "a spreadsheet", counts: "PK\u{3}\u{4}...", mentions: ["spreadsheet"]),
        ])
    func tables(_ bad: Case) throws {
        let folder = try TemporaryFolder()
        let result = try modicum(
            "de", "--counts", try folder.write(bad.counts, as: "counts.tsv"), "--samples",
            try folder.write(bad.samples, as: "samples.tsv"), "--design", "~ group", "--out", folder("out"))
        #expect(result.status == 3, "\(result.errors)")
        for mention in bad.mentions { #expect(result.errors.contains(mention), "\(result.errors)") }
        #expect(!FileManager.default.fileExists(atPath: folder("out")), "nothing was written")
    }

    @Test("Counts that only fitting shows to be unfit are bad input as well")
    func unfitCounts() throws {
        let folder = try TemporaryFolder()
        let (counts, samples) = try folder.writeUnspreadCounts()
        let unspread = try modicum(
            "de", "--counts", counts, "--samples", samples, "--design", "~ group", "--out", folder("unspread"))
        #expect(unspread.status == 3 && unspread.errors.contains("biological replicates"), "\(unspread.errors)")

        let controls = try folder.write("g7\n", as: "controls.txt")
        let filtered = try modicum(
            "de", "--counts", counts, "--samples", samples, "--design", "~ group", "--control-genes", controls,
            "--filter", "count > 100 in >= 5", "--out", folder("filtered"))
        #expect(filtered.status == 3 && filtered.errors.contains("control genes"), "\(filtered.errors)")
    }

    @Test("Files cut short", arguments: ["inputs/merged/salmon.merged.gene_counts.tsv.gz", "inputs/dense.h5ad"])
    func cutShort(name: String) throws {
        let folder = try TemporaryFolder()
        let whole = try Data(contentsOf: URL(fileURLWithPath: packageRoot + "/datasets/goldens/" + name))
        let path = folder("cut" + (name.hasSuffix(".gz") ? ".tsv.gz" : ".h5ad"))
        try whole.prefix(whole.count * 2 / 3).write(to: URL(fileURLWithPath: path))
        let result = try modicum(
            "de", "--counts", path, "--samples", packageRoot + "/datasets/goldens/inputs/samples.tsv",
            "--scaled-counts",
            "--design", "~ condition", "--out", folder("out"))
        #expect(result.status == 3, "\(result.errors)")
        #expect(result.errors.contains(path), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }

    @Test(
        "Gene sets that cannot be used",
        arguments: [
            ("", "holds no gene set"), ("A\t\tx1\tx2\n", "0 of 1"), ("A\n", "sets.gmt:1"), ("A\tfirst\n", "gene set"),
        ])
    func geneSets(text: String, mention: String) throws {
        let folder = try TemporaryFolder()
        let ranks = try folder.write((1...50).map { "GENE\($0)\t\($0)\n" }.joined(), as: "list.rnk")
        let result = try modicum(
            "gsea", "--ranks", ranks, "--sets", try folder.write(text, as: "sets.gmt"), "--out", folder("out"))
        #expect(result.status == 3, "\(result.errors)")
        #expect(result.errors.contains(mention), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }

    @Test("A design that is hard to estimate is computed, and warned of with its numbers")
    func warnings() throws {
        let folder = try TemporaryFolder()
        let cells = [
            (61.2, 25.3, 13.5), (58.1, 30.2, 11.7), (65.4, 22.4, 12.2), (55.5, 31.0, 13.5), (60.9, 28.8, 10.3),
        ]
        let rows = (cells + cells.map { ($0.0 + 2.5, $0.1 - 1.1, $0.2 - 1.4) }).enumerated().map { row, cell in
            // A tenth is lost in rounding, so that the sum is not always 100.
            "s\(row + 1)\t\(cell.0 + (row % 3 == 0 ? 0.1 : 0))\t\(cell.1)\t\(cell.2)\t\(row == 0 ? "once" : row % 2 == 0 ? "x" : "y")"
                + "\t\(1000 + row)\n"
        }
        let sheet = "sample\tneutrophils\tlymphocytes\tmonocytes\tsite\tday\n" + rows.joined()
        let counts =
            "gene\t" + (1...10).map { "s\($0)" }.joined(separator: "\t") + "\n"
            + (1...30).map { gene in
                "g\(gene)\t" + (1...10).map { "\(20 + gene + ($0 * gene * 7) % 23)" }.joined(separator: "\t") + "\n"
            }.joined()
        let study = try folder.write(
            """
            modicum: 1
            counts: \(try folder.write(counts, as: "counts.tsv"))
            samples: \(try folder.write(sheet, as: "samples.tsv"))
            exposures: [monocytes, day]
            adjust: {cells: [neutrophils, lymphocytes], site: [site]}

            """, as: "study.yaml")
        let result = try modicum("check", study)
        #expect(result.status == 0, "\(result.errors)")
        for mention in [
            "neutrophils, lymphocytes and monocytes are nearly collinear (condition number", "they sum to about 100",
            "the level once has one sample", "column day: its mean is 1005 and its standard deviation 3.03",
            "subtract 1005 from it",
        ] {
            #expect(result.errors.contains(mention), "\(mention) in \(result.errors)")
        }
        #expect(try modicum("check", study, "--strict").status == 4)
    }
}
