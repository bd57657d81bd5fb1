/// A linear combination of a design's coefficients.
package struct Contrast: Equatable, Sendable {
    package enum Estimate: Equatable, Sendable {
        /// One coefficient as it is, or with its sign turned: its standard error is the coefficient's.
        case coefficient(Int, isNegated: Bool)

        /// A combination whose standard error needs the covariance of the coefficients.
        case combination
    }

    /// As in the name of the result file: `condition_treated_vs_untreated`.
    package let name: String

    /// One weight per coefficient.
    package let weights: [Double]

    package let estimate: Estimate

    /// DESeq2's all-zero rule: a gene whose counts are zero in all of these
    /// samples gets a fold change of 0 and a p-value of 1. Nil where the rule
    /// does not apply, as for a coefficient chosen by its name.
    package let allZeroSamples: [Int]?
}

extension Contrast {
    /// The parts of a contrast written as `condition:treated:untreated`.
    package static func parts(of text: String) throws -> (factor: String, level: String, base: String) {
        let parts = parts(between: text)
        guard parts.count == 3 else { throw wrongNumber(of: parts, in: text) }
        return (parts[0], parts[1], parts[2])
    }

    /// Throws for a contrast with too few parts for any design; names may have colons of their own.
    package static func checkParts(of text: String) throws {
        let parts = parts(between: text)
        guard parts.count >= 3 else { throw wrongNumber(of: parts, in: text) }
    }

    private static func parts(between text: String) -> [String] {
        text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    }

    private static func wrongNumber(of parts: [String], in text: String) -> InputError {
        InputError(
            "the contrast \"\(text)\" has \(counted(parts.count, "part"))",
            remedy: "Expected FACTOR:LEVEL:BASE, such as condition:treated:untreated, or a sum of coefficients.")
    }

    /// The contrast's name over the coefficients of a design that know nothing of it.
    package func unweighted(over design: Design) -> Contrast {
        Contrast(
            name: name, weights: [Double](repeating: 0, count: design.coefficients.count), estimate: .combination,
            allZeroSamples: nil)
    }

    /// The all-zero rule applies to weights of both signs: it asks for zeros in
    /// the samples that any weighted column touches.
    fileprivate init(weights: [Double], of names: [String], matrix: DesignMatrix, name: String) throws {
        guard weights.count == names.count else {
            throw InputError(
                "the contrast has \(counted(weights.count, "number")) and the design \(names.count) coefficients",
                remedy: "Give one number for each of \(listed(names, limit: 30)).")
        }
        guard weights.allSatisfy(\.isFinite) else {
            throw InputError("the contrast has a weight that is not finite", remedy: "Give finite numbers.")
        }
        guard weights.contains(where: { $0 != 0 }) else {
            throw InputError("all numbers of the contrast are 0", remedy: "Give at least one other number.")
        }
        let hasBothSigns = weights.contains { $0 > 0 } && weights.contains { $0 < 0 }
        let touched = (0..<matrix.sampleCount).filter { sample in
            weights.indices.reduce(0) { $0 + (weights[$1] != 0 ? matrix[sample, $1] : 0) } != 0
        }
        self.init(
            name: name, weights: weights, estimate: .combination, allZeroSamples: hasBothSigns ? touched : nil)
    }
}

extension ExpandedDesign {
    /// A column by its name, such as `conditiontreated`; nil when there is none.
    package func coefficient(named name: String) -> Contrast? {
        guard let position = matrix.columnNames.firstIndex(of: name) else { return nil }
        return Contrast(
            name: name, weights: matrix.columnNames.indices.map { $0 == position ? 1 : 0 }, estimate: .combination,
            allZeroSamples: nil)
    }

    /// A contrast given as one weight per column.
    package func contrast(weights: [Double], name: String) throws -> Contrast {
        try Contrast(weights: weights, of: matrix.columnNames, matrix: matrix, name: name)
    }
}

extension InputError {
    static func unknownCoefficient(_ name: String, in formula: DesignFormula, names: [String]) -> InputError {
        InputError(
            "the design \(formula) has no coefficient \(name)",
            remedy: (nearestName(to: name, among: names).map { "Did you mean \($0)? " } ?? "")
                + "Its coefficients are \(listed(names, limit: 30)).")
    }
}

extension Design {
    /// A coefficient by its name.
    package func coefficient(named name: String) throws -> Contrast {
        guard let position = coefficients.firstIndex(where: { $0.name == name }) else {
            throw InputError.unknownCoefficient(name, in: formula, names: coefficients.map(\.name))
        }
        return contrast(ofCoefficient: position)
    }

    /// The last coefficient.
    package var lastCoefficient: Contrast { contrast(ofCoefficient: coefficients.count - 1) }

