import Glibc

/// The elements of one dataset, in C order.
package enum StoredContent: Equatable, Sendable {
    case doubles([Double])
    case floats([Float])
    case int8s([Int8])
    case int16s([Int16])
    case int32s([Int32])
    case int64s([Int64])
    case uint64s([UInt64])
    case bools([Bool])
    case strings([String])

    /// How many elements there are.
    package var count: Int {
        switch self {
        case .doubles(let values): values.count
        case .floats(let values): values.count
        case .int8s(let values): values.count
        case .int16s(let values): values.count
        case .int32s(let values): values.count
        case .int64s(let values): values.count
        case .uint64s(let values): values.count
        case .bools(let values): values.count
        case .strings(let values): values.count
        }
    }

    /// The type's name in the manifest of the identity.
    package var typeName: String {
        switch self {
        case .doubles: "float64"
        case .floats: "float32"
        case .int8s: "int8"
        case .int16s: "int16"
        case .int32s: "int32"
        case .int64s: "int64"
        case .uint64s: "uint64"
        case .bools: "bool"
        case .strings: "string"
        }
    }

    /// The same content with every NaN replaced by the one quiet NaN without sign or payload.
    ///
    /// Which NaN an operation gives differs between processors and compilers, so
    /// a NaN's bits must reach neither the identity nor the file.
    func withCanonicalNaNs() -> StoredContent {
        switch self {
        case .doubles(let values) where values.contains(where: \.isNaN):
            .doubles(values.map { $0.isNaN ? .nan : $0 })
        case .floats(let values) where values.contains(where: \.isNaN):
            .floats(values.map { $0.isNaN ? .nan : $0 })
        default:
            self
        }
    }

    /// Equal when every element has the same bits, so that a NaN equals a NaN and 0 does not equal −0.
    package static func == (left: StoredContent, right: StoredContent) -> Bool {
        switch (left, right) {
        case (.doubles(let left), .doubles(let right)): haveSameBytes(left, right)
        case (.floats(let left), .floats(let right)): haveSameBytes(left, right)
        case (.int8s(let left), .int8s(let right)): left == right
        case (.int16s(let left), .int16s(let right)): left == right
        case (.int32s(let left), .int32s(let right)): left == right
        case (.int64s(let left), .int64s(let right)): left == right
        case (.uint64s(let left), .uint64s(let right)): left == right
        case (.bools(let left), .bools(let right)): left == right
        // Compared by bytes: Swift's own equality takes a composed and a decomposed é for the same.
        case (.strings(let left), .strings(let right)):
            left.count == right.count && zip(left, right).allSatisfy(haveSameBytes)
        default: false
        }
    }
}

private func haveSameBytes<Value: BitwiseCopyable>(_ left: [Value], _ right: [Value]) -> Bool {
    left.withUnsafeBytes { left in
        right.withUnsafeBytes { right in
            left.count == right.count
                && (left.isEmpty || memcmp(left.baseAddress!, right.baseAddress!, left.count) == 0)
        }
    }
}

private func haveSameBytes(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    var (left, right) = (left, right)
    return left.withUTF8 { left in
        right.withUTF8 { right in left.isEmpty || memcmp(left.baseAddress!, right.baseAddress!, left.count) == 0 }
    }
}
