import StatisticalKernels

/// What each function makes of its arguments.
extension FormulaEvaluation {
    mutating func value(of call: FormulaExpression.Call) throws -> Value {
        let whole = FormulaExpression.call(call)
        if call.function == .combine { return try combined(call, in: whole) }
        let arguments = try call.function.matched(call.arguments, in: call.description)
        let x = arguments["x"]!
        switch call.function {
        case .identity:
            guard case .variable(.factor) = try value(of: x) else { return try value(of: x) }
            throw noNumbers(x, in: whole)
        case .log, .log2, .log10, .log1p, .exp, .sqrt, .abs:
            return try elementary(call.function, arguments, in: whole)
        case .scale: return try scaled(x, arguments, in: whole)
        case .poly: return try polynomial(x, arguments, in: whole)
        case .ns, .bs: return try spline(call.function, x, arguments, in: whole)
        case .factor, .asFactor, .relevel, .asNumeric:
            return .variable(try recoded(call.function, x, arguments, in: whole))
        case .mean, .median, .sd, .min, .max, .range, .quantile:
            return .constants(try summary(call.function, x, arguments, in: whole))
        case .combine, .offset: preconditionFailure("constants were built above, and offsets are no values")
        }
    }

    private mutating func elementary(
        _ function: FormulaFunction, _ arguments: [String: FormulaExpression], in whole: FormulaExpression
    ) throws -> Value {
        let x = arguments["x"]!
        let positive =
            "A logarithm needs a positive number: add a constant, as in log(\(x) + 1), "
            + "or leave the sample out of both files."
        switch function {
        case .log:
            let base = try arguments["base"].map { try number($0, "base", in: whole) { $0 > 0 && $0 != 1 } }
            let divisor = base.map(StatisticalKernels.log) ?? 1
            return try elementwise(whole, of: x, remedy: positive) { StatisticalKernels.log($0) / divisor }
        case .log2: return try elementwise(whole, of: x, remedy: positive, StatisticalKernels.log2)
        case .log10:
            // Of a power of ten the rounded quotient is its exponent.
            let ten = StatisticalKernels.log(10)
            return try elementwise(whole, of: x, remedy: positive) { StatisticalKernels.log($0) / ten }
        case .log1p:
            return try elementwise(
                whole, of: x, remedy: "log1p needs numbers above -1.", StatisticalKernels.log1p)
        case .exp: return try elementwise(whole, of: x, StatisticalKernels.exp)
        case .sqrt:
            return try elementwise(whole, of: x, remedy: "A square root needs 0 or more.") { $0.squareRoot() }
        default: return try elementwise(whole, of: x) { $0.magnitude }
        }
    }

    /// `(x − center)/scale`, of which both are the values' own unless given.
    ///
    /// The scale is `√(Σx²/(n − 1))` of what is divided, the standard deviation where the mean was taken away.
    private mutating func scaled(
        _ x: FormulaExpression, _ arguments: [String: FormulaExpression], in whole: FormulaExpression
    ) throws -> Value {
        let columns: [[Double]]
        switch try value(of: x) {
        case .variable(.covariate(let numbers)): columns = [numbers]
        case .variable(.basis(let several)): columns = several
        default: throw noNumbers(x, in: whole)
        }
        let centers = try moments("center", arguments, for: columns.count, in: whole)
        let scales = try moments("scale", arguments, for: columns.count, in: whole)
        let results = try columns.indices.map { position in
            var values = columns[position]
            if let center = centers.isOwn ? arithmeticMean(of: values) : centers.given?[position] {
                values = values.map { $0 - center }
            }
            let deviation = (values.reduce(0) { $0 + $1 * $1 } / Double(Swift.max(1, values.count - 1))).squareRoot()
            guard let scale = scales.isOwn ? deviation : scales.given?[position] else { return values }
            guard scale != 0 else {
                throw refusal(of: whole, "the values have no spread to scale by", remedy: "Remove it from the design.")
            }
            return values.map { $0 / scale }
        }
        return .variable(results.count == 1 ? .covariate(results[0]) : .basis(results))
    }

    /// The argument `center` or `scale`: the values' own (TRUE), none (FALSE), or a number for every column.
    private mutating func moments(
        _ name: String, _ arguments: [String: FormulaExpression], for count: Int, in whole: FormulaExpression
    ) throws -> (isOwn: Bool, given: [Double]?) {
        guard let argument = arguments[name] else { return (true, nil) }
        switch try value(of: argument) {
        case .truth(let isOwn): return (isOwn, nil)
        case .constants(let numbers) where numbers.count == count: return (false, numbers)
        default: throw expected("TRUE, FALSE, or \(counted(count, "number"))", as: name, in: whole)
        }
    }

