import Deflate
import ExpressionData
import ExpressionFormats
import Testing

/// Tables that do not fit into a reader's window.
@Suite("Count tables piece by piece")
struct LargeCountTableTests {
    /// A table with counts of one to ten digits, from a fixed seed, and what it says.
    static func table(genes: Int, samples: Int, lineEnd: String = "\n") -> (text: [UInt8], matrix: CountMatrix) {
        var state: UInt64 = 7
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        var counts: [Int32] = []
        var text = Array("gene_id".utf8)
        let names = (0..<samples).map { "sample\($0)" }
        for name in names { text += Array("\t\(name)".utf8) }
        text += Array(lineEnd.utf8)
        for gene in 0..<genes {
            text += Array("ENSG\(gene)".utf8)
            for _ in 0..<samples {
                let count = Int32(truncatingIfNeeded: next() & 0x7FFF_FFFF) >> Int32(next() % 31)
                counts.append(count)
                text += Array("\t\(count)".utf8)
            }
            text += Array(lineEnd.utf8)
        }
        let matrix = CountMatrix(geneIDs: (0..<genes).map { "ENSG\($0)" }, sampleNames: names, counts: counts)
        return (text, matrix)
    }

    @Test(
        "Windows, line ends and compression do not change the matrix",
        arguments: [(3000, 150, "\n"), (3000, 150, "\r\n"), (3, 150_000, "\n"), (1, 1, "\n"), (60_000, 1, "\n")])
    func windows(genes: Int, samples: Int, lineEnd: String) throws {
        let (text, matrix) = Self.table(genes: genes, samples: samples, lineEnd: lineEnd)
        try withTemporaryFolder { folder in
            let path = folder + "/counts.tsv"
            try AtomicFile.write(text, to: path)
            #expect(try CountTable.read(path: path) == matrix)
            try AtomicFile.write(Array(text.dropLast(lineEnd.utf8.count)), to: path)
            #expect(try CountTable.read(path: path) == matrix)
            // Two members, as bgzip and `cat` make them, with padding.
            let half = text.count / 2
            let zipped =
                Deflate.compress(Array(text[..<half]), level: 1, format: .gzip)
                + Deflate.compress(Array(text[half...]), level: 1, format: .gzip) + [0, 0, 0]
            try AtomicFile.write(zipped, to: path)
            #expect(try CountTable.read(path: path) == matrix)
            #expect(try InputFile(path: path).bytes == text)
            try AtomicFile.write(Array(zipped.dropLast(20)), to: path)
            #expect(throws: InputError.self) { try CountTable.read(path: path) }
        }
        #expect(try CountTable.read(InputFile(name: "c.tsv", bytes: text)) == matrix)
    }

    @Test("The observer sees every byte of the content once")
    func observer() throws {
        let (text, _) = Self.table(genes: 3000, samples: 100)
        try withTemporaryFolder { folder in
            for (name, content) in [("a.tsv", text), ("a.tsv.gz", Deflate.compress(text, level: 1, format: .gzip))] {
                try AtomicFile.write(content, to: folder + "/" + name)
                var seen: [UInt8] = []
                _ = try CountTable.read(InputFile(path: folder + "/" + name), observer: { seen += $0 })
                #expect(seen == text)
            }
        }
    }

    @Test("Far down a file, errors still name their line, and duplicates the first one")
    func places() throws {
        let (text, _) = Self.table(genes: 40_000, samples: 20)
        let bad = text + Array("ENSG7\t".utf8) + Array(repeating: "1", count: 20).joined(separator: "\t").utf8
        let duplicate = #expect(throws: InputError.self) { try CountTable.read(InputFile(name: "c", bytes: bad)) }
        #expect(duplicate?.place == InputPlace(file: "c", line: 40_002, gene: "ENSG7"))
        #expect(duplicate?.problem == "the gene is already on line 9")
        let ragged = text + Array("new\t1\t2\n".utf8)
        let error = #expect(throws: InputError.self) { try CountTable.read(InputFile(name: "c", bytes: ragged)) }
        #expect(error?.place == InputPlace(file: "c", line: 40_002, gene: "new"))
        #expect(error?.problem == "the line has 3 fields where the header calls for 21")
    }

    @Test("Estimated counts are refused unless they may be rounded, a half to the even number")
    func fractions() throws {
        let file = try InputFile(name: "c", text: "gene_id\tgene_name\ta\tb\ng\tG\t0.5\t1.5\nh\tH\t2.51\t1e2\n")
        let error = #expect(throws: InputError.self) { try CountTable.read(file) }
        #expect(error?.place == InputPlace(file: "c", line: 2, gene: "g", sample: "a"))
        for remedy in ["--tx2gene", "--gene-lengths", "--scaled-counts"] {
            #expect(error?.remedy.contains(remedy) == true)
        }
        #expect(
            try CountTable.read(file, fractions: .rounded)
                == CountMatrix(geneIDs: ["g", "h"], sampleNames: ["a", "b"], counts: [0, 2, 3, 100]))
    }
}
