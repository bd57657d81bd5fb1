/// The set sizes that multilevel splitting climbs for, and how others lie between them.
///
/// At one score, log p is a smooth function of the size, nearly linear in it: with
/// probabilities of large deviations p ≈ exp(−k I), and a single heavy gene gives p ∝ k.
/// So it is estimated at few sizes, and by linear interpolation between them: at those
/// below half of the list that are binary numbers of four digits and zeros, and at the
/// sizes that leave so many genes out above it. Neighbours differ by an eighth of their
/// size at most, which leaves an error of c/512 in log p where its curvature is c/k².
package enum SplittingSizes {
    /// What an estimate for one size is made of.
    package struct Bracket: Equatable {
        /// The sizes climbed for: two, or the size itself.
        package let sizes: [Int]

        /// Of the same length, with the sum 1.
        package let shares: [Double]

        /// The variance of the shares' sum of independent estimates, in units of one estimate's.
        var variance: Double { shares.reduce(0) { $0 + $1 * $1 } }
    }

    /// - Precondition: `size` is in 1 ..< `geneCount`.
    package static func bracket(ofSize size: Int, geneCount: Int) -> Bracket {
        let isUpperHalf = 2 * size > geneCount
        let side = isUpperHalf ? geneCount - size : size
        let step = 1 << max(0, Int.bitWidth - 1 - side.leadingZeroBitCount - 3)
        let lower = side & ~(step - 1)
        guard lower < side else { return Bracket(sizes: [size], shares: [1]) }
        let share = Double(side - lower) / Double(step)
        return isUpperHalf
            ? Bracket(sizes: [geneCount - lower - step, geneCount - lower], shares: [share, 1 - share])
            : Bracket(sizes: [lower, lower + step], shares: [1 - share, share])
    }
}
