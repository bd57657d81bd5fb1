extension Design {
    /// The reduced model of a likelihood-ratio test against this design.
    ///
    /// - Throws: `InputError` unless the reduced model's columns lie within
    ///   this design's and are fewer.
    package func reduced(_ reducedFormula: DesignFormula) throws -> Design {
        let foreign = reducedFormula.columns.filter { !formula.columns.contains($0) }
        guard foreign.isEmpty else {
            throw InputError(
                "the reduced design \(reducedFormula) has \(listed(foreign)), which the full design \(formula) has not",
                remedy: "Leave terms out of the full design; add none.")
        }
        let reduced = try Design(reducedFormula, samples: samples)
        let full = columnValues
        guard PivotedQR(full + reduced.columnValues).rank == full.count else {
            throw InputError(
                "the reduced design \(reducedFormula) is not within the full design \(formula)",
                remedy: "Leave terms out of the full design, the highest interactions first.")
        }
        guard reduced.coefficients.count < coefficients.count else {
            throw InputError(
                "the reduced design \(reducedFormula) has as many coefficients as the full design \(formula)",
                remedy: "Leave at least one term of the full design out.")
        }
        return reduced
    }

    private var columnValues: [[Double]] {
        (0..<matrix.columnCount).map { column in (0..<matrix.sampleCount).map { matrix[$0, column] } }
    }
}
