/// What reading a column of a sample sheet found: it is told, or thrown, where a design uses the column.
package struct ColumnReading: Equatable, Sendable {
    /// What the user should know of how the values were read.
    package var remarks: [InputWarning] = []

    /// Why the column cannot be used as it is.
    package var objection: InputError?

    /// How the sheet spells that a value is missing, other than `NA` and an empty field.
    package var missingSpellings: [String] = []

    package init() {}
}
