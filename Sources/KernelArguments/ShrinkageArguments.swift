/// Inputs and outputs of the regularized logarithm; arrays are indexed by position in the block.
package struct RegularizedLogarithmArguments {
    package var dispersion: UnsafePointer<Double>

    /// The part of the log-likelihood that does not depend on the means.
    package var likelihoodConstant: UnsafePointer<Double>

    /// The penalties of the intercept and of the samples' deviations from it, natural-log scale.
    package var interceptRidge: Double
    package var sampleRidge: Double

    /// The relative change of deviance that ends the iteration.
    package var tolerance: Double

    /// `gene * sampleCount + sample`, log2 scale.
    package var values: UnsafeMutablePointer<Double>

    package init(
        dispersion: UnsafePointer<Double>, likelihoodConstant: UnsafePointer<Double>, interceptRidge: Double,
        sampleRidge: Double, tolerance: Double, values: UnsafeMutablePointer<Double>
    ) {
        self.dispersion = dispersion
        self.likelihoodConstant = likelihoodConstant
        self.interceptRidge = interceptRidge
        self.sampleRidge = sampleRidge
        self.tolerance = tolerance
        self.values = values
    }
}

/// Inputs and outputs of the shrinkage by a Cauchy prior; arrays are indexed by position in the block.
package struct CauchyArguments {
    package var dispersion: UnsafePointer<Double>

    /// The column whose coefficient has the Cauchy prior.
    package var coefficient: Int

    /// The square of the Cauchy prior's scale, and the variance of the normal prior of all other coefficients;
    /// natural-log scale.
    package var squaredScale: Double
    package var otherVariance: Double

    /// The size of the entries at which the search starts, with alternating signs: this one's first.
    package var start: Double

    /// `gene * coefficientCount + coefficient`, natural-log scale.
    package var coefficients: UnsafeMutablePointer<Double>

    /// Diagonal of the inverse curvature at `coefficients`.
    package var variances: UnsafeMutablePointer<Double>

    /// Whether the search ended regularly.
    package var isConverged: UnsafeMutablePointer<Bool>

    package init(
        dispersion: UnsafePointer<Double>, coefficient: Int, squaredScale: Double, otherVariance: Double,
        start: Double, coefficients: UnsafeMutablePointer<Double>, variances: UnsafeMutablePointer<Double>,
        isConverged: UnsafeMutablePointer<Bool>
    ) {
        self.dispersion = dispersion
        self.coefficient = coefficient
        self.squaredScale = squaredScale
        self.otherVariance = otherVariance
        self.start = start
        self.coefficients = coefficients
        self.variances = variances
        self.isConverged = isConverged
    }
}
