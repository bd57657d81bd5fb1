/// Inputs and outputs of the coefficient fit; arrays are indexed by position in the block.
package struct CoefficientArguments {
    package var dispersion: UnsafePointer<Double>

    /// The part of the log-likelihood that does not depend on the means.
    package var likelihoodConstant: UnsafeMutablePointer<Double>

    /// `gene * coefficientCount + coefficient`, natural log: where the fit starts.
    package var start: UnsafeMutablePointer<Double>

    /// Where it stopped.
    package var coefficients: UnsafeMutablePointer<Double>

    /// The coefficients of the last weights: the same unless a coefficient ran away.
    package var weightCoefficients: UnsafeMutablePointer<Double>

    /// `maximumIterations` where the fit did not converge.
    package var iterations: UnsafeMutablePointer<Int32>

    package init(
        dispersion: UnsafePointer<Double>, likelihoodConstant: UnsafeMutablePointer<Double>,
        start: UnsafeMutablePointer<Double>, coefficients: UnsafeMutablePointer<Double>,
        weightCoefficients: UnsafeMutablePointer<Double>, iterations: UnsafeMutablePointer<Int32>
    ) {
        self.dispersion = dispersion
        self.likelihoodConstant = likelihoodConstant
        self.start = start
        self.coefficients = coefficients
        self.weightCoefficients = weightCoefficients
        self.iterations = iterations
    }
}

/// Inputs and outputs of what follows from fitted coefficients; arrays are indexed by position in the block.
package struct FitSummaryArguments {
    package var dispersion: UnsafePointer<Double>
    package var likelihoodConstant: UnsafePointer<Double>
    package var coefficients: UnsafePointer<Double>
    package var weightCoefficients: UnsafePointer<Double>

    /// Whether a gene's log-likelihood is taken at the floored means.
    package var likelihoodAtFlooredMeans: UnsafePointer<Bool>

    /// `contrasts[contrast * coefficientCount + coefficient]`
    package var contrasts: UnsafePointer<Double>
    package var contrastCount: Int

    /// Variances on the natural-log scale, `gene * coefficientCount + coefficient`.
    package var variances: UnsafeMutablePointer<Double>

    /// `gene * contrastCount + contrast`
    package var contrastVariances: UnsafeMutablePointer<Double>

    /// −2 log-likelihood.
    package var deviance: UnsafeMutablePointer<Double>

    /// The robust dispersion that Cook's distances use; nil where none are wanted.
    package var robustDispersion: UnsafePointer<Double>?

    /// `gene * sampleCount + sample`; not written where no robust dispersion is given.
    package var cooks: UnsafeMutablePointer<Double>

    /// The means that Cook's distances are taken from, `gene * sampleCount + sample`; nil: the fitted ones.
    package var cooksMeans: UnsafePointer<Double>?

    package init(
        dispersion: UnsafePointer<Double>, likelihoodConstant: UnsafePointer<Double>,
        coefficients: UnsafePointer<Double>, weightCoefficients: UnsafePointer<Double>,
        likelihoodAtFlooredMeans: UnsafePointer<Bool>, contrasts: UnsafePointer<Double>, contrastCount: Int,
        variances: UnsafeMutablePointer<Double>, contrastVariances: UnsafeMutablePointer<Double>,
        deviance: UnsafeMutablePointer<Double>, robustDispersion: UnsafePointer<Double>?,
        cooks: UnsafeMutablePointer<Double>, cooksMeans: UnsafePointer<Double>? = nil
    ) {
        self.dispersion = dispersion
        self.likelihoodConstant = likelihoodConstant
        self.coefficients = coefficients
        self.weightCoefficients = weightCoefficients
        self.likelihoodAtFlooredMeans = likelihoodAtFlooredMeans
        self.contrasts = contrasts
        self.contrastCount = contrastCount
        self.variances = variances
        self.contrastVariances = contrastVariances
        self.deviance = deviance
        self.robustDispersion = robustDispersion
        self.cooks = cooks
        self.cooksMeans = cooksMeans
    }
}
