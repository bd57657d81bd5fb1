/// The exact interval of Clopper & Pearson (1934) for a probability.
///
/// It contains every probability under which neither tail at the observed
/// number of successes is rarer than half the error, so that it covers the true
/// one at least as often as it says.
package struct BinomialInterval: Equatable, Sendable {
    package let low: Double
    package let high: Double

    /// - Parameters:
    ///   - successes: The number of successes, in 0...`trials`.
    ///   - trials: The number of trials; with none, the interval is 0...1.
    ///   - confidence: The coverage, such as 0.95.
    package init(successes: Int, trials: Int, confidence: Double) {
        let tail = (1 - confidence) / 2
        let hits = Double(successes)
        let misses = Double(trials - successes)
        low = successes == 0 ? 0 : betaQuantile(tail, hits, misses + 1).x
        high = successes == trials ? 1 : betaQuantile(tail, misses, hits + 1).complement
    }
}

/// Clopper–Pearson limits for many counts of successes among the same number of trials.
///
/// Up to 4,096 trials every limit is computed. Beyond, counts up to 256 and
/// those that near the number of trials have exact limits, and others lie between
/// nodes 2 % apart: there the limit's distance from the share, in standard
/// errors, is interpolated linearly in the logarithm of the count, which is good
/// to 10⁻⁴ standard errors.
package struct BinomialLimits: Sendable {
    private let trials: Int
    private let nodes: [Int]
    private let low: [Double]
    private let high: [Double]
    private let logNodes: [Double]

    package init(trials: Int, confidence: Double) {
        self.trials = trials
        var lower: [Int] = []
        var count = 0
        while count <= trials / 2 {
            lower.append(count)
            count += trials <= 4096 || count < 256 ? 1 : count / 50
        }
        if lower.last != trials / 2 { lower.append(trials / 2) }
        let upper = lower.reversed().map { trials - $0 }
        nodes = lower + (upper.first == lower.last ? Array(upper.dropFirst()) : upper)
        let intervals = nodes.map { BinomialInterval(successes: $0, trials: trials, confidence: confidence) }
        low = intervals.map(\.low)
        high = intervals.map(\.high)
        logNodes = nodes.map { log(Double(max(1, min($0, trials - $0)))) }
    }

    /// Returns the limits for a number of successes.
    ///
    /// - Precondition: `successes` is in 0...`trials`.
    package func interval(successes: Int) -> (low: Double, high: Double) {
        var first = 0
        var last = nodes.count - 1
        if last == trials || successes <= min(256, trials / 2) {
            first = successes
        } else {
            while first < last {
                let middle = (first + last + 1) / 2
                if nodes[middle] <= successes { first = middle } else { last = middle - 1 }
            }
        }
        if nodes[first] == successes { return (low[first], high[first]) }
        let position = log(Double(min(successes, trials - successes)))
        let start = logNodes[first]
        let span = logNodes[first + 1] - start
        // The two nodes about one half may be mirror images of one another.
        let share = span == 0 ? 0.5 : min(1, max(0, (position - start) / span))
        func between(_ limits: [Double]) -> Double {
            let before = standardized(limits[first], successes: nodes[first])
            let after = standardized(limits[first + 1], successes: nodes[first + 1])
            return proportion(successes)
                + (before + (after - before) * share) * standardError(successes)
        }
        return (between(low), between(high))
    }

    private func proportion(_ successes: Int) -> Double { Double(successes) / Double(trials) }

    private func standardError(_ successes: Int) -> Double {
        (proportion(successes) * proportion(trials - successes) / Double(trials)).squareRoot()
    }

    private func standardized(_ limit: Double, successes: Int) -> Double {
        (limit - proportion(successes)) / standardError(successes)
    }
}
