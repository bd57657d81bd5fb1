import CZlib

/// The deflate method in its three wrappings, over whole byte arrays.
package enum Deflate {
    /// The version of zlib that runs, such as `1.2.13`.
    package static var libraryVersion: String { String(cString: zlibVersion()) }

    package enum Format: Sendable {
        /// The bare stream of blocks.
        case raw

        /// Two bytes of header and an Adler-32 (RFC 1950).
        case zlib

        /// The file format, with a CRC-32 (RFC 1952).
        ///
        /// What we write carries neither a time nor a name, so that the same
        /// content gives the same bytes.
        case gzip

        var windowBits: Int32 {
            switch self {
            case .raw: -15
            case .zlib: 15
            case .gzip: 31
            }
        }
    }

    /// What the compressor looks for before it codes bytes by their frequency.
    package enum Search: Sendable {
        /// Earlier occurrences of the same bytes, as thoroughly as the level says.
        case matches

        /// Repeats of the last byte only: faster and smaller where bytes are numbers rather than text.
        case runs

        var strategy: Int32 {
            switch self {
            case .matches: Z_DEFAULT_STRATEGY
            case .runs: Z_RLE
            }
        }
    }

    /// Returns `bytes` compressed.
    ///
    /// - Parameter level: From 0 (stored) to 9; 1 is fast, 6 is zlib's default.
    package static func compress(
        _ bytes: [UInt8], level: Int = 6, format: Format = .zlib, search: Search = .matches
    ) -> [UInt8] {
        var compressor = Compressor(level: level, format: format, search: search)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 3 + 64)
        bytes.withUnsafeBytes { compressor.append($0, to: &output) }
        compressor.finish(into: &output)
        return output
    }

    /// Returns the content of one complete compressed stream.
    ///
    /// - Parameter sizeLimit: Content longer than this is an error, so that a
    ///   damaged or hostile stream cannot fill the memory.
    package static func inflate(
        _ bytes: [UInt8], format: Format = .zlib, sizeLimit: Int = .max
    ) throws(DeflateError) -> [UInt8] {
        var decompressor = Decompressor(format: format)
        var output: [UInt8] = []
        var consumed = 0
        let ended = try decompressor.append(bytes, consumed: &consumed, to: &output, sizeLimit: sizeLimit)
        guard ended else { throw .truncated(atByte: bytes.count) }
        guard consumed == bytes.count else { throw .trailingBytes(atByte: consumed) }
        return output
    }
}

/// Why compressed bytes could not be read.
package enum DeflateError: Error, Equatable, Sendable {
    /// The stream ends before its last block or its checksum.
    case truncated(atByte: Int)

    /// The stream is damaged at or shortly before the byte; the reason is zlib's.
    case corrupt(atByte: Int, reason: String)

    /// Bytes that belong to no stream follow the last one.
    case trailingBytes(atByte: Int)

    /// The content is longer than the caller allowed.
    case tooLong(limit: Int)
}
