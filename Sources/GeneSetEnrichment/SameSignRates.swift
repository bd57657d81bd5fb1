import StatisticalKernels

/// q and FWER of all sets of one sign.
///
/// q(x) is the exact expectation of GSEA's average of ratios (`ShareOfSameSign`)
/// over the share of observed same-sign scores of at least x. P_k comes from the
/// histogram of size k, linear within a bin, and so does log(1 − P_k) for FWER.
///
/// - The set's own size enters as (b + 1)/(M + 1), with b its exact count among all M
///   draws, so that neither q nor FWER is ever zero.
/// - The draws of different sizes are nested and their errors positively
///   correlated, so the bounds put every P_k at its Clopper–Pearson limit on the same
///   side, at the edge of its bin on that side.
/// - Whether a set is settled is asked at many numbers of permutations, so the bounds that decide it put them at
///   the limits of Robbins' sequence, which hold at all of them together: for each P_k, without a
///   union over the sizes, which is an approximation.
/// - FWER: draws are independent between sets, so
///   P(max NES > x) = 1 − Π_k (1 − P_k(NES > x))^n_k.
struct SameSignRates {
    /// One observed set of the sign in question.
    struct Observation {
        /// |NES|.
        let magnitude: Double

        /// The index of the set's size.
        let size: Int

        /// Draws of its size and sign beyond its score, and equal to it.
        let beyond: Int
        let equal: Int
    }

    /// The rates, in the order of the observations.
    let rates: [FalseDiscoveryRate]

    /// - Parameters:
    ///   - observations: All observed sets of the sign.
    ///   - nulls: One per size, of the sign.
    ///   - setCounts: Observed sets by size, of either sign.
    ///   - least: By size, the probability of the observed set among all draws.
    /// - Complexity: One look-up per pair of set and size.
    init(
        _ observations: [Observation], nulls: [SizeNull], setCounts: [Int], least: [Double],
        limits95: BinomialLimits, settlingLimits: BinomialLimits
    ) {
        let factors =
            ShareOfSameSign(
                signProbabilities: nulls.map { Double($0.sameSignCount) / Double($0.drawCount) },
                setCounts: setCounts
            ).factors
        // By ascending |NES|, so that the look-ups in one size's tails go through them in order.
        let order = observations.indices.sorted {
            (observations[$0].magnitude, $0) < (observations[$1].magnitude, $1)
        }
        let magnitudes = order.map { observations[$0].magnitude }
        var sums = [Tails.Values](repeating: Tails.Values(), count: order.count)
        for size in nulls.indices {
            let tails = Tails(nulls[size], limits95: limits95, settlingLimits: settlingLimits)
            let setCount = Double(setCounts[size])
            for position in order.indices {
                let observation = observations[order[position]]
                let values =
                    observation.size == size
                    ? tails.values(beyond: observation.beyond, equal: observation.equal, least: least[size])
                    : tails.values(from: magnitudes[position] * nulls[size].mean)
                sums[position].add(values, factor: factors[size], setCount: setCount)
            }
        }
        var rates = [FalseDiscoveryRate](repeating: .undefined, count: order.count)
        var first = 0
        for position in order.indices {
            // Observed scores of at least this one, up to the rounding of a quotient.
            while magnitudes[first] < magnitudes[position] * (1 - 1e-12) { first += 1 }
            let share = Double(order.count - first) / Double(order.count)
            rates[order[position]] = sums[position].rates(observedShare: share)
        }
        self.rates = rates
    }
}

/// The tails of one size's null with all that is needed of them, by bin edge.
private struct Tails {
    /// What a set's rates are summed from: probabilities of exceeding its NES.
    struct Values {
        var estimate = 0.0
        var low95 = 0.0
        var high95 = 0.0
        var settlingLow = 0.0
        var settlingHigh = 0.0

        /// The estimate at the edges of its bin.
        var lowOfBin = 0.0
        var highOfBin = 0.0

        /// log(1 − P), not below −745, where 1 − P is nothing in a double.
        var logNone = 0.0

