import GeneSetEnrichment

/// Which files a run leaves that not every run does, and how they are called; the store has all of its numbers in any case.
package struct FileChoice: Equatable, Sendable {
    /// What ranks the list of each test in a file of its own where no gene sets are tested; nil: there is no such file.
    package var ranking: RankingMetric?

    /// Whether each analysis has a table of what its tests rest on, `genes.tsv`.
    package var details: Bool

    /// Whether each list of a study has the tables that other programs and figures start from, beside its gene sets.
    package var enrichmentTables = false

    /// What the name of every table begins with.
    package var prefix: String

    package init(ranking: RankingMetric? = nil, details: Bool = true, prefix: String = "") {
        self.ranking = ranking
        self.details = details
        self.prefix = prefix
    }

    /// Whether a folder that has the files of another choice lacks some of this one's.
    package func asksForOthers(than other: FileChoice) -> Bool {
        prefix != other.prefix || (ranking != nil && ranking != other.ranking) || (details && !other.details)
            || (enrichmentTables && !other.enrichmentTables)
    }
}
