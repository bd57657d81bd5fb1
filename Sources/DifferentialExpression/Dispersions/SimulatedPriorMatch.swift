import StatisticalKernels

/// The prior variance whose simulated residuals look most like the observed ones.
///
/// For each of 200 variances from 0 to 8 the Kullback–Leibler divergence of the
/// observed histogram from a simulated one is computed, and a smooth curve
/// through them is searched for its minimum (DESeq2, for three or fewer residual
/// degrees of freedom).
package struct SimulatedPriorMatch {
    private static let largestVariance = 8.0
    private static let fineSteps = 999

    /// The divergence at each simulated variance.
    package let divergences: [Double]

    /// The smoothed divergence at 1,000 equally spaced variances.
    package let smoothed: [Double]

    /// - Precondition: From 1 to 3 degrees of freedom.
    package init(ofLogResiduals residuals: [Double], residualDegreesOfFreedom: Int) {
        let observed = ResidualHistogram(of: residuals).densities
        let simulated = SimulatedDispersionHistograms.counts(residualDegreesOfFreedom: residualDegreesOfFreedom)
        let divergences = simulated.map {
            divergence(of: observed, from: ResidualHistogram(counts: $0).densities)
        }
        self.divergences = divergences

        let variances = divergences.indices.map {
            Self.variance(atStep: $0, of: divergences.count - 1)
        }
        let curve = LoessCurve(x: variances, y: divergences, span: 0.2)
        smoothed = (0...Self.fineSteps).map { curve.value(at: Self.variance(atStep: $0, of: Self.fineSteps)) }
    }

    /// The variance with the least smoothed divergence.
    package var bestVariance: Double {
        var best = 0
        for step in smoothed.indices where smoothed[step] < smoothed[best] { best = step }
        return Self.variance(atStep: best, of: Self.fineSteps)
    }

    private static func variance(atStep step: Int, of steps: Int) -> Double {
        step == steps ? largestVariance : Double(step) * (largestVariance / Double(steps))
    }
}

/// Counts in forty bins of width 0.5 from −10 to 10.
package struct ResidualHistogram {
    private static let binCount = 40
    private static let lowest = -10.0
    private static let width = 0.5

    package let counts: [Int]

    package init(counts: [Int]) {
        self.counts = counts
    }

    /// Bins are closed on the right. Values at or beyond the ends are left out.
    package init(of values: [Double]) {
        var counts = [Int](repeating: 0, count: Self.binCount)
        for value in values where value > Self.lowest && value < -Self.lowest {
            // R's `hist` moves the breaks up by this much against rounding.
            let bin = ((value - 1e-7 * Self.width - Self.lowest) / Self.width).rounded(.up) - 1
            counts[max(0, Int(bin))] += 1
        }
        self.counts = counts
    }

    /// Counts over their total and the bin's width.
    var densities: [Double] {
        let total = Double(counts.reduce(0, +))
        return counts.map { Double($0) / (Self.width * total) }
    }
}

/// The Kullback–Leibler divergence, with the smallest positive density added to
/// both so that empty bins have logarithms.
private func divergence(of observed: [Double], from simulated: [Double]) -> Double {
    let smallest = (observed + simulated).reduce(Double.infinity) { $1 > 0 ? min($0, $1) : $0 }
    return zip(observed, simulated).reduce(0) { sum, densities in
        sum + densities.0 * (log(densities.0 + smallest) - log(densities.1 + smallest))
    }
}
