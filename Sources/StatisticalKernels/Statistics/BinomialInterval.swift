/// An interval for a probability, from successes among trials.
///
/// By default the exact one of Clopper & Pearson (1934): it contains every probability under which neither tail at the observed
/// number of successes is rarer than half the error, so that it covers the true
/// one at least as often as it says.
///
/// `init(successes:trials:errorAtAllLooks:)` gives another one, for trials that are
/// looked at again and again (`RobbinsInterval.swift`).
package struct BinomialInterval: Equatable, Sendable {
    package let low: Double
    package let high: Double

    /// - Parameters:
    ///   - successes: The number of successes, in 0...`trials`.
    ///   - trials: The number of trials; with none, the interval is 0...1.
    ///   - confidence: The coverage, such as 0.95.
    package init(successes: Int, trials: Int, confidence: Double) {
        self.init(successes: Double(successes), trials: Double(trials), confidence: confidence)
    }

    init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    /// The interval for the mean of variables between 0 and 1, of which no distribution varies more than
    /// the binomial.
    ///
    /// - Parameters:
    ///   - successes: The sum of the variables, in 0...`trials`.
    ///   - trials: Their number.
    package init(successes: Double, trials: Double, confidence: Double) {
        let tail = (1 - confidence) / 2
        let hits = successes
        let misses = max(0, trials - successes)
        low = hits == 0 ? 0 : lowerBetaQuantile(tail, hits, misses + 1)
        high = misses == 0 ? 1 : 1 - lowerBetaQuantile(tail, misses, hits + 1)
    }
}

/// Returns a beta distribution's quantile for a small lower tail, quickly where both parameters are large.
///
/// There a normal approximation (Abramowitz & Stegun, 26.5.22) is right to some
/// 10⁻³ standard deviations, and a step or two of Newton's method leave less than
/// 10⁻⁹ of one. A table of results has two such limits in each of thousands of rows.
private func lowerBetaQuantile(_ tail: Double, _ a: Double, _ b: Double) -> Double {
    guard min(a, b) >= 50 else { return betaQuantile(tail, a, b).x }
    let y = normalUpperTailQuantile(tail)
    let lambda = (y * y - 3) / 6
    let inverseA = 1 / (2 * a - 1)
    let inverseB = 1 / (2 * b - 1)
    let h = 2 / (inverseA + inverseB)
    let w = y * (h + lambda).squareRoot() / h - (inverseB - inverseA) * (lambda + 5.0 / 6 - 2 / (3 * h))
    var x = a / (a + b * exp(2 * w))
    let deviation = (a * b / (a + b + 1)).squareRoot() / (a + b)
    let logBeta = logGamma(a) + logGamma(b) - logGamma(a + b)
    for _ in 0..<8 {
        let density = exp((a - 1) * log(x) + (b - 1) * log1p(-x) - logBeta)
        let step = (regularizedIncompleteBeta(a, b, x: x, complement: 1 - x).lower - tail) / density
        x -= step
        // The error that a step leaves goes with its square.
        if step.magnitude < 2e-5 * deviation { break }
    }
    return x
}

/// Limits for many counts of successes among the same number of trials.
///
/// Up to 4,096 trials every limit is computed. Beyond, counts up to 256 and
/// those that near the number of trials have exact limits, and others lie between
/// nodes 2 % apart: there the limit's distance from the share, in standard
/// errors, is interpolated linearly, which is good to 10⁻⁴ standard errors.
package struct BinomialLimits: Sendable {
    private let trials: Int
    private let nodes: [Int]
    private let low: [Double]
    private let high: [Double]

    /// The limits' distances from the share at each node, in standard errors.
    private let lowDistances: [Double]
    private let highDistances: [Double]

    /// Clopper–Pearson limits.
    package init(trials: Int, confidence: Double) {
        self.init(trials: trials) { BinomialInterval(successes: $0, trials: trials, confidence: confidence) }
    }

    /// Limits that hold at all numbers of trials together.
    ///
    /// - Parameter error: How probable it may be that any of them is wrong.
    package init(trials: Int, errorAtAllLooks error: Double) {
        self.init(trials: trials) {
            BinomialInterval(successes: Double($0), trials: Double(trials), errorAtAllLooks: error)
        }
    }

    private init(trials: Int, interval: (Int) -> BinomialInterval) {
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
        let intervals = nodes.map(interval)
        let low = intervals.map(\.low)
        let high = intervals.map(\.high)
        // Never asked for at 0 and at all trials, where the standard error is 0.
        func distances(_ limits: [Double], _ nodes: [Int]) -> [Double] {
            zip(nodes, limits).map { node, limit in
                (limit - Double(node) / Double(trials)) / BinomialLimits.standardError(node, trials: trials)
            }
        }
        lowDistances = distances(low, nodes)
        highDistances = distances(high, nodes)
        self.low = low
        self.high = high
    }

    /// Returns the limits for a number of successes.
    ///
    /// - Parameter node: Where the last search ended; it speeds up queries in order.
    /// - Precondition: `successes` is in 0...`trials`, and `node` began as 0.
    package func interval(successes: Int, near node: inout Int) -> (low: Double, high: Double) {
        while nodes[node] > successes { node -= 1 }
        while node + 1 < nodes.count && nodes[node + 1] <= successes { node += 1 }
        if nodes[node] == successes { return (low[node], high[node]) }
        let share = Double(successes - nodes[node]) / Double(nodes[node + 1] - nodes[node])
        let proportion = Double(successes) / Double(trials)
        let error = standardError(successes)
        let lowDistance = lowDistances[node] + (lowDistances[node + 1] - lowDistances[node]) * share
        let highDistance = highDistances[node] + (highDistances[node + 1] - highDistances[node]) * share
        return (proportion + lowDistance * error, proportion + highDistance * error)
    }

    /// Returns the limits for a number of successes.
    package func interval(successes: Int) -> (low: Double, high: Double) {
        var node = 0
        return interval(successes: successes, near: &node)
    }

    private func standardError(_ successes: Int) -> Double {
        BinomialLimits.standardError(successes, trials: trials)
    }

    private static func standardError(_ successes: Int, trials: Int) -> Double {
        let share = Double(successes) / Double(trials)
        return (share * (1 - share) / Double(trials)).squareRoot()
    }
}
