import Deflate
import Testing

@Suite("Deflate")
struct DeflateTests {
    /// Text that repeats and noise that does not, from a fixed seed.
    static func sampleBytes(count: Int) -> [UInt8] {
        var state: UInt64 = 42
        return (0..<count).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return index % 3 == 0 ? UInt8(truncatingIfNeeded: state >> 56) : UInt8(index % 7)
        }
    }

    @Test(
        "Content comes back, in every format and level", arguments: [Deflate.Format.raw, .zlib, .gzip], [0, 1, 6, 9])
    func roundTrip(format: Deflate.Format, level: Int) throws {
        for count in [0, 1, 1000, 700_000] {
            let content = Self.sampleBytes(count: count)
            let compressed = Deflate.compress(content, level: level, format: format)
            #expect(try Deflate.inflate(compressed, format: format) == content)
        }
    }

    @Test("A gzip header carries neither a time nor a name")
    func deterministicHeader() {
        let bytes = Deflate.compress(Array("counts".utf8), format: .gzip)
        #expect(Array(bytes[..<4]) == [0x1F, 0x8B, 8, 0])
        #expect(Array(bytes[4..<8]) == [0, 0, 0, 0])
    }

    @Test("Members of a gzip file are joined, and zero padding is skipped")
    func severalMembers() throws {
        let first = Self.sampleBytes(count: 100_000)
        let second = Array("second".utf8)
        let file =
            Deflate.compress(first, format: .gzip) + Deflate.compress([], format: .gzip)
            + Deflate.compress(second, format: .gzip)
        #expect(try Gzip.decompress(file) == first + second)
        #expect(try Gzip.decompress(file + [0, 0, 0]) == first + second)
    }

    @Test("A gzip file cut anywhere is an error that names its length")
    func truncation() {
        let file = Deflate.compress(Self.sampleBytes(count: 5000), format: .gzip)
        for length in stride(from: 2, to: file.count, by: 7) {
            #expect(throws: DeflateError.truncated(atByte: length)) { try Gzip.decompress(Array(file[..<length])) }
        }
    }

    @Test("A flipped byte in a gzip file is an error")
    func corruption() {
        let file = Deflate.compress(Self.sampleBytes(count: 5000), format: .gzip)
        // From byte 10 on: behind the header, whose time and system are free.
        for position in stride(from: 10, to: file.count, by: 11) {
            var damaged = file
            damaged[position] ^= 0x55
            #expect(throws: DeflateError.self) { try Gzip.decompress(damaged) }
        }
    }

    @Test("Bytes behind the last member, and content above the limit, are errors")
    func trailingBytesAndLimit() {
        let file = Deflate.compress(Array("abc".utf8), format: .gzip)
        #expect(throws: DeflateError.trailingBytes(atByte: file.count)) { try Gzip.decompress(file + [1, 2, 3]) }
        let zeros = Deflate.compress([UInt8](repeating: 0, count: 3_000_000), format: .gzip)
        #expect(throws: DeflateError.tooLong(limit: 1_000_000)) {
            try Gzip.decompress(zeros, sizeLimit: 1_000_000)
        }
    }
}
