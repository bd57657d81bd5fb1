/// DESeq2's names of coefficients.
///
/// With an intercept, the columns of a factor's main effect are renamed to
/// `factor_level_vs_reference`; everything else keeps R's raw name, also the
/// columns of a call that makes a factor, such as `factor(stage)2`. All names
/// are made syntactic, so the `:` of an interaction becomes a dot.
enum CoefficientNames {
    /// - Throws: `InputError` when two columns end up with the same name.
    static func names(
        of model: ModelMatrix, formula: DesignFormula, variables: [String: DesignVariable], file: String
    ) throws -> [String] {
        let names = model.columns.map { column in
            guard let term = column.term else { return "Intercept" }
            let variable = formula.terms[term].variables[0]
            guard formula.hasIntercept, column.levels.count == 1, let level = column.levels[0],
                formula.calls[variable] == nil, case .factor(let factor)? = variables[variable]
            else { return syntacticName(column.rawName) }
            return syntacticName("\(variable)_\(factor.levels[level])_vs_\(factor.levels[0])")
        }
        var seen: [String: Int] = [:]
        for (position, name) in names.enumerated() {
            if let first = seen.updateValue(position, forKey: name) {
                throw InputError(
                    file: file,
                    "two coefficients would be named \(name): \(model.columns[first].rawName) "
                        + "and \(model.columns[position].rawName)",
                    remedy: "Rename a level or a column; characters other than letters, digits, . and _ become dots.")
            }
        }
        return names
    }
}
