import Deflate
import ExpressionData
import ExpressionFormats
import Testing

@Suite("Count tables")
struct CountTableTests {
    static func read(_ text: String, sampleNames: [String]? = nil) throws -> CountMatrix {
        try CountTable.read(InputFile(name: "c.tsv", text: text), sampleNames: sampleNames)
    }

    static let expected = CountMatrix(
        geneIDs: ["g1", "g2"], sampleNames: ["s1", "s2", "s3"], counts: [0, 12, 2_147_483_647, 3, 4, 5])

    @Test(
        "Layouts of one table give one matrix",
        arguments: [
            "gene_id\ts1\ts2\ts3\ng1\t0\t12\t2147483647\ng2\t3\t4\t5\n",
            "\ts1\ts2\ts3\r\ng1\t0\t12\t2147483647\r\ng2\t3\t4\t5\r\n",
            "s1\ts2\ts3\ng1\t0\t12\t2147483647\ng2\t3\t4\t5",
            "\"s1\"\t\"s2\"\t\"s3\"\n\"g1\"\t0\t12\t2147483647\n\"g2\"\t3\t4\t5\n",
            "\u{FEFF}gene,s1,s2,s3\ng1,0,12,2147483647\n\ng2,3,4,5\n\n",
            "# a comment\nid\ts1\ts2\ts3\ng1\t0.0\t1.2e1\t2147483647\ng2\t3.000\t4\t\"5\"\n",
            "id\ts1\ts2\ts3\ng1\t-0\t+12\t02147483647\ng2\t3\t4\t 5 \n",
        ])
    func layouts(text: String) throws {
        #expect(try Self.read(text) == Self.expected)
        let zipped = Deflate.compress(Array(text.utf8), format: .gzip)
        #expect(try CountTable.read(InputFile(name: "c.tsv.gz", bytes: zipped)) == Self.expected)
    }

    @Test(
        "A count that is none names line, gene and sample, and what was expected",
        arguments: [
            ("-4", "the count -4 is negative"), ("1.5", "the count 1.5 is not a whole number"),
            ("2147483648", "the count 2147483648 is above 2147483647"),
            ("99999999999999999999", "the count 99999999999999999999 is above 2147483647"),
            ("1e10", "the count 1e10 is above 2147483647"), ("NA", "the count is missing"),
            ("", "the count is missing"),
            ("Inf", "the count Inf is above 2147483647"), ("abc", "\"abc\" is not a count"),
            ("1 2", "\"1 2\" is not a count"),
        ])
    func badCounts(field: String, problem: String) throws {
        let error = #expect(throws: InputError.self) { try Self.read("id\ts1\ts2\ng1\t1\t2\ng2\t3\t\(field)\n") }
        #expect(error?.place == InputPlace(file: "c.tsv", line: 3, gene: "g2", sample: "s2"))
        #expect(error?.problem == problem)
        #expect(error?.remedy.hasPrefix("Raw counts are whole numbers from 0 to 2147483647.") == true)
    }

    @Test("Duplicate genes and samples name both places")
    func duplicates() {
        let gene = #expect(throws: InputError.self) { try Self.read("id\ts1\ng1\t1\ng2\t2\ng1\t3\n") }
        #expect(gene?.place == InputPlace(file: "c.tsv", line: 4, gene: "g1"))
        #expect(gene?.problem == "the gene is already on line 2")
        let sample = #expect(throws: InputError.self) { try Self.read("id\ts1\ts2\ts1\ng1\t1\t2\t3\n") }
        #expect(sample?.place == InputPlace(file: "c.tsv", line: 1, sample: "s1"))
        #expect(sample?.problem == "columns 2 and 4 have the same sample name")
    }

    @Test("A ragged line is told by its number of fields", arguments: ["g2\t1", "g2\t1\t2\t3", "g2", "g2\t1\t\"2"])
    func ragged(line: String) {
        let error = #expect(throws: InputError.self) { try Self.read("id\ts1\ts2\ng1\t1\t2\n\(line)\ng3\t1\t2\n") }
        #expect(error?.place.line == 3)
    }

    @Test(
        "Files without samples, without genes, and empty ones are refused",
        arguments: ["", "\n\n", "id\ts1\n", "g1\n", "# x\n"])
    func emptyFiles(text: String) {
        #expect(throws: InputError.self) { try Self.read(text) }
    }

