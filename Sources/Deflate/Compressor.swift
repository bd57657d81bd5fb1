import CZlib

/// The single owner of a deflate stream: content in by pieces, compressed bytes out.
package struct Compressor: ~Copyable {
    // On the heap, because zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter isNumbers: Whether the content is numbers that hardly repeat, for which zlib looks for fewer repetitions.
    /// - Precondition: `level` is between 0 and 9.
    package init(level: Int = 6, format: Deflate.Format = .gzip, isNumbers: Bool = false) {
        precondition((0...9).contains(level))
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = modicum_deflate_init(
            stream, Int32(level), format.windowBits, isNumbers ? Z_FILTERED : Z_DEFAULT_STRATEGY)
        precondition(status == Z_OK, "zlib could not allocate its state")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Compresses a piece of the content and appends what is ready to `output`.
    package mutating func append(_ piece: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        var rest = piece[...]
        while !rest.isEmpty {
            // zlib counts in 32 bits.
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: part.baseAddress!.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(part.count)
            drain(into: &output, flush: Z_NO_FLUSH)
            rest = rest.dropFirst(part.count)
        }
    }

    /// Ends the stream; nothing may be appended after it.
    package mutating func finish(into output: inout [UInt8]) {
        stream.pointee.next_in = nil
        stream.pointee.avail_in = 0
        drain(into: &output, flush: Z_FINISH)
    }

    private func drain(into output: inout [UInt8], flush: Int32) {
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { room in
            repeat {
                stream.pointee.next_out = room.baseAddress!.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = UInt32(room.count)
                let status = deflate(stream, flush)
                precondition(status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR)
                output.append(contentsOf: room.prefix(room.count - Int(stream.pointee.avail_out)))
            } while stream.pointee.avail_out == 0
        }
    }
}