    private func contrast(ofCoefficient position: Int) -> Contrast {
        Contrast(
            name: coefficients[position].name, weights: coefficients.indices.map { $0 == position ? 1 : 0 },
            estimate: .coefficient(position, isNegated: false), allZeroSamples: nil)
    }

    /// A contrast written as `condition:treated:untreated`.
    package func contrast(parsing text: String) throws -> Contrast {
        let parts = try partsWithColons(of: text) ?? Contrast.parts(of: text)
        return try contrast(of: parts.factor, level: parts.level, against: parts.base)
    }

    /// The parts of a contrast in which names have colons of their own; nil where no factor's or more than one pair of
    /// levels fits.
    private func partsWithColons(of text: String) -> (factor: String, level: String, base: String)? {
        guard text.utf8.count(where: { $0 == UInt8(ascii: ":") }) > 2 else { return nil }
        let fitting = formula.variables.flatMap { name in
            let levels = text.hasPrefix(name + ":") ? (try? factor(named: name).levels) ?? [] : []
            return levels.flatMap { level in levels.map { (factor: name, level: level, base: $0) } }
        }.filter { "\($0.factor):\($0.level):\($0.base)" == text }
        return fitting.count == 1 ? fitting[0] : nil
    }

    /// One level of a factor against another.
    ///
    /// With interactions in the design this is the difference where the other
    /// factors are at their reference levels, as in DESeq2.
    package func contrast(of factorName: String, level: String, against base: String) throws -> Contrast {
        let factor = try factor(named: factorName)
        for name in [level, base] where !factor.levels.contains(name) {
            throw InputError(
                file: samples.fileName, column: factorName, "the contrast names \(name), which is not a level",
                remedy: "The levels are \(listed(factor.levels, limit: 30)).")
        }
        guard level != base else {
            throw InputError(
                file: samples.fileName, column: factorName, "the contrast compares the level \(level) with itself",
                remedy: "Name two different levels.")
        }
        guard let term = formula.terms.firstIndex(where: { $0.variables == [factorName] }) else {
            throw InputError(
                "the design \(formula) has \(factorName) in interactions only",
                remedy: "Add its main effect, or give the contrast as a vector over the coefficients.")
        }
        // A level without a column of its own is what the others are compared with.
        let plus = column(ofLevel: factor.levels.firstIndex(of: level)!, inTerm: term)
        let minus = column(ofLevel: factor.levels.firstIndex(of: base)!, inTerm: term)
        var weights = [Double](repeating: 0, count: coefficients.count)
        if let plus { weights[plus] = 1 }
        if let minus { weights[minus] = -1 }
        let estimate: Contrast.Estimate =
            switch (plus, minus) {
            case (let plus?, nil): .coefficient(plus, isNegated: false)
            case (nil, let minus?): .coefficient(minus, isNegated: true)
            default: .combination
            }
        return Contrast(
            name: syntacticName("\(factorName)_\(level)_vs_\(base)"), weights: weights, estimate: estimate,
            allZeroSamples: samples.sampleNames.indices.filter { sample in
                [level, base].contains(factor.levels[factor.codes[sample]])
            })
    }

    /// A contrast given as one weight per coefficient.
    package func contrast(weights: [Double], name: String) throws -> Contrast {
        try Contrast(weights: weights, of: coefficients.map(\.name), matrix: matrix, name: name)
    }

    /// Coefficients added up, and others taken away from them.
    package func contrast(
        adding plus: [String], subtracting minus: [String], values: (Double, Double) = (1, -1), name: String
    ) throws -> Contrast {
        var weights = [Double](repeating: 0, count: coefficients.count)
        for (names, value) in [(plus, values.0), (minus, values.1)] {
            for name in names {
                guard case .coefficient(let position, _) = try coefficient(named: name).estimate else { continue }
                weights[position] += value
            }
        }
        return try contrast(weights: weights, name: name)
    }

    private func factor(named name: String) throws -> Factor {
        let factors = formula.variables.filter { variable in
            if case .factor? = variables[variable] { return true }
            return false
        }
        guard case .factor(let factor)? = variables[name] else {
            let isNumeric = formula.variables.contains(name)
            throw InputError(
                "the contrast names \(name), which is \(isNumeric ? "a number" : "not in the design \(formula)")",
                remedy: isNumeric
                    ? "Test its coefficient by name, or declare it a factor."
                    : "The factors of the design are \(listed(factors)).")
        }
        return factor
    }

    private func column(ofLevel level: Int, inTerm term: Int) -> Int? {
        coefficients.firstIndex { $0.term == term && $0.levels == [level] }
    }
}
