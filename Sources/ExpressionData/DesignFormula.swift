/// A design in R's formula language: `~ batch + age + condition`.
///
/// Understood are `+`, `-`, `:`, `*`, `/`, `^` with parentheses, `0` and `1`, and
/// names with letters, digits, dots and underscores, or anything in backticks.
/// Functions of variables are not: they belong into the sample sheet, where
/// everybody sees their values.
package struct DesignFormula: Equatable, Sendable, CustomStringConvertible {
    /// A main effect (one variable) or an interaction (several).
    package struct Term: Equatable, Hashable, Sendable {
        /// In the order in which the formula first names them.
        package let variables: [String]

        /// `type:condition`, as R prints it.
        package var label: String { variables.joined(separator: ":") }
    }

    /// In the order in which the formula first names them.
    package let variables: [String]

    /// By order of interaction, then by appearance.
    package let terms: [Term]

    package let hasIntercept: Bool

    /// - Throws: `InputError` naming the place in the formula.
    package init(parsing text: String) throws {
        var parser = DesignFormulaParser(text)
        let expansion = try parser.parse()
        let names = parser.variables
        func variables(of term: UInt64) -> [String] {
            names.indices.filter { term & (1 << UInt64($0)) != 0 }.map { names[$0] }
        }
        hasIntercept = expansion.contains(0)
        terms = expansion.filter { $0 != 0 }.enumerated()
            .sorted { ($0.element.nonzeroBitCount, $0.offset) < ($1.element.nonzeroBitCount, $1.offset) }
            .map { Term(variables: variables(of: $0.element)) }
        self.variables = variables(of: expansion.reduce(0, |))
    }

    /// The expanded formula, such as `~ type + condition + type:condition`.
    package var description: String {
        let labels = terms.map { term in term.variables.map(Self.quoted).joined(separator: ":") }
        let parts = hasIntercept ? (labels.isEmpty ? ["1"] : labels) : ["0"] + labels
        return "~ " + parts.joined(separator: " + ")
    }

    private static func quoted(_ name: String) -> String {
        let isPlain =
            name.unicodeScalars.allSatisfy { DesignFormulaParser.continuesName($0) }
            && name.unicodeScalars.first.map(DesignFormulaParser.beginsName) == true
        return isPlain ? name : "`\(name)`"
    }
}
