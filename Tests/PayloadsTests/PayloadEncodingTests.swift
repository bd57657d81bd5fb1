import Testing

import Payloads

@Suite("The bytes of payloads")
struct PayloadEncodingTests {
    @Test("A number is its bytes, the lowest first; an array has its length before it; a range is its two ends")
    func layout() {
        var writer = PayloadWriter(kind: "K1")
        writer.write(UInt16(0x0102))
        writer.write(3..<258)
        writer.write([Int32(-1)])
        writer.write(true)
        writer.write("µ")
        #expect(
            writer.bytes == [
                0x4B, 0x31, 2, 1,
                3, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0,
                1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255,
                1,
                2, 0, 0, 0, 0, 0, 0, 0, 0xC2, 0xB5,
            ])
    }

    @Test("A compact number takes seven bits a byte", arguments: [0, 1, 127, 128, 16_383, 16_384, UInt64.max])
    func compact(value: UInt64) throws {
        var writer = PayloadWriter()
        writer.write(compact: value)
        #expect(writer.bytes.count == max(1, (64 - value.leadingZeroBitCount + 6) / 7))
        var reader = PayloadReader(writer.bytes)
        #expect(try reader.readCompact() == value)
        try reader.finish()
        for length in 0..<writer.bytes.count {
            var reader = PayloadReader(Array(writer.bytes.prefix(length)))
            #expect(throws: PayloadError.self) { try reader.readCompact() }
        }
    }

    @Test("Many compact numbers in one call have the bytes of as many calls")
    func manyCompact() throws {
        let values: [UInt64] = [0, 1, 127, 128, 300, 1 << 32, 1 << 62, .max, 5]
        var (together, single) = (PayloadWriter(), PayloadWriter())
        together.write(compact: values)
        for value in values { single.write(compact: value) }
        #expect(together.bytes == single.bytes)
        var reader = PayloadReader(together.bytes)
        #expect(try reader.readCompacts(values.count) == values)
        try reader.finish()
        for length in together.bytes.indices {
            var short = PayloadReader(Array(together.bytes.prefix(length)))
            #expect(throws: PayloadError.self, "\(length)") { try short.readCompacts(values.count) }
            #expect(short.remaining == length)
        }
        var limited = PayloadReader(together.bytes)
        #expect(throws: PayloadError.self) { try limited.readCompacts(values.count, upTo: .max - 1) }
        var beyond = PayloadReader([UInt8](repeating: 255, count: 9) + [2])
        #expect(throws: PayloadError.self) { try beyond.readCompacts(1) }
        var crowd = PayloadReader([0, 0])
        #expect(throws: PayloadError.self) { try crowd.readCompacts(.max) }
    }

    @Test("A compact number beyond 64 bits, or beyond its limit, is refused")
    func tooLarge() {
        var reader = PayloadReader([UInt8](repeating: 255, count: 9) + [2])
        #expect(throws: PayloadError.self) { try reader.readCompact() }
        var other = PayloadReader([8])
        #expect(throws: PayloadError.self) { try other.readCompact(upTo: 7) }
    }

    @Test("Empty and reversed ranges, and lengths that the bytes do not have, are refused")
    func ranges() {
        for (lower, upper) in [(4, 4), (5, 4), (-1, 4), (0, Int.max)] {
            var writer = PayloadWriter()
            writer.write(lower)
            writer.write(upper)
            var reader = PayloadReader(writer.bytes)
            #expect(throws: PayloadError.self, "\(lower) to \(upper)") { try reader.readRange() }
        }
        for count in [-1, 2, Int.max] {
            var writer = PayloadWriter()
            writer.write(count)
            writer.write(UInt64(7))
            var reader = PayloadReader(writer.bytes)
            #expect(throws: PayloadError.self, "\(count)") { try reader.readArray(of: UInt64.self) }
        }
    }

    @Test("A payload of another kind is refused by the kind's name")
    func kinds() throws {
        let writer = PayloadWriter(kind: "MGNS1")
        #expect(throws: Never.self) { try PayloadReader(writer.bytes, kind: "MGNS1").finish() }
        let error = #expect(throws: PayloadError.self) { try PayloadReader(writer.bytes, kind: "MGNP1") }
        #expect(error?.description.contains("MGNP1") == true)
    }
}
