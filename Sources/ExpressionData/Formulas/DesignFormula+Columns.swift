extension DesignFormula {
    /// Reads a formula over the columns of a sample sheet.
    ///
    /// A column such as `cell-type` or `cell type` is a name in backticks only:
    /// without them the first is `cell` less `type`, which may well be a design.
    ///
    /// - Throws: `InputError` also for a column that is meant so and stands
    ///   without backticks, and for what is taken away and is no column, which
    ///   R does not find either.
    package init(parsing text: String, over samples: SampleTable) throws {
        let names = samples.columns.map(\.name)
        if let name = names.first(where: { Self.isBare($0, in: text) }) {
            throw InputError(
                file: samples.fileName, "the design \(text) has the column \(name) without backticks",
                remedy: "Write `\(name)` with backticks around it"
                    + (name.contains(where: Self.isOperator) ? ", or blanks around the sign if that is meant." : "."))
        }
        try self.init(parsing: text)
        var parser = DesignFormulaParser(text)
        _ = try parser.parse()
        let unknown = parser.variables.first { parser.calls[$0] == nil && !columns.contains($0) && !names.contains($0) }
        if let unknown {
            throw InputError(
                file: samples.fileName, "the design takes away \(unknown), which is not a column",
                remedy: "The columns are \(listed(names)).")
        }
    }

    /// Whether a name that needs backticks stands in a text without them, and not within a longer name.
    private static func isBare(_ name: String, in text: String) -> Bool {
        guard quoted(name) != name, name.contains(where: \.isLetter), !name.contains("`"), !isCall(name) else {
            return false
        }
        let (text, name) = (Array(text.unicodeScalars), Array(name.unicodeScalars))
        var position = 0
        while position + name.count <= text.count {
            if text[position] == "`" {
                position = (text[(position + 1)...].firstIndex(of: "`") ?? text.count) + 1
            } else if text[position...].starts(with: name),
                position == 0 || !DesignFormulaParser.continuesName(text[position - 1]),
                position + name.count == text.count || !DesignFormulaParser.continuesName(text[position + name.count])
            {
                return true
            } else {
                position += 1
            }
        }
        return false
    }

    /// Whether a column is called as one of the functions with an argument, such as `log2(dose)`.
    private static func isCall(_ name: String) -> Bool {
        name.hasSuffix(")") && FormulaFunction(rawValue: String(name.prefix { $0 != "(" })) != nil
    }

    private static func isOperator(_ character: Character) -> Bool { "+-*/:^".contains(character) }
}
