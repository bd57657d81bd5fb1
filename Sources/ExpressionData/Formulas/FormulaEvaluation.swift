import StatisticalKernels

/// Computes the calls of a formula from the columns of a sample table.
struct FormulaEvaluation {
    let samples: SampleTable

    /// What was found on the way.
    var warnings: [InputWarning] = []

    /// What an expression may be.
    enum Value {
        /// Numbers that are no matter of samples: `2`, `c(30, 50)`, `mean(age)`.
        case constants([Double])
        case truth(Bool)
        case texts([String])
        case variable(DesignVariable)
    }

    init(samples: SampleTable) {
        self.samples = samples
    }

    /// The variable that a call of the formula stands for.
    ///
    /// - Precondition: Every column in it is one of `samples`, and has no missing value.
    /// - Throws: `InputError` that names the call, and the sample where its value is the reason.
    mutating func variable(of expression: FormulaExpression) throws -> DesignVariable {
        guard case .variable(let variable) = try value(of: expression) else {
            throw refusal(of: expression, "it has the same value for all samples", remedy: "Remove it.")
        }
        return variable
    }

    mutating func value(of expression: FormulaExpression) throws -> Value {
        switch expression {
        case .number(let number): return .constants([number])
        case .truth(let word): return .truth(word.hasPrefix("T"))
        case .text(let text): return .texts([text])
        case .column(let name): return .variable(DesignVariable(samples.column(named: name)!.values))
        case .parenthesised(let inner): return try value(of: inner)
        case .signed(let sign, let operand):
            return try elementwise(expression, of: operand) { sign == .minus ? -$0 : $0 }
        case .combined(let left, let sign, let right):
            return try combined(left, sign, right, in: expression)
        case .call(let call): return try value(of: call)
        }
    }

    // MARK: Numbers

    /// A function of every number of an operand.
    mutating func elementwise(
        _ expression: FormulaExpression, of operand: FormulaExpression, remedy: String? = nil,
        _ function: (Double) -> Double
    ) throws -> Value {
        switch try value(of: operand) {
        case .constants(let numbers): return .constants(numbers.map(function))
        case .variable(.covariate(let numbers)):
            let results = numbers.map(function)
            try check(results, of: expression, from: (operand, numbers), remedy: remedy)
            return .variable(.covariate(results))
        case .variable(.basis(let columns)):
            let results = columns.map { $0.map(function) }
            for column in results { try check(column, of: expression, remedy: remedy) }
            return .variable(.basis(results))
        case .variable(.factor), .truth, .texts: throw noNumbers(operand, in: expression)
        }
    }

    private mutating func combined(
        _ left: FormulaExpression, _ sign: FormulaExpression.Operator, _ right: FormulaExpression,
        in expression: FormulaExpression
    ) throws -> Value {
        let operation: (Double, Double) -> Double =
            switch sign {
            case .plus: { $0 + $1 }
            case .minus: { $0 - $1 }
            case .times: { $0 * $1 }
            case .divided: { $0 / $1 }
            case .power: raised
            }
        let (first, second) = (try columns(left, in: expression), try columns(right, in: expression))
        let count = Swift.max(first.columns.count, second.columns.count)
        if first.isConstant, second.isConstant {
            return .constants(try constants(first.columns[0], operation, second.columns[0], in: expression))
        }
        for operand in [first, second] where operand.isConstant && operand.columns[0].count > 1 {
            throw refusal(
                of: expression, "it joins \(operand.columns[0].count) constants with a value of every sample",
                remedy: "Join one number.")
        }
        guard [first, second].allSatisfy({ [1, count].contains($0.columns.count) }) else {
            throw refusal(
                of: expression, "it joins \(first.columns.count) columns with \(second.columns.count)",
                remedy: "Join as many columns, or a single one.")
        }
        func value(_ operand: (columns: [[Double]], isConstant: Bool), _ column: Int, _ sample: Int) -> Double {
            let values = operand.columns[operand.columns.count == 1 ? 0 : column]
            return values[operand.isConstant ? 0 : sample]
        }
        let results = (0..<count).map { column in
            samples.sampleNames.indices.map { operation(value(first, column, $0), value(second, column, $0)) }
        }
        for column in results { try check(column, of: expression) }
        return .variable(count == 1 ? .covariate(results[0]) : .basis(results))
    }

