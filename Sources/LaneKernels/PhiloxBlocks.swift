/// Writes eight consecutive blocks of a Philox4x32-10 stream, 32 words.
///
/// Block by block in scalar registers: a 64-bit product is one instruction
/// there, and eight independent blocks keep the multiplier busy. Lanes were
/// tried and took twice as long. Source: Salmon, Moraes, Dror & Shaw (2011),
/// "Parallel random numbers: as easy as 1, 2, 3".
///
/// - Parameters:
///   - key: The key, low word first.
///   - block: Index of the first of the eight blocks: counter words 0 and 1.
///   - stream: Counter words 2 and 3.
///   - words: Receives block `block` words 0…3, then block `block + 1` words 0…3, and so on.
@inline(__always)
package func writePhiloxBlocks(
    key: UInt64, block: UInt64, stream: UInt64, into words: UnsafeMutablePointer<UInt32>
) {
    for index in 0..<8 {
        let counter = block &+ UInt64(index)
        var c0 = UInt32(truncatingIfNeeded: counter)
        var c1 = UInt32(truncatingIfNeeded: counter &>> 32)
        var c2 = UInt32(truncatingIfNeeded: stream)
        var c3 = UInt32(truncatingIfNeeded: stream &>> 32)
        var k0 = UInt32(truncatingIfNeeded: key)
        var k1 = UInt32(truncatingIfNeeded: key &>> 32)
        for _ in 0..<10 {
            let p0 = UInt64(c0) &* 0xD251_1F53
            let p1 = UInt64(c2) &* 0xCD9E_8D57
            c0 = UInt32(truncatingIfNeeded: p1 &>> 32) ^ c1 ^ k0
            c2 = UInt32(truncatingIfNeeded: p0 &>> 32) ^ c3 ^ k1
            c1 = UInt32(truncatingIfNeeded: p1)
            c3 = UInt32(truncatingIfNeeded: p0)
            k0 = k0 &+ 0x9E37_79B9
            k1 = k1 &+ 0xBB67_AE85
        }
        words[4 &* index] = c0
        words[4 &* index &+ 1] = c1
        words[4 &* index &+ 2] = c2
        words[4 &* index &+ 3] = c3
    }
}
