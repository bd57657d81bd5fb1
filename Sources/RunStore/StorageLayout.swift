import HDF5

/// How a dataset lies in the file: a matter of size and speed, never of content.
struct StorageLayout: Equatable {
    let storage: Storage
    let strings: StringStorage

    /// Chooses the layout of the dataset at `path`.
    init(of dataset: StoredDataset, at path: String) {
        var elementBytes = dataset.content.elementBytes
        var strings = StringStorage.fixedLength
        if case .strings(let values) = dataset.content {
            strings = Self.stringStorage(of: values, longest: elementBytes, at: path)
            if strings == .variableLength { elementBytes = 16 }
        }
        self.strings = strings
        let bytes = dataset.content.count * elementBytes
        if bytes == 0 || strings == .variableLength {
            storage = .contiguous
        } else if bytes <= Self.largestCompact {
            storage = .compact
        } else if dataset.shape.isEmpty {
            storage = .contiguous
        } else {
            storage = .deflatedChunks(shape: Self.chunks(of: dataset.shape, elementBytes: elementBytes))
        }
    }

    /// A dataset of up to this many bytes stands in its own header: a chunk of its own would cost more than it saves.
    private static let largestCompact = 4_096

    /// The longest side of a chunk. A column of most genomes' genes is one chunk.
    private static let longestSide = 65_536

    /// A chunk this large fits into the library's default cache, and compresses as well as a larger one.
    private static let chunkBytes = 1 << 20

    /// Fixed length is compressed and fast. AnnData's format asks for variable length in `obs` and `var`; and
    /// where a few strings are much longer than the others, padding all to their length costs more than it gains.
    private static func stringStorage(of values: [String], longest: Int, at path: String) -> StringStorage {
        if path.hasPrefix("obs/") || path.hasPrefix("var/") { return .variableLength }
        let padded = values.count * longest
        let bytes = values.reduce(0) { $0 + $1.utf8.count }
        return padded > 8 * bytes + (1 << 20) ? .variableLength : .fixedLength
    }

    /// Cuts each dimension, from the fastest one on, into equal pieces as long as a chunk may be.
    ///
    /// Equal pieces leave little of the last chunk empty; an empty part is stored, and compressed, too.
    private static func chunks(of shape: [Int], elementBytes: Int) -> [Int] {
        var room = max(1, chunkBytes / elementBytes)
        var chunks = shape
        for (axis, length) in shape.enumerated().reversed() {
            // A matrix is read by rows and by columns, so no side takes the whole chunk.
            let longest = min(room, shape.count > 1 && axis == shape.count - 1 ? longestSide / 8 : longestSide)
            let pieces = (length + longest - 1) / longest
            chunks[axis] = (length + pieces - 1) / pieces
            room = max(1, room / chunks[axis])
        }
        return chunks
    }
}

extension StoredContent {
    /// The bytes of one element; for strings those of the longest, and at least one.
    fileprivate var elementBytes: Int {
        switch self {
        case .doubles, .int64s, .uint64s: 8
        case .floats, .int32s: 4
        case .int16s: 2
        case .int8s, .bools: 1
        case .strings(let values): max(1, values.reduce(0) { max($0, $1.utf8.count) })
        }
    }
}
