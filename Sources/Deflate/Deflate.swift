import CIgzip
import CZlib

/// The deflate method in its three wrappings, over whole byte arrays.
package enum Deflate {
    /// The version of zlib that runs, such as `1.2.13`.
    package static var libraryVersion: String { String(cString: zlibVersion()) }

    /// The version of ISA-L that this was built with, such as `2.30.0`.
    package static var fastLibraryVersion: String {
        (0..<3).map { "\(modicum_isal_version(Int32($0)))" }.joined(separator: ".")
    }

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

    /// Returns `bytes` compressed: the same bytes on every machine with the same zlib.
    ///
    /// - Parameter level: From 0 (stored) to 9; 1 is fast, 6 is zlib's default.
    package static func compress(_ bytes: [UInt8], level: Int = 6, format: Format = .zlib) -> [UInt8] {
        var compressor = Compressor(level: level, format: format)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 3 + 64)
        bytes.withUnsafeBytes { compressor.append($0, to: &output) }
        compressor.finish(into: &output)
        return output
    }

    /// Returns `bytes` compressed in zlib's format by ISA-L, which takes a quarter of zlib's time at its level 1.
    ///
    /// The result depends on ISA-L's version, and on a processor without SSE 4.2 it is another one. So nothing may be
    /// compressed in this way whose compressed bytes are compared between machines.
    ///
    /// - Returns: Nil where the result would not be shorter.
    package static func compressFast(_ bytes: [UInt8]) -> [UInt8]? {
        precondition(bytes.count <= Int(UInt32.max))
        let output = [UInt8](unsafeUninitializedCapacity: bytes.count) { room, count in
            count = bytes.withUnsafeBufferPointer { bytes in
                Int(
                    modicum_deflate_fast(
                        bytes.baseAddress, UInt32(bytes.count), room.baseAddress, UInt32(bytes.count)))
            }
        }
        return output.isEmpty ? nil : output
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

    /// The content is so much longer than what it was packed into that nothing but repetition can be in it.
    case tooDense(size: Int, packed: Int)
}
