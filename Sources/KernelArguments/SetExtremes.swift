/// The highest and lowest running sum of one set, as the kernels of the null see it.
///
/// `Value` is `Float` (a share of the whole, within ±1) or, for weight 0,
/// `Int64` (hits × (N − k) − misses × k).
package struct SetExtremes<Value: SignedNumeric & Comparable & Sendable>: Sendable {
    package var highest: Value
    package var lowest: Value

    /// Whether the highest value was met before the lowest on the way down the list.
    package var highestCameFirst: Bool

    package init(highest: Value, lowest: Value, highestCameFirst: Bool) {
        self.highest = highest
        self.lowest = lowest
        self.highestCameFirst = highestCameFirst
    }

    /// The extreme of larger magnitude; of two equal ones, the one met first.
    @inline(__always)
    package var score: Value {
        if highest == -lowest { return highestCameFirst ? highest : lowest }
        return highest > -lowest ? highest : lowest
    }
}
