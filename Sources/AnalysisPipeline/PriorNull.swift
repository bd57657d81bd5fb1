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

/// Whether, and how far, permutations are added until every set is settled.
///
/// Decisions are taken at fixed numbers of permutations, 1,000 times the powers of
/// two, so that where a run ends does not depend on where it began or on its workers.
package struct SettlingRule: Sendable, Equatable {
    /// The most permutations.
    package let limit: Int

    package init(limit: Int) {
        self.limit = limit
    }

    /// The first checkpoint after so many permutations, or nil at the limit.
    func checkpoint(after permutations: Int) -> Int? {
        guard permutations < limit else { return nil }
        var checkpoint = 1000
        while checkpoint <= permutations { checkpoint *= 2 }
        return min(checkpoint, limit)
    }
}
