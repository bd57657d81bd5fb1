/// Which sets and which pairs of them an enrichment network shows, with EnrichmentMap's names.
package struct NetworkSettings: Equatable, Codable, Sendable {
    /// A set is shown if its q is at most this in enough analyses. The default is the study's 0.05.
    package var maximumFalseDiscoveryRate = 0.05

    /// A set is shown if its p is at most this in enough analyses. The default, 1, leaves the choice to q.
    package var maximumPValue = 1.0

    /// In how many analyses a set must pass both.
    package var minimumAnalyses = 1

    package var similarity = SetSimilarity.combined

    /// The weight of the overlap in the combined similarity, `k`, from 0 to 1.
    package var combinedConstant = 0.5

    /// The least similarity of a pair that gets an edge, inclusive.
    package var cutoff = SetSimilarity.combined.defaultCutoff

    /// Whether edges of several analyses are drawn apart.
    package var edges = EdgeRule.automatic

    /// The inflation of Markov clustering, above 1: larger values cut into smaller clusters.
    ///
    /// AutoAnnotate's slider stands at 2.
    package var inflation = 2.0

    package init() {}

    /// Whether a set with these numbers passes, inclusively; a missing number passes nothing.
    package func admits(p: Double, q: Double) -> Bool { p <= maximumPValue && q <= maximumFalseDiscoveryRate }

    /// Which gene sets of several analyses an edge compares.
    package enum EdgeRule: String, CaseIterable, Codable, Sendable {
        /// One edge per pair, from the sets' genes in all analyses together.
        case compound
        /// One edge per pair and analysis, where both sets pass there, from their genes in that analysis.
        case distinct
        /// Distinct for one analysis, and for two that ranked different genes; compound otherwise.
        case automatic
    }
}
