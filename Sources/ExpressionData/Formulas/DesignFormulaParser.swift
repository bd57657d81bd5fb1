/// Recursive descent over a formula, with terms as sets of variables.
///
/// A term is a bit pattern over `variables`; the empty pattern is the
/// intercept. R's precedence: `^`, then `:`, then `*` and `/`, then `+` and `-`.
struct DesignFormulaParser {
    /// In order of first appearance: names of columns, and calls as R writes them.
    private(set) var variables: [String] = []

    /// The variables that are calls.
    private(set) var calls: [String: FormulaExpression] = [:]

    /// What stands in `offset(…)`.
    private(set) var offsets: [FormulaExpression] = []

    private let text: String
    let scalars: [Unicode.Scalar]
    var position = 0
    var depth = 0

    /// Longer texts are no formula, and messages repeat them.
    private static let longestFormula = 10_000

    init(_ text: String) {
        self.text = text
        self.scalars = Array(text.unicodeScalars)
    }

    /// Returns the terms in order of appearance, the intercept first if there is one.
    mutating func parse() throws -> [UInt64] {
        guard scalars.count <= Self.longestFormula else {
            throw InputError(
                "the design has \(scalars.count) characters",
                remedy: "A formula has at most \(Self.longestFormula); give comparisons of many variables one by one.")
        }
        guard next() == "~" else {
            let hasResponse = scalars.contains("~")
            throw error(
                hasResponse ? "something stands before the ~" : "it does not begin with ~",
                remedy: "Write the variables only, such as \"~ batch + condition\": the counts are always the response."
            )
        }
        position += 1
        let terms = try sum(startingWith: [0])
        if let rest = next() { throw unexpected(rest) }
        return terms
    }

    /// Terms joined by `+` and `-`. Only here `0` and `1` have a meaning.
    private mutating func sum(startingWith initial: [UInt64]) throws -> [UInt64] {
        var terms = initial
        var removes = false
        if let sign = next(), sign == "-" || sign == "+" {
            removes = sign == "-"
            position += 1
        }
        while true {
            if let digit = next(), digit == "0" || digit == "1" {
                if depth > 0, scalars.dropFirst(position + 1).first(where: { !$0.properties.isWhitespace }) == "|" {
                    throw randomEffect
                }
                guard depth == 0 else {
                    throw error("\(digit) stands in parentheses", remedy: "Write 0 or 1 outside of parentheses.")
                }
                position += 1
                terms.removeAll { $0 == 0 }
                if (digit == "1") != removes { terms.insert(0, at: 0) }
            } else {
                let operand = try product()
                if removes { terms.removeAll(where: operand.contains) } else { terms = try union(terms, operand) }
            }
            guard let sign = next(), sign == "+" || sign == "-" else { return terms }
            removes = sign == "-"
            position += 1
        }
    }

    /// `a*b` is `a + b + a:b`; `a/b` is `a + a:b`.
    private mutating func product() throws -> [UInt64] {
        var terms = try interaction()
        while let sign = next(), sign == "*" || sign == "/" {
            position += 1
            let right = try interaction()
            if sign == "*" {
                terms = try union(union(terms, right), crossed(terms, right))
            } else {
                // R nests within all variables of the left side at once.
                terms = try union(terms, crossed([terms.reduce(0, |)], right))
            }
        }
        return terms
    }

    private mutating func interaction() throws -> [UInt64] {
        var terms = try power()
        while next() == ":" {
            position += 1
            let right = try power()
            terms = try crossed(terms, right)
        }
        return terms
    }

    /// `(a + b + c)^2`: all interactions of up to two of them.
    private mutating func power() throws -> [UInt64] {
        let base = try primary()
        guard next() == "^" else { return base }
        position += 1
        guard let digit = next(), let exponent = digit.properties.numericType == nil ? nil : Int(String(digit)),
            exponent > 0
        else { throw error("a whole number must follow ^", remedy: "Write, for example, (a + b + c)^2.") }
        position += 1
        var terms = base
        for _ in 1..<exponent { terms = try union(terms, crossed(terms, base)) }
        return terms
    }

    private mutating func primary() throws -> [UInt64] {
        guard let first = next() else {
            throw error("it ends where a variable is expected", remedy: "Complete it, or remove the last sign.")
        }
        if first == "(" {
            try descend()
            position += 1
            let terms = try sum(startingWith: [])
            guard next() == ")" else { throw error("a parenthesis is not closed", remedy: "Close it.") }
            position += 1
            depth -= 1
            return terms
        }
        let start = position
        let name = try name(beginningWith: first)
        guard isCall(after: first) else { return [try bit(of: name)] }
        return try variable(try call(of: name, beginningAt: start)).map { [$0] } ?? []
    }

