import StatisticalKernels

/// The nominal p-value of one set: the share of same-sign null scores at least as extreme.
///
/// p = (b + 1)/(m + 1) for b of m same-sign draws: m draws can never show that a
/// p-value is zero (Phipson & Smyth, 2010). The GSEA desktop prints b/m.
package struct NominalPValue: Equatable, Sendable {
    /// b and m.
    package let asExtreme: Int
    package let sameSign: Int

    /// p; NaN where there is no same-sign draw.
    package let value: Double

    /// The 95 % Clopper–Pearson limits of the probability that b/m estimates.
    ///
    /// The lower one is not below the probability of the one draw that is known to be as
    /// extreme, the observed set itself. It is zero only under balanced shuffles of labels, none of
    /// which gives the observed ones.
    package let low: Double
    package let high: Double

    /// - Parameters:
    ///   - asExtreme: b, same-sign draws beyond the set's score or equal to it.
    ///   - sameSign: m, same-sign draws.
    ///   - least: The probability of the observed set or labelling; 0 where no draw gives it.
    package init(asExtreme: Int, sameSign: Int, least: Double) {
        self.asExtreme = asExtreme
        self.sameSign = sameSign
        guard sameSign > 0 else {
            (value, low, high) = (.nan, .nan, .nan)
            return
        }
        value = Double(asExtreme + 1) / Double(sameSign + 1)
        let interval = BinomialInterval(successes: asExtreme, trials: sameSign, confidence: 0.95)
        low = min(value, max(interval.low, least))
        high = interval.high
    }
}

/// Returns 1 over the number of ways to choose k of n things; the smallest double where that is smaller.
func probabilityOfOneChoice(_ k: Int, of n: Int) -> Double {
    max(exp(-logNumberOfChoices(k, of: n)), .leastNonzeroMagnitude)
}

/// Returns the logarithm of the number of ways to choose k of n things.
func logNumberOfChoices(_ k: Int, of n: Int) -> Double {
    logGamma(Double(n + 1)) - logGamma(Double(k + 1)) - logGamma(Double(n - k + 1))
}
