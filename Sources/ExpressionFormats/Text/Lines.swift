/// Walks through the lines of a text, without their ends.
struct Lines {
    /// The line last returned, from 1.
    private(set) var number = 0

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position: Int

    /// Begins behind the UTF-8 byte order mark, if there is one.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Returns the next line, or nil at the end.
    mutating func next() -> UnsafeBufferPointer<UInt8>? {
        guard position < bytes.count else { return nil }
        number += 1
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        var end = position
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        position += 1
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    /// The fields of a line between tabs.
    static func fields(_ line: UnsafeBufferPointer<UInt8>) -> [UnsafeBufferPointer<UInt8>] {
        var fields: [UnsafeBufferPointer<UInt8>] = []
        var start = 0
        for position in line.indices where line[position] == UInt8(ascii: "\t") {
            fields.append(UnsafeBufferPointer(rebasing: line[start..<position]))
            start = position + 1
        }
        fields.append(UnsafeBufferPointer(rebasing: line[start...]))
        return fields
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The text without blanks at its ends.
    var trimmedText: UnsafeBufferPointer<UInt8> {
        trimmed(DelimitedText.Field(start: 0, end: count))
    }

    var string: String { String(decoding: self, as: UTF8.self) }
}
