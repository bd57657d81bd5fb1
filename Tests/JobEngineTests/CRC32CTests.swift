import ContentDigest
import JobEngine
import Testing

@Suite("CRC-32C")
struct CRC32CTests {
    @Test("Nothing has the checksum zero")
    func empty() {
        #expect(CRC32C.checksum(of: []) == 0)
    }

    @Test("The examples of RFC 3720, appendix B.4, have their checksums")
    func published() {
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum(of: Array(0..<32)) == 0x46DD_794E)
        #expect(CRC32C.checksum(of: Array((0..<32).reversed())) == 0x113F_DB5C)
        #expect(CRC32C.checksum(of: Array("123456789".utf8)) == 0xE306_9283)
    }

    @Test("Pieces of any length give the checksum of the whole")
    func pieces() {
        var generator = SeededGenerator(seed: 1)
        let bytes = (0..<1_000).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        for length in [1, 3, 15, 16, 17, 64, 999] {
            var checksum = CRC32C()
            for start in stride(from: 0, to: bytes.count, by: length) {
                checksum.update(Array(bytes[start..<min(start + length, bytes.count)]))
            }
            #expect(checksum.value == CRC32C.checksum(of: bytes))
        }
    }

    @Test("The tables and the processor's instruction have the same checksums", .enabled(if: CRC32C.hasInstruction))
    func instruction() {
        var generator = SeededGenerator(seed: 2)
        for length in Array(0...40) + [1_000, 65_537] {
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            var tables = CRC32C(usesInstruction: false)
            var instruction = CRC32C(usesInstruction: true)
            tables.update(bytes)
            instruction.update(bytes)
            #expect(tables.value == instruction.value, "\(length) bytes")
        }
    }
}
