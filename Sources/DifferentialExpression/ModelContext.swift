import ExpressionData
import StatisticalKernels

/// Everything besides counts that a gene's fit needs, built once per analysis and shared by all threads.
package struct ModelContext: Sendable {
    package let design: DesignMatrix
    package let sizeFactors: [Double]
    package let settings: ModelSettings

    package var sampleCount: Int { design.sampleCount }
    package var coefficientCount: Int { design.columnCount }

    /// - Precondition: One positive size factor per sample; the design has full rank.
    package init(design: DesignMatrix, sizeFactors: [Double], settings: ModelSettings = ModelSettings()) {
        self.design = design
        self.sizeFactors = sizeFactors
        self.settings = settings
    }

    /// Whether there are as many distinct model-matrix rows as coefficients.
    ///
    /// The means of the dispersion step are then those of the linear model.
    package var usesLinearMeans: Bool { fatalError() }

    /// The Cook's distance above which a count is an outlier; NaN when there is none.
    package var cooksCutoff: Double { fatalError() }
}
