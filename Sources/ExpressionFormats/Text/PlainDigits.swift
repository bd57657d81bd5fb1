/// Whole numbers in plain digits, eight bytes at a time.
enum PlainDigits {
    /// Reads the digits at `text`.
    ///
    /// The first byte that is no digit ends the number. All eight bytes are
    /// turned into values at once: a digit is a byte whose upper half is 3 and
    /// whose lower half stays below 10, and three multiplications join
    /// neighbours to pairs, fours and eights (Lemire, 2018).
    ///
    /// - Parameter text: At least eight bytes that may be read.
    /// - Returns: The number and how many digits it has, 0 to 8; the number is 0
    ///   where there are none.
    @inline(__always)
    static func read(_ text: UnsafeRawPointer) -> (value: UInt32, length: Int) {
        let word = UInt64(littleEndian: text.loadUnaligned(as: UInt64.self)) ^ 0x3030_3030_3030_3030
        // A carry out of a byte reaches only the bytes behind a first one that is no digit.
        let others = (word | (word &+ 0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0
        let length = others.trailingZeroBitCount >> 3
        guard length > 0 else { return (0, 0) }
        var digits = word << UInt64(64 - 8 * length)
        digits = (digits &* 10) &+ (digits >> 8)
        let low = (digits & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let high = ((digits >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return (UInt32(truncatingIfNeeded: (low &+ high) >> 32), length)
    }
}
