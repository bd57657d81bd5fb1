import CCrypto

/// The CRC-32C checksum (Castagnoli) of frames and journal records.
///
/// Reflected polynomial 0x82F63B78, start and final value inverted, as in
/// RFC 3720, appendix B.4. By the processor's instruction where there is one, else sixteen
/// bytes a step from sixteen tables (Kounavis & Berry, 2005).
package struct CRC32C: Sendable {
    /// Whether this processor has the instruction.
    package static let hasInstruction = modicum_has_crc32c() != 0

    private var state: UInt32 = .max
    private let usesInstruction: Bool

    /// - Precondition: The instruction is not used where there is none. The checksum is the same.
    package init(usesInstruction: Bool = CRC32C.hasInstruction) {
        precondition(CRC32C.hasInstruction || !usesInstruction)
        self.usesInstruction = usesInstruction
    }

    /// The checksum of everything added so far.
    package var value: UInt32 { ~state }

    /// Returns the checksum of `bytes`.
    package static func checksum(of bytes: [UInt8]) -> UInt32 {
        var checksum = CRC32C()
        checksum.update(bytes)
        return checksum.value
    }

    /// Adds bytes to what is checked.
    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds bytes to what is checked.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        let count = bytes.count
        if usesInstruction {
            state = modicum_crc32c(state, base, count)
            return
        }
        state = CRC32C.tables.withUnsafeBufferPointer { tables in
            let table = tables.baseAddress!
            var crc = state
            var offset = 0
            while offset &+ 16 <= count {
                let a = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) ^ crc
                let b = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset &+ 4, as: UInt32.self))
                let c = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt32.self))
                let d = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset &+ 12, as: UInt32.self))
                crc =
                    CRC32C.fold(a, table + 12 * 256) ^ CRC32C.fold(b, table + 8 * 256)
                    ^ CRC32C.fold(c, table + 4 * 256) ^ CRC32C.fold(d, table)
                offset &+= 16
            }
            while offset < count {
                crc = table[Int((crc ^ UInt32(base.load(fromByteOffset: offset, as: UInt8.self))) & 255)] ^ (crc >> 8)
                offset &+= 1
            }
            return crc
        }
    }

    /// Carries four bytes past the ones behind them; `table` is the first of four.
    @inline(__always)
    private static func fold(_ word: UInt32, _ table: UnsafePointer<UInt32>) -> UInt32 {
        table[768 &+ Int(word & 255)] ^ table[512 &+ Int((word >> 8) & 255)]
            ^ table[256 &+ Int((word >> 16) & 255)] ^ table[Int(word >> 24)]
    }

    /// Table `k` carries a byte past `k` further bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 16 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 {
                crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1
            }
            tables[byte] = crc
        }
        for index in 256..<16 * 256 {
            let previous = tables[index - 256]
            tables[index] = (previous >> 8) ^ tables[Int(previous & 255)]
        }
        return tables
    }()
}
