extension BinomialInterval {
    /// The interval that holds at all numbers of trials together (Robbins, 1970).
    ///
    /// A probability p is excluded once (n + 1) · Binom(b; n, p) ≤ ε for b successes among n trials. That
    /// product is one over a martingale with mean 1 under p, the likelihood averaged over all probabilities against that
    /// of p; so the true p is ever excluded with a probability of at most ε, however often one looks and whatever
    /// one does about it. With x = b/n the limits lie where the divergence
    ///
    ///     x log(x/p) + (1 − x) log((1 − x)/(1 − p)) = (log((n + 1) · Binom(b; n, x)) − log ε)/n
    ///
    /// The same holds for the sum b of n variables between 0 and 1 in the place of whole successes, whose
    /// likelihood ratio is, by convexity, no larger on average.
    ///
    /// - Parameters:
    ///   - successes: b, in 0...n.
    ///   - trials: n; with none, the interval is 0...1.
    ///   - error: ε.
    package init(successes: Double, trials: Double, errorAtAllLooks error: Double) {
        guard trials > 0 else {
            self.init(low: 0, high: 1)
            return
        }
        if 2 * successes > trials {
            // Limits near 1 are told from it by their distance.
            let mirrored = BinomialInterval(
                successes: max(0, trials - successes), trials: trials, errorAtAllLooks: error)
            self.init(low: 1 - mirrored.high, high: 1 - mirrored.low)
            return
        }
        let share = successes / trials
        let misses = trials - successes
        // log((n + 1) · Binom(b; n, x)), from 1/B(b + 1, n − b + 1).
        var peak = logGamma(trials + 2) - logGamma(successes + 1) - logGamma(misses + 1) + misses * log1p(-share)
        if share > 0 { peak += successes * log(share) }
        let bound = (peak - log(error)) / trials
        guard share > 0 else {
            self.init(low: 0, high: -expm1(-bound))
            return
        }
        func divergence(_ logProbability: Double) -> Double {
            share * (log(share) - logProbability)
                + (1 - share) * (log1p(-share) - log1p(-exp(logProbability))) - bound
        }
        // The divergence is at least x log(x/p) − x below x, and at least (p − x)²/(2p) above it.
        let lowest = log(share) - bound / share - 1
        let highest = min(1 - 0x1p-53, share + bound + (bound * bound + 2 * share * bound).squareRoot())
        self.init(
            low: exp(root(in: lowest...log(share), tolerance: 1e-13, of: divergence)),
            high: divergence(log(highest)) <= 0
                ? highest : exp(root(in: log(share)...log(highest), tolerance: 1e-13, of: divergence)))
    }
}