    /// Whether a name is that of a function, or of the package of one.
    mutating func isCall(after firstOfName: Unicode.Scalar) -> Bool {
        next() == "(" || firstOfName != "`" && scalars.dropFirst(position).starts(with: "::".unicodeScalars)
    }

    /// The bit of a call; nil of an offset, which is no term.
    private mutating func variable(_ call: FormulaExpression.Call) throws -> UInt64? {
        let expression = FormulaExpression.call(call)
        let label = call.description
        guard !expression.columns.isEmpty else {
            throw error("\(label) names no column", remedy: "Name a column of the sample sheet in it.")
        }
        guard call.function != .offset else {
            offsets.append(expression)
            return nil
        }
        guard calls[label] != nil || !variables.contains(label) else {
            throw error("\(label) is a column and a call in it", remedy: "Rename the column.")
        }
        calls[label] = expression
        return try bit(of: label, isCall: true)
    }

    /// One level deeper into parentheses, calls or signs.
    mutating func descend() throws {
        depth += 1
        guard depth < 50 else {
            throw error("too many parentheses or signs within each other", remedy: "Write the terms one by one.")
        }
    }

    mutating func name(beginningWith first: Unicode.Scalar) throws -> String {
        if first == "`" {
            let start = position + 1
            guard let end = scalars[start...].firstIndex(of: "`"), end > start else {
                throw error("a backtick is not closed", remedy: "Close it: `my column`.")
            }
            position = end + 1
            return String(String.UnicodeScalarView(scalars[start..<end]))
        }
        guard Self.beginsName(first) else { throw unexpected(first) }
        let start = position
        while position < scalars.count, Self.continuesName(scalars[position]) { position += 1 }
        let name = String(String.UnicodeScalarView(scalars[start..<position]))
        if name == "." {
            throw error("`.` stands for all columns in R", remedy: "Name the columns that belong into the design.")
        }
        return name
    }

    static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "." || scalar.properties.isAlphabetic
    }

    static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
        beginsName(scalar) || scalar == "_" || scalar.properties.numericType != nil
    }

    private mutating func bit(of name: String, isCall: Bool = false) throws -> UInt64 {
        guard isCall || calls[name] == nil else {
            throw error("\(name) is a column and a call in it", remedy: "Rename the column.")
        }
        if let known = variables.firstIndex(of: name) { return 1 << UInt64(known) }
        guard variables.count < 64 else {
            throw error("it names more than 64 variables", remedy: "Use fewer variables than samples, by far.")
        }
        variables.append(name)
        return 1 << UInt64(variables.count - 1)
    }

    private func union(_ left: [UInt64], _ right: [UInt64]) throws -> [UInt64] {
        var seen = Set(left)
        let terms = left + right.filter { seen.insert($0).inserted }
        guard terms.count <= 1000 else {
            throw error("it expands to more than 1000 terms", remedy: "Name the interactions of interest one by one.")
        }
        return terms
    }

    private func crossed(_ left: [UInt64], _ right: [UInt64]) throws -> [UInt64] {
        guard offsets.isEmpty || !left.isEmpty && !right.isEmpty else {
            throw error("an offset stands in an interaction", remedy: "Write it as a term of its own.")
        }
        return try union([], left.flatMap { term in right.map { term | $0 } })
    }

    /// The next character that is not a blank.
    mutating func next() -> Unicode.Scalar? {
        while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
        return position < scalars.count ? scalars[position] : nil
    }

    /// - Parameter place: Where other signs are expected than between terms.
    func unexpected(_ scalar: Unicode.Scalar, in place: String? = nil) -> InputError {
        if scalar == "|" { return randomEffect }
        // The whole word where one begins, as of a variable whose name holds a blank.
        var word = String(String.UnicodeScalarView(scalars[position...].prefix { $0.properties.isAlphabetic }))
        if word.isEmpty { word = String(scalar) }
        return error(
            "\"\(word)\" is not expected at character \(position + 1)",
            remedy: place == nil
                ? "Join variables by +, interactions by : or *; put unusual names in backticks."
                : "A call has columns, numbers, + - * / ^ and parentheses; put unusual names in backticks.")
    }

    /// What mixed models of other programs write as `(1 | patient)`.
    private var randomEffect: InputError {
        error(
            "it has a random effect (|), and DESeq2's model has none",
            remedy: "Write the variable as a term of its own, such as \"~ patient + condition\".")
    }

    func error(_ problem: String, remedy: String) -> InputError {
        InputError("the design \"\(text)\" cannot be read: \(problem)", remedy: remedy)
    }
}
