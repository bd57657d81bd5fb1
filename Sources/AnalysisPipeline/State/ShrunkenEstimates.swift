/// The fold changes of one test under a prior, one per gene, log2 scale.
package struct ShrunkenEstimates: Equatable, Sendable {
    package var log2FoldChange: [Double]

    /// The standard error under a normal prior, the posterior deviation under a Cauchy prior.
    package var standardError: [Double]

    /// The false sign rate among the genes with at most this gene's own; empty under a normal prior.
    package var sValue: [Double]
}
