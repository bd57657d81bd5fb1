import CIgzip
import Glibc

/// The single owner of an inflate stream: compressed bytes in by pieces, content out.
package struct Decompressor: ~Copyable {
    private let stream: UnsafeMutableRawPointer
    private let format: Deflate.Format

    package init(format: Deflate.Format) {
        guard let stream = modicum_inflate_new(format.wrapper) else {
            fatalError("there is no memory to decompress in")
        }
        self.stream = stream
        self.format = format
    }

    deinit { free(stream) }

    /// Begins a new stream of the same format.
    package mutating func reset() {
        modicum_inflate_reset(stream, format.wrapper)
    }

    /// Decompresses `input` from `consumed` on and appends the content to `output`.
    ///
    /// - Parameter consumed: How much of `input` has been used; on return it
    ///   stands behind the stream's last byte, or at the end of `input`.
    /// - Returns: Whether the stream is complete.
    package mutating func append(
        _ input: [UInt8], consumed: inout Int, to output: inout [UInt8], sizeLimit: Int = .max
    ) throws(DeflateError) -> Bool {
        var position = consumed
        var outcome = Outcome.needsInput
        input.withUnsafeBufferPointer { input in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 18) { room in
                repeat {
                    let written: Int
                    (written, outcome) = step(input, position: &position, room: room)
                    output.append(contentsOf: room.prefix(written))
                } while outcome == .hasMore && output.count <= sizeLimit
            }
        }
        consumed = position
        if output.count > sizeLimit { throw .tooLong(limit: sizeLimit) }
        switch outcome {
        case .ended: return true
        case .needsInput: return false
        case .failed(let reason): throw .corrupt(atByte: position, reason: reason)
        case .hasMore: preconditionFailure("the loop above goes on while there is more")
        }
    }

    /// Decompresses `input` from `consumed` on into `room`, as far as either reaches.
    ///
    /// - Returns: How many bytes of `room` were filled, and whether the stream is complete.
    mutating func fill(
        _ room: UnsafeMutableBufferPointer<UInt8>, from input: UnsafeBufferPointer<UInt8>, consumed: inout Int
    ) throws(DeflateError) -> (written: Int, isComplete: Bool) {
        let (written, outcome) = step(input, position: &consumed, room: room)
        if case .failed(let reason) = outcome { throw .corrupt(atByte: consumed, reason: reason) }
        return (written, outcome == .ended)
    }

    private enum Outcome: Equatable {
        case hasMore
        case needsInput
        case ended
        case failed(String)
    }

    /// Fills `room` as far as the input reaches.
    private func step(
        _ input: UnsafeBufferPointer<UInt8>, position: inout Int, room: UnsafeMutableBufferPointer<UInt8>
    ) -> (written: Int, Outcome) {
        // ISA-L counts in 32 bits.
        let available = min(input.count - position, 1 << 30)
        var consumed: Int64 = 0
        var written: UInt32 = 0
        var isComplete: Int32 = 0
        let status = modicum_inflate(
            stream, input.baseAddress.map { $0 + position }, UInt32(available), room.baseAddress, UInt32(room.count),
            &consumed, &written, &isComplete)
        position += Int(consumed)
        guard status == ISAL_DECOMP_OK || status == ISAL_END_INPUT else {
            return (Int(written), .failed(Self.reason(status)))
        }
        if isComplete != 0 { return (Int(written), .ended) }
        return (Int(written), written < room.count && position == input.count ? .needsInput : .hasMore)
    }

    private static func reason(_ status: Int32) -> String {
        switch status {
        case ISAL_NEED_DICT: "it needs a preset dictionary"
        case ISAL_INVALID_BLOCK: "invalid block"
        case ISAL_INVALID_SYMBOL: "invalid symbol"
        case ISAL_INVALID_LOOKBACK: "invalid distance"
        case ISAL_INVALID_WRAPPER: "incorrect header"
        case ISAL_UNSUPPORTED_METHOD: "unknown method"
        case ISAL_INCORRECT_CHECKSUM: "incorrect check sum"
        default: "status \(status)"
        }
    }
}

extension Deflate.Format {
    fileprivate var wrapper: UInt32 {
        switch self {
        case .raw: modicum_igzip_raw()
        case .zlib: modicum_igzip_zlib()
        case .gzip: modicum_igzip_gzip()
        }
    }
}
