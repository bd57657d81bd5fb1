import StatisticalKernels

/// The probabilities of very rare enrichment scores, by adaptive multilevel splitting.
///
/// Particles, each a random set of k ranks, climb to the observed score in
/// levels. At each level those above the median of their scores are kept and
/// copied, and all then move at random without falling back below: a move swaps
/// one member for another gene. The probability of the tail is the product of the
/// levels' shares (Botev & Kroese, 2008; for gene sets Korotkevich et al., 2021).
///
/// The score that climbs is the running sum's extreme on the observed side.
/// Everything is drawn from one stream for seed, size and sign, so that a set's
/// estimate does not depend on which sets are estimated, or where.
package struct MultilevelSplitting: Sendable {
    /// What is known of one set's p-value.
    package struct Estimate: Equatable, Sendable {
        /// P(null score at least as extreme | same sign).
        package let pValue: Double

        /// The standard error of log2(p).
        package let log2Error: Double

        /// Whether the particles reached the observed score within the work allowed.
        /// Otherwise p is that of the level reached, too large.
        package let isComplete: Bool

        /// Whether p lies below the floor; `pValue` is then the floor, and the error that of an estimate there.
        package let isBelowFloor: Bool

        package init(pValue: Double, log2Error: Double, isComplete: Bool, isBelowFloor: Bool) {
            self.pValue = pValue
            self.log2Error = log2Error
            self.isComplete = isComplete
            self.isBelowFloor = isBelowFloor
        }

        /// 95 % limits of p, on the logarithmic scale; nothing bounds a p below the floor from below.
        package var low: Double { isBelowFloor ? 0 : pValue * exp(-1.96 * log2Error * log(2)) }
        package var high: Double { min(1, pValue * exp(1.96 * log2Error * log(2))) }
    }

    /// Particles; odd. More make the error smaller, with the root of their number.
    package var particleCount = 101

    /// Levels after which an estimate ends incomplete: a p-value of 2⁻¹⁰⁰⁰.
    package var levelLimit = 1_000

    /// Particles that have left p above this behind climb no further; 0: they do.
    package var floor = 0.0

    /// Rounds of k/10 attempted moves of every particle after which a level ends as it is.
    package var roundLimit = 1_000

    /// By rank; empty for unit weights.
    private let weights: [Float]
    private let geneCount: Int
    private let seed: UInt64
    private let kernels: SplittingKernels

    /// - Parameters:
    ///   - plan: The plan of the gene-set null, for its list, weight and seed.
    ///   - kernels: The kernels to use. All give the same bits.
    package init(_ plan: GeneSetNull.Plan, kernels: SplittingKernels = .current) {
        self.kernels = kernels
        weights = plan.hasUnitWeights ? [] : plan.scaledWeights
        geneCount = plan.geneCount
        seed = plan.seed
    }

    /// Estimates the p-values of sets of one size and sign, by one climb for all of them.
    ///
    /// The levels do not depend on the observed scores, so that a set's estimate
    /// does not depend on which others are estimated with it.
    ///
    /// - Parameters:
    ///   - sets: The ranks of each set's members, ascending; all of one size below the list's length.
    ///   - isPositive: The side of their enrichment scores.
    ///   - signProbability: The share of null scores with that sign.
    ///   - betweenLevels: Called before each level; may throw to stop.
    /// - Returns: One estimate per set.
    package func estimates(
        of sets: [[Int32]], isPositive: Bool, signProbability: Double, betweenLevels: () throws -> Void
    ) rethrows -> [Estimate] {
        guard let size = sets.first?.count else { return [] }
        let walk = SplittingWalk(
            size: size, geneCount: geneCount, weights: weights, isPositive: isPositive, particleCount: particleCount,
            seed: seed, stream: streamIndex(ofSize: size, isPositive: isPositive), kernels: kernels)
        let observed = sets.map { walk.score(ofSorted: $0) }
        var pending = sets.indices.sorted { (observed[$0], $0) < (observed[$1], $1) }[...]
        var estimates = [Estimate?](repeating: nil, count: sets.count)
        var logProbability = 0.0
        for _ in 0..<levelLimit {
            try betweenLevels()
            while let set = pending.first {
                let reached = walk.scores.count { $0 >= observed[set] }
                guard 2 * reached > particleCount else { break }
                let share =
                    log(Double(reached) / Double(particleCount)) + log(walk.shareWithOwnSign(from: observed[set]))
                estimates[set] = estimate(logProbability + share, signProbability, isComplete: true)
                pending.removeFirst()
            }
            if pending.isEmpty || exp(logProbability) < floor * signProbability { break }
            let level = walk.scores.sorted()[particleCount / 2]
            let above = walk.scores.count { $0 > level }
            // All particles on one score, of a statistic with few values: there is no way up.
            if above == 0 { break }
            // The mean of log(share) for the share above an order statistic.
            logProbability += digamma(Double(above + 1)) - digamma(Double(particleCount + 1))
            walk.climb(above: level, roundLimit: roundLimit)
        }
        return estimates.map { $0 ?? estimate(logProbability, signProbability, isComplete: false) }
    }

    private func estimate(_ logProbability: Double, _ signProbability: Double, isComplete: Bool) -> Estimate {
        let isBelowFloor = exp(logProbability) < floor * signProbability
        let logProbability = isBelowFloor ? log(floor * signProbability) : logProbability
        let variance = MultilevelSplitting.variance(ofLogProbability: logProbability, particleCount: particleCount)
        return Estimate(
            pValue: isBelowFloor ? floor : min(1, exp(logProbability) / signProbability),
            log2Error: variance.squareRoot() / log(2), isComplete: isComplete || isBelowFloor,
            isBelowFloor: isBelowFloor)
    }

    /// The variance of log(p) that splitting leaves: that of one order statistic per halving of p.
    static func variance(ofLogProbability logProbability: Double, particleCount: Int = 101) -> Double {
        let half = Double(particleCount + 1) / 2
        let levels = (1 - logProbability / log(2)).rounded(.down)
        return levels * (trigamma(half) - trigamma(2 * half))
    }

    /// Streams with the highest bit set: those without it are the permutations'.
    private func streamIndex(ofSize size: Int, isPositive: Bool) -> UInt64 {
        1 << 63 | UInt64(size) << 1 | (isPositive ? 1 : 0)
    }
}
