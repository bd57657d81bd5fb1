/// The highest and lowest running sum of one set, in the units of the null's kernels.
///
/// For positive weights the values are float32 enrichment scores; for weight 0
/// they are the whole numbers hits × (N − k) − misses × k. A double holds both exactly.
package struct SetExtremes: Equatable, Sendable {
    package var highest: Double
    package var lowest: Double

    /// Whether the highest value was met before the lowest on the way down the list.
    package var highestCameFirst: Bool

    package init(highest: Double, lowest: Double, highestCameFirst: Bool) {
        self.highest = highest
        self.lowest = lowest
        self.highestCameFirst = highestCameFirst
    }

    /// The extreme of larger magnitude; of two equal ones, the one met first.
    package var score: Double {
        if highest == -lowest { return highestCameFirst ? highest : lowest }
        return highest > -lowest ? highest : lowest
    }
}
