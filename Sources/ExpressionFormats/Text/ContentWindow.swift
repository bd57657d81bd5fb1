import Glibc

/// A part of a file's content in memory, which slides forward as it is used.
///
/// Behind the text always stand a line feed and some bytes of padding, so that
/// a parser may look a word ahead and a last line without an end has one.
struct ContentWindow: ~Copyable {
    private var reader: ContentReader
    private var storage: UnsafeMutableBufferPointer<UInt8>
    private var start = 0
    private var end = 0

    /// Whether nothing follows behind `text`.
    private(set) var isAtEnd = false

    /// How much of the content was dropped in front of `text`.
    private(set) var offset = 0

    /// A file's size when `text` reaches its end, or an estimate from the part that was read.
    var estimatedContentSize: Int {
        let seen = offset + end - start
        guard reader.isCompressed, reader.filePosition > 0, !isAtEnd else { return max(seen, reader.fileSize) }
        return Int(Double(seen) * (Double(reader.fileSize) / Double(reader.filePosition)))
    }

    /// Called with every block that is read, in order.
    private let observer: ((UnsafeRawBufferPointer) -> Void)?

    private var check: PlainText

    private static let padding = 16

    init(
        _ reader: consuming ContentReader, blockSize: Int = 1 << 19,
        observer: ((UnsafeRawBufferPointer) -> Void)? = nil
    ) {
        check = PlainText(fileName: reader.name)
        self.reader = reader
        self.observer = observer
        storage = .allocate(capacity: blockSize + Self.padding)
        storage.initialize(repeating: 0)
        storage[0] = UInt8(ascii: "\n")
    }

    deinit {
        storage.deallocate()
    }

    /// What was read and not dropped yet. It is valid until the window changes.
    var text: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: storage.baseAddress! + start, count: end - start)
    }

    /// Drops the first bytes of the text.
    mutating func drop(_ count: Int) {
        start += count
        offset += count
    }

    /// Reads on behind the text, as far as there is room; the text moves.
    ///
    /// - Throws: `InputError` when it cannot be read, or is not text in UTF-8.
    mutating func extend() throws {
        let count = end - start
        if count == storage.count - Self.padding {
            // A line longer than the window.
            let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2 * count + Self.padding)
            larger.initialize(repeating: 0)
            memcpy(larger.baseAddress!, storage.baseAddress! + start, count)
            storage.deallocate()
            storage = larger
        } else if start > 0 {
            memmove(storage.baseAddress!, storage.baseAddress! + start, count)
        }
        start = 0
        end = count
        while !isAtEnd, end < storage.count - Self.padding {
            let room = UnsafeMutableBufferPointer(rebasing: storage[end..<storage.count - Self.padding])
            let got = try reader.read(into: room)
            observer?(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<got]))
            try admit(UnsafeMutableBufferPointer(rebasing: room[..<got]))
            end += got
            if got == 0 {
                isAtEnd = true
                try check.finish()
            }
        }
        storage[end] = newline
    }

    /// Checks what was read, and gives it line feeds for old line ends.
    private mutating func admit(_ block: UnsafeMutableBufferPointer<UInt8>) throws {
        do {
            guard try check.admit(UnsafeBufferPointer(block)) else { return }
        } catch {
            // What kind of file it is says more than its first byte that is no text.
            if offset + end == 0 { try ForeignContent.refuse(block.prefix(16).map { $0 }, name: reader.name) }
            throw error
        }
        for position in block.indices where block[position] == UInt8(ascii: "\r") { block[position] = newline }
    }
}

@available(*, unavailable)
extension ContentWindow: Sendable {}

private let newline = UInt8(ascii: "\n")
