import ContentDigest

extension RunDocument {
    /// The run's identity: the SHA-256 of its manifest.
    ///
    /// Two runs have the same identity exactly when they have the same datasets at
    /// the same paths, element by element and bit by bit, the configuration among
    /// them. Attributes are descriptions and do not count; neither does how the
    /// file stores anything. `docs/store.md` gives the definition for readers in
    /// other languages, and `ops/identity.py` is one.
    package var identity: SHA256Digest {
        contents.identity
    }

    /// The manifest's text: comparing the lines of two runs shows which dataset differs.
    package var manifest: String { contents.text }

    private var contents: Manifest {
        var manifest = Manifest()
        for path in paths { manifest.add(path, self[path]!.content, shape: self[path]!.shape) }
        return manifest
    }
}

/// One line per dataset in byte order of the paths: path, type, shape and the content's
/// SHA-256, with tabs between them.
struct Manifest {
    private(set) var text = ""

    var identity: SHA256Digest { SHA256Digest(of: text) }

    /// Adds a dataset's line. Datasets come in byte order of their paths.
    mutating func add(_ path: String, _ content: StoredContent, shape: [Int]) {
        add(path, type: content.typeName, shape: shape, digest: content.digest)
    }

    mutating func add(_ path: String, type: String, shape: [Int], digest: SHA256Digest) {
        let shapeName = shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "x")
        text += "\(path)\t\(type)\t\(shapeName)\t\(digest)\n"
    }
}

extension StoredContent {
    /// The SHA-256 of the elements' little-endian bytes in C order.
    ///
    /// A Boolean is one byte, 0 or 1. A string is the number of its UTF-8 bytes as
    /// a UInt64, and then these bytes. Every NaN is `7FF8000000000000`, or `7FC00000`.
    var digest: SHA256Digest {
        var hasher = SHA256Hasher()
        switch self {
        case .doubles(let values): hasher.update(littleEndian: values, \.bitPattern.littleEndian)
        case .floats(let values): hasher.update(littleEndian: values, \.bitPattern.littleEndian)
        case .int8s(let values): hasher.update(littleEndian: values, \.littleEndian)
        case .int16s(let values): hasher.update(littleEndian: values, \.littleEndian)
        case .int32s(let values): hasher.update(littleEndian: values, \.littleEndian)
        case .int64s(let values): hasher.update(littleEndian: values, \.littleEndian)
        case .uint64s(let values): hasher.update(littleEndian: values, \.littleEndian)
        case .bools(let values): hasher.update(values.map { $0 ? UInt8(1) : 0 })
        case .strings(let values): hasher.update(lengthPrefixed: values)
        }
        return hasher.finish()
    }
}

extension SHA256Hasher {
    /// Adds the bytes of `values`, once `reordered` has made them little-endian.
    fileprivate mutating func update<Value: BitwiseCopyable, Ordered: BitwiseCopyable>(
        littleEndian values: [Value], _ reordered: (Value) -> Ordered
    ) {
        #if _endian(little)
        values.withUnsafeBytes { update($0) }
        #else
        values.map(reordered).withUnsafeBytes { update($0) }
        #endif
    }

    fileprivate mutating func update(lengthPrefixed strings: [String]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(strings.reduce(0) { $0 + $1.utf8.count + 8 })
        for string in strings {
            withUnsafeBytes(of: UInt64(string.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: string.utf8)
        }
        update(bytes)
    }
}
