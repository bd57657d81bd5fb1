import Deflate
import ExpressionData
import ExpressionFormats
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

    @Test("What is compressed fast comes back, and what would grow is not compressed")
    func fast() throws {
        for count in [300, 1000, 65_536, 700_000] {
            let content = Self.sampleBytes(count: count)
            let compressed = try #require(Deflate.compressFast(content), "\(count)")
            #expect(compressed.count < count)
            #expect(try Deflate.inflate(compressed) == content)
        }
        // Planes of counts: numbers, then almost nothing but zeros.
        let planes = Self.sampleBytes(count: 262_144) + [UInt8](repeating: 0, count: 3 * 262_144)
        let compressed = try #require(Deflate.compressFast(planes))
        #expect(try Deflate.inflate(compressed) == planes)
        var state: UInt64 = 7
        let noise = (0..<100_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        #expect(Deflate.compressFast(noise) == nil)
        #expect(Deflate.compressFast([]) == nil)
    }

    @Test("A file that comes in small pieces, into small rooms, has the same content", arguments: [1, 2, 7, 100])
    func pieces(length: Int) throws {
        let parts = [Self.sampleBytes(count: 70_000), [], Array("second".utf8)]
        for level in [0, 1, 9] {
            var file = parts.flatMap { Deflate.compress($0, level: level, format: .gzip) }
            file += [UInt8](repeating: 0, count: 300)
            var position = 0
            let reader = GzipReader { room in
                let count = min(length, room.count, file.count - position)
                for offset in 0..<count { room[offset] = file[position + offset] }
                position += count
                return count
            }
            var content: [UInt8] = []
            let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: length)
            defer { room.deallocate() }
            while case let count = try reader.read(into: room), count > 0 { content += room[..<count] }
            #expect(content == parts.flatMap { $0 })
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
            try Gzip.decompress(zeros, limit: UnpackingLimit(bytes: 1_000_000))
        }
    }

    /// What a reader gives of a file, in a room of a megabyte.
    private static func length(of file: [UInt8], limit: UnpackingLimit) throws -> Int {
        var position = 0
        let reader = GzipReader(limit: limit) { room in
            let count = min(room.count, file.count - position)
            _ = room.update(fromContentsOf: file[position..<position + count])
            position += count
            return count
        }
        let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 20)
        defer { room.deallocate() }
        var length = 0
        while case let count = try reader.read(into: room), count > 0 { length += count }
        return length
    }

    @Test("A small file that unpacks to something huge is refused early, whole or by pieces, in one member or in many")
    func dense() throws {
        // Members of one megabyte of zeros each, as a hostile file has them, and one long line of the same cell.
        let member = Deflate.compress([UInt8](repeating: 0, count: 1 << 20), format: .gzip)
        var many: [UInt8] = []
        for _ in 0..<100 { many += member }
        let line = Deflate.compress([UInt8](repeating: 48, count: 100 << 20), level: 9, format: .gzip)
        for file in [many, line] {
            #expect(throws: DeflateError.self) { try Gzip.decompress(file, limit: .none) }
            let error = #expect(throws: DeflateError.self) { try Self.length(of: file, limit: .none) }
            guard case .tooDense(let size, let packed) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            // Noticed as soon as there is more than small files may hold.
            #expect(size <= UnpackingLimit.harmlessBytes + (2 << 20) && packed <= file.count)
            let refusal = #expect(throws: InputError.self) { try InputFile(name: "counts.tsv.gz", bytes: file) }
            #expect(try #require(refusal).description.contains("counts.tsv.gz"))
            #expect(try #require(refusal).description.contains("unpack it"))
        }
        // The same repetition where it does no harm.
        let small = Deflate.compress([UInt8](repeating: 48, count: 10 << 20), level: 9, format: .gzip)
        #expect(try Gzip.decompress(small, limit: .none).count == 10 << 20)
        #expect(try Self.length(of: small, limit: .none) == 10 << 20)
    }

    @Test("What unpacks to more than the memory allows is refused whatever its ratio")
    func absolute() throws {
        let content = Self.sampleBytes(count: 300_000)
        let file = Deflate.compress(content, format: .gzip)
        for limit in [0, 1, 100_000, 299_999] {
            let bound = UnpackingLimit(bytes: limit)
            #expect(throws: DeflateError.tooLong(limit: limit)) { try Gzip.decompress(file, limit: bound) }
            #expect(throws: DeflateError.tooLong(limit: limit)) { try Self.length(of: file, limit: bound) }
        }
        #expect(try Gzip.decompress(file, limit: UnpackingLimit(bytes: 300_000)) == content)
        #expect(try Self.length(of: file, limit: UnpackingLimit(bytes: 300_000)) == 300_000)
    }
}
