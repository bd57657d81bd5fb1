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

    /// Equal when every element has the same bits; a NaN equals a NaN.
    package static func == (left: StoredContent, right: StoredContent) -> Bool {
        switch (left, right) {
        case (.doubles(let left), .doubles(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern }
        case (.floats(let left), .floats(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern }
        case (.int8s(let left), .int8s(let right)): left == right
        case (.int16s(let left), .int16s(let right)): left == right
        case (.int32s(let left), .int32s(let right)): left == right
        case (.int64s(let left), .int64s(let right)): left == right
        case (.uint64s(let left), .uint64s(let right)): left == right
        case (.bools(let left), .bools(let right)): left == right
        // Compared by bytes: Swift's own equality takes a composed and a decomposed é for the same.
        case (.strings(let left), .strings(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
        default: false
        }
    }
}
