/// A stream of 32-bit words from the counter-based generator Philox4x32-10.
///
/// Word 4b + i is word i of the generator's output for counter (b, stream): no
/// state is carried from one stream to another, so any of them can be read by
/// any worker. Source: Salmon, Moraes, Dror & Shaw (2011), "Parallel random
/// numbers: as easy as 1, 2, 3".
package struct PhiloxStream: Sendable {
    private let key: UInt64
    private let stream: UInt64
    private var block: UInt64 = 0
    private var words = SIMD4<UInt32>(repeating: 0)
    private var used = 4

    /// - Parameters:
    ///   - seed: The generator's key, low word first.
    ///   - stream: Counter words 2 and 3, such as the index of a permutation.
    package init(seed: UInt64, stream: UInt64) {
        key = seed
        self.stream = stream
    }

    /// Returns the stream's next word.
    package mutating func next() -> UInt32 {
        if used == 4 {
            words = philox4x32(
                counter: SIMD4(
                    UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
                    UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)),
                key: SIMD2(UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)))
            block += 1
            used = 0
        }
        defer { used += 1 }
        return words[used]
    }

    /// Returns a whole number from 0 ..< `bound`, each exactly as probable.
    ///
    /// ⌊u·bound / 2³²⌋ of the first word u for which the low half of u·bound is
    /// at least 2³² mod bound (Lemire, 2019).
    ///
    /// - Precondition: 0 < `bound` < 2³².
    package mutating func next(below bound: Int) -> Int {
        while true {
            let product = UInt64(next()) &* UInt64(bound)
            let low = product & 0xFFFF_FFFF
            // The remainder is below the bound, so the division is rarely needed.
            if low >= UInt64(bound) || low >= (UInt64(1) << 32) % UInt64(bound) { return Int(product >> 32) }
        }
    }
}

/// Returns the block that Philox4x32 with ten rounds gives for a counter and a key.
package func philox4x32(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for _ in 0..<10 {
        let first = UInt64(c.x) * 0xD251_1F53
        let second = UInt64(c.z) * 0xCD9E_8D57
        c = SIMD4(
            UInt32(second >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: second),
            UInt32(first >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: first))
        k = SIMD2(k.x &+ 0x9E37_79B9, k.y &+ 0xBB67_AE85)
    }
    return c
}
