import HDF5
import Testing

@Suite("Groups, attributes and files")
struct GroupTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("A group lists its members in byte order with what they are")
    func members() throws {
        let image = try FileImage { root in
            for name in ["b", "a", "é", "B"] { _ = try root.createGroup(name) }
            _ = try root.group("a").createDataset("x", [1.0], shape: [1], storage: .compact)
            _ = try root.createDataset("a/y", [1.0], shape: [1], storage: .compact)
        }
        let root = try File(reading: folder.file(image.bytes)).root()
        let (groups, datasets) = (try root.members(), try root.group("a").members())
        #expect(groups.map(\.name) == ["B", "a", "b", "é"])
        #expect(groups.allSatisfy { $0.kind == .group })
        #expect(datasets.map(\.name) == ["x", "y"])
        #expect(datasets.allSatisfy { $0.kind == .dataset })
    }

    @Test("Attributes of groups and datasets come back")
    func attributes() throws {
        let contents: [(String, AttributeContent, [Int])] = [
            ("bool", .bools([true]), []),
            ("doubles", .doubles([1.5, -.infinity]), [2]),
            ("integer", .integers([.min]), []),
            ("long", .strings([String(repeating: "naïve ", count: 20_000)]), []),
            ("none", .strings([]), [0]),
            ("string", .strings(["log₂"]), []),
            ("strings", .strings(["a", "", "é"]), [3]),
        ]
        let image = try FileImage { root in
            let dataset = try root.createDataset("x", [1.0], shape: [1], storage: .compact)
            for (name, content, shape) in contents {
                try root.setAttribute(name, content, shape: shape)
                try dataset.setAttribute(name, content, shape: shape)
            }
        }
        let root = try File(reading: folder.file(image.bytes)).root()
        let dataset = try root.dataset("x")
        let (ofRoot, ofDataset) = (try root.attributeNames(), try dataset.attributeNames())
        #expect(ofRoot == contents.map(\.0))
        #expect(ofDataset == contents.map(\.0))
        for (name, content, shape) in contents {
            let fromRoot = try root.attribute(name)
            let fromDataset = try dataset.attribute(name)
            #expect(fromRoot?.content == content)
            #expect(fromRoot?.shape == shape)
            #expect(fromDataset?.content == content)
        }
    }

    @Test("The same calls make the same bytes, without time stamps")
    func deterministic() throws {
        func make() throws -> [UInt8] {
            try FileImage { root in
                let group = try root.createGroup("g")
                try group.setAttribute("units", .strings(["log2"]), shape: [])
                _ = try group.createDataset(
                    "deflated", (0..<10_000).map { Int32($0) }, shape: [100, 100],
                    storage: .deflatedChunks(shape: [60, 60]))
                _ = try group.createDataset(
                    "strings", (0..<2_000).map { "gene \($0)" }, as: .variableLength, shape: [2_000],
                    storage: .contiguous)
            }.bytes
        }
        let image = try make()
        #expect(try make() == image)

        // Bit 5 of an object header's flags, which follow its name and version, says that it has times.
        let headers = image.indices.dropLast(6).filter { image[$0..<$0 + 4].elementsEqual("OHDR".utf8) }
        #expect(headers.count == 4)
        #expect(headers.allSatisfy { image[$0 + 5] & 0x20 == 0 })
    }

    @Test("A fault in the middle of making a file is thrown on, and does not spoil the next file")
    func faultWhileFilling() throws {
        struct Fault: Error {}
        #expect(throws: Fault.self) {
            _ = try FileImage { root in
                _ = try root.createGroup("g")
                throw Fault()
            }
        }
        #expect(throws: HDF5Error.self) {
            _ = try FileImage { root in
                _ = try root.createGroup("g")
                _ = try root.createGroup("g")
            }
        }
        let image = try FileImage { _ in }
        let members = try File(reading: folder.file(image.bytes)).root().members()
        #expect(members.isEmpty)
    }

    @Test("An error names what was tried and holds HDF5's own stack")
    func errors() throws {
        let image = try FileImage { _ in }
        let root = try File(reading: folder.file(image.bytes)).root()
        let error = #expect(throws: HDF5Error.self) { _ = try root.dataset("obs/age") }
        #expect(error?.action == "open the dataset obs/age")
        #expect(error?.stack.first?.function == "H5Dopen2")
        #expect((error?.stack.count ?? 0) > 1)

        let missing = #expect(throws: HDF5Error.self) { _ = try File(reading: "\(folder.path)/none.h5") }
        #expect(missing?.description.contains("No such file or directory") == true)
    }

    @Test("A file cut short is refused with its expected length", arguments: [100, 1_000, 40_000])
    func truncated(length: Int) throws {
        let image = try FileImage { root in
            _ = try root.createDataset("x", [Int64](0..<10_000), shape: [10_000], storage: .contiguous)
        }
        let path = try folder.file(Array(image.bytes.prefix(length)))
        let error = #expect(throws: HDF5Error.self) { _ = try File(reading: path) }
        #expect(error?.description.contains("stored_eof = \(image.bytes.count)") == true)
    }
}
