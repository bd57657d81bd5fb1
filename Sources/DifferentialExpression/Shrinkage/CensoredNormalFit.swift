import StatisticalKernels

/// The parameters of an empirical null, from the statistics near zero.
struct CensoredNormalFit {
    let parameters: EmpiricalNull.Parameters

    /// - Precondition: No statistic is NaN.
    init(of z: [Double]) throws(EmpiricalNullError) {
        let sorted = sortedAscending(z)
        let magnitudes = sortedAscending(z.map { abs($0) })
        let cutoff = try Self.cutoff(sorted: sorted, magnitudes: magnitudes)

        let censored = sorted.filter { abs($0) <= cutoff }
        let start = robustStandardDeviation(ofSorted: censored)
        guard start > 0 else { throw .noSpread }
        let count = Double(censored.count)
        let sumOfSquares = compensatedSum(censored.lazy.map { $0 * $0 })
        // The truncated normal's negative log-likelihood. All that it needs of the
        // statistics is the sum of their squares.
        func negativeLogLikelihood(_ sd: Double) -> Double {
            count * log(1 - normalPValue(of: cutoff, sd: sd)) + count * (log(sd) + logSquareRootOfTwoPi)
                + sumOfSquares / (2 * sd * sd)
        }
        let sd = minimum(over: max(start / 1000, 1e-9)...start * 1000, of: negativeLogLikelihood)
        let curvature = secondDerivative(at: sd, of: negativeLogLikelihood)

        let inside = 1 - normalPValue(of: cutoff, sd: sd)
        let share = count / Double(z.count)
        parameters = EmpiricalNull.Parameters(
            cutoff: cutoff,
            censoredCount: censored.count,
            eta0: min(1, share / inside),
            eta0StandardError: (share * (1 - share) / (Double(z.count) * inside * inside)).squareRoot(),
            standardDeviation: sd,
            standardDeviationStandardError: curvature > 0 ? (1 / curvature).squareRoot() : 0)
    }

    func pValue(of z: Double) -> Double {
        normalPValue(of: z, sd: parameters.standardDeviation)
    }

    /// Returns the |z| below which the false non-discovery rate stops falling.
    private static func cutoff(sorted: [Double], magnitudes: [Double]) throws(EmpiricalNullError) -> Double {
        let sd = robustStandardDeviation(ofSorted: sorted)
        guard sd > 0 else { throw .noSpread }
        let eta0 = Self.eta0Guess(magnitudes: magnitudes, sd: sd)

        func falseNonDiscoveryRate(_ x: Double) -> Double {
            let share = Double(magnitudes.firstIndex(atOrAbove: x)) / Double(magnitudes.count)
            guard share > 0 else { return 0 }
            return max(0, (share - eta0 * (2 * normalCDF(x / sd) - 1)) / share)
        }
        var cutoff = quantile(min(0.99, eta0), ofSorted: magnitudes)
        var rate = falseNonDiscoveryRate(cutoff)
        while true {
            let nextRate = falseNonDiscoveryRate(0.9 * cutoff)
            guard nextRate < rate else { return cutoff }
            cutoff *= 0.9
            rate = nextRate
        }
    }

    /// The 10 % quantile of Storey's (2002) estimates over nineteen thresholds.
    private static func eta0Guess(magnitudes: [Double], sd: Double) -> Double {
        let pValues = magnitudes.map { normalPValue(of: $0, sd: sd) }  // Descending.
        let estimates = (0...18).map { step in
            let lambda = Double(step) * 0.05
            let above = pValues.prefix { $0 >= lambda }.count
            return max(0, min(1, Double(above) / Double(pValues.count) / (1 - lambda)))
        }
        return quantile(0.1, ofSorted: sortedAscending(estimates))
    }
}

private let logSquareRootOfTwoPi = 0.918938533204672741780329736406

/// fdrtool's two-sided p-value: `2 − 2Φ(|z|/sd)`, with no digits left in the far
/// tail and so never below the machine epsilon, except for infinite z.
private func normalPValue(of z: Double, sd: Double) -> Double {
    if abs(z) == .infinity { return 0 }
    return max(Double.ulpOfOne, 2 - 2 * normalCDF(abs(z) / sd))
}

/// The interquartile range over that of the standard normal distribution.
private func robustStandardDeviation(ofSorted sorted: [Double]) -> Double {
    (quantile(0.75, ofSorted: sorted) - quantile(0.25, ofSorted: sorted)) / (2 * 0.6744897501960817)
}

/// The five-point rule with fdrtool's step.
private func secondDerivative(at x: Double, of function: (Double) -> Double) -> Double {
    let step = max(1e-4, 1.220703125e-4 * abs(x))
    let outer = function(x + 2 * step) + function(x - 2 * step)
    let inner = function(x + step) + function(x - step)
    return (16 * inner - outer - 30 * function(x)) / (12 * step * step)
}

extension [Double] {
    /// The number of elements below `bound`, in a sorted array.
    fileprivate func firstIndex(atOrAbove bound: Double) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < bound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
