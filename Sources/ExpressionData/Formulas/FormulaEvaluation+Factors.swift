/// Functions that make factors of variables, and numbers of factors.
extension FormulaEvaluation {
    mutating func recoded(
        _ function: FormulaFunction, _ x: FormulaExpression, _ arguments: [String: FormulaExpression],
        in whole: FormulaExpression
    ) throws -> DesignVariable {
        let variable = try value(of: x)
        switch (function, variable) {
        case (.asNumeric, .variable(.covariate(let numbers))): return .covariate(numbers)
        case (.asNumeric, .variable(.factor(let factor))):
            let codes = factor.levels.enumerated().map { "\($1) is \($0 + 1)" }
            warnings.append(
                InputWarning(
                    .note, place: InputPlace(file: samples.fileName),
                    "the design's `\(whole)` numbers the levels of a factor, as in R: \(listed(codes))"))
            return .covariate(factor.codes.map { Double($0 + 1) })
        case (.relevel, .variable(.factor(let factor))):
            guard let reference = arguments["ref"], case .texts(let names) = try value(of: reference),
                names.count == 1
            else { throw expected("a level in quotes", as: "ref", in: whole) }
            guard factor.levels.contains(names[0]) else {
                throw refusal(
                    of: whole, "\(names[0]) is not a level", remedy: "The levels are \(listed(factor.levels)).")
            }
            return .factor(factor.withReference(names[0]))
        case (.factor, .variable(.factor(let factor))), (.asFactor, .variable(.factor(let factor))):
            return .factor(try ordered(factor, by: arguments["levels"], in: whole))
        case (.factor, .variable(.covariate(let numbers))), (.asFactor, .variable(.covariate(let numbers))):
            let levels = Set(numbers).sorted().map(numberOfR)
            guard Set(levels).count == levels.count else {
                throw refusal(
                    of: whole, "some numbers differ beyond the 15th digit only", remedy: "Round them in the sheet.")
            }
            return .factor(
                try ordered(Factor(numbers.map(numberOfR), levels: levels), by: arguments["levels"], in: whole))
        case (.relevel, _): throw refusal(of: whole, "\(x) is not a factor", remedy: "Write factor(\(x)) in its place.")
        default: throw noNumbers(x, in: whole)
        }
    }

    /// The factor with its levels as the argument has them, without those that no sample has.
    private mutating func ordered(
        _ factor: Factor, by argument: FormulaExpression?, in whole: FormulaExpression
    ) throws -> Factor {
        let levels: [String]
        switch try argument.map({ try value(of: $0) }) {
        case nil: levels = factor.levels
        case .texts(let texts): levels = texts
        case .constants(let numbers): levels = numbers.map(numberOfR)
        default: throw expected("the levels, such as c(\"a\", \"b\")", as: "levels", in: whole)
        }
        guard Set(levels).count == levels.count else {
            throw expected("different levels", as: "levels", in: whole)
        }
        if let sample = factor.codes.firstIndex(where: { !levels.contains(factor.levels[$0]) }) {
            throw InputError(
                file: samples.fileName, sample: samples.sampleNames[sample],
                "the design's `\(whole)` has no level \(factor.levels[factor.codes[sample]])",
                remedy: "Add it to the levels, or leave the sample out of both files.")
        }
        return Factor(factor.codes.map { factor.levels[$0] }, levels: levels).droppingUnusedLevels()
    }
}
