/// The model matrix of a design: one row per sample, one column per coefficient.
package struct DesignMatrix: Equatable, Sendable {
    /// DESeq2's `resultsNames`: `Intercept`, `condition_treated_vs_untreated`, `age`, …
    package let columnNames: [String]

    /// `values[sample * columnCount + column]`.
    package let values: [Double]

    package let sampleCount: Int

    /// For a design of exactly one variable that is a two-level factor, the
    /// condition of DESeq2's exemption from the Cook's filter.
    package let isSingleTwoLevelFactor: Bool

    package init(columnNames: [String], values: [Double], sampleCount: Int, isSingleTwoLevelFactor: Bool = false) {
        precondition(values.count == sampleCount * columnNames.count)
        self.columnNames = columnNames
        self.values = values
        self.sampleCount = sampleCount
        self.isSingleTwoLevelFactor = isSingleTwoLevelFactor
    }

    package var columnCount: Int { columnNames.count }

    /// Whether no column is a combination of others, by the rule that R's `qr` has.
    package var hasFullRank: Bool {
        let columns = (0..<columnCount).map { column in (0..<sampleCount).map { self[$0, column] } }
        return PivotedQR(columns).rank == columnCount
    }

    package subscript(sample: Int, column: Int) -> Double {
        values[sample * columnNames.count + column]
    }
}
