import ExpressionData

/// Lengths of genes in bases, by identifier: of `featureCounts`, of `modicum count`, or any table that has them.
package struct GeneLengthTable: Equatable, Sendable {
    private var lengths: [String: Double] = [:]

    /// Reads a table with a header. The lengths are in a column called `length` or `basepairs` in any case, or in the
    /// second of two; the identifiers in the first, or in one called as those of annotations.
    ///
    /// - Throws: `InputError` where there is no such column, and for a length that is no positive number.
    package init(_ file: InputFile) throws {
        let table = try DelimitedTable(file)
        guard let column = Self.lengthColumn(of: table) else {
            throw InputError(
                file: file.name, line: 1, "no column holds lengths",
                remedy: "Expected a column called length beside the genes'; found \(listed(table.columnNames)).")
        }
        try read(table, column: column)
    }

    /// The lengths that stand beside the counts of `featureCounts`; nil for any other table.
    package init?(besideCounts file: InputFile) throws {
        let table = try DelimitedTable(file)
        guard table.columnNames.first == "Geneid", let column = table.position(ofColumn: "Length") else { return nil }
        try read(table, column: column)
    }

    private static func lengthColumn(of table: DelimitedTable) -> Int? {
        let names = table.columnNames.map { trimmed($0).lowercased() }
        return ["length", "basepairs"].lazy.compactMap { names.firstIndex(of: $0) }.first
            ?? (names.count == 2 ? 1 : nil)
    }

    private mutating func read(_ table: DelimitedTable, column: Int) throws {
        let names = table.columnNames.map { trimmed($0).lowercased() }
        let identifiers = table.strings(
            column: AnnotationTable.identifierNames.lazy.compactMap { names.firstIndex(of: $0) }.first ?? 0)
        for (row, gene) in identifiers.enumerated() {
            let text = trimmed(table.string(row: row, column: column))
            guard !MissingValue.isCertain(text) else { continue }
            guard let length = Double(text), length > 0, length.isFinite else {
                throw InputError(
                    file: table.fileName, line: table.line(ofRow: row), gene: gene,
                    "the length \"\(text)\" is not a positive number",
                    remedy: "Give the bases that its exons cover, or NA.")
            }
            lengths[gene] = lengths[gene] ?? length
        }
        for gene in identifiers {
            let stem = GeneVersion.stripped(gene)
            if lengths[stem] == nil { lengths[stem] = lengths[gene] }
        }
    }

    /// The gene's length; nil where the table has none. Identifiers are found with their versions and without.
    package subscript(gene: String) -> Double? { lengths[gene] ?? lengths[GeneVersion.stripped(gene)] }
}
