/// A formula applied to a sample table: its model matrix, checked, and what its columns mean.
package struct Design: Equatable, Sendable {
    /// One column of the model matrix.
    package struct Coefficient: Equatable, Sendable {
        /// DESeq2's `resultsNames`.
        package let name: String

        /// The term's position in the formula; nil for the intercept.
        package let term: Int?

        /// For every variable of the term its level's position; nil for a numeric variable.
        package let levels: [Int?]
    }

    package let formula: DesignFormula

    /// The samples the design was made for; the design's factors have no unused levels.
    package let samples: SampleTable

    /// The values of the formula's variables, by their names there.
    package let variables: [String: DesignVariable]

    package let coefficients: [Coefficient]

    package let matrix: DesignMatrix

    /// What the user should know, in the order of the checks.
    package let warnings: [InputWarning]

    /// Builds the model matrix and refuses a design that cannot be fitted.
    ///
    /// - Throws: `InputError` for an unknown variable, a missing value, a
    ///   variable with one value, a call that cannot be computed, fewer samples
    ///   than coefficients or as many, and collinear columns, which it names.
    package init(_ formula: DesignFormula, samples: SampleTable) throws {
        var warnings: [InputWarning] = []
        let samples = try DesignVariables.checked(samples, for: formula, warnings: &warnings)
        let variables = try DesignVariables.values(of: formula, samples, warnings: &warnings)
        let (model, dropped) = try ModelMatrix(formula, variables, sampleCount: samples.sampleCount)
            .withoutEmptyCombinations()
        if !dropped.isEmpty { warnings.append(Self.warning(ofDropped: dropped, in: samples)) }
        let names = try CoefficientNames.names(
            of: model, formula: formula, variables: variables, file: samples.fileName)
        try DesignRank.check(model, names: names, formula: formula, samples: samples)
        warnings += NearCollinearity.warnings(for: model, names: names, formula: formula, samples: samples)

        self.formula = formula
        self.samples = samples
        self.variables = variables
        self.warnings = warnings
        coefficients = zip(model.columns, names).map { Coefficient(name: $1, term: $0.term, levels: $0.levels) }
        matrix = DesignMatrix(
            columnNames: names,
            values: samples.sampleNames.indices.flatMap { sample in model.columns.map { $0.values[sample] } },
            sampleCount: samples.sampleCount,
            isSingleTwoLevelFactor: Self.isSingleTwoLevelFactor(formula, samples))
    }

    private static func warning(ofDropped names: [String], in samples: SampleTable) -> InputWarning {
        let (sign, columns) =
            names.count == 1 ? ("combination", "its column is") : ("combinations", "their columns are")
        return InputWarning(
            .warning, place: InputPlace(file: samples.fileName),
            "no sample has the \(sign) \(listed(names, limit: 30)): \(columns) left out of the design, "
                + "as DESeq2's vignette does with levels without samples")
    }

    private static func isSingleTwoLevelFactor(_ formula: DesignFormula, _ samples: SampleTable) -> Bool {
        guard formula.columns.count == 1,
            case .factor(let factor)? = samples.column(named: formula.columns[0])?.values
        else { return false }
        return factor.levels.count == 2
    }
}
