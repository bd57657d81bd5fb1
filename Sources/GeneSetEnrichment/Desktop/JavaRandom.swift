/// The generator of `java.util.Random`, as its documentation specifies it.
///
/// A linear congruential generator modulo 2⁴⁸ that gives the high bits of its state.
struct JavaRandom: Sendable {
    /// What the next number is made from; a generator begun with it goes on from here.
    private(set) var state: UInt64

    init(seed: Int64) {
        state = (UInt64(bitPattern: seed) ^ 0x5_DEEC_E66D) & 0xFFFF_FFFF_FFFF
    }

    init(state: UInt64) {
        self.state = state & 0xFFFF_FFFF_FFFF
    }

    private mutating func next31() -> UInt32 {
        state = (state &* 0x5_DEEC_E66D &+ 0xB) & 0xFFFF_FFFF_FFFF
        return UInt32(truncatingIfNeeded: state >> 17)
    }

    /// Java's `nextInt(bound)`.
    ///
    /// - Precondition: 0 < `bound` < 2³¹.
    mutating func next(below bound: Int) -> Int {
        let bound = UInt32(truncatingIfNeeded: bound)
        var bits = next31()
        if bound & (bound &- 1) == 0 { return Int((UInt64(bound) &* UInt64(bits)) >> 31) }
        while true {
            let value = bits % bound
            // The last, incomplete run of `bound` values below 2³¹ is drawn again.
            if bits &- value &+ (bound &- 1) < 1 << 31 { return Int(value) }
            bits = next31()
        }
    }
}
