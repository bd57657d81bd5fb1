import ExpressionData
import GeneEvidence

/// Tables of evidence: a row per gene and category, with a direction and, if wanted, a fold change and a tissue.
package enum EvidenceFile {
    /// What a column is, under the names of a study file's `look-up: {columns: …}`.
    package enum Role: String, CaseIterable, Sendable {
        case gene, category, direction, tissue
        case foldChange = "fold-change"

        /// The names that a column of this role usually has, in lower case.
        fileprivate var usualNames: [String] {
            switch self {
            case .gene: ["gene", "symbol", "gene_symbol", "gene name", "gene_name", "gene symbol", "gene_id"]
            case .category: ["category", "interferon", "ifn", "ifn type", "treatment", "condition", "type"]
            case .direction: ["direction", "regulation", "change"]
            case .tissue: ["tissue", "cells", "cell", "organ", "system"]
            case .foldChange: ["fold_change", "fold change", "foldchange", "fold-change", "fc"]
            }
        }
    }

    /// Reads a table.
    ///
    /// A row whose direction is empty takes it from its fold change: below 1 and above 0, or below 0, is down.
    ///
    /// - Parameter columns: Names of columns by role, where they are not the usual ones.
    /// - Throws: `InputError` for a table without a column of genes or directions, a named column that is not there, a
    ///   direction that is no such word, and a fold change that is no number.
    package static func read(_ file: InputFile, columns: [String: String] = [:]) throws -> EvidenceTable {
        let table = try DelimitedTable(file)
        func position(_ role: Role) throws -> Int? {
            if let name = columns[role.rawValue] {
                guard let position = table.position(ofColumn: name) else {
                    throw InputError(
                        file: file.name, "the table has no column `\(name)`",
                        remedy: "Its columns are \(listed(table.columnNames)).")
                }
                return position
            }
            let names = table.columnNames.map { $0.lowercased() }
            return role.usualNames.lazy.compactMap { names.firstIndex(of: $0) }.first
        }
        guard let gene = try position(.gene) else { throw missing(.gene, in: table) }
        let foldChanges = try position(.foldChange)
        let directions = try position(.direction)
        guard directions != nil || foldChanges != nil else { throw missing(.direction, in: table) }
        let (category, tissue) = (try position(.category), try position(.tissue))
        var entries: [EvidenceTable.Entry] = []
        for row in 0..<table.rowCount {
            let name = trimmed(table.string(row: row, column: gene))
            guard !name.isEmpty, name != "NA" else { continue }
            let change = try foldChanges.flatMap { try number(row: row, column: $0, in: table) }
            let word = directions.map { trimmed(table.string(row: row, column: $0)) } ?? ""
            let direction = word.isEmpty ? change.map { $0 >= 1 ? .up : .down } : Direction(spelled: word)
            guard let direction else {
                throw InputError(
                    file: file.name, line: table.line(ofRow: row),
                    word.isEmpty ? "the row has no direction" : "`\(word)` is no direction",
                    remedy: "Write up or down.")
            }
            entries.append(
                EvidenceTable.Entry(
                    gene: name, category: category.map { trimmed(table.string(row: row, column: $0)) } ?? "",
                    direction: direction, foldChange: change.flatMap(EvidenceTable.ratio),
                    tissue: tissue.map { trimmed(table.string(row: row, column: $0)) } ?? ""))
        }
        return EvidenceTable(entries: entries)
    }

    private static func missing(_ role: Role, in table: DelimitedTable) -> InputError {
        InputError(
            file: table.fileName, "the table has no column of \(role.rawValue)s that is recognized",
            remedy: "Name it in the study file, such as `columns: {\(role.rawValue): NAME}`; there are "
                + "\(listed(table.columnNames)).")
    }

    private static func number(row: Int, column: Int, in table: DelimitedTable) throws -> Double? {
        let text = trimmed(table.string(row: row, column: column))
        guard !text.isEmpty, text != "NA" else { return nil }
        guard let value = Double(text) else {
            throw InputError(
                file: table.fileName, line: table.line(ofRow: row), column: table.columnNames[column],
                "`\(text)` is no fold change", remedy: "Write a number, or leave the field empty.")
        }
        return value
    }

    /// The table as it is kept beside a run's results, which `read` reads again.
    package static func columns(of table: EvidenceTable) -> [TableColumn] {
        [
            TableColumn("gene", .strings(table.entries.map(\.gene))),
            TableColumn("category", .strings(table.entries.map(\.category))),
            TableColumn("direction", .strings(table.entries.map(\.direction.rawValue))),
            TableColumn("fold_change", .doubles(table.entries.map { $0.foldChange ?? .nan })),
            TableColumn("tissue", .strings(table.entries.map(\.tissue))),
        ]
    }
}
