/// Finds the histogram slots of enrichment scores, and their fixed-point sums.
///
/// - Parameters:
///   - scores: Enrichment scores, in −1...1.
///   - blockCount: How many blocks of eight scores.
///   - binCount: The number of equal bins of |ES|, a power of two below 2²⁰; the last one holds 1 too.
///   - slots: Receives the bin of |ES|, plus `binCount` for a negative score.
/// - Returns: The sums of the positive and of the negative scores, each score
///   rounded half to even to a multiple of 2⁻⁴⁰.
package func binScores(
    _ scores: UnsafePointer<Double>, blockCount: Int, binCount: Int, slots: UnsafeMutablePointer<Int64>
) -> (positive: Int64, negative: Int64) {
    // Adding 1.5 × 2⁵² leaves the rounded whole number in the low bits.
    let magic = SIMD8<Double>(repeating: 0x1.8p52)
    let magicBits = unsafeBitCast(magic, to: SIMD8<Int64>.self)
    let signBit = SIMD8<Int64>(repeating: Int64.min)
    let bins = SIMD8<Double>(repeating: Double(binCount))
    let lastBin = SIMD8<Double>(repeating: Double(binCount) - 0.5)
    var sums = SIMD8<Int64>(repeating: 0)
    var magnitudes = SIMD8<Int64>(repeating: 0)
    for block in 0..<blockCount {
        let score = UnsafeRawPointer(scores + 8 &* block).loadUnaligned(as: SIMD8<Double>.self)
        let bits = unsafeBitCast(score, to: SIMD8<Int64>.self)
        let magnitude = unsafeBitCast(bits & ~signBit, to: SIMD8<Double>.self)
        sums &+= unsafeBitCast(score * 0x1p40 + magic, to: SIMD8<Int64>.self) &- magicBits
        magnitudes &+= unsafeBitCast(magnitude * 0x1p40 + magic, to: SIMD8<Int64>.self) &- magicBits
        var position = magnitude * bins
        position = lastBin.replacing(with: position, where: position .< lastBin)
        let rounded = position + magic
        // Rounded to the nearest; one less where that is above. The comparison gives −1 there.
        let isAbove = unsafeBitCast(rounded - magic .> position, to: SIMD8<Int64>.self)
        let bin = (unsafeBitCast(rounded, to: SIMD8<Int64>.self) &- magicBits) &+ isAbove
        let isNegative = unsafeBitCast(score .< SIMD8<Double>(repeating: 0), to: SIMD8<Int64>.self)
        let slot = bin &+ (isNegative & SIMD8<Int64>(repeating: Int64(binCount)))
        UnsafeMutableRawPointer(slots + 8 &* block).storeBytes(of: slot, as: SIMD8<Int64>.self)
    }
    // Rounding half to even treats both signs alike, so the two sums tell the sides apart.
    var sum: Int64 = 0
    var magnitude: Int64 = 0
    for lane in 0..<8 {
        sum &+= sums[lane]
        magnitude &+= magnitudes[lane]
    }
    return ((magnitude &+ sum) / 2, (sum &- magnitude) / 2)
}