    @Test("A gzip file cut short names the file and the byte")
    func truncatedGzip() {
        let zipped = Deflate.compress(Array("id\ts1\ng1\t1\n".utf8), format: .gzip)
        let error = #expect(throws: InputError.self) {
            try InputFile(name: "c.tsv.gz", bytes: Array(zipped.dropLast(5)))
        }
        #expect(
            error?.description.hasPrefix(
                "c.tsv.gz: the gzip file ends at byte \(zipped.count - 5), before its content is complete.") == true)
    }

    @Test("A missing file and a folder are told apart")
    func unreadable() {
        #expect(
            #expect(throws: InputError.self) { try InputFile(path: "no/such/file") }?.problem == "there is no such file"
        )
        #expect(
            #expect(throws: InputError.self) { try InputFile(path: "/").bytes }?.problem
                == "this is a folder, not a file")
        #expect(
            #expect(throws: InputError.self) { try CountTable.read(path: "/") }?.problem
                == "this is a folder, not a file")
    }

    static let featureCounts = """
        # Program:featureCounts v2.0.3; Command:"featureCounts" "-a" "genes.gtf" "-o" "counts.txt" "x.bam"
        Geneid\tChr\tStart\tEnd\tStrand\tLength\tmap/s1.sorted.bam\tmap/s2.sorted.bam
        g1\t1;1\t10;50\t20;60\t+;+\t22\t7\t0
        g2\tX\t100\t200\t-\t101\t1\t2

        """

    @Test("featureCounts output gives samples named by their BAM files")
    func featureCountsLayout() throws {
        let matrix = try Self.read(Self.featureCounts)
        #expect(matrix == CountMatrix(geneIDs: ["g1", "g2"], sampleNames: ["s1", "s2"], counts: [7, 0, 1, 2]))
    }

    @Test("The sample sheet decides how much of a BAM file's path is the name")
    func sheetDecides() throws {
        let names = ["s1.sorted", "s2.sorted"]
        #expect(try Self.read(Self.featureCounts, sampleNames: names).sampleNames == names)
        let paths = ["map/s1.sorted.bam", "map/s2.sorted.bam"]
        #expect(try Self.read(Self.featureCounts, sampleNames: paths).sampleNames == paths)
    }

    @Test("A GCT file of counts is read")
    func gct() throws {
        let text = "#1.2\n2\t2\nName\tDescription\ts1\ts2\ng1\tfirst\t7\t0\ng2\t\t1\t2\n"
        #expect(
            try Self.read(text)
                == CountMatrix(geneIDs: ["g1", "g2"], sampleNames: ["s1", "s2"], counts: [7, 0, 1, 2]))
    }

    @Test(
        "A file that is no plain text is told for what it is",
        arguments: [
            ([0x50, 0x4B, 3, 4, 0], "this is a spreadsheet or another zip archive"),
            ([0x89, 0x48, 0x44, 0x46], "this is an HDF5 file"), ([0xFF, 0xFE, 0x41, 0], "this is text in UTF-16"),
        ] as [([UInt8], String)])
    func foreign(bytes: [UInt8], problem: String) throws {
        let file = try InputFile(name: "c.xlsx", bytes: bytes)
        #expect(#expect(throws: InputError.self) { try file.bytes }?.problem == problem)
        #expect(#expect(throws: InputError.self) { try CountTable.read(file) }?.problem == problem)
    }

    @Test("Names that folders alone tell apart stay paths")
    func ambiguousBAMs() throws {
        let text = "Geneid\tChr\tStart\tEnd\tStrand\tLength\ta/x.bam\tb/x.bam\ng\t1\t1\t2\t+\t2\t1\t2\n"
        #expect(try Self.read(text).sampleNames == ["a/x.bam", "b/x.bam"])
    }

    @Test("Written counts are read back", arguments: [nil, 1] as [Int?])
    func roundTrip(level: Int?) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/counts.tsv"
            try CountTable.write(Self.expected, to: path, compressionLevel: level)
            #expect(try CountTable.read(path: path) == Self.expected)
        }
    }

    @Test(
        "Reference counts are read whole", .enabled(if: ReferenceData.isPresent),
        arguments: [
            ("pasilla_type_condition", 14_599, 7), ("airway_cell_dex", 64_102, 8), ("cohort", 26_000, 96),
            ("edge", 400, 12),
        ])
    func reference(folder: String, genes: Int, samples: Int) throws {
        let matrix = try CountTable.read(path: ReferenceData.path("de/\(folder)/counts.tsv.gz"))
        #expect(matrix.geneCount == genes && matrix.sampleCount == samples)
        let table = try DelimitedTable(path: ReferenceData.path("de/\(folder)/counts.tsv.gz"))
        #expect(table.strings(column: 0) == matrix.geneIDs)
        let last = try table.integers(matrix.sampleNames[samples - 1])
        #expect(last == (0..<genes).map { Int(matrix.counts[$0 * samples + samples - 1]) })
    }
}
