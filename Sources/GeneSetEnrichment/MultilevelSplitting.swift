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
/// Sets of many sizes share the climbs of few (`SplittingSizes`). Everything is
/// drawn from one stream for seed, size and sign, and the levels do not depend on
/// the observed scores; so a set's estimate does not depend on which sets are
/// estimated, or where.
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

        /// 95 % limits of p, on the logarithmic scale; of a p below the floor, or below the level that was reached,
        /// nothing is known from below.
        package var low: Double { isBelowFloor || !isComplete ? 0 : pValue * exp(-1.96 * log2Error * log(2)) }
        package var high: Double { min(1, pValue * exp(1.96 * log2Error * log(2))) }
    }

    /// Particles; odd. More make the error smaller, with the root of their number.
    package var particleCount = 101

    /// Sets drawn before the climb, for each particle; the best ones are the particles. A list's few heavy genes
    /// are seldom swapped in, so a climb depends on how many particles have them when it begins.
    package var drawsPerParticle = 16

    /// The smallest p that is followed, whatever is asked for: below it lie the smallest normal doubles.
    package static let leastFollowed = 1e-300

    /// Levels after which an estimate ends incomplete, more than it takes to leave `leastFollowed` behind.
    package var levelLimit = 1_300

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

    /// What one climb says of a set.
    package struct Reach: Equatable, Sendable {
        /// log P(the extreme on the observed side is at least the set's, and the enrichment score has its sign), for
        /// sets of the size climbed for.
        package let logProbability: Double

        /// The variance of `logProbability`.
        package let variance: Double

        /// Whether the particles reached the set's score. Otherwise the probability is that of the level reached, too large.
        package let isComplete: Bool

        package init(logProbability: Double, variance: Double, isComplete: Bool) {
            self.logProbability = logProbability
            self.variance = variance
            self.isComplete = isComplete
        }
    }

    /// A set to climb to.
    package struct Goal: Sendable {
        /// The set's ranks, ascending; fewer than the list has.
        package let members: [Int32]

        /// Particles that have left this log p behind need not climb further for the set.
        package let lowestLogProbability: Double

        package init(members: [Int32], lowestLogProbability: Double) {
            self.members = members
            self.lowestLogProbability = lowestLogProbability
        }
    }

    /// Climbs with particles of one size to one side.
    ///
    /// - Parameters:
    ///   - goals: Sets of about that size.
    ///   - isPositive: The side of their enrichment scores.
    ///   - betweenLevels: Called before each level; may throw to stop.
    /// - Returns: By goal.
    package func reaches(
        of goals: [Goal], size: Int, isPositive: Bool, betweenLevels: () throws -> Void
    ) rethrows -> [Reach] {
        let walk = SplittingWalk(
            size: size, geneCount: geneCount, weights: weights, isPositive: isPositive,
            drawCount: drawsPerParticle * particleCount, particleCount: particleCount,
            seed: seed, stream: streamIndex(ofSize: size, isPositive: isPositive), kernels: kernels)
        let aims = goals.map { walk.aim(ofSorted: $0.members) }
        var pending = Array(goals.indices)
        var reaches = [Reach?](repeating: nil, count: goals.count)
        // A set that is alone with its score has the probability of one among all of its size.
        pending.removeAll { goal in
            guard walk.isBestAlone(goals[goal].members) else { return false }
            reaches[goal] = Reach(
                logProbability: -logNumberOfChoices(goals[goal].members.count, of: geneCount), variance: 0,
                isComplete: true)
            return true
        }
        // No score that a set has is rarer than one among all.
        let oneOfAll = -logNumberOfChoices(size, of: geneCount)
        var logProbability = 0.0
        var variance = 0.0
        for step in 0..<levelLimit where !pending.isEmpty {
            try betweenLevels()
            let population = walk.population
            let keptCount = step == 0 ? particleCount : particleCount / 2
            pending.removeAll { goal in
                if logProbability <= oneOfAll {
                    reaches[goal] = Reach(logProbability: oneOfAll, variance: variance, isComplete: true)
                    return true
                }
                if logProbability < goals[goal].lowestLogProbability {
                    reaches[goal] = Reach(logProbability: logProbability, variance: variance, isComplete: false)
                    return true
                }
                let reached = population.filter { $0.highest >= aims[goal] }
                guard reached.count > keptCount else { return false }
                // The other extreme may be the larger one; not of all, as it is not the observed set's.
                let withOwnSign = Double(max(1, reached.count { $0.highest >= $0.depth }))
                let count = Double(population.count)
                reaches[goal] = Reach(
                    logProbability: logProbability + log(withOwnSign / count),
                    variance: variance + 1 / withOwnSign - 1 / count, isComplete: true)
                return true
            }
            if pending.isEmpty { break }
            let descending = population.map(\.highest).sorted(by: >)
            var level = descending[keptCount]
            if level == descending[0] {
                // Many on the best score, of a statistic with few values. If all are, there is no way up.
                guard let next = descending.first(where: { $0 < level }) else { break }
                level = next
            }
            let above = Double(population.count { $0.highest > level } + 1)
            let all = Double(population.count + 1)
            // Mean and variance of log(share) for the share above an order statistic.
            logProbability += digamma(above) - digamma(all)
            variance += trigamma(above) - trigamma(all)
            walk.climb(above: level, roundLimit: roundLimit)
        }
        return reaches.map {
            $0 ?? Reach(logProbability: logProbability, variance: variance, isComplete: false)
        }
    }

    /// About the variance of log(p) that one climb leaves: that of the share of the sets drawn first that become
    /// particles, and one median's for each further halving of p.
    func expectedVariance(ofLogProbability logProbability: Double) -> Double {
        let draws = Double(drawsPerParticle * particleCount)
        let halvings = max(0, -logProbability / log(2) - log2(Double(drawsPerParticle)))
        let half = Double(particleCount + 1) / 2
        return 1 / max(exp(logProbability) * draws, Double(particleCount)) - 1 / draws
            + halvings * (trigamma(half) - trigamma(2 * half))
    }

    /// Streams with the highest bit set: those without it are the permutations'.
    private func streamIndex(ofSize size: Int, isPositive: Bool) -> UInt64 {
        1 << 63 | UInt64(size) << 1 | (isPositive ? 1 : 0)
    }
}
