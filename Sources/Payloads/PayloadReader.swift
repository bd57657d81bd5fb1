/// A payload or blob could not be decoded.
///
/// Payloads come from other processes, so decoding never traps.
package struct PayloadError: Error, CustomStringConvertible {
    package let description: String
}

/// Writes values one after another, little-endian, arrays preceded by their length.
///
/// Floating-point numbers travel as their bit patterns, so a value that went
/// over the wire is the same value.
package struct PayloadWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func write(_ value: Int) { append(UInt64(bitPattern: Int64(value))) }

    package mutating func write(_ value: Double) { append(value.bitPattern) }

    package mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    package mutating func write(_ text: String) {
        let utf8 = Array(text.utf8)
        write(utf8.count)
        bytes.append(contentsOf: utf8)
    }

    package mutating func write(_ values: [Double]) { appendArray(values) }
    package mutating func write(_ values: [Int32]) { appendArray(values) }
    package mutating func write(_ values: [Int64]) { appendArray(values) }
    package mutating func write(_ values: [UInt8]) { appendArray(values) }
    package mutating func write(_ values: [Bool]) { appendArray(values.map { $0 ? UInt8(1) : 0 }) }
    package mutating func write(_ values: [Int]) { appendArray(values.map(Int64.init)) }

    package mutating func write(_ texts: [String]) {
        write(texts.count)
        for text in texts { write(text) }
    }

    /// Writes counts in seven bits a byte, the lowest first: most counts take one byte or two instead of four.
    ///
    /// - Precondition: None is negative.
    package mutating func write(counts: [Int32]) {
        var packed = [UInt8](repeating: 0, count: counts.count * 5)
        var end = 0
        packed.withUnsafeMutableBufferPointer { packed in
            for count in counts {
                var rest = UInt32(count)
                while rest > 127 {
                    packed[end] = UInt8(truncatingIfNeeded: rest) | 128
                    rest >>= 7
                    end += 1
                }
                packed[end] = UInt8(truncatingIfNeeded: rest)
                end += 1
            }
        }
        write(counts.count)
        write(end)
        bytes.append(contentsOf: packed[..<end])
    }

    private mutating func append(_ pattern: UInt64) {
        withUnsafeBytes(of: pattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// The machines that Modicum runs on are little-endian; the build for one that is not stops here.
    private mutating func appendArray<Element: BitwiseCopyable>(_ values: [Element]) {
        precondition(1.littleEndian == 1)
        write(values.count)
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
}

/// Reads what `PayloadWriter` wrote, in the same order.
package struct PayloadReader {
    private let bytes: [UInt8]
    private var offset = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether everything was read.
    package var isAtEnd: Bool { offset == bytes.count }

    /// - Throws: `PayloadError` unless everything was read.
    package func finish() throws {
        guard isAtEnd else { throw PayloadError(description: "bytes follow behind the result") }
    }

    package mutating func readInt() throws -> Int { Int(Int64(bitPattern: try readPattern())) }

    package mutating func readDouble() throws -> Double { Double(bitPattern: try readPattern()) }

    package mutating func readBool() throws -> Bool {
        guard offset < bytes.count else { throw truncated(1) }
        defer { offset += 1 }
        return bytes[offset] != 0
    }

    package mutating func readString() throws -> String {
        String(decoding: try readBytes(), as: UTF8.self)
    }

    package mutating func readDoubles() throws -> [Double] { try readArray(of: Double.self) }
    package mutating func readInt32s() throws -> [Int32] { try readArray(of: Int32.self) }
    package mutating func readBytes() throws -> [UInt8] { try readArray(of: UInt8.self) }
    package mutating func readBools() throws -> [Bool] { try readArray(of: UInt8.self).map { $0 != 0 } }
    package mutating func readInts() throws -> [Int] { try readArray(of: Int64.self).map(Int.init) }

    /// Reads what `write(counts:)` wrote.
    package mutating func readCounts() throws -> [Int32] {
        let (count, length) = (try readInt(), try readInt())
        guard length >= 0, length <= bytes.count - offset else { throw truncated(length) }
        guard count >= 0, count <= length else {
            throw PayloadError(description: "a payload has \(length) bytes for \(count) counts")
        }
        let end = offset + length
        var position = offset
        var isBad = false
        let counts = [Int32](unsafeUninitializedCapacity: count) { counts, initialized in
            bytes.withUnsafeBufferPointer { bytes in
                while initialized < count, !isBad {
                    var value: UInt64 = 0
                    var shift: UInt64 = 0
                    repeat {
                        guard position < end, shift < 35 else {
                            isBad = true
                            return
                        }
                        value |= UInt64(bytes[position] & 127) << shift
                        shift += 7
                        position += 1
                    } while bytes[position - 1] > 127
                    isBad = value > Int32.max
                    counts.initializeElement(at: initialized, to: Int32(truncatingIfNeeded: value))
                    initialized += 1
                }
            }
        }
        guard !isBad, position == end else {
            throw PayloadError(description: "a payload's counts are damaged at byte \(position)")
        }
        offset = end
        return counts
    }

    package mutating func readStrings() throws -> [String] {
        let count = try readInt()
        guard count >= 0, count <= bytes.count else { throw truncated(count) }
        var texts: [String] = []
        texts.reserveCapacity(count)
        for _ in 0..<count { texts.append(try readString()) }
        return texts
    }

    private mutating func readPattern() throws -> UInt64 {
        guard bytes.count - offset >= 8 else { throw truncated(8) }
        defer { offset += 8 }
        return UInt64(
            littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) })
    }

    private mutating func readArray<Element: BitwiseCopyable>(of type: Element.Type) throws -> [Element] {
        let count = try readInt()
        let stride = MemoryLayout<Element>.stride
        guard count >= 0, count <= (bytes.count - offset) / stride else { throw truncated(count) }
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

    private func truncated(_ wanted: Int) -> PayloadError {
        PayloadError(description: "a payload ends early: \(wanted) more values expected at byte \(offset)")
    }
}
