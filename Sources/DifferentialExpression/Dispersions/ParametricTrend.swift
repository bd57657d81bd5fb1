import StatisticalKernels

/// Why no curve `asymptotic + extraPoisson/mean` was found.
package enum ParametricTrendFailure: Error, Equatable, CustomStringConvertible {
    case coefficientNotPositive
    case didNotConverge

    package var description: String {
        switch self {
        case .coefficientNotPositive: "the dispersions do not fall with the mean as a/mean + b with positive a and b"
        case .didNotConverge: "the parametric dispersion trend did not settle within 10 rounds"
        }
    }
}

extension DispersionTrend {
    /// Fits `α(μ) = a₀ + a₁/μ` by a gamma model with identity link, leaving out
    /// genes far from the curve and fitting again until it settles (Love, Huber &
    /// Anders, 2014).
    static func parametricFit(
        toDispersions dispersions: [Double],
        means: [Double]
    ) throws(ParametricTrendFailure) -> DispersionTrend {
        var curve = Curve(asymptotic: 0.1, extraPoisson: 1)
        for _ in 0...10 {
            let kept = dispersions.indices.filter {
                let ratio = dispersions[$0] / curve.value(atInverseMean: 1 / means[$0])
                return ratio > 1e-4 && ratio < 15
            }
            let model = GammaRegression(
                inverseMeans: kept.map { 1 / means[$0] }, dispersions: kept.map { dispersions[$0] })
            let (next, converged) = try model.fit(from: curve)
            guard next.asymptotic > 0, next.extraPoisson > 0 else { throw .coefficientNotPositive }
            let change = (log(next.asymptotic / curve.asymptotic), log(next.extraPoisson / curve.extraPoisson))
            curve = next
            if change.0 * change.0 + change.1 * change.1 < 1e-6, converged {
                return .parametric(asymptotic: curve.asymptotic, extraPoisson: curve.extraPoisson)
            }
        }
        throw .didNotConverge
    }
}

private struct Curve {
    var asymptotic: Double
    var extraPoisson: Double

    func value(atInverseMean inverseMean: Double) -> Double {
        asymptotic + extraPoisson * inverseMean
    }

    func halfway(to other: Curve) -> Curve {
        Curve(
            asymptotic: (asymptotic + other.asymptotic) / 2, extraPoisson: (extraPoisson + other.extraPoisson) / 2)
    }
}

/// A gamma model with identity link of the dispersions on 1 and the inverse mean.
///
/// Iterates like R's `glm`: at most 25 weighted least-squares fits, each halved
/// towards the one before while a fitted value is not positive, until the
/// deviance changes by less than 1e-8 of itself. The rule matters, because the
/// rounds around it stop by what it returns.
private struct GammaRegression {
    let inverseMeans: [Double]
    let dispersions: [Double]

    func fit(from start: Curve) throws(ParametricTrendFailure) -> (curve: Curve, converged: Bool) {
        var curve = start
        guard var deviance = deviance(of: curve) else { throw .coefficientNotPositive }
        for _ in 1...25 {
            var next = weightedLeastSquares(at: curve)
            var halvings = 0
            var nextDeviance = self.deviance(of: next)
            while nextDeviance == nil {
                // Not a number stays not a number, however often it is halved.
                guard halvings < 25 else { throw .didNotConverge }
                halvings += 1
                next = next.halfway(to: curve)
                nextDeviance = self.deviance(of: next)
            }
            let change = abs(nextDeviance! - deviance) / (abs(nextDeviance!) + 0.1)
            (curve, deviance) = (next, nextDeviance!)
            if change < 1e-8 { return (curve, true) }
        }
        return (curve, false)
    }

    /// `−2 Σ [log(α/μ) − (α − μ)/μ]`, or nil when a fitted value is not positive and finite.
    private func deviance(of curve: Curve) -> Double? {
        var sum = 0.0
        for (inverseMean, dispersion) in zip(inverseMeans, dispersions) {
            let fitted = curve.value(atInverseMean: inverseMean)
            guard fitted > 0, fitted < .infinity else { return nil }
            sum += log(dispersion / fitted) - (dispersion - fitted) / fitted
        }
        return -2 * sum
    }

    /// The line through the dispersions with weights `1/μ²`; the inverse means are
    /// centred first, which keeps the digits that normal equations would lose.
    private func weightedLeastSquares(at curve: Curve) -> Curve {
        var (total, sumOfX, sumOfY) = (0.0, 0.0, 0.0)
        for (x, y) in zip(inverseMeans, dispersions) {
            let fitted = curve.value(atInverseMean: x)
            let weight = 1 / (fitted * fitted)
            total += weight
            sumOfX += weight * x
            sumOfY += weight * y
        }
        let (meanOfX, meanOfY) = (sumOfX / total, sumOfY / total)
        var (spread, product) = (0.0, 0.0)
        for (x, y) in zip(inverseMeans, dispersions) {
            let fitted = curve.value(atInverseMean: x)
            let weight = 1 / (fitted * fitted)
            spread += weight * (x - meanOfX) * (x - meanOfX)
            product += weight * (x - meanOfX) * (y - meanOfY)
        }
        let slope = product / spread
        return Curve(asymptotic: meanOfY - slope * meanOfX, extraPoisson: slope)
    }
}
