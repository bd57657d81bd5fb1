/// The functions that a formula may call, with R's names, arguments and meaning.
package enum FormulaFunction: String, CaseIterable, Sendable {
    case identity = "I"
    case log, log2, log10, log1p, exp, sqrt, abs
    case scale, poly, ns, bs
    case factor
    case asFactor = "as.factor"
    case relevel
    case asNumeric = "as.numeric"
    case mean, median, sd, min, max, range, quantile
    case combine = "c"
    case offset

    /// The names of the arguments, in order.
    var parameters: [String] {
        switch self {
        case .identity, .log2, .log10, .log1p, .exp, .sqrt, .abs, .asFactor, .asNumeric, .mean, .median, .sd, .min,
            .max, .range, .offset:
            ["x"]
        case .log: ["x", "base"]
        case .scale: ["x", "center", "scale"]
        case .poly: ["x", "degree", "raw"]
        case .ns: ["x", "df", "knots", "intercept", "Boundary.knots"]
        case .bs: ["x", "df", "knots", "degree", "intercept", "Boundary.knots"]
        case .factor: ["x", "levels"]
        case .relevel: ["x", "ref"]
        case .quantile: ["x", "probs"]
        case .combine: []
        }
    }

    /// How many arguments may stand without their names.
    ///
    /// In R the one after `x` is the degree of `poly`, and all others of it need their names in full.
    private var positionalCount: Int { self == .poly ? 2 : parameters.count }

    /// The arguments by the names of their parameters: by full names, else by their beginnings, else by position.
    ///
    /// - Throws: `InputError` for too many, an unknown or a repeated one, and for no first one.
    func matched(_ arguments: [FormulaExpression.Argument], in call: String) throws -> [String: FormulaExpression] {
        var result: [String: FormulaExpression] = [:]
        func refuse(_ problem: String) -> InputError {
            InputError(
                "in the design's `\(call)` \(problem)",
                remedy: "`\(rawValue)` takes \(listed(parameters.map { "`\($0)`" })).")
        }
        for argument in arguments {
            guard let name = argument.name else { continue }
            let candidates = self == .poly ? [] : parameters.filter { $0.hasPrefix(name) }
            guard let parameter = parameters.contains(name) ? name : candidates.count == 1 ? candidates[0] : nil else {
                let nearest = nearestName(to: name, among: parameters).map { "; did you mean `\($0)`?" } ?? ""
                throw refuse("there is the argument `\(name)`, which is not known\(nearest)")
            }
            guard result.updateValue(argument.value, forKey: parameter) == nil else {
                throw refuse("`\(parameter)` is given twice")
            }
        }
        var open = parameters.prefix(positionalCount).filter { result[$0] == nil }
        for argument in arguments where argument.name == nil {
            guard !open.isEmpty else { throw refuse("there are too many arguments") }
            result[open.removeFirst()] = argument.value
        }
        guard self == .combine || result["x"] != nil else { throw refuse("the variable is missing") }
        return result
    }
}
