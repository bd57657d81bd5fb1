/// Returns a quantile of sorted values by linear interpolation of the order
/// statistics: R's type 7, definition 7 of Hyndman & Fan (1996).
///
/// - Parameters:
///   - probability: From 0 to 1; values outside are taken to the nearer end.
///   - sorted: Ascending, without NaN.
/// - Returns: NaN when there are no values.
package func quantile(_ probability: Double, ofSorted sorted: [Double]) -> Double {
    guard !sorted.isEmpty else { return .nan }
    // The position counts from one, as R's does: rounding it the same way decides
    // which genes lie on a filter's cutoff.
    let position = 1 + Double(sorted.count - 1) * max(0, min(1, probability))
    let lower = position.rounded(.down)
    let below = sorted[Int(lower) - 1]
    guard position > lower else { return below }
    let above = sorted[Int(lower)]
    let share = position - lower
    return above == below ? below : (1 - share) * below + share * above
}

/// The same of values in any order, in time linear in their number.
package func quantile(_ probability: Double, of values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let position = 1 + Double(values.count - 1) * max(0, min(1, probability))
    let rank = Int(position.rounded(.down)) - 1
    let keys = values.map(orderedBits(of:))
    var bucket = keys
    let lower = bucket.withUnsafeMutableBufferPointer { selectKey(rank: rank, among: $0) }
    var upper = UInt64.max
    var upToLower = 0
    for key in keys {
        if key <= lower { upToLower += 1 } else { upper = min(upper, key) }
    }
    // Two neighbours are all that the interpolation asks for.
    let below = double(fromOrderedBits: lower)
    guard position > Double(rank + 1), upToLower == rank + 1 else { return below }
    let share = position - Double(rank + 1)
    return (1 - share) * below + share * double(fromOrderedBits: upper)
}

/// Returns a quantile of weighted values, as Harrell's `wtd.quantile` defines it.
///
/// Weights are scaled to sum to the number `n` of values that have any; the quantile lies at
/// position `1 + (n − 1)·p` of their running sum, between the values there and one further on.
///
/// - Parameter weights: One per value, not negative.
/// - Returns: NaN when no value has a weight.
package func weightedQuantile(_ probability: Double, of values: [Double], weights: [Double]) -> Double {
    precondition(values.count == weights.count)
    let order = ascendingOrder(of: values).filter { weights[$0] > 0 }
    guard let last = order.last else { return .nan }
    let scale = Double(order.count) / compensatedSum(weights)
    let total = compensatedSum(weights.lazy.map { $0 * scale })
    let position = 1 + (total - 1) * probability
    let low = max(position.rounded(.down), 1)
    let high = min(low + 1, total)
    var sum = 0.0
    var lost = 0.0
    var atLow: Double?
    for index in order {
        let weight = weights[index] * scale
        let next = sum + weight
        lost += sum >= weight ? (sum - next) + weight : (weight - next) + sum
        sum = next
        if atLow == nil, sum + lost >= low { atLow = values[index] }
        if let atLow, sum + lost >= high {
            let share = position - position.rounded(.down)
            return (1 - share) * atLow + share * values[index]
        }
    }
    return values[last]
}

/// Returns the middle value, or the mean of the middle two of an even number.
///
/// - Returns: NaN when there are no values.
/// - Precondition: No value is NaN.
/// - Complexity: O(*n*).
package func median(of values: [Double]) -> Double {
    median(of: values[...])
}

/// The same for a part of an array.
package func median(of values: ArraySlice<Double>) -> Double {
    values.withUnsafeBufferPointer { values in
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * values.count) { scratch in
            median(of: values, scratch: scratch)
        }
    }
}

/// The same, with room for two keys per value.
private func median(of values: UnsafeBufferPointer<Double>, scratch: UnsafeMutableBufferPointer<UInt64>) -> Double {
    let count = values.count
    guard count > 0 else { return .nan }
    let keys = UnsafeMutableBufferPointer(rebasing: scratch[0..<count])
    let bucket = UnsafeMutableBufferPointer(rebasing: scratch[count..<2 * count])
    for index in 0..<count {
        keys[index] = orderedBits(of: values[index])
        bucket[index] = keys[index]
    }
    let upper = selectKey(rank: count / 2, among: bucket)
    guard count.isMultiple(of: 2) else { return double(fromOrderedBits: upper) }
    var smallerCount = 0
    var largestSmaller: UInt64 = 0
    for key in keys where key < upper {
        smallerCount += 1
        largestSmaller = max(largestSmaller, key)
    }
    let lower = smallerCount == count / 2 ? largestSmaller : upper
    return (double(fromOrderedBits: lower) + double(fromOrderedBits: upper)) / 2
}

/// Returns the key of a rank, counted from zero, narrowing the keys to one
/// bucket of equal leading digits at a time. Reorders `keys`.
private func selectKey(rank: Int, among keys: UnsafeMutableBufferPointer<UInt64>) -> UInt64 {
    var remaining = keys.count
    var rank = rank
    var shift = 64
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: digitMask + 1) { counts in
        while shift > 0, remaining > 1 {
            shift = max(0, shift - digitBits)
            counts.initialize(repeating: 0)
            for index in 0..<remaining {
                counts[Int(truncatingIfNeeded: keys[index] >> UInt64(shift)) & digitMask] += 1
            }
            var digit = 0
            while rank >= counts[digit] {
                rank -= counts[digit]
                digit += 1
            }
            var kept = 0
            for index in 0..<remaining {
                let key = keys[index]
                keys[kept] = key
                kept += Int(truncatingIfNeeded: key >> UInt64(shift)) & digitMask == digit ? 1 : 0
            }
            remaining = kept
        }
        return keys[rank]
    }
}

/// Returns the mean of the values that remain when a share is cut off each end.
///
/// - Parameter share: The share to cut off at each end; ⌊n·share⌋ values go.
/// - Returns: NaN when there are no values.
package func trimmedMean(ofSorted sorted: [Double], trimming share: Double) -> Double {
    let cut = Int((Double(sorted.count) * share).rounded(.down))
    let kept = sorted[cut..<max(cut, sorted.count - cut)]
    return compensatedSum(kept) / Double(kept.count)
}

/// Returns a sum whose error does not grow with the number of terms (Neumaier, 1974).
///
/// R adds in extended precision, which other processors lack; this is as
/// accurate and the same everywhere.
@inlinable
package func compensatedSum(_ values: some Sequence<Double>) -> Double {
    var sum = 0.0
    var lost = 0.0
    for value in values {
        let next = sum + value
        lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
        sum = next
    }
    return sum + lost
}
