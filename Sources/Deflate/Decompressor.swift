import CZlib

/// The single owner of an inflate stream: compressed bytes in by pieces, content out.
package struct Decompressor: ~Copyable {
    // On the heap, because zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>

    package init(format: Deflate.Format) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = modicum_inflate_init(stream, format.windowBits)
        precondition(status == Z_OK, "zlib could not allocate its state")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Begins a new stream of the same format.
    package mutating func reset() {
        inflateReset(stream)
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
                    output.append(contentsOf: UnsafeBufferPointer(rebasing: room[..<written]))
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
        // zlib counts in 32 bits.
        let available = min(input.count - position, 1 << 30)
        stream.pointee.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + position) }
        stream.pointee.avail_in = UInt32(available)
        stream.pointee.next_out = room.baseAddress!
        stream.pointee.avail_out = UInt32(room.count)
        let status = inflate(stream, Z_NO_FLUSH)
        position += available - Int(stream.pointee.avail_in)
        let written = room.count - Int(stream.pointee.avail_out)
        switch status {
        case Z_STREAM_END:
            return (written, .ended)
        case Z_OK, Z_BUF_ERROR:
            return (written, written < room.count && position == input.count ? .needsInput : .hasMore)
        case Z_NEED_DICT:
            return (written, .failed("it needs a preset dictionary"))
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) }
            return (written, .failed(reason ?? "zlib status \(status)"))
        }
    }
}
