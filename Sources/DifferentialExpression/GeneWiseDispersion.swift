/// The gene-wise dispersion estimates of a block of genes, one entry per gene.
///
/// All-zero genes have NaN in every floating-point column besides the mean and variance.
package struct GeneWiseDispersions: Equatable, Sendable {
    /// Mean and sample variance of the normalized counts.
    package var baseMean: [Double]
    package var baseVar: [Double]
    package var allZero: [Bool]

    package var dispGeneEst: [Double]
    package var dispGeneIter: [Int32]

    /// Iterations of the coefficient fit behind the means; 100 where it fell back on the bounded search, 0 with linear means.
    package var meanIterations: [Int32]

    /// `gene * coefficientCount + coefficient`, natural log; empty with linear means.
    ///
    /// The means of the dispersion steps are recomputed from these, bit for bit.
    package var meanCoefficients: [Double]

    package init(estimating block: CountBlock, in context: ModelContext) { fatalError() }
}
