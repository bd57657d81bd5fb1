import RunStore

/// Where an analysis stands in the store.
package enum AnalysisPlace {
    /// The group of an analysis; the only one of `modicum de` has no name.
    package static func ofAnalysis(_ name: String) -> String {
        "uns/analyses/" + path(name.isEmpty ? "de" : name)
    }

    /// The group of a test: a study's analysis has one test; with several, each has a group of its own.
    ///
    /// A test may be called like something of the analysis: `%` in front tells them apart, which stands in no other
    /// name without two digits behind it.
    package static func ofTest(_ name: String, in base: String, of count: Int) -> String {
        guard count > 1 else { return base }
        let component = StoredPath.component(name)
        return base + "/" + (partsOfAnalysis.contains(component) ? "%" : "") + component
    }

    /// What the group of an analysis holds besides its tests.
    private static let partsOfAnalysis = ["model_matrix", "reduced_model_matrix", "dispersion_trend", "genes"]

    /// Every part of an analysis' name as a component of a path.
    private static func path(_ name: String) -> String {
        name.split(separator: "/").map { StoredPath.component(String($0)) }.joined(separator: "/")
    }
}
