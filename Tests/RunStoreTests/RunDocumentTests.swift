import Dispatch
import Foundation
import RunStore
import Synchronization
import Testing

@Suite("Writing and reading a run")
struct RunDocumentTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("Content of every type and shape comes back")
    func everyType() throws {
        var run = RunDocument(configuration: "")
        let edges: [Double] = [.nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        run.add("uns/doubles", .doubles(edges), shape: [2, 3])
        run.add("uns/floats", .floats(edges.map { Float($0) }))
        run.add("uns/int8s", .int8s([.min, 0, .max]))
        run.add("uns/int16s", .int16s([.min, 0, .max]))
        run.add("uns/int32s", .int32s([.min, 0, .max]))
        run.add("uns/int64s", .int64s([.min, 0, .max]))
        run.add("uns/uint64s", .uint64s([.min, .max]))
        run.add("uns/bools", .bools([true, false]))
        run.add("uns/strings", .strings(["", "naïve", "e\u{301}", "\u{E9}", "日本", "tab\tline\n"]))
        run.add("uns/cube", .int32s(Array(0..<24)), shape: [2, 3, 4])
        run.add("uns/none/doubles", .doubles([]))
        run.add("uns/none/strings", .strings([]))
        run.add("uns/none/matrix", .int32s([]), shape: [0, 7])
        run.add("uns/one/double", .doubles([.nan]), shape: [])
        run.add("uns/one/string", .strings([""]), shape: [])
        run.add("uns/one/bool", .bools([true]), shape: [])
        try run.write(to: folder.run)
        #expect(try RunDocument.read(from: folder.run) == run)
    }

    @Test("Large content comes back, compressed or not", arguments: [512, 513, 65_536, 65_537, 200_000])
    func largeContent(count: Int) throws {
        var run = RunDocument(configuration: "")
        run.add("uns/regular", .doubles((0..<count).map { Double($0 % 7) }))
        run.add("uns/irregular", .doubles((1...count).map { 1 / Double($0).squareRoot() }))
        run.add("uns/matrix", .int32s((0..<Int32(count * 3)).map { $0 % 1_000 }), shape: [3, count])
        run.add("uns/ids", .strings((0..<count).map { "ENSG\($0)" }))
        run.add("uns/ragged", .strings((0..<count).map { $0 == 17 ? String(repeating: "long ", count: 900) : "s" }))
        try run.write(to: folder.run)
        #expect(try RunDocument.read(from: folder.run) == run)
    }

    @Test("A matrix that comes by rows makes the same file as the whole one", arguments: [3, 700, 40_000])
    func rows(columns: Int) throws {
        for isRegular in [true, false] {
            let values = (0..<60 * columns).map { isRegular ? Float($0 % 7) : 1 / Float($0 + 1).squareRoot() }
            var whole = RunDocument(configuration: "")
            whole.add("uns/null", .floats(values), shape: [60, columns], attributes: ["definition": "scores"])
            let identity = try whole.write(to: folder.run)
            let expected = try folder.bytes(of: folder.run)
            let givenUp = Mutex(0)
            var byRows = RunDocument(configuration: "")
            byRows.add(
                "uns/null", shape: [60, columns], attributes: ["definition": "scores"],
                rows: StoredRows(
                    element: { values[$0 * columns + $1] },
                    rows: { Array(values[$0.lowerBound * columns..<$0.upperBound * columns]) },
                    beforeGivingUp: { #expect(givenUp.withLock { $0 } == 0) },
                    giveUp: { row in givenUp.withLock { $0 = row } }))
            #expect(byRows == whole)
            #expect(try byRows.write(to: folder.run) == identity)
            #expect(try folder.bytes(of: folder.run) == expected)
            #expect(givenUp.withLock { $0 } == 60)
        }
    }

    @Test(
        "A matrix in blocks has the content and identity of the whole one, and is cut as its rows and columns are read",
        arguments: [(1, 1), (60, 3), (128, 1_024), (300, 2_500)])
    func blocks(rowCount: Int, columns: Int) throws {
        let values = (0..<rowCount * columns).map { $0 == 2 ? -Float.nan : 1 / Float($0 + 1) }
        var whole = RunDocument(configuration: "")
        whole.add("uns/null", .floats(values), shape: [rowCount, columns])
        let identity = try whole.write(to: folder.run)
        let givenUp = Mutex([0])
        var inBlocks = RunDocument(configuration: "")
        inBlocks.add(
            "uns/null", shape: [rowCount, columns],
            rows: StoredRows(
                rowsOfBlock: 128, columnsOfBlock: 1_024,
                rows: { Array(values[$0.lowerBound * columns..<$0.upperBound * columns]) }, beforeGivingUp: {},
                giveUp: { row in givenUp.withLock { $0.append(row) } }))
        #expect(inBlocks == whole)
        #expect(try inBlocks.write(to: folder.run) == identity)
        #expect(try RunDocument.read(from: folder.run) == whole)
        // Equal pieces: 300 rows are three blocks of 100.
        let height = rowCount == 300 ? 100 : rowCount
        #expect(givenUp.withLock { $0 } == Array(stride(from: 0, through: rowCount, by: height)))
        let padded = (rowCount == 300 ? 300 * 2_502 : rowCount * columns) * 4
        #expect(try folder.bytes(of: folder.run).count < padded + 32_768)
    }

    @Test("Regular content is compressed, and content that deflate cannot shrink is left as it is")
    func compression() throws {
        func size(_ content: StoredContent) throws -> Int {
            var run = RunDocument(configuration: "")
            run.add("uns/x", content)
            try run.write(to: folder.run)
            return try folder.bytes(of: folder.run).count
        }
        let count = 50_000
        #expect(try size(.doubles((0..<count).map { Double($0 % 500) / 4 })) < count * 8 / 5)
        #expect(try size(.strings((0..<count).map { "ENSG\(10_000_000 + $0)" })) < count * 12 / 3)
        let irregular = try size(.doubles((1...count).map { 1 / Double($0).squareRoot() }))
        #expect(irregular > count * 8 && irregular < count * 8 + 16_384)
    }

    @Test("The example comes back with its attributes, and its columns by name and type")
    func example() throws {
        let run = makeExampleRun()
        let identity = try run.write(to: folder.run)
        let read = try RunDocument.read(from: folder.run)
        #expect(read == run)
        #expect(read.identity == identity)

        let results = "uns/analyses/main/stir_volume/results"
        #expect(try read.doubles("\(results)/baseMean") == [7.75, 202.5, 4.5])
        #expect(try read.bools("\(results)/betaConv") == [true, true, false])
        #expect(try read.columnNames(ofTable: results) == ["baseMean", "log2FoldChange", "padj", "betaConv", "reason"])
        #expect(try read.categorical("obs/batch").codes == [0, 0, 1, -1])
        #expect(try read.categorical("obs/batch").categories == ["B1", "B2"])
        #expect(try read.lists("uns/analyses/main/stir_volume/leading_edges") == [[0, 2], [1]])
        #expect(try read.configuration() == "modicum: 1\nexposures: [stir_volume]\n")
        #expect(read["\(results)/baseMean"]?.attributes["units"] == "normalized counts")
        #expect(read.attributes(ofGroup: "")?["numeric-contract"] == 1)
    }

    @Test("A run without counts has no samples and no genes")
    func withoutCounts() throws {
        let run = RunDocument(configuration: "")
        try run.write(to: folder.run)
        let read = try RunDocument.read(from: folder.run)
        #expect(read == run)
        #expect(try read.rowNames(ofTable: "obs") == [])
        #expect(try read.rowNames(ofTable: "var") == [])
        #expect(throws: RunStoreError.missing(path: "X")) { try read.annData() }
    }

    @Test("Counts are stored samples by genes and handed back genes by samples")
    func counts() throws {
        let read = makeExampleRun()
        #expect(read["X"]?.shape == [4, 3])
        #expect(try read.int32s("X") == [10, 200, 5, 12, 180, 7, 0, 220, 6, 9, 210, 0])
        #expect(try read.annData().counts == [10, 12, 0, 9, 200, 180, 220, 210, 5, 7, 6, 0])

        let (genes, samples) = (131, 70)
        var run = RunDocument(configuration: "")
        let data = AnnDataEncoding(
            geneIDs: (0..<genes).map { "g\($0)" }, sampleNames: (0..<samples).map { "s\($0)" },
            counts: (0..<Int32(genes * samples)).map { $0 })
        run.add(data)
        #expect(try run.annData() == data)
        #expect(try run.int32s("X")[5 * genes + 100] == Int32(100 * samples + 5))
    }

    @Test(
        "Counts that were packed by several threads make the same run",
        arguments: [(genes: 9_001, samples: 70), (genes: 1_025, samples: 1), (genes: 3, samples: 900)])
    func packedCounts(genes: Int, samples: Int) throws {
        var counts = (0..<genes * samples).map { Int32(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) & 1023 }
        counts[genes / 2] = .max
        let data = AnnDataEncoding(
            geneIDs: (0..<genes).map { "g\($0)" }, sampleNames: (0..<samples).map { "s\($0)" }, counts: counts)
        let packed = try #require(PackedCounts(counts: counts, genes: genes, samples: samples))
        // Those that finish make what the others have in hand as well.
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            if thread < 2 { while packed.makeNextPart() {} } else { packed.finish() }
        }
        var (plain, prepared) = (RunDocument(configuration: ""), RunDocument(configuration: ""))
        plain.add(data)
        prepared.add(data, packed: packed)
        #expect(try prepared.write(to: folder.run) == plain.identity)
        #expect(try RunDocument.read(from: folder.run) == plain)
    }

    @Test("Samples and genes are found whatever the columns beside them are called")
    func indexNames() throws {
        var run = RunDocument(configuration: "")
        let names = StoredContent.strings(["other"])
        run.add(
            AnnDataEncoding(
                geneIDs: ["g"], sampleNames: ["s"], counts: [7], sampleColumns: [StoredColumn("sample", names)],
                geneColumns: [StoredColumn("gene_id", names), StoredColumn("a/b", names), StoredColumn("", names)]))
        #expect(try run.annData() == AnnDataEncoding(geneIDs: ["g"], sampleNames: ["s"], counts: [7]))
        #expect(try run.rowNames(ofTable: "obs") == ["s"])
        #expect(try run.strings("obs/sample") == ["other"])
        #expect(try run.columnNames(ofTable: "var") == ["gene_id", "a%2Fb", "%"])
        try run.write(to: folder.run)
        #expect(try RunDocument.read(from: folder.run) == run)
    }

    @Test("Codes of a factor are as narrow as its categories allow", arguments: [1, 128, 129, 32_768, 32_769])
    func categoryCodes(categories: Int) throws {
        var run = RunDocument(configuration: "")
        let codes = [-1, 0, categories - 1]
        run.addCategorical("uns/factor", codes: codes, categories: (0..<categories).map { "level \($0)" })
        let type = run["uns/factor/codes"]?.content.typeName
        #expect(type == (categories <= 128 ? "int8" : categories <= 32_768 ? "int16" : "int32"))
        #expect(try run.categorical("uns/factor").codes == codes)
    }

    @Test("The file is byte-identical whenever and in whatever order the document is made")
    func byteIdentical() throws {
        let names = ["b", "a", "a/x", "ä", "c/d/e", "B"].filter { $0 != "a" }
        func make(_ names: [String]) -> RunDocument {
            var run = RunDocument(configuration: "c")
            for name in names {
                run.add(
                    "uns/\(name)", .strings((0..<500).map { "\(name) \($0)" }),
                    attributes: ["units": "none", "definition": .string(name)])
                run.add("varm/\(name)", .strings((0..<500).map { String(repeating: name, count: $0 * 10) }))
            }
            return run
        }
        try make(names).write(to: folder.run)
        let bytes = try folder.bytes(of: folder.run)
        try make(names.reversed()).write(to: "\(folder.path)/other.h5")
        #expect(try folder.bytes(of: "\(folder.path)/other.h5") == bytes)
        try RunDocument.read(from: folder.run).write(to: folder.run)
        #expect(try folder.bytes(of: folder.run) == bytes)
    }

    @Test("A run is written over an older one and over what a killed writer left")
    func replaces() throws {
        try folder.write([1, 2, 3], to: folder.run)
        try folder.write([UInt8](repeating: 7, count: 1 << 20), to: "\(folder.path)/.modicum.h5.writing")
        try makeExampleRun().write(to: folder.run)
        #expect(try RunDocument.read(from: folder.run) == makeExampleRun())
        #expect(try folder.contents() == ["modicum.h5"])
    }

    @Test("A string with a NUL is refused and leaves the old file and nothing else")
    func nul() throws {
        try makeExampleRun().write(to: folder.run)
        let before = try folder.bytes(of: folder.run)
        var run = makeExampleRun()
        run.add("uns/labels", .strings(["fine", "a\0b"]))
        #expect(throws: RunStoreError.unusableText(path: "uns/labels", element: 1)) { try run.write(to: folder.run) }
        #expect(try folder.bytes(of: folder.run) == before)
        #expect(try folder.contents() == ["modicum.h5"])
    }

    @Test("A file that cannot be written is an error with the system's reason")
    func unwritable() throws {
        let missing = "\(folder.path)/none/modicum.h5"
        #expect(throws: RunStoreError.cannotWrite(file: missing, reason: "No such file or directory")) {
            try makeExampleRun().write(to: missing)
        }
        let occupied = "\(folder.path)/occupied"
        try FileManager.default.createDirectory(atPath: "\(occupied)/sub", withIntermediateDirectories: true)
        #expect(throws: RunStoreError.self) { try makeExampleRun().write(to: occupied) }
        #expect(try folder.contents() == ["occupied"])
    }

    @Test("Asking for what is not there, or for another type, says so")
    func wrongRequests() throws {
        let run = makeExampleRun()
        #expect(throws: RunStoreError.missing(path: "uns/none")) { try run.doubles("uns/none") }
        #expect(throws: RunStoreError.wrongType(path: "X", expected: "float64", found: "int32")) {
            try run.doubles("X")
        }
        #expect(throws: RunStoreError.missing(path: "uns")) { try run.columnNames(ofTable: "uns") }
    }

    @Test(
        "A name becomes one component of a path",
        arguments: [
            ("stir_volume", "stir_volume"), ("a/b", "a%2Fb"), ("100 %", "100 %25"), (".", "%2E"), ("..", ".."),
            ("", "%"), ("tab\t", "tab%09"),
            ("é", "é"),
        ])
    func component(name: String, component: String) {
        #expect(StoredPath.component(name) == component)
    }

    @Test("The examples' files are kept in the folder that KEEP_EXAMPLE_RUNS names", .enabled(if: keptExamples != nil))
    func keep() throws {
        let folder = try #require(Self.keptExamples)
        try makeExampleRun().write(to: "\(folder)/modicum.h5")
        try RunDocument(configuration: "modicum: 1\n").write(to: "\(folder)/without-counts.h5")
    }

    private static let keptExamples = ProcessInfo.processInfo.environment["KEEP_EXAMPLE_RUNS"]
}
