extension Design {
    /// What a Wald test is of when nothing else is asked for, as in DESeq2's `results`: the last coefficient, or, in a
    /// design without intercept and interactions whose last variable is a factor, that factor's last level against its
    /// first.
    ///
    /// The last coefficient of such a design may be the mean of a group, which differs from zero for every gene with counts.
    package var defaultContrast: Contrast {
        guard let (variable, level, base) = defaultComparison,
            let contrast = try? contrast(of: variable, level: level, against: base)
        else { return lastCoefficient }
        return contrast
    }

    /// What is compared by default in a design whose coefficients do not say it; nil elsewhere.
    package var noteOnDefaultContrast: InputWarning? {
        guard let (variable, level, base) = defaultComparison else { return nil }
        return InputWarning(
            .note,
            "the design \(formula) has no intercept, so what is compared is the last level of \(variable) with the first: "
                + "\(level) against \(base), as DESeq2's results() does; ask for anything else with --contrast or "
                + "--coefficient")
    }

    private var defaultComparison: (variable: String, level: String, base: String)? {
        guard !formula.hasIntercept, formula.terms.allSatisfy({ $0.variables.count == 1 }),
            let last = formula.variables.last, case .factor(let factor)? = samples.column(named: last)?.values,
            let level = factor.levels.last
        else { return nil }
        return (last, level, factor.levels[0])
    }
}
