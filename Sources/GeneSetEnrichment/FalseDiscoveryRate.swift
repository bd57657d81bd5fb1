import StatisticalKernels

/// The false discovery rate q of one set, with what is known of its error.
package struct FalseDiscoveryRate: Equatable, Sendable {
    /// q, at most 1; NaN where the set has no normalized score.
    package var value: Double

    /// Bounds from the Monte-Carlo error (95 %, at this look) and the width of the histograms' bins.
    package var low: Double
    package var high: Double

    /// The same bounds with a Monte-Carlo error that holds at all looks together, at any number of permutations;
    /// they decide whether a set is settled.
    package var settlingLow: Double
    package var settlingHigh: Double

    /// The bounds from the width of the bins alone: what more permutations cannot narrow.
    package var lowOfBins: Double
    package var highOfBins: Double

    /// The probability that any set of the collection exceeds this one's NES by chance.
    package var familyWise: Double

    /// ε, how probable it may be that the settling bounds of a probability are wrong at any look.
    static let settlingError = 0.01

    static let undefined = FalseDiscoveryRate(
        value: .nan, low: .nan, high: .nan, settlingLow: .nan, settlingHigh: .nan, lowOfBins: .nan,
        highOfBins: .nan, familyWise: .nan)

    /// Whether the bounds leave no doubt on which side of a threshold q lies.
    package func isSettled(at threshold: Double) -> Bool {
        settlingHigh < threshold || settlingLow >= threshold
    }

    /// About how many more permutations would settle the set, to one digit, rounded up.
    ///
    /// The Monte-Carlo part of a bound shrinks nearly with the root of the number of
    /// permutations. Zero for a settled set, infinity where the bins alone leave doubt.
    ///
    /// - Parameter permutations: How many the bounds come from.
    package func permutationsToSettle(at threshold: Double, after permutations: Int) -> Double {
        if value.isNaN { return .nan }
        if isSettled(at: threshold) { return 0 }
        let isBelow = value < threshold
        let room = isBelow ? threshold - highOfBins : lowOfBins - threshold
        let error = isBelow ? settlingHigh - highOfBins : lowOfBins - settlingLow
        guard room > 0 else { return .infinity }
        let more = Double(permutations) * ((error / room) * (error / room) - 1)
        var unit = 1.0
        while unit * 10 <= more { unit *= 10 }
        return (max(more, 1) / unit).rounded(.up) * unit
    }
}
