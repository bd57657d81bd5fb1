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

    /// Numeric columns of the designs that were not.
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
        let numeric = run.samples.columns.compactMap { name, values -> Column? in
            guard case .numeric(let numbers) = values else { return nil }
            let finite = numbers.filter(\.isFinite)
            // Shares of one are not percent.
            let isPercent = (finite.max() ?? 0) > 1 && (finite.max() ?? 0) <= 100
            return Column(
                name: name, values: numbers, normalRange: isPercent ? Self.normalRanges[name.lowercased()] : nil)
        }
        exposures = numeric.filter { tested.contains($0.name) }
        covariates = numeric.filter { !tested.contains($0.name) && designs.contains($0.name) }
        cells = numeric.filter { $0.normalRange != nil }
    }
}
