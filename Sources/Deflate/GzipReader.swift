/// The content of a gzip file, piece by piece: one or more members, joined.
///
/// Holds a quarter of a megabyte of the file at a time. Zero bytes behind the
/// last member are padding and are skipped, as gzip does.
package final class GzipReader {
    /// Fills as much of the room as it can; returns 0 at the end of the file only.
    package typealias Source = (UnsafeMutableBufferPointer<UInt8>) throws -> Int

    private enum State {
        case inMember, betweenMembers, atEnd
    }

    private let source: Source
    private var decompressor = Decompressor(format: .gzip)
    private var state = State.inMember

    private let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)

    /// The bytes of `input` that were read and are not yet used.
    private var unread = 0..<0

    /// Where `unread` begins in the file.
    package private(set) var position = 0

    /// How much content has come of it.
    private var written = 0
    private let limit: UnpackingLimit

    package init(limit: UnpackingLimit = .none, _ source: @escaping Source) {
        self.limit = limit
        self.source = source
    }

    deinit {
        input.deallocate()
    }

    /// Fills as much of `room` as one step gives; returns 0 at the end of the content only.
    ///
    /// - Throws: `DeflateError`, with positions counted in the compressed file, and what the source throws.
    package func read(into room: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        while true {
            switch state {
            case .atEnd:
                return 0
            case .inMember:
                if unread.isEmpty, try !refill() { throw DeflateError.truncated(atByte: position) }
                var consumed = 0
                let available = UnsafeBufferPointer(rebasing: input[unread])
                let step: (written: Int, isComplete: Bool)
                do throws(DeflateError) {
                    step = try decompressor.fill(room, from: available, consumed: &consumed)
                } catch {
                    guard case .corrupt(let byte, let reason) = error else { throw error }
                    throw DeflateError.corrupt(atByte: position + byte, reason: reason)
                }
                advance(by: consumed)
                if step.isComplete { state = .betweenMembers }
                written += step.written
                try limit.check(written, from: position)
                if step.written > 0 { return step.written }
            case .betweenMembers:
                try beginNextMember()
            }
        }
    }

    private func beginNextMember() throws {
        let end = position
        while unread.count < 2, try refill() {}
        if unread.count >= 2, input[unread.lowerBound] == 0x1F, input[unread.lowerBound + 1] == 0x8B {
            decompressor.reset()
            state = .inMember
            return
        }
        repeat {
            guard input[unread].allSatisfy({ $0 == 0 }) else { throw DeflateError.trailingBytes(atByte: end) }
            advance(by: unread.count)
        } while try refill()
        state = .atEnd
    }

    private func advance(by count: Int) {
        unread = unread.lowerBound + count..<unread.upperBound
        position += count
    }

    /// Reads on behind what is unread; returns whether anything came.
    private func refill() throws -> Bool {
        let kept = unread.count
        for offset in 0..<kept { input[offset] = input[unread.lowerBound + offset] }
        let got = try source(UnsafeMutableBufferPointer(rebasing: input[kept...]))
        unread = 0..<kept + got
        return got > 0
    }
}
