import Testing

import SamplePermutation
import StatisticalKernels

@Suite("The nulls of a statistic beside each other")
struct StatisticNullsTests {
    /// Null statistics that lie evenly from one number to another.
    private func even(from lower: Double, to upper: Double) -> NullOfZ {
        var bins = [UInt64](repeating: 0, count: NullOfZ.binCount)
        let first = Int((lower + 16) * NullOfZ.binsPerUnit)
        for bin in first..<Int((upper + 16) * NullOfZ.binsPerUnit) { bins[bin] = 3 }
        return NullOfZ(
            bins: bins, mean: (lower + upper) / 2, standardDeviation: (upper - lower) / 12.squareRoot())
    }

    @Test("z is held against a standard normal, a fitted and the permuted null")
    func signed() throws {
        // The quantiles of a normal distribution of deviation 1.5.
        let z = (1..<400).map { 1.5 * normalQuantile(Double($0) / 400) }
        let nulls = StatisticNulls(
            statistics: z, modelPValues: z.map { 2 * normalUpperTail($0.magnitude) }, permuted: even(from: -4, to: 4))
        #expect(nulls.isSigned && nulls.nulls.map(\.name) == ["theoretical", "fdrtool", "permutations"])
        #expect(nulls.nulls[0].standardDeviation == 1 && nulls.nulls[0].mean == 0)
        #expect(abs(nulls.nulls[1].standardDeviation - 1.5) < 0.1)
        #expect(nulls.nulls[2].probability(0, 2) == 0.25 && nulls.nulls[2].probability(-.infinity, .infinity) == 1)
        // Beyond 1.96 lie more than a twentieth of them, beyond 3.8 hardly one.
        #expect(try #require(nulls.nulls[0].count(below: 0.05)) > 70)
        #expect(try #require(nulls.nulls[2].count(below: 0.05)) < 10)
    }

    @Test("A joint statistic has no sign: its p come from the model, and no normal curve is held against it")
    func joint() {
        let q = (0..<200).map { Double($0) / 20 }
        let p = q.map { chiSquareUpperTail($0, degreesOfFreedom: 2) }
        let nulls = StatisticNulls(statistics: q, modelPValues: p, permuted: even(from: 0, to: 8))
        #expect(!nulls.isSigned)
        #expect(nulls.nulls[0].standardDeviation.isNaN && nulls.nulls[0].probability(0, 1).isNaN)
        #expect(nulls.nulls[0].count(below: 0.05) == p.count { $0 < 0.05 })
        #expect(nulls.nulls[1].count(below: 0.05) == nil)
        #expect(nulls.nulls[2].probability(0, 8) == 1)
    }
}
