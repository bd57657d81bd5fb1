import StatisticalKernels

/// The probability of a very rare enrichment score, by adaptive multilevel splitting.
///
/// Particles, each a random set of k ranks, climb to the observed score in
/// levels. At each level those above the median of their scores are kept and
/// copied, and all then move at random without falling back below: a move swaps
/// one member for another gene. The probability of the tail is the product of the
/// levels' shares (Botev & Kroese, 2008; for gene sets Korotkevich et al., 2021).
///
/// The score that climbs is the running sum's extreme on the observed side.
/// Everything is drawn from one stream for seed and set, so that a set's estimate
/// does not depend on which sets are estimated, or where.
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

        /// 95 % limits of p, on the logarithmic scale.
        package var low: Double { pValue * exp(-1.96 * log2Error * log(2)) }
        package var high: Double { min(1, pValue * exp(1.96 * log2Error * log(2))) }
    }

    /// Particles; odd. More make the error smaller, with the root of their number.
    package var particleCount = 101

    /// Levels after which an estimate ends incomplete: a p-value of 2⁻¹⁰⁰⁰.
    package var levelLimit = 1_000

    /// Rounds of k attempted moves of every particle after which a level ends as it is.
    package var roundLimit = 100

    private let weights: [Double]
    private let geneCount: Int
    private let seed: UInt64

    /// - Parameter plan: The plan of the gene-set null, for its list, weight and seed.
    package init(_ plan: GeneSetNull.Plan) {
        weights = plan.hasUnitWeights ? [] : plan.scaledWeights.map { Double($0) }
        geneCount = plan.geneCount
        seed = plan.seed
    }

    /// Estimates one set's p-value.
    ///
    /// - Parameters:
    ///   - members: The set's ranks, ascending.
    ///   - isPositive: The side of its enrichment score.
    ///   - name: Its name, which with the seed names the stream of random numbers.
    ///   - signProbability: The share of null scores with its sign.
    ///   - betweenLevels: Called before each level; may throw to stop.
    package func estimate(
        members: [Int32], isPositive: Bool, name: String, signProbability: Double, betweenLevels: () throws -> Void
    ) rethrows -> Estimate {
        let walk = SplittingWalk(
            size: members.count, geneCount: geneCount, weights: weights, isPositive: isPositive,
            particleCount: particleCount, stream: PhiloxStream(seed: seed, stream: streamIndex(ofName: name)))
        let observed = walk.score(ofSorted: members)
        var logProbability = 0.0
        var isComplete = false
        for _ in 0..<levelLimit {
            try betweenLevels()
            let reached = walk.scores.count { $0 >= observed }
            if 2 * reached > particleCount {
                logProbability += log(Double(reached) / Double(particleCount))
                isComplete = true
                break
            }
            let level = walk.scores.sorted()[particleCount / 2]
            let above = walk.scores.count { $0 > level }
            // All particles on one score, of a statistic with few values: there is no way up.
            if above == 0 { break }
            // The mean of log(share) for the share above an order statistic.
            logProbability += digamma(Double(above + 1)) - digamma(Double(particleCount + 1))
            walk.climb(above: level, roundLimit: roundLimit)
        }
        if isComplete {
            logProbability += log(walk.shareWithOwnSign(from: observed))
        }
        let probability = exp(logProbability)
        let half = Double(particleCount + 1) / 2
        let levels = (1 - logProbability / log(2)).rounded(.down)
        let variance = levels * (trigamma(half) - trigamma(2 * half))
        return Estimate(
            pValue: min(1, probability / signProbability), log2Error: variance.squareRoot() / log(2),
            isComplete: isComplete)
    }

    /// The 64-bit FNV-1a hash of the name's UTF-8 bytes.
    private func streamIndex(ofName name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
