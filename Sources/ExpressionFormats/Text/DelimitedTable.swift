import ExpressionData

/// A table with a header, separated by tabs, commas or semicolons, kept as text until a column is asked for.
///
/// Reads plain or gzip files with LF or CRLF line ends and an optional byte
/// order mark. Fields may stand in double quotes, a quote inside them doubled
/// (RFC 4180); only a comma-separated field may run over several lines. Blank
/// lines are skipped, and so are comments above the header. Rows and columns at
/// the end that have no content are padding and are left out. A header that is one field shorter than the rows is
/// R's `write.table`: the first column is then unnamed (its name is empty).
package struct DelimitedTable: Sendable {
    /// The file's name, for messages.
    package let fileName: String

    /// The columns' names, in file order.
    package let columnNames: [String]

    package let rowCount: Int

    /// The line of every row in the file, from 1.
    private let lines: [Int]

    /// `fields[row * columnCount + column]`.
    private let fields: [DelimitedText.Field]

    private let bytes: [UInt8]

    package var columnCount: Int { columnNames.count }

    /// - Throws: `InputError` when the file cannot be read or is not such a table.
    package init(path: String, delimiter: Delimiter? = nil) throws {
        try self.init(InputFile(path: path), delimiter: delimiter)
    }

    /// - Parameter delimiter: By default what the header shows.
    package init(_ file: InputFile, delimiter: Delimiter? = nil) throws {
        let text = try DelimitedText(file, delimiter: delimiter)
        guard let header = text.rows.first else {
            throw InputError(
                file: file.name, "the file is empty", remedy: "Expected a line of column names and one line per row.")
        }
        let rows = text.rows.dropFirst().filter { !text.isBlank($0) }
        var names = text.fields[header.fields].map { text.string($0) }
        let content = names.count - names.reversed().prefix { trimmed($0).isEmpty }.count
        // Spreadsheets pad the header, the rows, or both.
        let width = max(content, rows.lazy.map { text.contentCount(of: $0) }.max() ?? 0, 1)
        var needed = content
        if names.count == content, rows.first?.fields.count == content + 1, width == content + 1 {
            names.insert("", at: 0)
            needed += 1
        }
        if names.count > width { names.removeLast(names.count - width) }
        var fields: [DelimitedText.Field] = []
        fields.reserveCapacity(rows.count * names.count)
        for row in rows {
            guard text.contentCount(of: row) <= names.count, row.fields.count >= needed else {
                throw InputError(
                    file: file.name, line: row.line,
                    "the line has \(counted(row.fields.count, "field")) where the header has \(names.count)",
                    remedy:
                        "Every line needs one field per column; look for a missing or surplus \(text.delimiter.name).")
            }
            let present = text.fields[row.fields].prefix(names.count)
            fields += present
            fields += Array(repeating: DelimitedText.Field(start: 0, end: 0), count: names.count - present.count)
        }
        fileName = file.name
        columnNames = names
        rowCount = rows.count
        lines = rows.map(\.line)
        self.fields = fields
        bytes = text.bytes
    }

    /// The position of a column, or nil if there is none of that name.
    package func position(ofColumn name: String) -> Int? {
        columnNames.firstIndex(of: name)
    }

    /// The line in the file where a row stands, from 1.
    package func line(ofRow row: Int) -> Int { lines[row] }

    /// One field as text.
    package func string(row: Int, column: Int) -> String {
        bytes.withUnsafeBufferPointer { $0.string(fields[row * columnCount + column]) }
    }

    /// A column as text.
    package func strings(_ name: String) throws -> [String] {
        strings(column: try requiredPosition(ofColumn: name))
    }

    /// A column, by position, as text.
    package func strings(column: Int) -> [String] {
        bytes.withUnsafeBufferPointer { bytes in
            (0..<rowCount).map { bytes.string(fields[$0 * columnCount + column]) }
        }
    }

    /// A column as numbers; an empty field and `NA` are NaN.
    package func doubles(_ name: String) throws -> [Double] {
        try doubles(column: try requiredPosition(ofColumn: name))
    }

    /// A column, by position, as numbers; an empty field and `NA` are NaN.
    package func doubles(column: Int) throws -> [Double] {
        var firstBad: Int?
        let values: [Double] = bytes.withUnsafeBufferPointer { bytes in
            (0..<rowCount).map { row in
                let text = bytes.trimmed(fields[row * columnCount + column])
                if let value = NumberText.double(text) { return value }
                if firstBad == nil, !NumberText.isMissing(text) { firstBad = row }
                return .nan
            }
        }
        if let firstBad { throw notANumber(row: firstBad, column: column) }
        return values
    }

    /// Whether every field of a column is a number or missing, and not all are missing.
    package func isNumeric(column: Int) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var hasNumber = false
            for row in 0..<rowCount {
                let text = bytes.trimmed(fields[row * columnCount + column])
                if NumberText.isMissing(text) { continue }
                guard NumberText.double(text) != nil else { return false }
                hasNumber = true
            }
            return hasNumber
        }
    }

    /// A column as whole numbers.
    package func integers(_ name: String) throws -> [Int] {
        let column = try requiredPosition(ofColumn: name)
        return try doubles(column: column).enumerated().map { row, value in
            guard let whole = Int(exactly: value) else { throw notANumber(row: row, column: column, "a whole number") }
            return whole
        }
    }

    /// A column of `TRUE`/`FALSE` (also `true`, `T`, `1`, …); missing is nil.
    package func booleans(_ name: String) throws -> [Bool?] {
        let column = try requiredPosition(ofColumn: name)
        return try strings(column: column).enumerated().map { row, text in
            switch text.lowercased() {
            case "true", "t", "1": true
            case "false", "f", "0": false
            case "", "na": nil
            default: throw notANumber(row: row, column: column, "TRUE or FALSE")
            }
        }
    }

    private func requiredPosition(ofColumn name: String) throws -> Int {
        if let position = position(ofColumn: name) { return position }
        throw InputError(
            file: fileName, column: name, "there is no such column",
            remedy: "The columns are \(listed(columnNames)).")
    }

    private func notANumber(row: Int, column: Int, _ expected: String = "a number") -> InputError {
        let name = columnNames[column].isEmpty ? "\(column + 1)" : columnNames[column]
        return InputError(
            file: fileName, line: lines[row], column: name,
            "\"\(string(row: row, column: column))\" is not \(expected)",
            remedy: "Expected \(expected), or NA where it is missing.")
    }
}
