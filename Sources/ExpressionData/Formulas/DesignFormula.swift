/// A design in R's formula language: `~ batch + age + condition`.
///
/// Understood are `+`, `-`, `:`, `*`, `/`, `^` with parentheses, `0` and `1`, and
/// names with letters, digits, dots and underscores, or anything in backticks,
/// and calls of the functions of `FormulaFunction`, of which each is a variable.
package struct DesignFormula: Equatable, Sendable, CustomStringConvertible {
    /// A main effect (one variable) or an interaction (several).
    package struct Term: Equatable, Hashable, Sendable {
        /// In the order in which the formula first names them.
        package let variables: [String]

        /// `type:condition`, as R prints it.
        package var label: String { variables.joined(separator: ":") }
    }

    /// In the order in which the formula first names them: columns by their names, calls as R writes them.
    package let variables: [String]

    /// The variables that are calls, such as `poly(age, 2)`.
    package let calls: [String: FormulaExpression]

    /// The columns of the sample sheet that it needs, each once.
    package let columns: [String]

    /// What stands in `offset(…)`. As in R's `model.matrix` it has no column.
    package let offsets: [FormulaExpression]

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
        let used = variables(of: expansion.reduce(0, |))
        let calls = parser.calls.filter { used.contains($0.key) }
        self.variables = used
        self.calls = calls
        offsets = parser.offsets
        var seen: Set<String> = []
        columns = (used.flatMap { calls[$0]?.columns ?? [$0] } + offsets.flatMap(\.columns))
            .filter { seen.insert($0).inserted }
    }

    /// The formula of a model matrix that is given: each column is a term of its own.
    init(columns: [String], hasIntercept: Bool) {
        variables = columns
        calls = [:]
        self.columns = columns
        offsets = []
        terms = columns.map { Term(variables: [$0]) }
        self.hasIntercept = hasIntercept
    }

    /// The expanded formula, such as `~ type + condition + type:condition`.
    package var description: String {
        let labels = terms.map { term in
            term.variables.map { calls[$0] == nil ? Self.quoted($0) : $0 }.joined(separator: ":")
        }
        let parts = hasIntercept ? (labels.isEmpty ? ["1"] : labels) : ["0"] + labels
        return "~ " + parts.joined(separator: " + ")
    }

    /// The name of a column, in backticks where R needs them.
    static func quoted(_ name: String) -> String {
        let isPlain =
            name.unicodeScalars.allSatisfy { DesignFormulaParser.continuesName($0) }
            && name.unicodeScalars.first.map(DesignFormulaParser.beginsName) == true
        return isPlain ? name : "`\(name)`"
    }
}
