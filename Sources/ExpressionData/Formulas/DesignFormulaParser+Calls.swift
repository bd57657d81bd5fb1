/// Calls of functions in a formula, with R's arithmetic and precedence inside them.
///
/// `^` binds most, then signs, then `*` and `/`, then `+` and `-`.
extension DesignFormulaParser {
    /// R breaks longer names in two.
    private static let longestCall = 500

    /// The call of a function of which the name was read.
    ///
    /// - Parameter start: The position of the name, for messages.
    mutating func call(of name: String, beginningAt start: Int) throws -> FormulaExpression.Call {
        let names = FormulaFunction.allCases.map(\.rawValue)
        var word = name
        var package: String?
        if next() == ":", scalars.dropFirst(position).starts(with: "::".unicodeScalars) {
            position += 2
            package = name
            guard let first = next() else {
                throw error("it ends where a function is expected", remedy: "Complete it.")
            }
            word = try self.name(beginningWith: first)
        }
        guard let function = FormulaFunction(rawValue: word) else {
            let nearest = nearestName(to: word, among: names).map { "Did you mean `\($0)`? " } ?? ""
            throw error(
                "the function \(word) at character \(start + 1) is not known",
                remedy: "\(nearest)Known are \(listed(names, limit: 40)); "
                    + "add what others make of a variable to the sample sheet as a column.")
        }
        guard next() == "(" else { throw error("a parenthesis must follow \(word)", remedy: "Write \(word)(x).") }
        let call = FormulaExpression.Call(function: function, package: package, arguments: try arguments())
        let text = call.description
        guard text.unicodeScalars.count <= Self.longestCall else {
            throw error(
                "the call of \(word) at character \(start + 1) has more than \(Self.longestCall) characters",
                remedy: "Add the variable to the sample sheet as a column.")
        }
        // Of constants: they are no variable, and are asked for where they stand.
        if function != .combine { _ = try function.matched(call.arguments, in: text) }
        return call
    }

    private mutating func arguments() throws -> [FormulaExpression.Argument] {
        try descend()
        position += 1
        var arguments: [FormulaExpression.Argument] = []
        if next() == ")" { throw error("a call has no argument", remedy: "Name a column in it, such as log(age).") }
        while true {
            arguments.append(try argument())
            guard let sign = next() else { throw error("a parenthesis is not closed", remedy: "Close it.") }
            if sign == ")" { break }
            guard sign == "," else { throw unexpected(sign, in: "a call") }
            position += 1
        }
        position += 1
        depth -= 1
        return arguments
    }

    /// `value`, or `name = value`.
    private mutating func argument() throws -> FormulaExpression.Argument {
        let start = position
        if let first = next(), first != "`", Self.beginsName(first) {
            let name = try name(beginningWith: first)
            if next() == "=" {
                position += 1
                return .init(name: name, value: try expression())
            }
            position = start
        }
        return .init(name: nil, value: try expression())
    }

    private mutating func expression() throws -> FormulaExpression {
        var left = try product()
        while let sign = next(), sign == "+" || sign == "-" {
            position += 1
            left = .combined(left, sign == "+" ? .plus : .minus, try product())
        }
        return left
    }

    private mutating func product() throws -> FormulaExpression {
        var left = try signed()
        while let sign = next(), sign == "*" || sign == "/" {
            position += 1
            left = .combined(left, sign == "*" ? .times : .divided, try signed())
        }
        return left
    }

    private mutating func signed() throws -> FormulaExpression {
        guard let sign = next(), sign == "+" || sign == "-" else { return try power() }
        try descend()
        position += 1
        let operand = try signed()
        depth -= 1
        return .signed(sign == "+" ? .plus : .minus, operand)
    }

    private mutating func power() throws -> FormulaExpression {
        let base = try operand()
        guard next() == "^" else { return base }
        try descend()
        position += 1
        let exponent = try signed()
        depth -= 1
        return .combined(base, .power, exponent)
    }

    private mutating func operand() throws -> FormulaExpression {
        guard let first = next() else {
            throw error("it ends where a number or a column is expected", remedy: "Complete it.")
        }
        if first == "(" {
            try descend()
            position += 1
            let inner = try expression()
            guard next() == ")" else { throw error("a parenthesis is not closed", remedy: "Close it.") }
            position += 1
            depth -= 1
            return .parenthesised(inner)
        }
        if first == "\"" || first == "'" { return .text(try quoted(by: first)) }
        if ("0"..."9").contains(first) || first == "." && nextIsDigit { return .number(try number()) }
        guard first == "`" || Self.beginsName(first) else { throw unexpected(first, in: "a call") }
        let start = position
        let name = try name(beginningWith: first)
        if isCall(after: first) {
            let call = try call(of: name, beginningAt: start)
            guard call.function != .offset else {
                throw error("an offset stands in a call", remedy: "Write it as a term of its own.")
            }
            return .call(call)
        }
        return first != "`" && ["TRUE", "FALSE", "T", "F"].contains(name) ? .truth(name) : .column(name)
    }

    private var nextIsDigit: Bool {
        position + 1 < scalars.count && ("0"..."9").contains(scalars[position + 1])
    }

    /// `2`, `0.5`, `1e-3`; R's `2L` is 2.
    private mutating func number() throws -> Double {
        let start = position
        func isDigit(_ offset: Int) -> Bool { offset < scalars.count && ("0"..."9").contains(scalars[offset]) }
        while isDigit(position) || position < scalars.count && scalars[position] == "." { position += 1 }
        if position < scalars.count, scalars[position] == "e" || scalars[position] == "E" {
            let signWidth = position + 1 < scalars.count && ["+", "-"].contains(scalars[position + 1]) ? 1 : 0
            if isDigit(position + 1 + signWidth) {
                position += 1 + signWidth
                while isDigit(position) { position += 1 }
            }
        }
        let text = String(String.UnicodeScalarView(scalars[start..<position]))
        let padded = (text.hasPrefix(".") ? "0" : "") + text + (text.hasSuffix(".") ? "0" : "")
        guard let value = Double(padded), value.isFinite else {
            throw error("\"\(text)\" at character \(start + 1) is not a number", remedy: "Write, for example, 0.5.")
        }
        if position < scalars.count, scalars[position] == "L" { position += 1 }
        return value
    }

    private mutating func quoted(by quote: Unicode.Scalar) throws -> String {
        let start = position + 1
        guard let end = scalars[start...].firstIndex(of: quote) else {
            throw error("a quote is not closed", remedy: "Close it, as in relevel(x, ref = \"b\").")
        }
        let inside = scalars[start..<end]
        guard !inside.contains(where: { $0 == "\\" || $0 == "\"" }) else {
            throw error("a text has a quote or a backslash in it", remedy: "Rename the level.")
        }
        position = end + 1
        return String(String.UnicodeScalarView(inside))
    }
}
