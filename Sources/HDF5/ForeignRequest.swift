/// What is asked of the process that reads a `ForeignFile`.
struct ForeignRequest {
    enum Kind: Int {
        case open, members, attributeNames, attributeShape, attributeValues
        case shape, elementType, numbers, rows, bools, strings
    }

    let kind: Kind
    let path: String

    /// Of an attribute.
    let name: String

    let isDataset: Bool
    let element: ElementType
    let rows: Range<Int>

    init(
        _ kind: Kind, _ path: String = "/", name: String = "", isDataset: Bool = true,
        element: ElementType = .float64, rows: Range<Int> = 0..<0
    ) {
        (self.kind, self.path, self.name, self.isDataset) = (kind, path, name, isDataset)
        (self.element, self.rows) = (element, rows)
    }

    /// The number of words at the head of a request.
    static let headLength = 7

    /// The head, which tells the lengths of the texts behind it, and the texts.
    var encoded: (head: [Int], texts: [UInt8]) {
        let code = Self.elements.firstIndex(of: element)!
        let head = [
            kind.rawValue, isDataset ? 1 : 0, code, rows.lowerBound, rows.upperBound, path.utf8.count, name.utf8.count,
        ]
        return (head, Array(path.utf8) + Array(name.utf8))
    }

    /// - Precondition: As `encoded` made them: both sides are the same executable.
    init(head: [Int], texts: [UInt8]) {
        self.init(
            Kind(rawValue: head[0])!, String(decoding: texts[..<head[5]], as: UTF8.self),
            name: String(decoding: texts[head[5]...], as: UTF8.self), isDataset: head[1] == 1,
            element: Self.elements[head[2]], rows: head[3]..<head[4])
    }

    private static let elements: [ElementType] = [
        .float64, .float32, .int8, .int16, .int32, .int64, .uint64, .bool, .string,
    ]
}

/// What came back.
enum ForeignAnswer<T: BitwiseCopyable> {
    case values([T])
    case failure(HDF5Error)

    var byteCount: Int {
        switch self {
        case .values(let values): values.count * MemoryLayout<T>.stride
        case .failure: 0
        }
    }
}

extension ForeignAnswer {
    /// Takes the bytes of an answer made in this process.
    init(copying answer: ForeignBytes) {
        switch answer {
        case .failure(let error): self = .failure(error)
        case .values(let withBytes):
            var values: [T] = []
            withBytes { bytes in values = Array(bytes.assumingMemoryBound(to: T.self)) }
            self = .values(values)
        }
    }
}

/// An answer as bytes, which stay where they are until they are asked for.
enum ForeignBytes {
    case values((_ body: (UnsafeRawBufferPointer) -> Void) -> Void)
    case failure(HDF5Error)

    init<T: BitwiseCopyable>(_ values: [T]) {
        self = .values { body in values.withUnsafeBytes(body) }
    }
}

/// Texts between the two processes: each ends with a NUL, which none from HDF5 holds.
enum ForeignText {
    static func bytes(_ strings: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(strings.reduce(0) { $0 + $1.utf8.count + 1 })
        for string in strings {
            bytes.append(contentsOf: string.utf8)
            bytes.append(0)
        }
        return bytes
    }

    static func strings(in bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
