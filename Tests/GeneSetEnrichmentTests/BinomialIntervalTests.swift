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
