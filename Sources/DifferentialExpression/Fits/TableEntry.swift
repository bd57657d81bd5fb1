import ExpressionData

/// How the table of genes shows a column: one value per gene, under the column's name.
package struct TableEntry: Sendable {
    /// Which genes have the value where it is a whole number or a truth value; a missing number is NaN.
    package enum Known: Sendable {
        case always

        /// Genes with counts, or that had some until outliers were replaced.
        case ofGenesWithCounts

        /// Genes whose coefficients were fitted.
        case ofFittedGenes
    }

    /// The place among the columns of `genes.tsv`, which has them as DESeq2's `mcols` has; a payload has its own order.
    package let place: Int

    /// What the value is, in the words that the store and the documents have.
    package let meaning: String
    package let unit: ColumnUnit
    package let known: Known

    /// Whether the table of each test's results has the column, too.
    package let isOfResults: Bool

    /// - Parameter place: Behind those of all other columns, for a new one.
    package static func at(
        _ place: Int, _ meaning: String, unit: ColumnUnit = .none, known: Known = .ofGenesWithCounts,
        inResults isOfResults: Bool = false
    ) -> TableEntry {
        TableEntry(place: place, meaning: meaning, unit: unit, known: known, isOfResults: isOfResults)
    }

    // What every fit of coefficients says of itself.
    static let convergence = at(13, "whether the fit converged", known: .ofFittedGenes, inResults: true)
    static let iterations = at(14, "iterations of the fit", unit: .steps, known: .ofFittedGenes)
    static let deviance = at(15, "-2 log-likelihood")

    /// The place of the trend's dispersion, which follows from the mean and is no column of the fits.
    package static let placeOfTrend = 6
}
