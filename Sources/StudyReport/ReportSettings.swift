import EnrichmentNetwork

/// What the tables, figures and networks of a finished run show; none of it changes a result.
package struct ReportSettings: Codable, Equatable, Sendable {
    /// A gene is called significant below this, by the empirical null's adjusted p-values where there are some.
    package var significance = 0.05

    package var network = NetworkSettings()

    package init() {}
}
