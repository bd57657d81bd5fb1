import ExpressionData
import StatisticalKernels

/// How the dispersion depends on the mean of the normalized counts.
package enum DispersionTrend: Equatable, Sendable {
    package enum Kind: String, OptionWord {
        case parametric
        case local
        case mean
    }

    /// `α(μ) = asymptotic + extraPoisson/μ`; DESeq2's `asymptDisp` and `extraPois`.
    case parametric(asymptotic: Double, extraPoisson: Double)

    /// A local regression of log dispersion on log mean.
    case local(LocalRegression)

    /// One dispersion for all means.
    case mean(Double)

    package var kind: Kind {
        switch self {
        case .parametric: .parametric
        case .local: .local
        case .mean: .mean
        }
    }

    /// Returns the trend's dispersion (`dispFit`) at a mean of normalized counts.
    ///
    /// - Returns: NaN at a mean of zero, where an all-zero gene has no dispersion.
    package func dispersion(atMean mean: Double) -> Double {
        guard mean > 0 else { return .nan }
        switch self {
        case .parametric(let asymptotic, let extraPoisson): return asymptotic + extraPoisson / mean
        case .local(let regression): return exp(regression.value(at: log(mean)))
        case .mean(let dispersion): return dispersion
        }
    }
}

// The trend travels to every worker in this form.
extension DispersionTrend {
    /// The trend as numbers: its kind, then its parameters.
    package var encoded: [Double] {
        switch self {
        case .parametric(let asymptotic, let extraPoisson): return [0, asymptotic, extraPoisson]
        case .local(let regression):
            let trend = regression.trend
            return [1, trend.centre, trend.constant, trend.linear, trend.quadratic]
                + regression.curve.knots.flatMap { [$0.location, $0.value, $0.slope] }
        case .mean(let dispersion): return [2, dispersion]
        }
    }

    /// Restores a trend from `encoded`; nil when the numbers are not such a form.
    package init?(encoded: [Double]) {
        switch (encoded.first, encoded.count) {
        case (0, 3): self = .parametric(asymptotic: encoded[1], extraPoisson: encoded[2])
        case (1, 8...) where (encoded.count - 5).isMultiple(of: 3):
            let knots = stride(from: 5, to: encoded.count, by: 3).map {
                HermiteCurve.Knot(location: encoded[$0], value: encoded[$0 + 1], slope: encoded[$0 + 2])
            }
            let trend = WeightedQuadratic(
                centre: encoded[1], constant: encoded[2], linear: encoded[3], quadratic: encoded[4])
            self = .local(LocalRegression(curve: HermiteCurve(knots: knots), trend: trend))
        case (2, 2): self = .mean(encoded[1])
        default: return nil
        }
    }
}
