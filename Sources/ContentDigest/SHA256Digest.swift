import CCrypto

/// The SHA-256 of some bytes: the name of an input, of a shard, of a result.
///
/// Kept as four words in place: a coordinator looks digests up several times a message, and an array of bytes would be
/// an allocation and a pointer to follow each time.
package struct SHA256Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 32 bytes from the first to the last, each word with its first byte highest.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The version of OpenSSL that runs, such as `3.0.15`.
    package static var libraryVersion: String { String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }

    /// The 32 bytes of the digest.
    package var bytes: [UInt8] { withUnsafeBytes(of: bigEndianWords) { Array($0) } }

    /// Takes a digest that was received or stored.
    ///
    /// - Returns: nil unless there are exactly 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var stored: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &stored) { $0.copyBytes(from: bytes) }
        self.init(bigEndianWords: stored)
    }

    /// Takes the words as they stand in memory behind each other.
    fileprivate init(bigEndianWords stored: (UInt64, UInt64, UInt64, UInt64)) {
        words = (
            UInt64(bigEndian: stored.0), UInt64(bigEndian: stored.1), UInt64(bigEndian: stored.2),
            UInt64(bigEndian: stored.3)
        )
    }

    private var bigEndianWords: (UInt64, UInt64, UInt64, UInt64) {
        (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }

    /// Returns the digest of `content`.
    package init(of content: [UInt8]) {
        var hasher = SHA256Hasher()
        hasher.update(content)
        self = hasher.finish()
    }

    /// Returns the digest of the UTF-8 bytes of `text`.
    package init(of text: String) {
        self.init(of: Array(text.utf8))
    }

    /// Reads 64 hexadecimal digits.
    package init?(hexadecimal: String) {
        let digits = Array(hexadecimal.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for index in stride(from: 0, to: 64, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        self.init(bytes: bytes)
    }

    /// Gives the bytes without copying them.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeBytes(of: bigEndianWords, body)
    }

    /// 64 lower-case hexadecimal digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    package static func == (left: SHA256Digest, right: SHA256Digest) -> Bool { left.words == right.words }

    package static func < (left: SHA256Digest, right: SHA256Digest) -> Bool { left.words < right.words }

    /// Half of a digest is as evenly spread as the whole.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

/// Computes a SHA-256 piece by piece.
package struct SHA256Hasher {
    private var state = SHA256_CTX()

    package init() {
        SHA256_Init(&state)
    }

    /// Adds bytes to what is hashed.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&state, bytes.baseAddress, bytes.count)
    }

    /// Adds bytes to what is hashed.
    package mutating func update(_ content: [UInt8]) {
        content.withUnsafeBytes { update($0) }
    }

    /// Returns the digest of everything added so far. The hasher is not used again.
    package mutating func finish() -> SHA256Digest {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { bytes in
            _ = SHA256_Final(bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), &state)
        }
        return SHA256Digest(bigEndianWords: words)
    }
}
