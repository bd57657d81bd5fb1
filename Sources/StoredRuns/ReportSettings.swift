import EnrichmentNetwork

/// What the tables, figures and networks of a finished run show; none of it changes a result.
package struct ReportSettings: Codable, Equatable, Sendable {
    /// A gene is called significant below this, by the empirical null's adjusted p-values where there are some.
    package var significance = 0.05

    package var network = NetworkSettings()

    /// The table that significant genes are looked up in; nil where none was named.
    package var lookUp: LookUpSettings?

    package init() {}
}

/// A table of evidence, and what of it counts.
package struct LookUpSettings: Codable, Equatable, Sendable {
    /// The table's file, relative to the study file.
    package var table: String

    /// Entries with a smaller fold change are left out, and those without one; nil: all count.
    package var foldChangeAtLeast: Double?

    /// The columns' names, where they are not the usual ones.
    package var columns: [String: String]

    package init(table: String, foldChangeAtLeast: Double? = nil, columns: [String: String] = [:]) {
        self.table = table
        self.foldChangeAtLeast = foldChangeAtLeast
        self.columns = columns
    }
}
