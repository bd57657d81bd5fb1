/// What stands in a call of a formula, such as `poly(log(age), 2)`, as R parses it.
///
/// Its description is R's own spelling, of which R makes the names of columns.
package indirect enum FormulaExpression: Equatable, Sendable, CustomStringConvertible {
    case number(Double)
    case truth(String)
    case text(String)
    case column(String)
    case signed(Sign, FormulaExpression)
    case combined(FormulaExpression, Operator, FormulaExpression)
    case parenthesised(FormulaExpression)
    case call(Call)

    package enum Sign: String, Sendable {
        case plus = "+"
        case minus = "-"
    }

    package enum Operator: String, Sendable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divided = "/"
        case power = "^"

        /// R leaves no blanks around `/` and `^`.
        fileprivate var spelling: String {
            switch self {
            case .plus, .minus, .times: " \(rawValue) "
            case .divided, .power: rawValue
            }
        }
    }

    package struct Call: Equatable, Sendable {
        package var function: FormulaFunction

        /// `splines` of `splines::ns(age, 3)`; it stands in the name.
        package var package: String?
        package var arguments: [Argument]
    }

    package struct Argument: Equatable, Sendable {
        package var name: String?
        package var value: FormulaExpression
    }

    /// As R's `deparse` has it: blanks, quotes and numbers in one spelling.
    package var description: String {
        switch self {
        case .number(let value): numberOfR(value)
        case .truth(let word): word
        case .text(let text): "\"\(text)\""
        case .column(let name): DesignFormula.quoted(name)
        case .signed(let sign, let operand): sign.rawValue + operand.description
        case .combined(let left, let sign, let right): left.description + sign.spelling + right.description
        case .parenthesised(let inner): "(\(inner))"
        case .call(let call): call.description
        }
    }

    /// The columns of the sample sheet in it, in order of appearance and maybe more than once.
    package var columns: [String] {
        switch self {
        case .number, .truth, .text: []
        case .column(let name): [name]
        case .signed(_, let operand), .parenthesised(let operand): operand.columns
        case .combined(let left, _, let right): left.columns + right.columns
        case .call(let call): call.arguments.flatMap(\.value.columns)
        }
    }
}

extension FormulaExpression.Call: CustomStringConvertible {
    package var description: String {
        let texts = arguments.map { ($0.name.map { $0 + " = " } ?? "") + $0.value.description }
        return (package.map { $0 + "::" } ?? "") + "\(function.rawValue)(\(texts.joined(separator: ", ")))"
    }
}

/// A number as R writes it into names: at most 15 digits, `1e+05` where that is shorter than `100000`.
func numberOfR(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    let (digits, exponent) = significantDigits(of: value.magnitude)
    let sign = value < 0 ? "-" : ""
    let decimals = max(0, digits.count - 1 - exponent)
    let fixedWidth = max(exponent, 0) + 1 + (decimals > 0 ? decimals + 1 : 0)
    let exponentDigits = exponent.magnitude < 100 ? 2 : 3
    let scientificWidth = (digits.count > 1 ? digits.count + 1 : 1) + 2 + exponentDigits
    if fixedWidth <= scientificWidth {
        let padded = String(repeating: "0", count: max(0, -exponent)) + digits
        let whole = padded.prefix(max(exponent, 0) + 1)
        let zeros = String(repeating: "0", count: max(0, exponent + 1 - padded.count))
        let fraction = padded.dropFirst(whole.count)
        return sign + whole + zeros + (fraction.isEmpty ? "" : "." + fraction)
    }
    let power = String(exponent.magnitude)
    let zeros = String(repeating: "0", count: max(0, 2 - power.count))
    let fraction = digits.dropFirst()
    return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "e" + (exponent < 0 ? "-" : "+")
        + zeros + power
}

/// At most 15 digits without zeros at the end, and the power of ten of the first.
private func significantDigits(of value: Double) -> (digits: String, exponent: Int) {
    // The shortest digits that give the number back: `1234.5`, `1e-05`, `1.5e+20`.
    let parts = "\(value)".split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var exponent = (parts.count > 1 ? Int(parts[1])! : 0) + mantissa[0].count - 1
    var digits = mantissa.joined().compactMap(\.wholeNumberValue)
    let leadingZeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(leadingZeros)
    exponent -= leadingZeros
    if digits.count > 15 {
        var carry = digits[15] >= 5
        digits.removeLast(digits.count - 15)
        for position in digits.indices.reversed() where carry {
            digits[position] = (digits[position] + 1) % 10
            carry = digits[position] == 0
        }
        if carry {
            digits.insert(1, at: 0)
            exponent += 1
        }
    }
    while digits.count > 1, digits.last == 0 { digits.removeLast() }
    return (digits.map(String.init).joined(), exponent)
}
