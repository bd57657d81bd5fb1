import StatisticalKernels

/// The null distribution of enrichment scores when a set's genes are drawn at random.
///
/// The null of a set depends on its size alone, so permutation π draws one
/// random sequence of distinct ranks, whose first k members serve every set of
/// size k. The sequence is a function of the seed and π: any range of
/// permutations can be computed anywhere, and what comes back is whole numbers
/// that merge by addition.
package enum GeneSetNull {
    /// An observed set as the null counts it: in the draws' own arithmetic.
    ///
    /// Like is compared with like. Null scores are float32, rounded in the sweep
    /// (`NestedPrefixScores.swift`), and the set is scored by the same
    /// operations; with unit weights both are whole numbers.
    package struct ObservedSet: Equatable, Sendable {
        /// k, the number of members in the list.
        package let size: Int

        /// The extreme on the side of the set's enrichment score, in the kernels'
        /// units: a float32 enrichment score, or hits × (N − k) − misses × k.
        package let score: Double

        /// Whether the set counts with the positive scores.
        package let isPositive: Bool

        package init(size: Int, score: Double, isPositive: Bool) {
            self.size = size
            self.score = score
            self.isPositive = isPositive
        }

        /// Scores a set for comparison with the null.
        ///
        /// - Parameters:
        ///   - members: The set's ranks, ascending.
        ///   - weights: What each rank weighs.
        ///   - scaledWeights: `weights.scaledForNull()`.
        ///   - enrichment: The set's score in doubles; its sign says on which side it counts.
        package init(
            members: [Int32], weights: HitWeights, scaledWeights: [Float], enrichment: EnrichmentScore
        ) {
            let extremes =
                weights.areUnit
                ? unweightedSetExtremes(members: members, geneCount: scaledWeights.count)
                : weightedSetExtremes(members: members, weights: scaledWeights)
            size = members.count
            isPositive = enrichment.value >= 0
            score = isPositive ? extremes.highest : extremes.lowest
        }
    }

    /// The number of equal bins of |ES| in a histogram.
    package static let binCount = 4096

    /// Scores are summed as whole multiples of 2⁻⁴⁰.
    static let fixedPointScale = 0x1p40

    /// The largest number of permutations a state can hold: its bins count in 32 bits.
    package static let permutationLimit = Int(UInt32.max)
}
