/// Returns the indices of `values` in ascending order of value.
///
/// Stable: equal values keep their order, and `-0` equals `+0`. NaN, which
/// stands for a missing value everywhere in these rooms, comes last.
///
/// - Complexity: O(*n*): a radix sort by eleven bits at a time that leaves out
///   the digits in which all values agree.
package func ascendingOrder(of values: [Double]) -> [Int] {
    var keys = values.map(orderedBits)
    if values.count < smallestRadixSort {
        return values.indices.sorted { keys[$0] != keys[$1] ? keys[$0] < keys[$1] : $0 < $1 }
    }
    var order = Array(values.indices)
    var otherKeys = [UInt64](repeating: 0, count: keys.count)
    var otherOrder = [Int](repeating: 0, count: keys.count)
    for shift in stride(from: 0, to: 64, by: digitBits) {
        guard var starts = digitStarts(of: keys, shiftedBy: shift) else { continue }
        for position in keys.indices {
            let digit = Int(truncatingIfNeeded: keys[position] >> UInt64(shift)) & digitMask
            let target = starts[digit]
            starts[digit] = target + 1
            otherKeys[target] = keys[position]
            otherOrder[target] = order[position]
        }
        swap(&keys, &otherKeys)
        swap(&order, &otherOrder)
    }
    return order
}

/// Returns `values` in ascending order, NaN last.
package func sortedAscending(_ values: [Double]) -> [Double] {
    ascendingOrder(of: values).map { values[$0] }
}

/// Maps doubles to integers that compare as the doubles do, with NaN largest.
func orderedBits(of value: Double) -> UInt64 {
    if value.isNaN { return .max }
    // Adding zero turns -0 into +0.
    let bits = (value + 0).bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
}

/// The inverse of `orderedBits(of:)`.
func double(fromOrderedBits bits: UInt64) -> Double {
    if bits == .max { return .nan }
    return Double(bitPattern: bits >> 63 == 1 ? bits & ~(1 << 63) : ~bits)
}

let digitBits = 11
let digitMask = 1 << digitBits - 1

/// Below this a comparison sort is faster than clearing the histograms.
private let smallestRadixSort = 512

/// Returns where the keys of each digit begin, or nil when all keys share one digit.
private func digitStarts(of keys: [UInt64], shiftedBy shift: Int) -> [Int]? {
    var counts = [Int](repeating: 0, count: digitMask + 1)
    for key in keys {
        counts[Int(truncatingIfNeeded: key >> UInt64(shift)) & digitMask] += 1
    }
    var start = 0
    for digit in counts.indices {
        let count = counts[digit]
        if count == keys.count { return nil }
        counts[digit] = start
        start += count
    }
    return counts
}
