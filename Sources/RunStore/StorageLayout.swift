import HDF5

/// How a dataset lies in the file: a matter of size and speed, never of content.
struct StorageLayout: Equatable {
    let storage: Storage
    let strings: StringStorage

    /// Chooses the layout of the dataset at `path`.
    init(of content: StoredContent, shape: [Int], at path: String) {
        var elementBytes = content.elementBytes
        var strings = StringStorage.fixedLength
        if case .strings(let values) = content {
            strings = Self.stringStorage(of: values, longest: elementBytes, at: path)
            if strings == .variableLength { elementBytes = 16 }
        }
        self.init(
            elementCount: content.count, elementBytes: elementBytes, shape: shape, strings: strings,
            isNoise: { content.isNoise })
    }

    /// The layout of as many 32-bit integers, which does not depend on what they are.
    init(ofInt32s count: Int, shape: [Int]) {
        self.init(elementCount: count, elementBytes: 4, shape: shape, strings: .fixedLength, isNoise: { false })
    }

    /// The layout of as many single-precision numbers, of which some are looked at.
    init(ofFloats count: Int, shape: [Int], element: (Int) -> Float) {
        self.init(
            elementCount: count, elementBytes: 4, shape: shape, strings: .fixedLength,
            isNoise: { looksLikeNoise(count) { element($0).bitPattern } })
    }

    private init(
        elementCount: Int, elementBytes: Int, shape: [Int], strings: StringStorage, isNoise: () -> Bool
    ) {
        self.strings = strings
        let bytes = elementCount * elementBytes
        if bytes == 0 || strings == .variableLength {
            storage = .contiguous
        } else if bytes <= Self.largestCompact {
            storage = .compact
        } else if shape.isEmpty || isNoise() {
            storage = .contiguous
        } else {
            storage = .deflatedChunks(shape: Self.chunks(of: shape, elementBytes: elementBytes))
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

    /// The length of the equal pieces that a dimension is cut into.
    static func piece(of length: Int, atMost longest: Int) -> Int {
        let pieces = max(1, (length + longest - 1) / longest)
        return max(1, (length + pieces - 1) / pieces)
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
            chunks[axis] = piece(of: length, atMost: longest)
            room = max(1, room / chunks[axis])
        }
        return chunks
    }
}

extension StoredContent {
    /// Whether deflate would hardly shrink the content: most columns of statistics are such, as their digits are
    /// all different. It would save a tenth of their size and take most of the time of writing a run.
    ///
    /// It looks at up to 4,096 elements spread over the content, byte by byte as the shuffle filter lines them up,
    /// and says yes when five bytes in eight are spread nearly evenly over their 256 values. It counts in
    /// integers, so that every machine lays a run out in the same way.
    fileprivate var isNoise: Bool {
        switch self {
        case .doubles(let values): looksLikeNoise(values.count) { values[$0].bitPattern }
        case .floats(let values): looksLikeNoise(values.count) { values[$0].bitPattern }
        case .int64s(let values): looksLikeNoise(values.count) { values[$0] }
        case .uint64s(let values): looksLikeNoise(values.count) { values[$0] }
        default: false
        }
    }

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

/// Whether five bytes in eight of `element` are nearly random.
private func looksLikeNoise<Bits: FixedWidthInteger>(_ count: Int, element: (Int) -> Bits) -> Bool {
    let stride = (count + 4_095) / 4_096
    let sampled = (count + stride - 1) / stride
    let width = Bits.bitWidth / 8
    var occurrences = [Int](repeating: 0, count: width * 256)
    for index in Swift.stride(from: 0, to: count, by: stride) {
        let bits = element(index)
        for byte in 0..<width {
            occurrences[byte * 256 + Int(truncatingIfNeeded: bits >> Bits(byte * 8)) & 255] += 1
        }
    }
    // How often two elements agree in a byte: n²/256 + n of n² pairs when it is random, more the more it can be shrunk.
    let agreements = (0..<width).map { byte in occurrences[byte * 256..<byte * 256 + 256].reduce(0) { $0 + $1 * $1 } }
    let randomAgreements = sampled * sampled / 256 + sampled
    return agreements.count { $0 < 2 * randomAgreements } * 8 >= width * 5
}
