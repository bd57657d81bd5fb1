import CHDF5

/// The side of a `ForeignFile` that has libhdf5 read it.
final class ForeignFileServer {
    private let file: File

    init(path: String) throws(HDF5Error) {
        file = try File(reading: path)
    }

    /// The answer to one question, or HDF5's error.
    func answer(_ request: ForeignRequest) -> ForeignBytes {
        do throws(HDF5Error) {
            return try values(request)
        } catch {
            return .failure(error)
        }
    }

    private func values(_ request: ForeignRequest) throws(HDF5Error) -> ForeignBytes {
        switch request.kind {
        case .open:
            _ = try file.root()
            return ForeignBytes([UInt8]())
        case .members:
            return texts(
                try group(request.path).members().map { member in
                    switch member.kind {
                    case .group: "g" + member.name
                    case .dataset: "d" + member.name
                    case .other: "o" + member.name
                    }
                })
        case .attributeNames:
            return texts(
                request.isDataset
                    ? try dataset(request.path).attributeNames() : try group(request.path).attributeNames())
        case .attributeShape:
            guard let (content, shape) = try attribute(request) else { return ForeignBytes([-1]) }
            return ForeignBytes([content.kind.rawValue] + shape)
        case .attributeValues:
            return switch try attribute(request)?.content {
            case .doubles(let values): ForeignBytes(values)
            case .integers(let values): ForeignBytes(values)
            case .bools(let values): ForeignBytes(values.map { $0 ? Int8(1) : 0 })
            case .strings(let values): texts(values)
            case nil: ForeignBytes([UInt8]())
            }
        case .shape: return ForeignBytes(try dataset(request.path).shape())
        case .elementType: return texts([try dataset(request.path).elementType()?.rawValue ?? ""])
        case .numbers: return try numbers(request, rows: nil)
        case .rows: return try numbers(request, rows: request.rows)
        case .bools: return ForeignBytes(try dataset(request.path).readBools().map { $0 ? Int8(1) : 0 })
        case .strings: return texts(try dataset(request.path).readStrings())
        }
    }

    private func numbers(_ request: ForeignRequest, rows: Range<Int>?) throws(HDF5Error) -> ForeignBytes {
        let dataset = try dataset(request.path)
        func read<T: Element>(_ type: T.Type) throws(HDF5Error) -> ForeignBytes {
            guard let rows else { return ForeignBytes(try dataset.read(as: type)) }
            return ForeignBytes(try dataset.read(rows: rows, as: type))
        }
        return switch request.element {
        case .float64: try read(Double.self)
        case .float32: try read(Float.self)
        case .int8: try read(Int8.self)
        case .int16: try read(Int16.self)
        case .int32: try read(Int32.self)
        case .int64: try read(Int64.self)
        case .uint64: try read(UInt64.self)
        case .bool, .string: throw HDF5Error(action: "read \(request.path) as numbers: it holds none", stack: [])
        }
    }

    private func attribute(_ request: ForeignRequest) throws(HDF5Error) -> (content: AttributeContent, shape: [Int])? {
        request.isDataset
            ? try dataset(request.path).attribute(request.name) : try group(request.path).attribute(request.name)
    }

    private func group(_ path: String) throws(HDF5Error) -> Group {
        path == "/" ? try file.root() : try file.root().group(path)
    }

    private func dataset(_ path: String) throws(HDF5Error) -> Dataset {
        try file.root().dataset(path)
    }

    private func texts(_ strings: [String]) -> ForeignBytes { ForeignBytes(ForeignText.bytes(strings)) }
}

extension AttributeContent {
    fileprivate var kind: AttributeKind {
        switch self {
        case .doubles: .doubles
        case .integers: .integers
        case .bools: .bools
        case .strings: .strings
        }
    }
}
