import KernelArguments
import StatisticalKernels

/// A generalized Pareto tail of null values, averaged over the posterior of its parameters.
///
/// With y the k = min(250, m/4) largest of m values, less a threshold halfway to the next one, and z the observed value less it:
///
///     p = k/m · Σ (1 + ξz/σ)^(−1/ξ) L(ξ, σ | y) π(ξ) / Σ L(ξ, σ | y) π(ξ)
///
/// over a grid, flat in log σ and with ξ ~ Normal(0, 0.1). Parameters under which z cannot be reached count as 0 and the
/// others carry the tail, so that a bounded fit claims no impossible p. Within two decades of 1/m this had a median error
/// of a quarter of a decade in thirty known tails; further out it is a guess.
package enum ParetoTail {
    /// With this many exceedances counting is as good.
    static let fewestForCounting = 10

    private static let most = 250
    private static let priorDeviation = 0.1

    /// - Parameters:
    ///   - largest: The largest null values, descending: 251 of them, or all.
    ///   - count: m, how many null values there were.
    ///   - exceedances: How many of them are at least `observed`.
    /// - Returns: At most the counted p; nil where counting is as good, `observed` is not above the threshold, or fewer
    ///   than half of the values above it are distinct.
    package static func pValue(observed: Double, largest: [Double], count: Int, exceedances: Int) -> Double? {
        let k = min(most, count / 4)
        guard exceedances < fewestForCounting, k > 0, largest.count > k else { return nil }
        let threshold = (largest[k - 1] + largest[k]) / 2
        let above = largest.prefix { $0 > threshold }.map { $0 - threshold }
        guard observed > threshold, 2 * above.count >= k, 2 * Set(above).count >= above.count else { return nil }
        let tail = tailProbability(of: observed - threshold, exceedances: above)
        return min(Double(above.count) / Double(count) * tail, Double(exceedances + 1) / Double(count + 1))
    }

    private static func tailProbability(of z: Double, exceedances y: [Double]) -> Double {
        let n = Double(y.count)
        let logMean = log(y.reduce(0, +) / n)
        let logScales = (0...80).map { logMean + (Double($0) - 40) / 40 }
        let scales = logScales.map { exp($0) }
        let largest = y.max() ?? 0
        let grid = LogarithmGrid(rateCount: scales.count)
        var points: [(logLikelihood: Double, tail: Double)] = []
        points.reserveCapacity(161 * scales.count)
        for step in 0...160 {
            var shape = -0.6 + 0.01 * Double(step)
            if shape.magnitude < 1e-12 { shape = 1e-9 }
            let prior = shape / priorDeviation
            grid.sum(y, z, rates: scales.map { shape / $0 })
            for place in scales.indices {
                guard 1 + grid.rate(place) * largest > 0 else { continue }
                points.append(
                    (
                        -n * logScales[place] - (1 + 1 / shape) * grid.sum(place) - 0.5 * prior * prior,
                        1 + grid.rate(place) * z > 0 ? exp(-grid.logarithm(place) / shape) : 0
                    ))
            }
        }
        let highest = points.reduce(-Double.infinity) { max($0, $1.logLikelihood) }
        var weights = 0.0
        var sum = 0.0
        for point in points {
            let weight = exp(point.logLikelihood - highest)
            weights += weight
            sum += weight * point.tail
        }
        return sum / weights
    }
}

/// log(1 + rate·value), summed over the exceedances and of the observed value, for the rates of one shape.
private final class LogarithmGrid {
    private let kernels = ModelKernels()
    private let groupCount: Int
    private let rates: LaneMemory
    private let sums: LaneMemory
    private let logarithms: LaneMemory

    init(rateCount: Int) {
        groupCount = (rateCount + 7) / 8
        rates = LaneMemory(count: 8 * groupCount)
        sums = LaneMemory(count: 8 * groupCount)
        logarithms = LaneMemory(count: 8 * groupCount)
    }

    func rate(_ place: Int) -> Double { rates.doubles[place] }

    /// Over the exceedances; anything where one of them is out of reach.
    func sum(_ place: Int) -> Double { sums.doubles[place] }

    /// Of the observed value; anything where it is out of reach.
    func logarithm(_ place: Int) -> Double { logarithms.doubles[place] }

    func sum(_ exceedances: [Double], _ observed: Double, rates: [Double]) {
        for (place, rate) in rates.enumerated() { self.rates.doubles[place] = rate }
        sum(exceedances, into: sums)
        sum([observed], into: logarithms)
    }

    private func sum(_ values: [Double], into target: LaneMemory) {
        values.withUnsafeBufferPointer { values in
            var arguments = LogarithmSumArguments(
                values: values.baseAddress!, valueCount: values.count, rates: rates.doubles, groupCount: groupCount,
                sums: target.doubles)
            withExtendedLifetime((rates, target)) { kernels.sumLogarithms(&arguments) }
        }
    }
}
