/// Warns of coefficients that can be estimated, but hardly told apart.
///
/// The diagnosis of Belsley, Kuh & Welsch (1980) on columns of length 1,
/// centred where there is an intercept, so that the mean of a covariate such as
/// age does not count as collinearity with it: a condition index above 30, and
/// the coefficients more than half of whose variance comes from that direction.
enum NearCollinearity {
    static func warnings(
        for model: ModelMatrix, names: [String], formula: DesignFormula, samples: SampleTable
    ) -> [InputWarning] {
        let columns = model.columns.indices.filter { model.columns[$0].term != nil }
        guard columns.count > 1 else { return [] }
        let scaled = columns.map { standardised(model.columns[$0].values, isCentred: formula.hasIntercept) }
        let eigen = SymmetricEigen(products(scaled))
        let largest = eigen.values.last!
        var warnings: [InputWarning] = []
        for direction in eigen.values.indices where index(largest, eigen.values[direction]) > 30 {
            let share = columns.indices.map { column in
                variance(of: column, along: direction, eigen)
                    / eigen.values.indices.reduce(0) { $0 + variance(of: column, along: $1, eigen) }
            }
            let involved = columns.indices.filter { share[$0] > 0.5 }.map { columns[$0] }
            guard involved.count > 1 else { continue }
            let condition = rounded(index(largest, eigen.values[direction]))
            var text =
                "\(listed(involved.map { names[$0] })) are nearly collinear (condition number \(condition)): "
                + "their coefficients will have large standard errors"
            if let total = commonTotal(involved.map { model.columns[$0].values }) {
                text += "; in every sample they sum to about \(rounded(total))"
            }
            if let best = bestTermToDrop(involved, model, formula) {
                text += "; without \(formula.terms[best.term].label) the condition number is \(rounded(best.condition))"
            }
            if let column = sharedColumn(involved, model, formula, samples) {
                let name = DesignFormula.quoted(column)
                text += "; with scale(\(name)) in the place of \(name) they are easier to tell apart"
            }
            warnings.append(InputWarning(.warning, place: InputPlace(file: samples.fileName), text))
        }
        return warnings
    }

    /// A numeric column that several of the terms are made of, such as `x` of `x` and `I(x^2)`, or that is in an
    /// interaction, such as `x` of `x:c`, which is nearly `c`.
    ///
    /// Its mean is what ties them to each other.
    private static func sharedColumn(
        _ involved: [Int], _ model: ModelMatrix, _ formula: DesignFormula, _ samples: SampleTable
    ) -> String? {
        let terms = Set(involved.compactMap { model.columns[$0].term })
        let columns = terms.map { term in
            Set(formula.terms[term].variables.flatMap { formula.calls[$0]?.columns ?? [$0] })
        }
        let inInteractions = Set(
            terms.flatMap { formula.terms[$0].variables.count > 1 ? formula.terms[$0].variables : [] })
        return formula.columns.first { name in
            guard case .numeric(let numbers)? = samples.column(named: name)?.values,
                columns.count(where: { $0.contains(name) }) > 1 || inInteractions.contains(name)
            else { return false }
            let mean = arithmeticMean(of: numbers)
            let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
            return mean * mean > variance
        }
    }

    private static func index(_ largest: Double, _ value: Double) -> Double {
        // A direction of rounding noise only may come out at or below zero.
        (largest / max(value, largest * 1e-16)).squareRoot()
    }

    private static func variance(of column: Int, along direction: Int, _ eigen: SymmetricEigen) -> Double {
        let weight = eigen.vectors[direction][column]
        return weight * weight / max(eigen.values[direction], eigen.values.last! * 1e-16)
    }

    /// The term whose removal lowers the condition number most.
    private static func bestTermToDrop(
        _ involved: [Int], _ model: ModelMatrix, _ formula: DesignFormula
    ) -> (term: Int, condition: Double)? {
        var candidates: [Int] = []
        for column in involved {
            if let term = model.columns[column].term, !candidates.contains(term) { candidates.append(term) }
        }
        let conditions = candidates.map { term in
            let kept = model.columns.filter { $0.term != nil && $0.term != term }
                .map { standardised($0.values, isCentred: formula.hasIntercept) }
            guard kept.count > 1 else { return 1.0 }
            let values = SymmetricEigen(products(kept)).values
            return index(values.last!, values[0])
        }
        guard let best = conditions.indices.min(by: { conditions[$0] < conditions[$1] }) else { return nil }
        return (candidates[best], conditions[best])
    }

    /// The sum of the columns, if it is the same within two per cent in all samples.
    private static func commonTotal(_ columns: [[Double]]) -> Double? {
        let totals = columns[0].indices.map { sample in columns.reduce(0) { $0 + $1[sample] } }
        let (low, high) = (totals.min()!, totals.max()!)
        let mean = totals.reduce(0, +) / Double(totals.count)
        return high - low <= 0.02 * mean.magnitude ? mean : nil
    }

    private static func standardised(_ values: [Double], isCentred: Bool) -> [Double] {
        let mean = isCentred ? values.reduce(0, +) / Double(values.count) : 0
        let length = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
        return values.map { length > 0 ? ($0 - mean) / length : 0 }
    }

    private static func products(_ columns: [[Double]]) -> [[Double]] {
        columns.map { left in columns.map { right in zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } } }
    }

    /// Three significant digits are enough for a diagnosis.
    private static func rounded(_ value: Double) -> String {
        decimal(value >= 100 ? value.rounded() : (value * 10).rounded() / 10)
    }
}
