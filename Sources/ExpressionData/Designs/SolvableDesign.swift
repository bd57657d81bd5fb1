extension Design {
    /// Refuses a design whose normal equations a computer cannot solve.
    ///
    /// Where a search falls back on bounds, as it does for genes with low counts and,
    /// beside a covariate far from zero, for most, DESeq2 takes standard errors from
    /// R's `solve(XᵀWX + λ)`, which stops where the reciprocal condition number in the
    /// 1-norm is below the machine's epsilon, and all genes with it. The same is asked
    /// here of `XᵀX + λ`, before anything is computed: of Unix times, dates as days,
    /// YYYYMMDD and the like nothing is left in double precision but the intercept.
    ///
    /// - Parameter ridge: On the log2 scale, of every coefficient.
    /// - Throws: `InputError` that names the covariates and what to subtract from and divide them by.
    package func checkSolvable(ridge: Double) throws {
        let columns = (0..<matrix.columnCount).map { column in (0..<matrix.sampleCount).map { matrix[$0, column] } }
        let penalty = ridge / (0.6931471805599453 * 0.6931471805599453)
        let condition = reciprocalCondition(ofProductsOf: columns, ridge: penalty)
        guard condition < .ulpOfOne else { return }
        let found =
            "the design \(formula) is computationally singular (reciprocal condition number \(Float(condition)))"
        guard let culprits = variablesToStandardise(columns, ridge: penalty) else {
            throw InputError(
                file: samples.fileName, found + ": its columns can hardly be told apart",
                remedy: "Leave out a variable that others nearly determine: one of \(listed(formula.variables)).")
        }
        let moments = culprits.map {
            (name: $0.name, mean: DesignVariables.rounded($0.mean), deviation: DesignVariables.rounded($0.deviation))
        }
        throw InputError(
            file: samples.fileName, column: culprits.count == 1 ? culprits[0].name : nil,
            found + ": "
                + moments.map { "the mean of \($0.name) is \($0.mean) and its standard deviation \($0.deviation)" }
                .joined(separator: ", ")
                + ", and DESeq2 stops at such numbers",
            remedy: "Centre and scale: write "
                + listed(moments.map { "scale(\($0.name))" }) + " in the design, or "
                + listed(moments.map { "subtract \($0.mean) from \($0.name) and divide by \($0.deviation)" })
                + " in the sample sheet. No test of it changes.")
    }

    private struct Culprit {
        var name: String
        var mean: Double
        var deviation: Double
    }

    /// The fewest numeric variables with which centred and scaled the design can be solved: one, or else the largest;
    /// nil when not even all would do.
    private func variablesToStandardise(_ columns: [[Double]], ridge: Double) -> [Culprit]? {
        let culprits = numericVariables.compactMap { name in
            values(of: name, columns).map { values in
                let mean = values.reduce(0, +) / Double(values.count)
                let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                return Culprit(
                    name: name, mean: mean, deviation: (squares / Double(max(values.count - 1, 1))).squareRoot())
            }
        }.sorted { $0.mean.magnitude + $0.deviation > $1.mean.magnitude + $1.deviation }
        func condition(_ chosen: [Culprit]) -> Double {
            reciprocalCondition(ofProductsOf: standardised(columns, chosen), ridge: ridge)
        }
        if let alone = culprits.max(by: { condition([$0]) < condition([$1]) }), condition([alone]) >= .ulpOfOne {
            return [alone]
        }
        return (1...max(culprits.count, 1)).lazy.map { Array(culprits.prefix($0)) }
            .first { condition($0) >= .ulpOfOne }
    }

    /// In the order of the coefficients.
    private var numericVariables: [String] {
        var names: [String] = []
        for coefficient in coefficients {
            for name in numericVariables(of: coefficient) where !names.contains(name) { names.append(name) }
        }
        return names
    }

    private func numericVariables(of coefficient: Coefficient) -> [String] {
        guard let term = coefficient.term else { return [] }
        return zip(formula.terms[term].variables, coefficient.levels).filter { $0.1 == nil }.map(\.0)
    }

    /// A variable's values: of the sample sheet, or of the column that it makes alone.
    private func values(of name: String, _ columns: [[Double]]) -> [Double]? {
        if case .numeric(let values)? = samples.column(named: name)?.values { return values }
        return coefficients.firstIndex { $0.levels.count == 1 && numericVariables(of: $0) == [name] }
            .map { columns[$0] }
    }

    private func standardised(_ columns: [[Double]], _ variables: [Culprit]) -> [[Double]] {
        columns.indices.map { position in
            let own = numericVariables(of: coefficients[position])
            var column = columns[position]
            for variable in variables where own.contains(variable.name) {
                guard let values = values(of: variable.name, columns) else { continue }
                for sample in column.indices where values[sample] != 0 {
                    column[sample] *= (values[sample] - variable.mean) / variable.deviation / values[sample]
                }
            }
            return column
        }
    }
}

/// `1 / (‖A‖₁ ‖A⁻¹‖₁)` of `A = XᵀX + λ`; 0 where A is singular to elimination.
private func reciprocalCondition(ofProductsOf columns: [[Double]], ridge: Double) -> Double {
    let size = columns.count
    var left = columns.map { row in columns.map { column in zip(row, column).reduce(0) { $0 + $1.0 * $1.1 } } }
    for index in 0..<size { left[index][index] += ridge }
    let norm = largestColumnSum(left)
    var inverse = (0..<size).map { row in (0..<size).map { $0 == row ? 1.0 : 0.0 } }
    // Gauss-Jordan with partial pivoting.
    for step in 0..<size {
        let pivot = (step..<size).max { left[$0][step].magnitude < left[$1][step].magnitude }!
        guard left[pivot][step] != 0 else { return 0 }
        left.swapAt(step, pivot)
        inverse.swapAt(step, pivot)
        let scale = 1 / left[step][step]
        for column in 0..<size {
            left[step][column] *= scale
            inverse[step][column] *= scale
        }
        for row in 0..<size where row != step {
            let factor = left[row][step]
            guard factor != 0 else { continue }
            for column in 0..<size {
                left[row][column] -= factor * left[step][column]
                inverse[row][column] -= factor * inverse[step][column]
            }
        }
    }
    let condition = 1 / (norm * largestColumnSum(inverse))
    return condition.isFinite ? condition : 0
}

/// The 1-norm.
private func largestColumnSum(_ matrix: [[Double]]) -> Double {
    (matrix.first?.indices ?? 0..<0).reduce(0) { largest, column in
        max(largest, matrix.reduce(0) { $0 + $1[column].magnitude })
    }
}
