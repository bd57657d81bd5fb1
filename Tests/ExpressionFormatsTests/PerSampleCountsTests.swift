import ExpressionData
import ExpressionFormats
import Testing

@Suite("Counts by sample")
struct PerSampleCountsTests {
    @Test("HTSeq files are joined without their summary rows")
    func htseq() throws {
        let content = try PerSampleCounts.read([
            ("s1", InputFile(name: "d/s1.htseq.txt", text: "g1\t1\ng2\t0\n__no_feature\t7\n__ambiguous\t0\n")),
            ("s2", InputFile(name: "d/s2.counts", text: "g1\tsymbol\t3\r\ng2\t\t4\r\n__no_feature\t\t7\r\n")),
        ])
        #expect(
            content.counts == CountMatrix(geneIDs: ["g1", "g2"], sampleNames: ["s1", "s2"], counts: [1, 3, 0, 4]))
        #expect(content.strandedness == nil)
    }

    static func star(_ rows: String) throws -> InputFile {
        try InputFile(
            name: "s1_ReadsPerGene.out.tab",
            text:
                "N_unmapped\t1\t1\t1\nN_multimapping\t2\t2\t2\nN_noFeature\t3\t3\t3\nN_ambiguous\t0\t0\t0\n" + rows)
    }

    @Test("STAR files give the counts of the strandedness asked for")
    func star() throws {
        let file = try Self.star("g1\t9\t2\t7\n")
        for (strandedness, count) in [(PerSampleCounts.Strandedness.unstranded, 9), (.forward, 2), (.reverse, 7)] {
            let content = try PerSampleCounts.read([("s1", file)], strandedness: strandedness)
            #expect(content.counts == CountMatrix(geneIDs: ["g1"], sampleNames: ["s1"], counts: [Int32(count)]))
            #expect(content.warnings.isEmpty)
        }
    }

    @Test(
        "Without a choice the clear majority decides, and what is unclear is warned of",
        arguments: [
            ([(1000, 10, 990)], PerSampleCounts.Strandedness.reverse, nil), ([(1000, 950, 30)], .forward, nil),
            ([(1000, 480, 520)], .unstranded, nil), ([(1000, 300, 700)], .unstranded, "do not tell"),
            ([(1000, 10, 990), (1000, 20, 980), (100, 52, 48)], .reverse, "s3 looks different"),
            ([(0, 0, 0)], .unstranded, nil),
        ] as [([(Int, Int, Int)], PerSampleCounts.Strandedness, String?)])
    func majority(
        totals: [(Int, Int, Int)], expected: PerSampleCounts.Strandedness, warning: String?
    ) throws {
        let files = try totals.enumerated().map { position, total in
            ("s\(position + 1)", try Self.star("g1\t\(total.0)\t\(total.1)\t\(total.2)\ng2\t0\t0\t0\n"))
        }
        let content = try PerSampleCounts.read(files)
        #expect(content.strandedness == expected)
        let serious = content.warnings.filter { $0.severity == .warning }
        #expect(serious.count == (warning == nil ? 0 : 1))
        if let warning { #expect(serious.first?.message.contains(warning) == true, "\(serious)") }
        let position = PerSampleCounts.Strandedness.allCases.firstIndex(of: expected)!
        #expect(content.counts.counts[0] == Int32([totals[0].0, totals[0].1, totals[0].2][position]))
    }

    @Test("Files with other genes or damaged are refused with their place")
    func errors() throws {
        func error(_ files: (String, String)...) -> InputError? {
            #expect(throws: InputError.self) {
                try PerSampleCounts.read(
                    files.map { (String($0.0.prefix(1)), try InputFile(name: $0.0, text: $0.1)) })
            }
        }
        #expect(
            error(("a.txt", "g1\t1\n"), ("b.txt", "g2\t1\n"))?.place == InputPlace(file: "b.txt", line: 1, gene: "g2"))
        #expect(
            error(("a.txt", "g1\t1\ng2\t1\n"), ("b.txt", "g1\t1\n"))?.place == InputPlace(file: "b.txt", gene: "g2"))
        #expect(error(("a.txt", "g1\t1\n"), ("b.txt", "g1\t1\ng2\t1\n"))?.place.gene == "g2")
        #expect(
            error(("a.txt", "__x\t2\n\ng1\t-1\n"))?.place == InputPlace(file: "a.txt", line: 3, gene: "g1", sample: "a")
        )
        #expect(error(("a.txt", "g1\t1\ng1\t2\n"))?.problem == "the gene is already on line 1")
        #expect(error(("a.txt", "g1\t1\t2\t3\n"))?.place.line == 1)
        #expect(error(("a.txt", "__x\t1\n")) != nil)
        #expect(error() != nil)
    }

    @Test(
        "Samples are named by their files, or by their folders",
        arguments: [
            (["S1.htseq.txt.gz", "S2.htseq.txt.gz"], CountsFormat.htseq, nil, ["S1", "S2"]),
            (["a_ReadsPerGene.out.tab", "b.ReadsPerGene.out.tab"], .star, nil, ["a", "b"]),
            (["a/ReadsPerGene.out.tab", "b/ReadsPerGene.out.tab", "b/Log.out"], .star, nil, ["a", "b"]),
            (["S1_quant/quant.sf", "S2_quant/quant.sf.gz"], .salmon, nil, ["S1", "S2"]),
            (
                ["S1_quant/quant.sf", "S2_quant/quant.sf"], .salmon, ["S1_quant", "S2_quant"], ["S1_quant", "S2_quant"]
            ),
            (["x/abundance.tsv", "y/abundance.tsv", "y/abundance.h5"], .kallisto, nil, ["x", "y"]),
            (["x/abundance.h5", "y/abundance.h5"], .kallisto, nil, ["x", "y"]),
            (["p.genes.results", "p.isoforms.results"], .rsem, nil, ["p"]),
        ] as [([String], CountsFormat, [String]?, [String])])
    func names(members: [String], format: CountsFormat, sheet: [String]?, expected: [String]) throws {
        #expect(SampleFolder.format(of: members) == format)
        let samples = try SampleFolder.samples(of: members, format: format, sampleNames: sheet, folder: "d")
        #expect(samples.map(\.sample) == expected)
    }

    @Test("A folder without samples, and two files of one sample, are refused")
    func folders() {
        for members in [[], ["readme.md"], ["a/quant.sf", "a_quant/quant.sf.bz2"], ["a.counts", "a.count"]] {
            let format = members.first == "a/quant.sf" ? CountsFormat.kallisto : .htseq
            #expect(throws: InputError.self) {
                try SampleFolder.samples(of: members, format: format, sampleNames: nil, folder: "d")
            }
        }
        #expect(SampleFolder.format(of: ["readme.md"]) == nil)
    }

    @Test(
        "Goldens of HTSeq and STAR give the counts they were made of",
        arguments: [("htseq", CountsFormat.htseq), ("star", .star)])
    func goldens(folder: String, format: CountsFormat) throws {
        let content = try PerSampleCounts.read(Goldens.samples(folder, format))
        #expect(content.counts == (try CountTable.read(Goldens.file("counts.tsv"))))
        #expect(content.strandedness == (format == .star ? .reverse : nil))
    }
}
