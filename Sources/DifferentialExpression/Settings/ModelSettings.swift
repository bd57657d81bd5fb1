/// The constants of the negative-binomial fit, with DESeq2's values and reasons.
package struct ModelSettings: Equatable, Sendable {
    /// Where the searches end. The default is where DESeq2's do.
    package var optimizer = Optimizer.reference

    /// Fitted means below this are raised to it while fitting. The default is 0.5.
    ///
    /// Keeps the weights of low counts away from zero. The means that Cook's
    /// distances and likelihoods use are not raised.
    package var minimumMean = 0.5

    /// The smallest dispersion. The default is 1e-8; smaller ones are Poisson to all digits that counts carry.
    package var minimumDispersion = 1e-8

    /// The deviance criterion of the coefficients. The default is 1e-8, relative.
    package var coefficientTolerance = 1e-8

    /// The gain in log-posterior at which the dispersion search stops. The default is 1e-6.
    package var dispersionTolerance = 1e-6

    /// The most iterations of either loop. The default is 100.
    package var maximumIterations = 100

    /// How many samples with one model-matrix row make their outliers replaceable; nil switches replacement off.
    package var minimumReplicatesForReplacement = LeastReplicates.standard.count

    /// When a Cook's distance counts as an outlier's.
    package var cooksCutoff = CooksCutoff.automatic

    /// How many coefficients the cutoff of replacement counts; nil: those of the design.
    ///
    /// Under a normal prior DESeq2 counts the columns of the expanded design, though the
    /// distances are those of the design itself.
    package var replacementCoefficientCount: Int?

    /// Whether Cook's distances are taken from the means of the dispersion step rather than the fitted ones.
    ///
    /// DESeq2 does so in a likelihood-ratio test, where it computes them before it stores the fitted means.
    package var takesCooksAtDispersionMeans = false

    /// The ridge penalty of each coefficient on the log2 scale. The default is 1e-6, which only makes separated groups finite.
    package var ridge = 1e-6

    /// How many robust standard deviations above the trend a gene keeps its own dispersion. The default is 2.
    package var outlierDeviations = 2.0

    package init() {}
}