    private mutating func polynomial(
        _ x: FormulaExpression, _ arguments: [String: FormulaExpression], in whole: FormulaExpression
    ) throws -> Value {
        let values = try covariate(x, in: whole)
        let degree = try wholeNumber(arguments["degree"], "degree", in: whole, among: 1...100) ?? 1
        if try truth(arguments["raw"], "raw", in: whole) == true {
            let powers = PolynomialBasis.powers(of: values, degree: degree)
            return .variable(degree == 1 ? .covariate(powers[0]) : .basis(powers))
        }
        guard let columns = PolynomialBasis.orthogonal(values, degree: degree) else {
            throw refusal(
                of: whole,
                "\(counted(Set(values).count, "different value")) do not tell \(counted(degree, "power")) apart",
                remedy: "Choose a lower degree, or make it a factor.")
        }
        return .variable(degree == 1 ? .covariate(columns[0]) : .basis(columns))
    }

    private mutating func summary(
        _ function: FormulaFunction, _ x: FormulaExpression, _ arguments: [String: FormulaExpression],
        in whole: FormulaExpression
    ) throws -> [Double] {
        let values = try covariate(x, in: whole)
        let mean = arithmeticMean(of: values)
        switch function {
        case .mean: return [mean]
        case .sd:
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return [(squares / Double(Swift.max(1, values.count - 1))).squareRoot()]
        case .median: return [median(of: values)]
        case .min: return [values.min()!]
        case .max: return [values.max()!]
        case .range: return [values.min()!, values.max()!]
        default:
            let shares = try numbers(arguments["probs"], "probs", in: whole) ?? [0, 0.25, 0.5, 0.75, 1]
            guard shares.allSatisfy((0...1).contains) else {
                throw expected("shares from 0 to 1", as: "probs", in: whole)
            }
            return shares.map { quantile($0, of: values) }
        }
    }

    /// `c(…)`: numbers or texts in a row.
    private mutating func combined(_ call: FormulaExpression.Call, in whole: FormulaExpression) throws -> Value {
        var numbers: [Double] = []
        var texts: [String] = []
        for argument in call.arguments {
            switch try value(of: argument.value) {
            case .constants(let more): numbers += more
            case .texts(let more): texts += more
            default:
                throw refusal(of: whole, "\(argument.value) is no constant", remedy: "Write numbers or texts in c().")
            }
        }
        guard numbers.isEmpty || texts.isEmpty else {
            throw refusal(of: whole, "it joins numbers and texts", remedy: "Write numbers or texts in c().")
        }
        return texts.isEmpty ? .constants(numbers) : .texts(texts)
    }

    // MARK: Arguments

    func expected(_ what: String, as argument: String, in whole: FormulaExpression) -> InputError {
        refusal(of: whole, "`\(argument)` must be \(what)", remedy: "Correct the argument.")
    }

    /// - Returns: Nil where it is not given.
    mutating func numbers(
        _ argument: FormulaExpression?, _ name: String, in whole: FormulaExpression
    ) throws -> [Double]? {
        guard let argument else { return nil }
        guard case .constants(let numbers) = try value(of: argument) else {
            throw expected("numbers, such as c(30, 50)", as: name, in: whole)
        }
        guard numbers.allSatisfy(\.isFinite) else { throw expected("finite", as: name, in: whole) }
        return numbers
    }

    private mutating func number(
        _ argument: FormulaExpression, _ name: String, in whole: FormulaExpression, where isAllowed: (Double) -> Bool
    ) throws -> Double {
        guard let numbers = try numbers(argument, name, in: whole), numbers.count == 1, isAllowed(numbers[0]) else {
            throw expected("a positive number other than 1", as: name, in: whole)
        }
        return numbers[0]
    }

    mutating func wholeNumber(
        _ argument: FormulaExpression?, _ name: String, in whole: FormulaExpression, among range: ClosedRange<Int>
    ) throws -> Int? {
        guard let numbers = try numbers(argument, name, in: whole) else { return nil }
        guard numbers.count == 1, let number = Int(exactly: numbers[0]), range.contains(number) else {
            throw expected("a whole number from \(range.lowerBound) to \(range.upperBound)", as: name, in: whole)
        }
        return number
    }

    mutating func truth(
        _ argument: FormulaExpression?, _ name: String, in whole: FormulaExpression
    ) throws -> Bool? {
        guard let argument else { return nil }
        guard case .truth(let value) = try value(of: argument) else {
            throw expected("TRUE or FALSE", as: name, in: whole)
        }
        return value
    }
}
