/// Inputs and outputs of the moment estimates; outputs are indexed by position in the block.
package struct MomentArguments {
    package var baseMean: UnsafeMutablePointer<Double>
    package var baseVar: UnsafeMutablePointer<Double>

    /// Where the gene-wise search starts.
    package var startingDispersion: UnsafeMutablePointer<Double>

    package init(
        baseMean: UnsafeMutablePointer<Double>, baseVar: UnsafeMutablePointer<Double>,
        startingDispersion: UnsafeMutablePointer<Double>
    ) {
        self.baseMean = baseMean
        self.baseVar = baseVar
        self.startingDispersion = startingDispersion
    }
}

/// Inputs and outputs of the dispersion search; all but the prior are indexed by position in the block.
package struct DispersionArguments {
    /// Floored means, `means[gene * sampleCount + sample]`.
    package var means: UnsafePointer<Double>

    /// Log dispersions at which to start.
    package var logStart: UnsafePointer<Double>

    /// The centre of the normal prior on the log dispersion; nil for none.
    package var priorMean: UnsafePointer<Double>?
    package var priorVariance: Double

    /// The slope of the log posterior at the starts, NaN where it is to be evaluated; nil for nowhere. Only the exact
    /// search asks, and takes `startInformation` for minus the curvature there.
    package var startSlope: UnsafePointer<Double>?
    package var startInformation = 0.0

    package var logDispersion: UnsafeMutablePointer<Double>
    package var iterations: UnsafeMutablePointer<Int32>

    /// The log posterior at the start and where the search stopped.
    package var firstPosterior: UnsafeMutablePointer<Double>
    package var lastPosterior: UnsafeMutablePointer<Double>

    package init(
        means: UnsafePointer<Double>, logStart: UnsafePointer<Double>, priorMean: UnsafePointer<Double>?,
        priorVariance: Double, logDispersion: UnsafeMutablePointer<Double>, iterations: UnsafeMutablePointer<Int32>,
        firstPosterior: UnsafeMutablePointer<Double>, lastPosterior: UnsafeMutablePointer<Double>
    ) {
        self.means = means
        self.logStart = logStart
        self.priorMean = priorMean
        self.priorVariance = priorVariance
        self.logDispersion = logDispersion
        self.iterations = iterations
        self.firstPosterior = firstPosterior
        self.lastPosterior = lastPosterior
    }
}
