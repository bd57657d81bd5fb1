import GeneSetEnrichment

/// A null distribution from an earlier, shorter run of the same configuration, to go on from.
package struct PriorNull: Sendable {
    /// The analysis and test whose list it is of; nil for a list that was given.
    package let analysis: String?
    package let test: String?

    /// What the null was drawn from: a prior of another plan is not used.
    package let planDigest: String
    package let null: EnrichmentNull

    package init(analysis: String?, test: String?, planDigest: String, null: EnrichmentNull) {
        self.analysis = analysis
        self.test = test
        self.planDigest = planDigest
        self.null = null
    }
}
