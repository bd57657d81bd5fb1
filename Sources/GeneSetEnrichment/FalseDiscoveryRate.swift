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