        mutating func add(_ other: Values, factor: Double, setCount: Double) {
            estimate += factor * other.estimate
            low95 += factor * other.low95
            high95 += factor * other.high95
            settlingLow += factor * other.settlingLow
            settlingHigh += factor * other.settlingHigh
            lowOfBin += factor * other.lowOfBin
            highOfBin += factor * other.highOfBin
            logNone += setCount * other.logNone
        }

        func rates(observedShare share: Double) -> FalseDiscoveryRate {
            /// The factors are integrals by quadrature, exact but for rounding: what is 1 but for it is 1.
            func rate(_ sum: Double) -> Double { sum / share > 1 - 1e-12 ? 1 : sum / share }
            return FalseDiscoveryRate(
                value: rate(estimate), low: rate(low95), high: rate(high95), settlingLow: rate(settlingLow),
                settlingHigh: rate(settlingHigh), lowOfBins: rate(lowOfBin), highOfBins: rate(highOfBin),
                familyWise: -expm1(logNone))
        }
    }

    private let draws: Int
    private let limits95: BinomialLimits
    private let settlingLimits: BinomialLimits

    /// At the lower edge of each bin, to the first from which on there are no draws.
    private let edges: [Values]

    init(_ null: SizeNull, limits95: BinomialLimits, settlingLimits: BinomialLimits) {
        draws = null.drawCount
        self.limits95 = limits95
        self.settlingLimits = settlingLimits
        var edges: [Values] = []
        edges.reserveCapacity(null.tails.count)
        var node95 = 0
        var settlingNode = 0
        var last = -1
        for count in null.tails {
            if count != last {
                let interval95 = limits95.interval(successes: count, near: &node95)
                let settling = settlingLimits.interval(successes: count, near: &settlingNode)
                edges.append(
                    Values(
                        estimate: Double(count) / Double(draws), low95: interval95.low, high95: interval95.high,
                        settlingLow: settling.low, settlingHigh: settling.high,
                        logNone: Tails.logNone(Double(count) / Double(draws))))
                last = count
            } else {
                edges.append(edges[edges.count - 1])
            }
        }
        self.edges = edges
    }

    /// The tail from |ES| = `magnitude` on: linear within its bin, bounded at the bin's edges.
    func values(from magnitude: Double) -> Values {
        // A size without a draw of this sign adds nothing.
        guard magnitude >= 0 else { return Values() }
        let position = magnitude * Double(GeneSetNull.binCount)
        let bin = Int(min(Double(GeneSetNull.binCount - 1), position))
        let below = edges[min(bin, edges.count - 1)]
        let above = edges[min(bin + 1, edges.count - 1)]
        // Beyond 1 there is nothing; 1 itself is in the last bin.
        let share = min(1, position - Double(bin))
        if magnitude > 1 {
            return Values(
                low95: above.low95, high95: above.high95, settlingLow: above.settlingLow,
                settlingHigh: above.settlingHigh)
        }
        return Values(
            estimate: below.estimate - share * (below.estimate - above.estimate),
            low95: above.low95, high95: below.high95, settlingLow: above.settlingLow, settlingHigh: below.settlingHigh,
            lowOfBin: above.estimate, highOfBin: below.estimate,
            logNone: below.logNone - share * (below.logNone - above.logNone))
    }

    /// The tail of a set's own size, from exact counts.
    ///
    /// - Parameter least: What their probability is at least.
    func values(beyond: Int, equal: Int, least: Double) -> Values {
        let interval95 = limits95.interval(successes: beyond + equal)
        let settling = settlingLimits.interval(successes: beyond + equal)
        let estimate = Double(beyond + equal + 1) / Double(draws + 1)
        return Values(
            estimate: estimate, low95: min(estimate, max(interval95.low, least)), high95: interval95.high,
            settlingLow: min(estimate, max(settling.low, least)), settlingHigh: settling.high, lowOfBin: estimate,
            highOfBin: estimate,
            logNone: Tails.logNone(Double(beyond + 1) / Double(draws + 1)))
    }

    private static func logNone(_ probability: Double) -> Double {
        probability >= 1 ? -745 : log1p(-probability)
    }
}
