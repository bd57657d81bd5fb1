import StoredRuns

/// Which columns of the sample sheet are exposures, covariates and cell counts.
package struct CohortColumns: Sendable {
    package struct Column: Sendable {
        package let name: String
        package let values: [Double]

        /// Of healthy adults, in percent of white blood cells, where the column is one of those cells.
        package let normalRange: ClosedRange<Double>?
    }

    /// Numeric columns that were tested.
    package let exposures: [Column]

    /// Numeric columns of the designs that were not, and cell counts in or out of them.
    package let covariates: [Column]

    /// White blood cells among all columns.
    package let cells: [Column]

    /// Relative counts of adults (Hoffbrand's Essential Haematology; laboratories differ by a few percent).
    private static let normalRanges: [String: ClosedRange<Double>] = [
        "neutrophils": 40...75, "lymphocytes": 20...45, "monocytes": 2...10, "eosinophils": 1...6, "basophils": 0...1,
    ]

    package init(of run: StoredRun) {
        let tested = Set(run.analyses.map(\.exposure))
        let designs = run.analyses.reduce(into: Set<String>()) { $0.formUnion($1.coefficients) }
        self.init(columns: run.samples.columns, tested: tested, designs: designs)
    }

    package init(columns: [(name: String, values: SampleRows.Values)], tested: Set<String>, designs: Set<String>) {
        let named = columns.compactMap { name, values -> (name: String, values: [Double])? in
            if case .numeric(let numbers) = values { (name, numbers) } else { nil }
        }
        // Shares of one and counts of cells are not percent; that basophils alone are below one says nothing.
        let most =
            named.filter { Self.normalRanges[$0.name.lowercased()] != nil }
            .compactMap { $0.values.filter(\.isFinite).max() }.max() ?? 0
        let isPercent = most > 1 && most <= 100
        let numeric = named.map { name, values in
            Column(name: name, values: values, normalRange: isPercent ? Self.normalRanges[name.lowercased()] : nil)
        }
        exposures = numeric.filter { tested.contains($0.name) }
        covariates = numeric.filter {
            !tested.contains($0.name) && (designs.contains($0.name) || $0.normalRange != nil)
        }
        cells = numeric.filter { $0.normalRange != nil }
    }
}
