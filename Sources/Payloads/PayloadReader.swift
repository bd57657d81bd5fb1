/// Reads what `PayloadWriter` wrote, in the same order.
package struct PayloadReader {
    private let bytes: [UInt8]
    private var offset = 0

    /// What messages begin with.
    private let kind: String

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        kind = ""
    }

    /// - Throws: Unless the bytes begin with the kind.
    package init(_ bytes: [UInt8], kind: String) throws(PayloadError) {
        self.bytes = bytes
        self.kind = kind
        offset = kind.utf8.count
        guard bytes.starts(with: kind.utf8) else {
            throw PayloadError(description: "These bytes do not begin with \(kind).")
        }
    }

    /// Whether everything was read.
    package var isAtEnd: Bool { offset == bytes.count }

    /// How many bytes are left: an upper bound for the number of things that take at least one each.
    package var remaining: Int { bytes.count - offset }

    /// - Throws: Unless everything was read.
    package func finish() throws(PayloadError) {
        guard isAtEnd else { throw problem("bytes follow behind the result") }
    }

    package mutating func readNumber<Number: FixedWidthInteger & BitwiseCopyable>(
        of type: Number.Type = Number.self
    ) throws(PayloadError) -> Number {
        let size = MemoryLayout<Number>.size
        guard remaining >= size else { throw truncated(size) }
        defer { offset += size }
        return Number(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) })
    }

    package mutating func readInt() throws(PayloadError) -> Int { try readNumber() }

    package mutating func readDouble() throws(PayloadError) -> Double { Double(bitPattern: try readNumber()) }

    package mutating func readBool() throws(PayloadError) -> Bool { try readNumber(of: UInt8.self) != 0 }

    package mutating func readString() throws(PayloadError) -> String {
        String(decoding: try readBytes(), as: UTF8.self)
    }

    /// A number of permutations, samples, genes: one that no sum or product of a few takes beyond an `Int`.
    package mutating func readCount() throws(PayloadError) -> Int {
        let count = try readInt()
        guard count >= 0, count < 1 << 48 else { throw problem("\(count) is no number of things") }
        return count
    }

    /// The number of things that follow and take at least `size` bytes each.
    package mutating func readCount(ofSize size: Int) throws(PayloadError) -> Int {
        let count = try readInt()
        guard count >= 0, count <= remaining / max(1, size) else { throw truncated(count) }
        return count
    }

    /// A range that is not empty.
    package mutating func readRange() throws(PayloadError) -> Range<Int> {
        let (lower, upper) = (try readCount(), try readCount())
        guard lower < upper else { throw problem("the range \(lower) to \(upper) is empty") }
        return lower..<upper
    }

    package mutating func readDoubles() throws(PayloadError) -> [Double] { try read(of: Double.self) }
    package mutating func readInt32s() throws(PayloadError) -> [Int32] { try read(of: Int32.self) }
    package mutating func readBytes() throws(PayloadError) -> [UInt8] { try read(of: UInt8.self) }
    package mutating func readInts() throws(PayloadError) -> [Int] { try read(of: Int.self) }

    package mutating func readBools() throws(PayloadError) -> [Bool] { try read(of: UInt8.self).map { $0 != 0 } }

    package mutating func readArray<Number: FixedWidthInteger & BitwiseCopyable>(
        of type: Number.Type = Number.self
    ) throws(PayloadError) -> [Number] {
        try read(of: Number.self)
    }

    package mutating func readStrings() throws(PayloadError) -> [String] {
        let count = try readCount(ofSize: 8)
        var texts: [String] = []
        texts.reserveCapacity(count)
        for _ in 0..<count { texts.append(try readString()) }
        return texts
    }

    /// Reads what `write(compact:)` wrote.
    package mutating func readCompact() throws(PayloadError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = UInt64(try readNumber(of: UInt8.self))
            guard shift < 63 || byte < 2 else { throw problem("a number at byte \(offset) exceeds 64 bits") }
            value |= (byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// A compact number that is at most `limit`.
    package mutating func readCompact(upTo limit: Int) throws(PayloadError) -> Int {
        let value = try readCompact()
        guard value <= UInt64(limit) else {
            throw problem("\(value) before byte \(offset) where at most \(limit) is expected")
        }
        return Int(value)
    }

    /// Compact numbers, each at most `limit`; many in one call take a fraction of the time of as many calls.
    package mutating func readCompacts(_ count: Int, upTo limit: UInt64 = .max) throws(PayloadError) -> [UInt64] {
        guard count <= remaining else { throw truncated(count) }
        let (values, end) = unpacked(count, of: UInt64.self, within: bytes.count, upTo: limit)
        guard let end else {
            throw problem("a compact number beyond \(limit), or none, among the \(count) from byte \(offset)")
        }
        offset = end
        return values
    }

    /// Reads what `write(counts:)` wrote.
    package mutating func readCounts() throws(PayloadError) -> [Int32] {
        let (count, length) = (try readInt(), try readInt())
        guard length >= 0, length <= bytes.count - offset else { throw truncated(length) }
        guard count >= 0, count <= length else {
            throw problem("a payload has \(length) bytes for \(count) counts")
        }
        let (counts, end) = unpacked(count, of: Int32.self, within: offset + length, upTo: UInt64(Int32.max))
        guard let end, end == offset + length else {
            throw problem("a payload's \(count) counts from byte \(offset) are damaged")
        }
        offset = end
        return counts
    }

    /// Numbers of seven bits a byte from here on.
    ///
    /// - Returns: Also where the last one ends; nil where one is beyond the limit or beyond `end`.
    private func unpacked<Number: FixedWidthInteger>(
        _ count: Int, of type: Number.Type, within end: Int, upTo limit: UInt64
    ) -> (values: [Number], end: Int?) {
        var position = offset
        var isGood = true
        let values = [Number](unsafeUninitializedCapacity: count) { values, initialized in
            bytes.withUnsafeBufferPointer { bytes in
                while initialized < count {
                    var value: UInt64 = 0
                    var shift: UInt64 = 0
                    while true {
                        guard position < end, shift < 63 || (shift == 63 && bytes[position] < 2) else {
                            isGood = false
                            return
                        }
                        let byte = UInt64(bytes[position])
                        position += 1
                        value |= (byte & 127) << shift
                        if byte < 128 { break }
                        shift += 7
                    }
                    guard value <= limit else {
                        isGood = false
                        return
                    }
                    values.initializeElement(at: initialized, to: Number(truncatingIfNeeded: value))
                    initialized += 1
                }
            }
        }
        return (values, isGood ? position : nil)
    }

    private mutating func read<Element: BitwiseCopyable>(of type: Element.Type) throws(PayloadError) -> [Element] {
        let stride = MemoryLayout<Element>.stride
        let count = try readCount(ofSize: stride)
        let start = offset
        offset += count * stride
        return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            bytes.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[start..<start + count * stride]))
            }
            initialized = count
        }
    }

    private func problem(_ description: String) -> PayloadError {
        PayloadError(description: kind.isEmpty ? description : "\(kind): \(description)")
    }

    private func truncated(_ wanted: Int) -> PayloadError {
        problem("a payload ends early: \(wanted) more values expected at byte \(offset)")
    }
}
