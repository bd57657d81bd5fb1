import StatisticalKernels
import Testing

@Suite("Intervals and quadrature")
struct BinomialIntervalTests {
    @Test("No success of n bounds the probability by 1 − (α/2)^(1/n), and n of n mirrors it")
    func extremes() {
        let none = BinomialInterval(successes: 0, trials: 20, confidence: 0.95)
        #expect(none.low == 0)
        #expect(abs(none.high - (1 - pow(0.025, 1.0 / 20))) < 1e-14)
        let all = BinomialInterval(successes: 20, trials: 20, confidence: 0.95)
        #expect(all.high == 1)
        #expect(abs(all.low - pow(0.025, 1.0 / 20)) < 1e-14)
        let nothing = BinomialInterval(successes: 0, trials: 0, confidence: 0.95)
        #expect(nothing.low == 0 && nothing.high == 1)
    }

    @Test("A limit is where the binomial tail has half the error")
    func tails() {
        let interval = BinomialInterval(successes: 3, trials: 17, confidence: 0.9)
        func atLeast(_ successes: Int, _ p: Double) -> Double {
            var term = pow(1 - p, 17)
            var below = 0.0
            for k in 0..<successes {
                below += term
                term *= p / (1 - p) * Double(17 - k) / Double(k + 1)
            }
            return 1 - below
        }
        #expect(abs(atLeast(3, interval.low) - 0.05) < 1e-13)
        #expect(abs(1 - atLeast(4, interval.high) - 0.05) < 1e-13)
    }

    @Test(
        "A limit of Robbins' sequence is where (n + 1) times the binomial probability is the error",
        arguments: [(0, 1), (1, 1), (0, 40), (1, 40), (7, 40), (20, 40), (39, 40), (750, 1_000_000), (0, 1_000_000)])
    func robbins(successes: Int, trials: Int) {
        let interval = BinomialInterval(
            successes: Double(successes), trials: Double(trials), errorAtAllLooks: 0.01)
        let share = Double(successes) / Double(trials)
        #expect(interval.low <= share && share <= interval.high)
        func logProduct(_ p: Double) -> Double {
            let (n, b) = (Double(trials), Double(successes))
            let logChoices = logGamma(n + 1) - logGamma(b + 1) - logGamma(n - b + 1)
            return log(n + 1) + logChoices + (b > 0 ? b * log(p) : 0) + (n > b ? (n - b) * log1p(-p) : 0)
        }
        // The logarithms of a million's factorial have lost some digits.
        if successes > 0 {
            #expect(abs(logProduct(interval.low) - log(0.01)) < 1e-7)
        } else {
            #expect(interval.low == 0)
        }
        if successes < trials {
            #expect(abs(logProduct(interval.high) - log(0.01)) < 1e-7)
        } else {
            #expect(interval.high == 1)
        }
        let mirrored = BinomialInterval(
            successes: Double(trials - successes), trials: Double(trials), errorAtAllLooks: 0.01)
        #expect(abs(mirrored.low - (1 - interval.high)) < 1e-15 && abs(mirrored.high - (1 - interval.low)) < 1e-15)
        let fixed = BinomialInterval(successes: successes, trials: trials, confidence: 0.99)
        #expect(interval.low <= fixed.low + 1e-15 && fixed.high <= interval.high + 1e-15)
    }

    @Test("At many looks together Robbins' limits hold the true probability, and Clopper and Pearson's do not")
    func looks() {
        let truth = 0.05
        var missed = (atAllLooks: 0, atOne: 0)
        for run in 0..<400 {
            var stream = PhiloxStream(seed: 6, stream: UInt64(run))
            var successes = 0
            var trials = 0
            var isMissed = (atAllLooks: false, atOne: false)
            while trials < 6_400 {
                for _ in 0..<100 where stream.next(below: 10_000) < 500 { successes += 1 }
                trials += 100
                let all = BinomialInterval(
                    successes: Double(successes), trials: Double(trials), errorAtAllLooks: 0.01)
                let one = BinomialInterval(successes: successes, trials: trials, confidence: 0.99)
                if truth < all.low || truth > all.high { isMissed.atAllLooks = true }
                if truth < one.low || truth > one.high { isMissed.atOne = true }
            }
            if isMissed.atAllLooks { missed.atAllLooks += 1 }
            if isMissed.atOne { missed.atOne += 1 }
        }
        // At most 1 % of 400 runs; at 64 looks the others miss several times as often as they say.
        #expect(missed.atAllLooks <= 4, "\(missed)")
        #expect(missed.atOne >= 12, "\(missed)")
    }

    @Test("Tabulated limits of Robbins' sequence equal the exact ones", arguments: [1, 5, 1_000, 1_000_001])
    func tabulatedAtAllLooks(trials: Int) {
        let limits = BinomialLimits(trials: trials, errorAtAllLooks: 0.01)
        for successes in Set([0, 1, 3, 255, 300, 777, 10_007, trials / 2, trials - 1, trials]) where successes <= trials
        {
            let exact = BinomialInterval(
                successes: Double(successes), trials: Double(trials), errorAtAllLooks: 0.01)
            let tabulated = limits.interval(successes: successes)
            let share = Double(successes) / Double(trials)
            let tolerance = 1e-4 * (share * (1 - share) / Double(trials)).squareRoot() + 1e-15
            #expect(abs(tabulated.low - exact.low) <= tolerance, "\(successes) of \(trials)")
            #expect(abs(tabulated.high - exact.high) <= tolerance, "\(successes) of \(trials)")
        }
    }

    @Test("Tabulated limits equal the exact ones", arguments: [1, 5, 1_000, 100_000, 1_000_001])
    func tabulated(trials: Int) {
        let limits = BinomialLimits(trials: trials, confidence: 0.99)
        var stream = PhiloxStream(seed: 1, stream: UInt64(trials))
        let random = (0..<60).map { _ in stream.next(below: trials + 1) }
        for successes in random + [0, 1, min(trials, 300), trials / 2, (trials + 1) / 2, trials - 1, trials] {
            let exact = BinomialInterval(successes: successes, trials: trials, confidence: 0.99)
            let tabulated = limits.interval(successes: successes)
            let share = Double(successes) / Double(trials)
            // The documented accuracy of the interpolation, in standard errors.
            let tolerance = 1e-4 * (share * (1 - share) / Double(trials)).squareRoot() + 1e-15
            #expect(abs(tabulated.low - exact.low) <= tolerance, "\(successes) of \(trials)")
            #expect(abs(tabulated.high - exact.high) <= tolerance, "\(successes) of \(trials)")
        }
    }

    @Test("Gauss–Legendre nodes integrate polynomials exactly", arguments: [1, 2, 7, 200, 545])
    func quadrature(nodeCount: Int) {
        let rule = GaussLegendreRule(nodeCount: nodeCount)
        #expect(zip(rule.nodes, rule.nodes.dropFirst()).allSatisfy { $0 < $1 })
        for degree in [0, 1, nodeCount, 2 * nodeCount - 1] {
            var sum = 0.0
            for (node, weight) in zip(rule.nodes, rule.weights) { sum += weight * pow(node, Double(degree)) }
            // Rounding of some hundred terms; the powers of nodes near 1 lose a few digits more.
            #expect(abs(sum * Double(degree + 1) - 1) < 1e-11)
        }
    }
}
