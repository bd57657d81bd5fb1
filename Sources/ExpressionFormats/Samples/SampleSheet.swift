import ExpressionData

/// What a user says about a column of the sample sheet, instead of what its values suggest.
package enum ColumnDeclaration: Equatable, Sendable {
    /// A categorical variable, though its values may be numbers. Given levels
    /// are in order, the first being the reference, and must cover all values.
    case factor(String, levels: [String]? = nil)

    /// A numeric variable: a value that is no number is an error.
    case numeric(String)

    /// The reference level of a factor.
    case reference(String, level: String)

    package var column: String {
        switch self {
        case .factor(let column, _), .numeric(let column), .reference(let column, _): column
        }
    }
}

/// Sample sheets: one row per sample, one column per variable.
package enum SampleSheet {
    /// Reads a sheet from a table.
    ///
    /// The samples' names are in the column called `sample` (in any case), else
    /// in the first column; a header one field short, as R writes it, is
    /// accepted. A column is numeric if every value is a number or missing,
    /// else a factor, unless declared otherwise. Empty fields and the spellings
    /// of `MissingValue` are missing. Blanks around values are dropped.
    ///
    /// - Throws: `InputError` for a missing or duplicate sample or column, and
    ///   for a declaration that does not fit.
    package static func read(_ file: InputFile, declaring declarations: [ColumnDeclaration] = []) throws -> SampleTable
    {
        let table = try DelimitedTable(file)
        let names = table.columnNames.map(trimmed)
        let idColumn = names.firstIndex { $0.lowercased() == "sample" } ?? 0
        let samples = table.strings(column: idColumn).map(trimmed)
        try check(samples: samples, in: table)
        let variables = names.indices.filter { $0 != idColumn && !isRowNumbers($0, of: table, samples: samples) }
        try check(columns: variables.map { names[$0] }, in: table)
        try check(declarations, columns: variables.map { names[$0] }, in: table)
        let columns = try variables.map { position in
            try column(names[position], at: position, of: table, samples: samples, declaring: declarations)
        }
        return SampleTable(fileName: file.name, sampleNames: samples, columns: columns, idName: names[idColumn])
    }

    /// Whether a column is the first, has no name and holds the rows' numbers or the samples' names once more, as R and
    /// pandas write an index.
    private static func isRowNumbers(_ column: Int, of table: DelimitedTable, samples: [String]) -> Bool {
        guard column == 0, ["", "Unnamed: 0", "X", "...1"].contains(trimmed(table.columnNames[0])) else { return false }
        let texts = table.strings(column: 0).map(trimmed)
        return texts == samples || [0, 1].contains { first in texts == texts.indices.map { "\($0 + first)" } }
    }

    package static func read(path: String, declaring declarations: [ColumnDeclaration] = []) throws -> SampleTable {
        try read(InputFile(path: path), declaring: declarations)
    }

    private static func check(samples: [String], in table: DelimitedTable) throws {
        guard !samples.isEmpty else {
            throw InputError(
                file: table.fileName, "the sample sheet has a header and no samples",
                remedy: "Expected one line per sample.")
        }
        var lines: [String: Int] = [:]
        for (row, sample) in samples.enumerated() {
            let line = table.line(ofRow: row)
            if sample.isEmpty {
                throw InputError(
                    file: table.fileName, line: line, "the sample has no name",
                    remedy: "Every row needs the name its column has in the counts.")
            }
            if let first = lines.updateValue(line, forKey: sample) {
                throw InputError(
                    file: table.fileName, line: line, sample: sample, "the sample is already on line \(first)",
                    remedy: "Every sample needs one row.")
            }
        }
    }

    private static func check(columns: [String], in table: DelimitedTable) throws {
        var seen: Set<String> = []
        for (position, name) in columns.enumerated() {
            if name.isEmpty {
                throw InputError(
                    file: table.fileName, line: 1, column: "\(position + 2)", "the column has no name",
                    remedy: "Name it in the header.")
            }
            if !seen.insert(name).inserted {
                throw InputError(
                    file: table.fileName, line: 1, column: name, "two columns have this name",
                    remedy: "Rename or remove one of them.")
            }
        }
    }

    private static func check(
        _ declarations: [ColumnDeclaration], columns: [String], in table: DelimitedTable
    ) throws {
        for declaration in declarations where !columns.contains(declaration.column) {
            throw InputError(
                file: table.fileName, column: declaration.column,
                "a type or reference is declared for a column that is not there",
                remedy: "The columns are \(listed(columns)).")
        }
        for column in columns {
            var isFactor = false
            var isNumeric = false
            for declaration in declarations where declaration.column == column {
                if case .numeric = declaration { isNumeric = true } else { isFactor = true }
            }
            if isFactor && isNumeric {
                throw InputError(
                    file: table.fileName, column: column, "the column is declared numeric and a factor",
                    remedy: "Declare one of them; a reference level makes a column a factor.")
            }
        }
    }

    private static func column(
        _ name: String, at position: Int, of table: DelimitedTable, samples: [String],
        declaring declarations: [ColumnDeclaration]
    ) throws -> SampleTable.Column {
        var isFactor = false
        var isNumeric = false
        var levels: [String]?
        var reference: String?
        for declaration in declarations where declaration.column == name {
            switch declaration {
            case .factor(_, let given):
                isFactor = true
                levels = given ?? levels
            case .numeric:
                isNumeric = true
            case .reference(_, let level):
                isFactor = true
                reference = level
            }
        }
        let raw = table.strings(column: position)
        var reading = ColumnReading()
        reading.missingSpellings = missingSpellings(in: raw)
        let decorated = isFactor ? nil : decoratedNumbers(in: raw)
        if isNumeric || (!isFactor && table.isNumeric(column: position)) || decorated?.isCertain == true {
            let numbers = try decorated?.values ?? table.doubles(column: position)
            if let row = numbers.firstIndex(where: \.isInfinite) {
                throw InputError(
                    file: table.fileName, line: table.line(ofRow: row), sample: samples[row], column: name,
                    "the value is infinite", remedy: "Give a finite number, or NA and leave the sample out.")
            }
            if let remark = decorated?.remark {
                reading.remarks = [
                    InputWarning(.warning, place: InputPlace(file: table.fileName, column: name), remark)
                ]
            }
            return .init(name: name, values: .numeric(numbers), isDeclared: isNumeric, reading: reading)
        }
        let values = raw.map { text -> String? in
            let value = trimmed(text)
            return MissingValue.isCertain(value) ? nil : value
        }
        let factor = try factor(values, levels: levels, name, of: table, samples: samples)
        let place = InputPlace(file: table.fileName, column: name)
        reading.remarks = LevelRemarks.remarks(on: factor, raw: raw, isDeclared: isFactor, place: place)
        reading.objection = decorated.map { decorated in
            InputError(
                file: table.fileName, column: name,
                "its values, such as \(decorated.example), have commas that may be decimal points or stand between "
                    + "thousands",
                remedy: "Write numbers with a point and without commas, or declare the column a factor.")
        }
        guard let reference else {
            return .init(
                name: name, values: .factor(factor), isDeclared: isFactor, hasReference: levels != nil,
                reading: reading)
        }
        guard factor.levels.contains(reference) else {
            throw InputError(
                file: table.fileName, column: name, "the reference level \(reference) is not among its values",
                remedy: "The levels are \(listed(factor.levels)).")
        }
        return .init(
            name: name, values: .factor(factor.withReference(reference)), isDeclared: isFactor, hasReference: true,
            reading: reading)
    }

    /// The spellings of missing values other than `NA`, in the order in which they are met.
    private static func missingSpellings(in raw: [String]) -> [String] {
        var spellings: [String] = []
        for text in raw.map(trimmed) where !text.isEmpty && text != "NA" && !spellings.contains(text) {
            if MissingValue.isCertain(text) { spellings.append(text) }
        }
        return spellings
    }

    /// The numbers of a column of which some have commas or percent signs; nil of any other.
    private static func decoratedNumbers(in raw: [String]) -> DecoratedColumn? {
        let texts = raw.map(trimmed)
        let present = texts.indices.filter { !MissingValue.isCertain(texts[$0]) }
        guard let numbers = DecoratedNumbers(present.map { texts[$0] }) else { return nil }
        let written = present.lazy.map { texts[$0] }.filter(DecoratedNumbers.isDecorated)
        var column = DecoratedColumn(example: written.first ?? "")
        guard case .numbers(let values, let style) = numbers else { return column }
        var all = [Double](repeating: .nan, count: texts.count)
        for (row, value) in zip(present, values) { all[row] = value }
        column.values = all
        let first = values[present.firstIndex { texts[$0] == column.example } ?? 0]
        column.remark =
            "\(counted(written.count, "value")) with \(style.rawValue) read as numbers, such as \(column.example) as "
            + decimal(first)
        return column
    }

    private struct DecoratedColumn {
        var example: String
        var values: [Double]?
        var remark: String?
        var isCertain: Bool { values != nil }
    }

    private static func factor(
        _ values: [String?], levels: [String]?, _ name: String, of table: DelimitedTable, samples: [String]
    ) throws -> Factor {
        guard let levels else { return Factor(values) }
        guard Set(levels).count == levels.count else {
            throw InputError(
                file: table.fileName, column: name, "a declared level is given twice: \(listed(levels))",
                remedy: "Give every level once, the reference first.")
        }
        for (row, value) in values.enumerated() {
            if let value, !levels.contains(value) {
                throw InputError(
                    file: table.fileName, line: table.line(ofRow: row), sample: samples[row], column: name,
                    "\(value) is not one of the declared levels",
                    remedy: "The declared levels are \(listed(levels)).")
            }
        }
        return Factor(values, levels: levels)
    }
}

/// The text without blanks at its ends.
func trimmed(_ text: String) -> String {
    guard text.utf8.first == UInt8(ascii: " ") || text.utf8.last == UInt8(ascii: " ") else { return text }
    return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
}