    /// One by one, a single number with each of several.
    private func constants(
        _ first: [Double], _ operation: (Double, Double) -> Double, _ second: [Double],
        in expression: FormulaExpression
    ) throws -> [Double] {
        let count = Swift.max(first.count, second.count)
        guard [first, second].allSatisfy({ [1, count].contains($0.count) }) else {
            throw refusal(
                of: expression, "it joins \(first.count) constants with \(second.count)", remedy: "Join as many.")
        }
        return (0..<count).map { operation(first[first.count == 1 ? 0 : $0], second[second.count == 1 ? 0 : $0]) }
    }

    /// An operand of arithmetic: constants, or columns with a value for every sample.
    private mutating func columns(
        _ operand: FormulaExpression, in expression: FormulaExpression
    ) throws -> (columns: [[Double]], isConstant: Bool) {
        switch try value(of: operand) {
        case .constants(let numbers): return ([numbers], true)
        case .variable(.covariate(let numbers)): return ([numbers], false)
        case .variable(.basis(let columns)): return (columns, false)
        case .variable(.factor), .truth, .texts: throw noNumbers(operand, in: expression)
        }
    }

    /// A variable of one number for every sample.
    mutating func covariate(_ operand: FormulaExpression, in expression: FormulaExpression) throws -> [Double] {
        guard case .variable(.covariate(let numbers)) = try value(of: operand) else {
            throw noNumbers(operand, in: expression)
        }
        return numbers
    }

    /// Throws where a number is none, with its sample.
    private func check(
        _ results: [Double], of expression: FormulaExpression,
        from operand: (expression: FormulaExpression, values: [Double])? = nil, remedy: String? = nil
    ) throws {
        guard let sample = results.firstIndex(where: { !$0.isFinite }) else { return }
        let reason = operand.map { ": \($0.expression) is \(decimal($0.values[sample]))" } ?? ""
        throw InputError(
            file: samples.fileName, sample: samples.sampleNames[sample], column: onlyColumn(of: expression),
            "the design's `\(expression)` is not a finite number\(reason)",
            remedy: remedy ?? "Correct the value, or leave the sample out of both files.")
    }

    // MARK: Errors

    func refusal(of expression: FormulaExpression, _ problem: String, remedy: String) -> InputError {
        InputError(
            file: samples.fileName, column: onlyColumn(of: expression),
            "the design's `\(expression)` cannot be computed: \(problem)", remedy: remedy)
    }

    func noNumbers(_ operand: FormulaExpression, in expression: FormulaExpression) -> InputError {
        if case .column(let name) = operand, case .factor(let factor)? = samples.column(named: name)?.values {
            return refusal(
                of: expression, "\(name) is a factor, of the levels \(listed(factor.levels, limit: 5))",
                remedy: "Declare the column numeric, and correct what is no number in it.")
        }
        return refusal(
            of: expression, "\(operand) is not one number for every sample",
            remedy: "Name a numeric column, or a function of one.")
    }

    private func onlyColumn(of expression: FormulaExpression) -> String? {
        let columns = Set(expression.columns)
        return columns.count == 1 ? columns.first : nil
    }
}

/// `base` to a power: whole powers of negative numbers, too.
func raised(_ base: Double, to exponent: Double) -> Double {
    if exponent == 2 { return base * base }
    guard base < 0 else { return pow(base, exponent) }
    guard exponent == exponent.rounded() else { return .nan }
    let magnitude = pow(-base, exponent)
    return exponent.remainder(dividingBy: 2) == 0 ? magnitude : -magnitude
}
