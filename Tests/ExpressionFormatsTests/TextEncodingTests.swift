import ExpressionData
import ExpressionFormats
import Testing

@Suite("Encodings of text")
struct TextEncodingTests {
    /// `á` of Latin-1 in the place of the letter `?`.
    private static func latin(_ text: String) -> [UInt8] { text.utf8.map { $0 == UInt8(ascii: "?") ? 0xE1 : $0 } }

    private static func error(_ text: String, _ read: (InputFile) throws -> Void) throws -> InputError? {
        let file = try InputFile(name: "f.txt", bytes: latin(text))
        return #expect(throws: InputError.self) { try read(file) }
    }

    private static let counts = CountMatrix(geneIDs: ["a"], sampleNames: ["s1", "s2"], counts: [1, 2])

    @Test("Every reader of text refuses Latin-1 and names line, byte and letter")
    func latinOne() throws {
        let errors = [
            try Self.error("sample\tsite\ns1\tC?diz\n") { _ = try SampleSheet.read($0) },
            try Self.error("gene\ts1\nx?\t4\n") { _ = try CountTable.read($0) },
            try Self.error("gene\ts1\ts2\n?\t1\t1\n") {
                _ = try GeneBySampleTable.read($0, for: Self.counts, requiring: .positive)
            },
            try Self.error("sample\tsizeFactor\ns?\t1\n") {
                _ = try GeneBySampleTable.readSizeFactors($0, samples: ["s"])
            },
            try Self.error("A\td\tg1\nBlas?n\td\tg1\n") { _ = try GeneSetFile.read([$0]) },
            try Self.error("g1\t2\n?\t1\n") { _ = try RankedListFile.read($0) },
            try Self.error("2 2 1\n# a ?\n0 1\n") { _ = try PhenotypeFile.read($0, sampleCount: 2) },
            try Self.error("#1.2\n1\t1 ?\n") { _ = try ExpressionFile.read($0) },
            try Self.error("Probe Set ID\tGene Symbol\n?\tA\n") { _ = try ChipFile.read($0) },
            try Self.error("t1\tg1\nt2\t?\n") { _ = try TranscriptGenes($0) },
            try Self.error("gene_id\tsymbol\n?\tA\n") { _ = try AnnotationTable($0) },
            try Self.error("g1\n?\n") { _ = try NameList.read($0) },
            try Self.error("g1\t1\n?\t2\n") { _ = try PerSampleCounts.read([("s", $0)]) },
        ]
        for error in errors {
            let text = try #require(error?.description)
            #expect(text.hasPrefix("f.txt:2: the text is not UTF-8: it has the byte 0xE1, which is á"), "\(text)")
            #expect(text.contains("iconv"))
        }
    }

    @Test("UTF-8 of every length is admitted, also where a block ends within a character")
    func blocks() throws {
        let gene = "é€𝛼"
        // Half a megabyte is read at a time; the characters straddle its end at every offset.
        for padding in 0..<10 {
            let row = "\t" + String(repeating: "0", count: 7)
            let head =
                "gene\ts1\n" + String(repeating: "x", count: (1 << 19) - 8 - row.utf8.count - 1 - padding) + row + "\n"
            let matrix = try CountTable.read(InputFile(name: "c.tsv", text: head + gene + "\t5\n"))
            #expect(matrix.geneIDs[1] == gene)
        }
    }

    @Test(
        "What only looks like UTF-8 is refused",
        arguments: [
            [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0x80], [0xE0, 0x9F, 0xBF],
        ])
    func malformed(_ bytes: [UInt8]) throws {
        let file = try InputFile(name: "l.rnk", bytes: Array("g\t1\nh".utf8) + bytes + Array("\t2\n".utf8))
        let error = #expect(throws: InputError.self) { try RankedListFile.read(file) }
        #expect(error?.place.line == 2)
    }

    @Test("Bytes of zero are no text")
    func zeros() throws {
        let file = try InputFile(name: "u.tsv", bytes: Array("g\u{0}e\u{0}\t\u{0}".utf8))
        let error = #expect(throws: InputError.self) { try DelimitedTable(file) }
        #expect(error?.problem.contains("UTF-16") == true)
    }

    @Test("Carriage returns alone end lines")
    func oldLineEnds() throws {
        #expect(try CountTable.read(InputFile(name: "c", text: "gene\ts1\ra\t3\rb\t4\r")).counts == [3, 4])
        #expect(try RankedListFile.read(InputFile(name: "r", text: "a\t3\rb\t4\r")).list.genes == ["b", "a"])
        #expect(try GeneSetFile.read([InputFile(name: "s.gmt", text: "A\td\tx\rB\td\ty\r")]).sets.count == 2)
        #expect(try SampleSheetTests.read("sample\tx\rs1\ta\rs2\tb").sampleNames == ["s1", "s2"])
    }
}
