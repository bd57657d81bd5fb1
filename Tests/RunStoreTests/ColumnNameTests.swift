import RunStore
import Testing

@Suite("Names of columns that users choose")
struct ColumnNameTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("A name that is taken gets a number behind it, as R's make.unique gives it")
    func unique() {
        #expect(uniqueNames(["age", "age", "age.1", "age"]) == ["age", "age.2", "age.1", "age.3"])
        #expect(uniqueNames(["a", "b"]) == ["a", "b"])
        #expect(uniqueNames(["id", "a"], besides: ["id"]) == ["id.1", "a"])
        // Swift and HDF5's readers may disagree on whether two spellings of é are one name.
        #expect(uniqueNames(["\u{E9}", "e\u{301}"]) == ["\u{E9}", "e\u{301}.1"])
    }

    @Test("Columns of any name come back, each with its values")
    func anyNames() throws {
        let names = [
            "sizeFactor", "sizeFactor", "sample", "_index", "a/b", "a%2Fb", ".", "..", "", "%", "codes", "categories",
            "\u{E9}", "e\u{301}", "line\nbreak", String(repeating: "long", count: 100),
            String(repeating: "long", count: 100) + "er", String(repeating: "x", count: 70_000), "__categories",
        ]
        var run = RunDocument(configuration: "")
        run.add(
            AnnDataEncoding(
                geneIDs: ["g"], sampleNames: ["s", "t"], counts: [1, 2],
                sampleColumns: names.enumerated().map { position, name in
                    position.isMultiple(of: 2)
                        ? StoredColumn(name, .doubles([Double(position), 0]))
                        : StoredColumn(name, .categorical(codes: [0, -1], categories: ["\(position)"]))
                }, geneColumns: names.map { StoredColumn($0, .bools([true])) }))
        try run.write(to: folder.run)
        let read = try RunDocument.read(from: folder.run)
        #expect(read == run)
        for table in ["obs", "var"] {
            let stored = try read.columnNames(ofTable: table)
            #expect(stored.count == names.count && Set(stored).count == names.count)
            #expect(!stored.contains("_index") && stored.allSatisfy { $0.utf8.count <= 257 && !$0.contains("/") })
            #expect(stored.first == "sizeFactor" && stored[1] == "sizeFactor.1")
        }
        #expect(try read.rowNames(ofTable: "obs") == ["s", "t"])
        for (position, column) in try read.columnNames(ofTable: "obs").enumerated() {
            let isFactor = !position.isMultiple(of: 2)
            if isFactor {
                #expect(try read.categorical("obs/\(column)").categories == ["\(position)"])
            } else {
                #expect(try read.doubles("obs/\(column)") == [Double(position), 0])
            }
            let attributes = isFactor ? read.attributes(ofGroup: "obs/\(column)") : read["obs/\(column)"]?.attributes
            if column != names[position] { #expect(attributes?["column-name"] == .string(names[position])) }
        }
    }
}
