import ExpressionData
import ExpressionFormats
import Testing

@Suite("Quantifications of transcripts")
struct TranscriptQuantificationTests {
    static func transcriptGenes() throws -> TranscriptGenes { try TranscriptGenes(Goldens.file("tx2gene.tsv")) }

    @Test(
        "salmon, kallisto and RSEM are summarised as tximport does",
        arguments: [
            ("salmon", CountsFormat.salmon, "expected_lengths"), ("kallisto", .kallisto, "expected_lengths"),
            ("kallisto-h5", .kallisto, "expected_lengths_h5"), ("rsem-isoforms", .rsem, "expected_lengths"),
        ])
    func tximport(folder: String, format: CountsFormat, expectedLengths: String) throws {
        let estimated = try TranscriptQuantification.read(
            Goldens.samples(folder, format), format: format, transcriptGenes: Self.transcriptGenes(),
            isGeneLevel: false)
        let counts = try Goldens.table("expected_counts.tsv.gz")
        let lengths = try Goldens.table(expectedLengths + ".tsv.gz")
        #expect(estimated.counts.geneIDs.count == counts.count)
        #expect(estimated.counts.sampleNames == ["S1", "S2", "S3", "S4", "S5", "S6"])
        var missing = 0
        for (gene, name) in estimated.counts.geneIDs.enumerated() {
            for (sample, sampleName) in estimated.counts.sampleNames.enumerated() {
                let cell = gene * 6 + sample
                let expected = try #require(counts[name]?[sampleName])
                #expect(Double(estimated.counts.counts[cell]) == expected.rounded(.toNearestOrEven))
                let length = estimated.averageLengths[cell]
                if length.isNaN {
                    missing += 1
                } else {
                    // Sums of a few products in the same order; R keeps them in more bits.
                    let expected = try #require(lengths[name]?[sampleName])
                    #expect(abs(length / expected - 1) < 1e-14)
                }
            }
        }
        // One gene in one sample, and at least two in all.
        #expect(missing >= 13)
        #expect(estimated.warnings.count == 1, "one transcript is not in the table: \(estimated.warnings)")
    }

    @Test("RSEM's genes need no table of transcripts")
    func geneLevel() throws {
        let estimated = try TranscriptQuantification.read(
            Goldens.samples("rsem-genes", .rsem), format: .rsem, transcriptGenes: nil, isGeneLevel: true)
        let counts = try Goldens.table("expected_counts.tsv.gz")
        for (gene, name) in estimated.counts.geneIDs.enumerated() where counts[name] != nil {
            // The file has two decimals of what the other goldens have three of.
            let expected = try #require(counts[name]?["S1"])
            let transcriptIsMissing = name == "ENSG00200.2"
            #expect(abs(Double(estimated.counts.counts[gene * 6]) - expected) <= 0.51 || transcriptIsMissing)
        }
    }

    static let quant = "Name\tLength\tEffectiveLength\tTPM\tNumReads\n"

    static func read(_ texts: [String], table: String) throws -> EstimatedCounts {
        try TranscriptQuantification.read(
            texts.enumerated().map { ("s\($0 + 1)", try InputFile(name: "s\($0 + 1)/quant.sf", text: $1)) },
            format: .salmon, transcriptGenes: TranscriptGenes(InputFile(name: "t.tsv", text: table)),
            isGeneLevel: false)
    }

    @Test("Lengths are weighted by abundance; halves are rounded to even counts")
    func arithmetic() throws {
        let estimated = try Self.read(
            [
                Self.quant + "a\t120\t100\t3\t1.5\nb\t220\t200\t1\t1\nc\t60\t50\t0\t0\n",
                Self.quant + "a\t120\t110\t0\t0\nb\t220\t210\t2\t7\nc\t60\t40\t0\t0\n",
            ], table: "a,g1\nb,g1\nc,g2\n")
        #expect(
            estimated.counts
                == CountMatrix(geneIDs: ["g1", "g2"], sampleNames: ["s1", "s2"], counts: [2, 7, 0, 0]))
        #expect(estimated.averageLengths[0] == 125 && estimated.averageLengths[1] == 210)
        #expect(estimated.averageLengths[2].isNaN && estimated.averageLengths[3].isNaN)
        #expect(estimated.plainMeanLengths == [155, 45])
    }

    @Test(
        "Versions and bars are cut off when nothing is found with them, which is said",
        arguments: [
            ("a.1", "a.2\tg\n", "versions"), ("a.1|x|y", "a.1\tg\n", "|"), ("a.1|x", "a\tg\n", "versions"),
        ])
    func cutNames(transcript: String, table: String, mention: String) throws {
        let estimated = try Self.read([Self.quant + "\(transcript)\t120\t100\t3\t4\n"], table: table)
        #expect(estimated.counts.geneIDs == ["g"])
        #expect(estimated.warnings.first?.message.contains(mention) == true)
    }

    @Test("What does not fit together is refused with its place")
    func errors() throws {
        func error(_ texts: [String], _ table: String = "a\tg\nb\tg\n") -> InputError? {
            #expect(throws: InputError.self) { try Self.read(texts, table: table) }
        }
        let a = "a\t120\t100\t3\t4\n", b = "b\t120\t100\t3\t4\n"
        #expect(error([Self.quant + a + b, Self.quant + b + a])?.place == InputPlace(file: "s2/quant.sf", line: 2))
        #expect(error([Self.quant + a, Self.quant + a + b])?.place.file == "s2/quant.sf")
        #expect(error([Self.quant + a + a])?.place == InputPlace(file: "s1/quant.sf", line: 3, gene: "a"))
        #expect(error([Self.quant + "x\t1\t1\t1\t1\n"])?.problem.hasPrefix("none of the 1 transcripts") == true)
        #expect(
            error([Self.quant + "a\t1\t1\t1\t-1\n"])?.place
                == InputPlace(file: "s1/quant.sf", line: 2, sample: "s1", column: "NumReads"))
        #expect(
            error(["target_id\tlength\teff_length\test_counts\ttpm\na\t1\t1\t1\t1\n"])?.remedy.contains(
                "EffectiveLength") == true)
        #expect(error([Self.quant + "a\t1\t1\t1\t3e9\n"])?.problem.contains("2147483647") == true)
        #expect(error([Self.quant])?.place.sample == "s1")
        #expect(error([Self.quant + a], "a\n")?.place == InputPlace(file: "t.tsv", line: 1))
        #expect(error([]) != nil)
    }

    @Test("A transcript with two genes keeps the first, with a warning")
    func conflict() throws {
        let estimated = try Self.read([Self.quant + "a\t120\t100\t3\t4\n"], table: "a\tg\na\th\na\tg\n")
        #expect(estimated.counts.geneIDs == ["g"])
        #expect(estimated.warnings.first?.message.contains("two genes") == true)
    }
}
