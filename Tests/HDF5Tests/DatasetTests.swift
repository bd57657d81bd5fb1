import HDF5
import Testing

@Suite("Datasets")
struct DatasetTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Writes `values`, reads them back and compares.
    private func expectRoundTrip<T: Element & Equatable>(
        _ values: [T], shape: [Int], storage: Storage, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let image = try FileImage { root in _ = try root.createDataset("x", values, shape: shape, storage: storage) }
        let dataset = try File(reading: folder.file(image.bytes)).root().dataset("x")
        let readShape = try dataset.shape()
        let readType = try dataset.elementType()
        let readValues = try dataset.read(as: T.self)
        #expect(readShape == shape, sourceLocation: sourceLocation)
        #expect(readType == T.elementType, sourceLocation: sourceLocation)
        #expect(readValues == values, sourceLocation: sourceLocation)
    }

    @Test(
        "Numbers of every type come back from every storage",
        arguments: [Storage.compact, .contiguous, .deflatedChunks(shape: [2, 2])])
    func numbers(storage: Storage) throws {
        let shape = [2, 3]
        try expectRoundTrip(
            [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -1.5e300], shape: shape, storage: storage)
        try expectRoundTrip(
            [Float(0), 1, .infinity, -.infinity, .leastNonzeroMagnitude, -3e38], shape: shape, storage: storage)
        try expectRoundTrip([Int8.min, -1, 0, 1, 2, .max], shape: shape, storage: storage)
        try expectRoundTrip([Int16.min, -1, 0, 1, 2, .max], shape: shape, storage: storage)
        try expectRoundTrip([Int32.min, -1, 0, 1, 2, .max], shape: shape, storage: storage)
        try expectRoundTrip([Int64.min, -1, 0, 1, 2, .max], shape: shape, storage: storage)
        try expectRoundTrip([UInt64.min, 1, 2, 3, 4, .max], shape: shape, storage: storage)
    }

    @Test("A NaN keeps its bits", arguments: [Storage.compact, .contiguous, .deflatedChunks(shape: [3])])
    func notANumber(storage: Storage) throws {
        let values: [Double] = [.nan, -.nan, Double(nan: 1954, signaling: false)]
        let image = try FileImage { root in _ = try root.createDataset("x", values, shape: [3], storage: storage) }
        let read = try File(reading: folder.file(image.bytes)).root().dataset("x").read(as: Double.self)
        #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test("A single value and an array of none come back")
    func scalarAndEmpty() throws {
        try expectRoundTrip([42.0], shape: [], storage: .compact)
        try expectRoundTrip([42.0], shape: [], storage: .contiguous)
        try expectRoundTrip([Double](), shape: [0], storage: .contiguous)
        try expectRoundTrip([Int32](), shape: [5, 0], storage: .contiguous)
    }

    @Test("Booleans are an int8 enumeration of FALSE and TRUE")
    func booleans() throws {
        let image = try FileImage { root in
            _ = try root.createDataset("x", [true, false, true], shape: [3], storage: .compact)
        }
        let dataset = try File(reading: folder.file(image.bytes)).root().dataset("x")
        let type = try dataset.elementType()
        let values = try dataset.readBools()
        #expect(type == .bool)
        #expect(values == [true, false, true])
        #expect(String(decoding: image.bytes, as: UTF8.self).contains("FALSE"))
    }

    @Test("Strings of fixed and of variable length come back", arguments: [StringStorage.fixedLength, .variableLength])
    func strings(as stringStorage: StringStorage) throws {
        let values = ["ENSG00000141510", "", "naïve", "日本", "e\u{301}", "\u{E9}", " end ", "tab\tand\nline"]
        let image = try FileImage { root in
            _ = try root.createDataset("x", values, as: stringStorage, shape: [8], storage: .contiguous)
            _ = try root.createDataset("none", [], as: stringStorage, shape: [0], storage: .contiguous)
            _ = try root.createDataset("one", [""], as: stringStorage, shape: [], storage: .contiguous)
        }
        let root = try File(reading: folder.file(image.bytes)).root()
        let (read, none, one) = (
            try root.dataset("x").readStrings(), try root.dataset("none").readStrings(),
            try root.dataset("one").readStrings()
        )
        // By bytes: Swift takes a composed and a decomposed é for equal.
        #expect(read.map { Array($0.utf8) } == values.map { Array($0.utf8) })
        #expect(none == [])
        #expect(one == [""])
    }

    @Test("A string with a NUL is refused", arguments: [StringStorage.fixedLength, .variableLength])
    func nul(as stringStorage: StringStorage) throws {
        #expect(throws: HDF5Error.self) {
            _ = try FileImage { root in
                _ = try root.createDataset("x", ["a\0b"], as: stringStorage, shape: [1], storage: .contiguous)
            }
        }
    }

    @Test("Numbers are read as another type of number, and not as text")
    func conversion() throws {
        let image = try FileImage { root in
            _ = try root.createDataset("x", [Int16(-3), 7], shape: [2], storage: .compact)
        }
        let dataset = try File(reading: folder.file(image.bytes)).root().dataset("x")
        let doubles = try dataset.read(as: Double.self)
        #expect(doubles == [-3, 7])
        #expect(throws: HDF5Error.self) { try dataset.readStrings() }
        #expect(throws: HDF5Error.self) { try dataset.readBools() }
    }

    @Test("Several threads may each use a file of their own")
    func threads() async throws {
        let values = (0..<5_000).map { Double($0).squareRoot() }
        let images = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try FileImage { root in
                        _ = try root.createDataset(
                            "x", values, shape: [5_000], storage: .deflatedChunks(shape: [1_000]))
                    }.bytes
                }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(images.count == 1)
    }
}
