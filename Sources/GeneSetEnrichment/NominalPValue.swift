import StatisticalKernels

/// The nominal p-value of one set: the share of same-sign null scores at least as extreme.
///
/// p = (b + 1)/(m + 1) for b of m same-sign draws: m draws can never show that a
/// p-value is zero (Phipson & Smyth, 2010). The GSEA desktop prints b/m.
package struct NominalPValue: Equatable, Sendable {
    /// p; NaN where there is no same-sign draw.
    package let value: Double

    /// The 95 % Clopper–Pearson limits of the probability that b/m estimates.
    package let low: Double
    package let high: Double

    /// - Parameters:
    ///   - asExtreme: b, same-sign draws beyond the set's score or equal to it.
    ///   - sameSign: m, same-sign draws.
    package init(asExtreme: Int, sameSign: Int) {
        guard sameSign > 0 else {
            (value, low, high) = (.nan, .nan, .nan)
            return
        }
        value = Double(asExtreme + 1) / Double(sameSign + 1)
        let interval = BinomialInterval(successes: asExtreme, trials: sameSign, confidence: 0.95)
        low = interval.low
        high = interval.high
    }
}
