/// What is compared with what, in words.
extension Design {
    /// What the log2 fold changes of a contrast are: `treated over untreated`, `per 1 unit of age`.
    ///
    /// - Returns: Nil of a contrast whose weights are not over this design's coefficients.
    package func meaning(of contrast: Contrast) -> String? {
        let used = contrast.weights.indices.filter { contrast.weights[$0] != 0 }
        let weights = used.map { contrast.weights[$0] }
        if used.count == 1, weights[0].magnitude == 1 {
            return meaning(ofCoefficient: used[0], isNegated: weights[0] < 0)
        }
        if used.count == 2, weights[0] == -weights[1], weights[0].magnitude == 1,
            let plus = mainLevel(used[weights[0] > 0 ? 0 : 1]), let minus = mainLevel(used[weights[0] > 0 ? 1 : 0]),
            plus.term == minus.term
        {
            return "\(plus.level) over \(minus.level)"
        }
        guard !used.isEmpty else { return nil }
        let summands = zip(used, weights).map { position, weight in
            (weight < 0 ? "- " : "+ ") + (weight.magnitude == 1 ? "" : "\(decimal(weight.magnitude))*")
                + coefficients[position].name
        }
        let sum = summands.joined(separator: " ")
        return "of the sum " + (sum.hasPrefix("+ ") ? String(sum.dropFirst(2)) : sum)
    }

    /// That undeclared factors are compared with their first level.
    package var referenceNotes: [InputWarning] {
        formula.variables.compactMap { name in
            guard formula.calls[name] == nil, let column = samples.column(named: name), !column.hasReference,
                case .factor(let factor) = column.values,
                formula.terms.indices.contains(where: { isCompared(name, inTerm: $0) })
            else { return nil }
            let levels = factor.levels.map(VisibleText.shown)
            return InputWarning(
                .note, place: InputPlace(file: samples.fileName, column: name),
                "no reference level is declared, so it is the first, \(levels[0]): fold changes are "
                    + "\(listed(Array(levels.dropFirst()), limit: 5)) over \(levels[0])")
        }
    }

    private func meaning(ofCoefficient position: Int, isNegated: Bool) -> String {
        let coefficient = coefficients[position]
        guard let term = coefficient.term else { return "of the intercept, and no comparison" }
        let names = formula.terms[term].variables
        let parts = zip(names, coefficient.levels).enumerated().map { place, variable in
            part(variable.0, level: variable.1, place: place, of: position, isNegated: isNegated && place == 0)
        }
        let conditions = parts.compactMap(\.condition)
        var changes = parts.compactMap(\.change)
        let place = conditions.isEmpty ? "" : " where \(conditions.joined(separator: " and "))"
        guard let last = changes.popLast() else { return "of samples\(place), and no comparison" }
        let added = changes.isEmpty ? last : "what \(changes.joined(separator: " and ")) adds to \(last)"
        let isCovariate = changes.isEmpty && !last.contains(" over ")
        return (isCovariate ? "per \(added)" : added) + place
    }

    /// What one variable of a term changes, or where a level that is compared with no other holds.
    private func part(
        _ name: String, level: Int?, place: Int, of position: Int, isNegated: Bool
    ) -> (change: String?, condition: String?) {
        let unit = isNegated ? "1 unit less" : "1 unit"
        switch variables[name]! {
        case .covariate: return ("\(unit) of \(name)", nil)
        case .basis:
            let own = coefficients.indices.filter {
                coefficients[$0].term == coefficients[position].term
                    && coefficients[$0].levels == coefficients[position].levels
            }
            let column = own.firstIndex(of: position)! + 1
            return ("\(unit) of column \(column) of \(name)", nil)
        case .factor(let factor):
            let levels = factor.levels
            guard isCompared(name, inTerm: coefficients[position].term!) else {
                return (nil, "\(name) is \(levels[level!])")
            }
            return (isNegated ? "\(levels[0]) over \(levels[level!])" : "\(levels[level!]) over \(levels[0])", nil)
        }
    }

    /// Whether the reference of a factor has no column of its own in a term.
    private func isCompared(_ name: String, inTerm term: Int) -> Bool {
        guard let place = formula.terms[term].variables.firstIndex(of: name) else { return false }
        return !coefficients.contains { $0.term == term && $0.levels[place] == 0 }
    }

    private func mainLevel(_ position: Int) -> (term: Int, level: String)? {
        let coefficient = coefficients[position]
        guard let term = coefficient.term, coefficient.levels.count == 1, let level = coefficient.levels[0],
            case .factor(let factor)? = variables[formula.terms[term].variables[0]]
        else { return nil }
        return (term, factor.levels[level])
    }
}
