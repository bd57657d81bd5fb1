/// The generator of `java.util.Random`, as its documentation specifies it.
///
/// A linear congruential generator modulo 2⁴⁸ that gives the high bits of its state.
struct JavaRandom: Sendable {
    private var state: UInt64

    init(seed: Int64) {
        state = (UInt64(bitPattern: seed) ^ 0x5_DEEC_E66D) & 0xFFFF_FFFF_FFFF
    }

    private mutating func next31() -> UInt64 {
        state = (state &* 0x5_DEEC_E66D &+ 0xB) & 0xFFFF_FFFF_FFFF
        return state >> 17
    }

    /// Java's `nextInt(bound)`.
    ///
    /// - Precondition: 0 < `bound` < 2³¹.
    mutating func next(below bound: Int) -> Int {
        let bound = UInt64(bound)
        var bits = next31()
        if bound & (bound - 1) == 0 { return Int((bound * bits) >> 31) }
        while true {
            let value = bits % bound
            // The last, incomplete run of `bound` values below 2³¹ is drawn again.
            if bits - value + (bound - 1) < 1 << 31 { return Int(value) }
            bits = next31()
        }
    }
}
