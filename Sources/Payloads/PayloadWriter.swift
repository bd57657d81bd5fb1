/// Writes values one after another, little-endian, arrays preceded by their length.
///
/// The one encoding of everything that shards read and come to, and of what runs keep of it. Frames, greetings, journal
/// records and the lock have layouts of their own, in `JobEngine`. Floating-point numbers travel as their bit patterns,
/// so a value that went over the wire is the same value.
package struct PayloadWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// - Parameter kind: What the payload is, such as `MGNS1`: its reader refuses any other.
    package init(kind: String) { bytes = Array(kind.utf8) }

    /// Writes the bytes of a whole number: of an `Int` eight.
    package mutating func write<Number: FixedWidthInteger>(_ value: Number) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func write(_ value: Double) { write(value.bitPattern) }

    package mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    package mutating func write(_ text: String) { write(Array(text.utf8)) }

    package mutating func write(_ range: Range<Int>) {
        write(range.lowerBound)
        write(range.upperBound)
    }

    package mutating func write<Number: FixedWidthInteger & BitwiseCopyable>(_ values: [Number]) {
        write(array: values)
    }
    package mutating func write(_ values: [Double]) { write(array: values) }
    package mutating func write(_ values: [Bool]) { write(array: values.map { $0 ? UInt8(1) : 0 }) }

    package mutating func write(_ texts: [String]) {
        write(texts.count)
        for text in texts { write(text) }
    }

    /// Writes a number in seven bits a byte, the lowest first: a small one takes one byte.
    ///
    /// - Precondition: It is not negative.
    package mutating func write(compact value: some FixedWidthInteger) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Writes numbers as `write(compact:)` writes one, without their count. Many in one call take a fraction of the time
    /// of as many calls.
    package mutating func write(compact values: [UInt64]) { bytes.append(contentsOf: Self.packed(values)) }

    /// Writes counts in seven bits a byte, the lowest first: most counts take one byte or two instead of four.
    ///
    /// - Precondition: None is negative.
    package mutating func write(counts: [Int32]) {
        let packed = Self.packed(counts.map(UInt32.init))
        write(counts.count)
        write(packed.count)
        bytes.append(contentsOf: packed)
    }

    private static func packed<Number: FixedWidthInteger & UnsignedInteger>(_ values: [Number]) -> [UInt8] {
        let longest = (Number.bitWidth + 6) / 7
        return [UInt8](unsafeUninitializedCapacity: values.count * longest) { packed, end in
            for value in values {
                var rest = value
                while rest > 127 {
                    packed.initializeElement(at: end, to: UInt8(truncatingIfNeeded: rest) | 128)
                    rest >>= 7
                    end += 1
                }
                packed.initializeElement(at: end, to: UInt8(truncatingIfNeeded: rest))
                end += 1
            }
        }
    }

    /// The machines that Modicum runs on are little-endian; the build for one that is not stops here.
    private mutating func write<Element: BitwiseCopyable>(array values: [Element]) {
        precondition(1.littleEndian == 1)
        write(values.count)
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
}
