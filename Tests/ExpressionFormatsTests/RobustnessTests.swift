import Deflate
import ExpressionData
import ExpressionFormats
import Glibc
import Testing

/// Damaged files end in an `InputError` or in a value, never in a crash or a hang.
@Suite("Damaged input")
struct RobustnessTests {
    /// A small generator, so that a failure can be repeated by its seed.
    struct Mutator {
        var state: UInt64

        mutating func next(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }

        mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            let interesting = Array("\t\n\r\",0-.eE#~():*^+`N \u{FEFF}".utf8) + [0, 0x1F, 0x8B, 0xFF, 0x80]
            for _ in 0...next(below: 6) {
                let position = next(below: bytes.count + 1)
                switch next(below: 6) {
                case 0: bytes.insert(interesting[next(below: interesting.count)], at: position)
                case 1 where position < bytes.count: bytes.remove(at: position)
                case 2 where position < bytes.count: bytes[position] = UInt8(next(below: 256))
                case 3 where position < bytes.count: bytes[position] = interesting[next(below: interesting.count)]
                case 4: bytes = Array(bytes[..<position])
                case 5: bytes.insert(contentsOf: bytes.prefix(next(below: 40)), at: position)
                default: break
                }
            }
            return bytes
        }
    }

    static let readers: [(name: String, text: String, read: @Sendable (InputFile) throws -> Void)] = [
        (
            "counts", "gene_id\ts1\ts2\ts3\ng1\t0\t12\t7\ng2\t3\t4.0\t5\n\"g3\"\t3\t1e2\t5\r\n",
            { _ = try CountTable.read($0) }
        ),
        ("featureCounts", CountTableTests.featureCounts, { _ = try CountTable.read($0, sampleNames: ["s1", "s2"]) }),
        (
            "table", "id,\"a, b\"\n\"x \"\"y\"\"\",1\n\"two\nlines\",NA\n",
            { file in
                let table = try DelimitedTable(file)
                for name in table.columnNames {
                    _ = try table.strings(name)
                    _ = try? table.doubles(name)
                    _ = try? table.integers(name)
                    _ = try? table.booleans(name)
                }
            }
        ),
        (
            "sheet", SampleSheetTests.text,
            { file in
                let sheet = try SampleSheet.read(file)
                let terms = sheet.columns.map { "`\($0.name)`" }.joined(separator: "+")
                _ = try Design(DesignFormula(parsing: "~" + terms), samples: sheet)
            }
        ),
        (
            "sets", "A%GO%1\tfirst\tg1\tg2\tg1\t\tg3\nb\t\tg9\n",
            { file in
                _ = try GeneSetFile.read([file])
                _ = try GeneSetFile.read([file], as: .gseaDesktop)
            }
        ),
        ("list", "gene\tRank\n\"g1\"\t\"3.5\"\ng2\tNA\ng5\t-Infinity\ng6\t1e3\n", { _ = try RankedListFile.read($0) }),
        ("annotation", "gene_id\tsymbol\tchr\nENSG1\tA\t1\nENSG2.5\tB\tX\n", { _ = try AnnotationTable($0) }),
        (
            "formula", "~ a*b + (c + `d e`)^2 - a:c + 0",
            { file in
                _ = try DesignFormula(parsing: String(decoding: try file.bytes, as: UTF8.self))
            }
        ),
        ("expression", ExpressionFileTests.gct, { _ = try ExpressionFile.read($0) }),
        ("phenotypes", "3 2 1\n# ALL AML\nALL ALL AML\n", { _ = try PhenotypeFile.read($0, sampleCount: 3) }),
        ("profiles", "#numeric\n#dose one\n1 2.5 -3\n", { _ = try PhenotypeFile.read($0, sampleCount: 3) }),
        (
            "STAR", "N_unmapped\t1\t1\t1\nN_ambiguous\t0\t0\t0\ng1\t9\t2\t7\ng2\t1\t0\t1\n",
            { _ = try PerSampleCounts.read([("s", $0), ("t", $0)]) }
        ),
        (
            "salmon", TranscriptQuantificationTests.quant + "a\t120\t100\t3\t1.5\nb.1\t220\t200.25\t1\t1\n",
            { file in
                let table = try TranscriptGenes(InputFile(name: "t", text: "a\tg\nb.1\th\n"))
                _ = try TranscriptQuantification.read(
                    [("s", file)], format: .salmon, transcriptGenes: table, isGeneLevel: false)
            }
        ),
        (
            "transcripts", "transcript_id,gene_id\na,g\nb|x,h\n",
            { file in
                let quant = TranscriptQuantificationTests.quant + "a\t120\t100\t3\t1.5\n"
                _ = try TranscriptQuantification.read(
                    [("s", InputFile(name: "q", text: quant))], format: .salmon,
                    transcriptGenes: TranscriptGenes(file), isGeneLevel: false)
            }
        ),
        (
            "matrix", SparseCountsTests.banner + "3 2 3\n1 1 4\n2 1 99\n3 2 1\n",
            { file in
                _ = try MatrixMarketFolder.read(
                    matrix: file, features: InputFile(name: "f", text: "g1\ng2\ng3\n"),
                    barcodes: InputFile(name: "b", text: "c1\nc2\n"))
            }
        ),
        (
            "features", "g1\tA\tGene Expression\nab\tB\tAntibody Capture\ng2\tC\tGene Expression\n",
            { _ = try SparseCountsTests.read($0) }
        ),
        (
            "rounded", "gene_id\tgene_name\ta\tb\ng\tG\t0.5\t1.5\nh\tH\t2.51\t1e2\n",
            { _ = try CountTable.read($0, fractions: .rounded) }
        ),
        (
            "counts in GCT", "#1.2\n2\t2\nName\tDescription\ts1\ts2\ng1\tx\t7\t0\ng2\t\t1\t2\n",
            { _ = try CountTable.read($0) }
        ),
        ("HTSeq", "g1\t1\ng2\t0\n__no_feature\t7\n", { _ = try PerSampleCounts.read([("s", $0)]) }),
        (
            "factors", "g\ts1\ts2\ng1\t1\t0.5\ng2\t1\t1e2\n",
            {
                _ = try? GeneBySampleTable.readSizeFactors($0, samples: ["g1", "g2"])
                _ = try GeneBySampleTable.read($0, for: GeneBySampleTableTests.counts, requiring: .positive)
            }
        ),
        (
            "filter", "count > 3 in >= 5",
            { file in
                let text = String(decoding: try file.bytes, as: UTF8.self)
                _ = try? GeneFilter.Expression(parsing: text)
                _ = try GeneFilter.Chromosomes(parsing: text)
            }
        ),
    ]

    /// How many mutations of every text are tried; `MODICUM_FUZZ` multiplies it.
    static let rounds = 3000 * (getenv("MODICUM_FUZZ").flatMap { Int(String(cString: $0)) } ?? 1)

    @Test("Readers refuse damaged text with an input error", arguments: 0..<readers.count)
    func damagedText(reader: Int) {
        let (name, text, read) = Self.readers[reader]
        let before = Self.peakMemory
        for seed in 0..<Self.rounds {
            var mutator = Mutator(state: UInt64(seed))
            let bytes = mutator.mutated(Array(text.utf8))
            do {
                try read(try InputFile(name: name, bytes: bytes))
            } catch {
                #expect(error is InputError, "\(name), seed \(seed): \(error)")
            }
        }
        // Other suites run beside this one; a text of a hundred bytes that asks for a gigabyte shows all the same.
        #expect(Self.peakMemory - before < 1 << 30, "\(name)")
    }

    /// In bytes, of the whole process.
    static var peakMemory: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(0), &usage)
        return usage.ru_maxrss << 10
    }

    /// Files of the goldens and what reads them: longer texts, as programs write them.
    static let corpus: [(path: String, read: @Sendable (InputFile) throws -> Void)] = [
        ("counts.tsv", { _ = try CountTable.read($0) }),
        ("samples.tsv", { _ = try SampleSheet.read($0) }),
        ("tx2gene.tsv", { _ = try TranscriptGenes($0) }),
        ("counts.gct.gz", { _ = try CountTable.read($0) }),
        ("merged/salmon.merged.gene_counts.tsv.gz", { _ = try CountTable.read($0, fractions: .rounded) }),
        ("htseq/S1.htseq.txt.gz", { _ = try PerSampleCounts.read([("s", $0)]) }),
        ("star/S1_ReadsPerGene.out.tab.gz", { _ = try PerSampleCounts.read([("s", $0)]) }),
        ("salmon/S1_quant/quant.sf", { try readQuantification($0, .salmon) }),
        ("kallisto/S1/abundance.tsv", { try readQuantification($0, .kallisto) }),
        ("kallisto-h5/S1/abundance.h5", { try readQuantification($0, .kallisto) }),
        ("rsem-genes/S1.genes.results", { try readQuantification($0, .rsem) }),
        (
            "mtx/matrix.mtx.gz",
            { file in
                _ = try MatrixMarketFolder.read(
                    matrix: file, features: Goldens.file("mtx/features.tsv"),
                    barcodes: Goldens.file("mtx/barcodes.tsv"))
            }
        ),
    ]

    private static func readQuantification(_ file: InputFile, _ format: CountsFormat) throws {
        _ = try TranscriptQuantification.read(
            [("s", file)], format: format, transcriptGenes: TranscriptQuantificationTests.transcriptGenes(),
            isGeneLevel: format == .rsem)
    }

    @Test("Damaged files of other programs are refused with an input error", arguments: 0..<corpus.count)
    func damagedCorpus(file: Int) throws {
        let (path, read) = Self.corpus[file]
        let whole = try Goldens.file(path).content
        try read(InputFile(name: path, bytes: whole))
        for seed in 0..<Self.rounds / 30 {
            var mutator = Mutator(state: UInt64(seed))
            do {
                try read(try InputFile(name: path, bytes: mutator.mutated(whole)))
            } catch {
                #expect(error is InputError, "\(path), seed \(seed): \(error)")
            }
        }
    }

    /// Files that are wrong in ways that break careless readers, by the folders of `datasets/fuzz`.
    static let nastyFiles: [(folder: String, read: @Sendable (InputFile) throws -> Void)] = [
        ("counts", { _ = try CountTable.read($0) }),
        (
            "sets",
            { file in
                _ = try GeneSetFile.read([file])
                _ = try GeneSetFile.read([file], as: .gseaDesktop)
            }
        ),
        ("expression", { _ = try ExpressionFile.read($0) }),
        ("expression", { _ = try CountTable.read($0) }),
        (
            "matrix",
            { file in
                _ = try MatrixMarketFolder.read(
                    matrix: file, features: InputFile(name: "f", text: "g1\ng2\ng3\n"),
                    barcodes: InputFile(name: "b", text: "c1\nc2\n"))
            }
        ),
        ("ranks", { _ = try RankedListFile.read($0) }),
        ("samples", { _ = try SampleSheet.read($0) }),
    ]

    @Test("Nasty files, and changes of them, are refused with an input error", arguments: 0..<nastyFiles.count)
    func nastyCorpus(kind: Int) throws {
        let (folder, read) = Self.nastyFiles[kind]
        let path = Goldens.folder + "/../../fuzz/" + folder
        let names = try #require(contents(of: path))
        #expect(!names.isEmpty)
        let before = Self.peakMemory
        for name in names {
            let whole = try #require(bytes(of: "\(path)/\(name)"))
            for seed in 0..<max(2, Self.rounds / 30) {
                var mutator = Mutator(state: UInt64(seed))
                do {
                    // The first time as it is.
                    try read(try InputFile(name: name, bytes: seed == 0 ? whole : mutator.mutated(whole)))
                } catch {
                    #expect(error is InputError, "\(folder)/\(name), seed \(seed): \(error)")
                }
            }
        }
        #expect(Self.peakMemory - before < 1 << 30, "\(folder)")
    }

    private func contents(of folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private func bytes(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        return Array(bytes.prefix(fread(&bytes, 1, bytes.count, file)))
    }

    @Test("Damaged gzip files are refused with an input error")
    func damagedGzip() {
        let zipped = Deflate.compress(
            Array(String(repeating: CountTableTests.featureCounts, count: 3).utf8), format: .gzip)
        for seed in 0..<3000 {
            var mutator = Mutator(state: UInt64(seed))
            do {
                _ = try InputFile(name: "z.gz", bytes: mutator.mutated(zipped))
            } catch {
                #expect(error is InputError, "seed \(seed): \(error)")
            }
        }
    }
}
