import AnalysisPipeline
import Payloads
import Testing

@Suite("Payloads")
struct PayloadTests {
    @Test("What is written is read back, bit for bit")
    func roundTrip() throws {
        var writer = PayloadWriter()
        writer.write(-7)
        writer.write(Double.nan)
        writer.write([0.1, -0.0, .infinity, .leastNonzeroMagnitude])
        writer.write([Int32.min, 0, Int32.max])
        writer.write([true, false])
        writer.write(["", "Ångström", "tab\there"])
        writer.write([UInt8]())

        var reader = PayloadReader(writer.bytes)
        #expect(try reader.readInt() == -7)
        #expect(try reader.readDouble().isNaN)
        #expect(
            try reader.readDoubles().map(\.bitPattern)
                == [0.1, -0.0, .infinity, .leastNonzeroMagnitude].map(\.bitPattern))
        #expect(try reader.readInt32s() == [Int32.min, 0, Int32.max])
        #expect(try reader.readBools() == [true, false])
        #expect(try reader.readStrings() == ["", "Ångström", "tab\there"])
        #expect(try reader.readBytes() == [])
        #expect(reader.isAtEnd)
    }

    @Test("Bytes cut anywhere are an error, never a trap")
    func truncated() {
        var writer = PayloadWriter()
        writer.write([1.0, 2.0, 3.0])
        writer.write(["a", "b"])
        for length in 0..<writer.bytes.count {
            var reader = PayloadReader(Array(writer.bytes.prefix(length)))
            #expect(throws: PayloadError.self) {
                _ = try reader.readDoubles()
                _ = try reader.readStrings()
            }
        }
    }

    @Test("Counts take as many bytes as they need, and damage to them is an error")
    func counts() throws {
        let counts: [Int32] = [0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, .max, 5]
        var writer = PayloadWriter()
        writer.write(counts: counts)
        writer.write(counts: [])
        #expect(writer.bytes.count == 16 + (1 + 1 + 2 + 2 + 3 + 3 + 4 + 5 + 1) + 16)
        var reader = PayloadReader(writer.bytes)
        #expect(try reader.readCounts() == counts)
        #expect(try reader.readCounts().isEmpty)
        #expect(reader.isAtEnd)
        for length in 0..<writer.bytes.count {
            var reader = PayloadReader(Array(writer.bytes.prefix(length)))
            #expect(throws: PayloadError.self) {
                _ = try reader.readCounts()
                _ = try reader.readCounts()
            }
        }
        // One too large, one without an end, one too many, one too few.
        for (count, bytes) in [
            (1, [0x80, 0x80, 0x80, 0x80, 0x08]), (1, [0x80, 0x80, 0x80, 0x80, 0x80, 0x01]), (1, [1, 2]), (2, [1]),
            (2, [1, 0x80]),
        ] as [(Int, [UInt8])] {
            var writer = PayloadWriter()
            writer.write(count)
            writer.write(bytes)
            var reader = PayloadReader(writer.bytes)
            #expect(throws: PayloadError.self) { _ = try reader.readCounts() }
        }
    }

    @Test("A length that no message can have is an error")
    func absurdLengths() {
        for count in [Int.max, -1, 1 << 60] {
            var writer = PayloadWriter()
            writer.write(count)
            for read in [
                { (reader: inout PayloadReader) in _ = try reader.readDoubles() },
                { (reader: inout PayloadReader) in _ = try reader.readStrings() },
                { (reader: inout PayloadReader) in _ = try reader.readBytes() },
            ] {
                var reader = PayloadReader(writer.bytes)
                #expect(throws: PayloadError.self) { try read(&reader) }
            }
        }
    }
}

@Suite("Shards")
struct ShardRangeTests {
    @Test("Ranges cover everything once, whatever the shape", arguments: [0, 1, 7, 64, 26_000, 100_003])
    func cover(count: Int) {
        for samples in [1, 8, 96, 1_000, 100_000] {
            let ranges = GeneShards.ranges(geneCount: count, sampleCount: samples)
            #expect(ranges.flatMap { Array($0) } == Array(0..<count))
            #expect(ranges.dropLast().allSatisfy { $0.count.isMultiple(of: 8) })
        }
        let blocks = PermutationShards.ranges(of: 0..<count)
        #expect(blocks.flatMap { Array($0) } == Array(0..<count))
    }

    @Test("The last shards of a gene-sharded stage are a quarter as long, so that all workers end together")
    func lastShards() {
        let lengths = GeneShards.ranges(geneCount: 26_000, sampleCount: 96).map(\.count)
        #expect(lengths.first == 1_360)
        #expect(lengths.drop { $0 == 1_360 }.dropLast().allSatisfy { $0 == 336 })
        #expect(lengths.drop { $0 == 1_360 }.reduce(0, +) > 2 * 1_360)
    }

    @Test("A million permutations are cut into blocks of at most 131,072")
    func blocks() {
        let blocks = PermutationShards.ranges(of: 0..<1_000_000)
        #expect(blocks.allSatisfy { $0.count <= 131_072 })
        #expect(blocks.count >= 8)
    }
}
