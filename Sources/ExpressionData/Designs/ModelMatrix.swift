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

        /// `(Intercept)`, `conditiontreated`, `age`, `typesingle:conditiontreated`, `poly(age, 2)1`.
        var rawName: String

        /// One per sample.
        var values: [Double]
    }

    let columns: [Column]

    init(columns: [Column]) {
        self.columns = columns
    }

    /// - Parameter variables: All variables of the formula.
    /// - Throws: `InputError` for more columns than any design can use.
    init(_ formula: DesignFormula, _ variables: [String: DesignVariable], sampleCount: Int) throws {
        let codings = Self.codings(formula, variables)
        try Self.checkSize(of: formula, codings, variables)
        var columns: [Column] = []
        if formula.hasIntercept {
            let ones = [Double](repeating: 1, count: sampleCount)
            columns.append(Column(term: nil, levels: [], rawName: "(Intercept)", values: ones))
        }
        for (position, term) in formula.terms.enumerated() {
            var partial = [Column(term: position, levels: [], rawName: "", values: [])]
            for (variable, isFull) in zip(term.variables, codings[position]) {
                let factors = Self.columns(of: variables[variable]!, named: variable, isFull: isFull)
                partial = factors.flatMap { right in partial.map { Self.product($0, right) } }
            }
            columns += partial
        }
        self.columns = columns
    }

    /// For every term and each of its variables: whether a factor has all its
    /// levels there. The subset rule, not equality, is R's own.
    private static func codings(_ formula: DesignFormula, _ variables: [String: DesignVariable]) -> [[Bool]] {
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
                if case .factor = variables[variable]! {
                    codings[position][place] = true
                    return codings
                }
            }
        }
        return codings
    }

    private static func columns(of variable: DesignVariable, named name: String, isFull: Bool) -> [Column] {
        switch variable {
        case .covariate(let numbers):
            return [Column(term: nil, levels: [nil], rawName: name, values: numbers)]
        case .basis(let columns):
            return columns.enumerated().map {
                Column(term: nil, levels: [nil], rawName: name + "\($0 + 1)", values: $1)
            }
        case .factor(let factor):
            return factor.levels.indices.dropFirst(isFull ? 0 : 1).map { level in
                Column(
                    term: nil, levels: [level], rawName: name + factor.levels[level],
                    values: factor.codes.map { $0 == level ? 1 : 0 })
            }
        }
    }

    /// The model without the columns of combinations that no sample has, and their names.
    ///
    /// DESeq2's vignette has its user do so where a level occurs in one group
    /// only ("Levels without samples"). An interaction that has no combination
    /// left stays as it is: it asks for what nothing can tell.
    func withoutEmptyCombinations() -> (model: ModelMatrix, dropped: [String]) {
        func isEmpty(_ column: Column) -> Bool { column.values.allSatisfy { $0 == 0 } }
        let kept = Set(columns.filter { !isEmpty($0) }.map(\.term))
        let dropped = columns.filter { $0.levels.count > 1 && isEmpty($0) && kept.contains($0.term) }.map(\.rawName)
        let isDropped = Set(dropped)
        return (ModelMatrix(columns: columns.filter { !isDropped.contains($0.rawName) }), dropped)
    }

    /// Far above what a design can use, and small enough to hold.
    private static let mostColumns = 10_000

    private static func checkSize(
        of formula: DesignFormula, _ codings: [[Bool]], _ variables: [String: DesignVariable]
    ) throws {
        var total = 0
        for (term, codings) in zip(formula.terms, codings) {
            var count = 1
            for (name, isFull) in zip(term.variables, codings) where count <= mostColumns {
                switch variables[name]! {
                case .covariate: break
                case .basis(let columns): count *= columns.count
                case .factor(let factor): count *= factor.levels.count - (isFull ? 0 : 1)
                }
            }
            total += count
            guard total <= mostColumns else {
                throw InputError(
                    "the design \(formula) has more than \(grouped(mostColumns)) coefficients",
                    remedy: "Use fewer variables or levels, or fewer interactions.")
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
