/// The columns that a formula gives for a sample table, before any check of their rank.
///
/// R's `model.matrix` with treatment contrasts: a factor has one 0/1 column per
/// level but the first where the rest of its term is already in the model, and
/// one per level where it is not. Without an intercept the first factor found
/// has all its levels. The first variable of an interaction varies fastest.
struct ModelMatrix {
    /// One column and what it stands for.
    struct Column {
        /// The term's position in the formula; nil for the intercept.
        var term: Int?

        /// For every variable of the term its level, nil for a numeric variable.
        var levels: [Int?]

        /// `(Intercept)`, `conditiontreated`, `age`, `typesingle:conditiontreated`.
        var rawName: String

        /// One per sample.
        var values: [Double]
    }

    let columns: [Column]

    /// - Precondition: Every variable is a column of `samples`.
    init(_ formula: DesignFormula, _ samples: SampleTable) {
        let codings = Self.codings(formula, samples)
        var columns: [Column] = []
        if formula.hasIntercept {
            let ones = [Double](repeating: 1, count: samples.sampleCount)
            columns.append(Column(term: nil, levels: [], rawName: "(Intercept)", values: ones))
        }
        for (position, term) in formula.terms.enumerated() {
            var partial = [Column(term: position, levels: [], rawName: "", values: [])]
            for (variable, isFull) in zip(term.variables, codings[position]) {
                let factors = Self.columns(of: samples.column(named: variable)!, isFull: isFull)
                partial = factors.flatMap { right in partial.map { Self.product($0, right) } }
            }
            columns += partial
        }
        self.columns = columns
    }

    /// For every term and each of its variables: whether a factor has all its
    /// levels there. The subset rule, not equality, is R's own.
    private static func codings(_ formula: DesignFormula, _ samples: SampleTable) -> [[Bool]] {
        var codings = formula.terms.enumerated().map { position, term in
            term.variables.map { variable in
                let rest = term.variables.filter { $0 != variable }
                return !rest.isEmpty
                    && !formula.terms[..<position].contains { Set(rest).isSubset(of: $0.variables) }
            }
        }
        guard !formula.hasIntercept else { return codings }
        for (position, term) in formula.terms.enumerated() {
            for (place, variable) in term.variables.enumerated() {
                if case .factor = samples.column(named: variable)!.values {
                    codings[position][place] = true
                    return codings
                }
            }
        }
        return codings
    }

    private static func columns(of variable: SampleTable.Column, isFull: Bool) -> [Column] {
        switch variable.values {
        case .numeric(let numbers):
            return [Column(term: nil, levels: [nil], rawName: variable.name, values: numbers)]
        case .factor(let factor):
            return factor.levels.indices.dropFirst(isFull ? 0 : 1).map { level in
                Column(
                    term: nil, levels: [level], rawName: variable.name + factor.levels[level],
                    values: factor.codes.map { $0 == level ? 1 : 0 })
            }
        }
    }

    private static func product(_ left: Column, _ right: Column) -> Column {
        guard !left.levels.isEmpty else {
            return Column(term: left.term, levels: right.levels, rawName: right.rawName, values: right.values)
        }
        return Column(
            term: left.term, levels: left.levels + right.levels, rawName: left.rawName + ":" + right.rawName,
            values: zip(left.values, right.values).map { $0 * $1 })
    }
}
