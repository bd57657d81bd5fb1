/// Gzip files: one or more members, one after the other (RFC 1952).
package enum Gzip {
    /// Whether the bytes begin as a gzip file does, by its two magic bytes.
    package static func isGzip(_ bytes: [UInt8]) -> Bool {
        isMember(bytes, at: 0)
    }

    /// Returns the content of all members, joined.
    ///
    /// Zero bytes behind the last member are padding and are skipped, as gzip does.
    ///
    /// - Throws: `DeflateError`, with positions counted in `bytes`.
    package static func decompress(
        _ bytes: [UInt8], limit: UnpackingLimit = .none
    ) throws(DeflateError) -> [UInt8] {
        let sizeLimit = limit.sizeLimit(packed: bytes.count)
        var output: [UInt8] = []
        output.reserveCapacity(min(sizeHint(bytes), sizeLimit))
        var decompressor = Decompressor(format: .gzip)
        var position = 0
        repeat {
            let ended: Bool
            do throws(DeflateError) {
                ended = try decompressor.append(bytes, consumed: &position, to: &output, sizeLimit: sizeLimit)
            } catch {
                // Says which of the two bounds it is.
                if case .tooLong = error { try limit.check(sizeLimit + 1, from: bytes.count) }
                throw error
            }
            guard ended else { throw .truncated(atByte: bytes.count) }
            decompressor.reset()
        } while isMember(bytes, at: position)
        guard bytes[position...].allSatisfy({ $0 == 0 }) else { throw .trailingBytes(atByte: position) }
        return output
    }

    private static func isMember(_ bytes: [UInt8], at position: Int) -> Bool {
        position + 1 < bytes.count && bytes[position] == 0x1F && bytes[position + 1] == 0x8B
    }

    /// The size the last member's trailer claims, unless no deflate stream of
    /// this length could reach it (deflate gains at most a factor of 1032).
    private static func sizeHint(_ bytes: [UInt8]) -> Int {
        guard bytes.count >= 18 else { return 0 }
        let claimed = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        return min(claimed, bytes.count * 1032)
    }
}
