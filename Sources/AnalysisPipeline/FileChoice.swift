import GeneSetEnrichment

/// Which files a run leaves that not every run does; the store has all of its numbers in any case.
package struct FileChoice: Equatable, Sendable {
    /// What ranks the list of each test in a file of its own where no gene sets are tested; nil: there is no such file.
    package var ranking: RankingMetric?

    package init(ranking: RankingMetric? = nil) {
        self.ranking = ranking
    }
}
