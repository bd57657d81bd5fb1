import StatisticalKernels

/// The false discovery rate q of one set, with what is known of its error.
package struct FalseDiscoveryRate: Equatable, Sendable {
    /// q, at most 1; NaN where the set has no normalized score.
    package var value: Double

    /// Bounds from the Monte-Carlo error (95 %) and the width of the histograms' bins.
    package var low: Double
    package var high: Double

    /// The same bounds with 99 % for the Monte-Carlo error; they decide whether a set is settled.
    package var settlingLow: Double
    package var settlingHigh: Double

    /// The probability that any set of the collection exceeds this one's NES by chance.
    package var familyWise: Double

    static let undefined = FalseDiscoveryRate(
        value: .nan, low: .nan, high: .nan, settlingLow: .nan, settlingHigh: .nan, familyWise: .nan)

    /// Whether the bounds leave no doubt on which side of a threshold q lies.
    package func isSettled(at threshold: Double) -> Bool {
        settlingHigh < threshold || settlingLow >= threshold
    }
}

/// q and FWER of all sets of one sign.
///
/// q(x) is the exact expectation of GSEA's average of ratios (`ShareOfSameSign`)
/// over the share of observed same-sign scores of at least x. P_k comes from the
/// histogram of size k, linear within a bin.
///
/// - The set's own size enters as (b + 1)/(M + 1), with b its exact count among all M
///   draws, so that neither q nor FWER is ever zero.
/// - The draws of different sizes are nested and their errors positively
///   correlated, so the bounds put every P_k at its Clopper–Pearson limit on the same
///   side, at the edge of its bin on that side.
/// - FWER: draws are independent between sets, so
///   P(max NES > x) = 1 − Π_k (1 − P_k(NES > x))^n_k.
struct SameSignRates {
    private let nulls: [SizeNull]
    private let setCounts: [Int]
    private let factors: [Double]
    private let limits95: BinomialLimits
    private let limits99: BinomialLimits

    /// The observed same-sign |NES|, ascending.
    private let observed: [Double]

    /// - Parameters:
    ///   - nulls: One per size, of the sign in question.
    ///   - setCounts: Observed sets by size, of either sign.
    ///   - observed: The observed |NES| of the sign in question.
    init(nulls: [SizeNull], setCounts: [Int], observed: [Double], limits95: BinomialLimits, limits99: BinomialLimits) {
        self.nulls = nulls
        self.setCounts = setCounts
        self.observed = observed.sorted()
        self.limits95 = limits95
        self.limits99 = limits99
        factors =
            ShareOfSameSign(
                signProbabilities: nulls.map { Double($0.sameSignCount) / Double($0.drawCount) },
                setCounts: setCounts
            ).factors
    }

    /// Returns the rates of one set.
    ///
    /// - Parameters:
    ///   - magnitude: |NES|.
    ///   - size: The index of the set's size.
    ///   - beyond: Draws of its size and sign beyond its score, exactly.
    ///   - equal: Those equal to it.
    func rates(magnitude: Double, size: Int, beyond: Int, equal: Int) -> FalseDiscoveryRate {
        let draws = Double(nulls[size].drawCount)
        var estimate = factors[size] * Double(beyond + equal + 1) / (draws + 1)
        let own95 = limits95.interval(successes: beyond + equal)
        let own99 = limits99.interval(successes: beyond + equal)
        var low = factors[size] * own95.low
        var high = factors[size] * own95.high
        var settlingLow = factors[size] * own99.low
        var settlingHigh = factors[size] * own99.high
        var logNoneBeyond = Double(setCounts[size]) * log1p(-Double(beyond + 1) / (draws + 1))
        for other in nulls.indices where other != size {
            let null = nulls[other]
            if null.sameSignCount == 0 { continue }
            let tail = null.tail(from: magnitude * null.mean)
            let factor = factors[other]
            let probability = tail.estimate / draws
            estimate += factor * probability
            // Most of a far tail is empty: its limits are those of no success.
            let least95 = limits95.interval(successes: tail.least)
            let most95 = tail.most == tail.least ? least95 : limits95.interval(successes: tail.most)
            let least99 = limits99.interval(successes: tail.least)
            let most99 = tail.most == tail.least ? least99 : limits99.interval(successes: tail.most)
            low += factor * least95.low
            high += factor * most95.high
            settlingLow += factor * least99.low
            settlingHigh += factor * most99.high
            if probability > 0 && logNoneBeyond > -745 {
                logNoneBeyond += Double(setCounts[other]) * (probability >= 1 ? -.infinity : log1p(-probability))
            }
        }
        let share = Double(countObserved(from: magnitude)) / Double(observed.count)
        return FalseDiscoveryRate(
            value: min(1, estimate / share), low: min(1, low / share), high: min(1, high / share),
            settlingLow: min(1, settlingLow / share), settlingHigh: min(1, settlingHigh / share),
            familyWise: -expm1(logNoneBeyond))
    }

    /// Observed scores of at least `magnitude`, up to the rounding of a quotient.
    private func countObserved(from magnitude: Double) -> Int {
        let threshold = magnitude * (1 - 1e-12)
        var low = 0
        var high = observed.count
        while low < high {
            let middle = (low + high) / 2
            if observed[middle] < threshold { low = middle + 1 } else { high = middle }
        }
        return observed.count - low
    }
}
