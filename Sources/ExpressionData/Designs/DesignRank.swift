/// Whether a model matrix has full rank and leaves degrees of freedom.
enum DesignRank {
    /// - Throws: `InputError` that names the columns involved and the fewest terms to drop.
    static func check(
        _ model: ModelMatrix, names: [String], formula: DesignFormula, samples: SampleTable
    ) throws {
        let (sampleCount, coefficientCount) = (samples.sampleCount, names.count)
        let coefficientsMeet = "\(counted(coefficientCount, "coefficient")) and \(counted(sampleCount, "sample"))"
        guard sampleCount >= coefficientCount else {
            throw InputError(
                file: samples.fileName, "the design \(formula) has more coefficients than samples: \(coefficientsMeet)",
                remedy: "Use fewer variables or levels; the coefficients are \(listed(names)).")
        }
        if let empty = model.columns.firstIndex(where: { $0.values.allSatisfy { $0 == 0 } }) {
            guard model.columns[empty].levels.count > 1 else {
                throw InputError(
                    file: samples.fileName,
                    "\(model.columns[empty].rawName) is 0 in all samples, "
                        + "so its coefficient \(names[empty]) cannot be estimated",
                    remedy: "Choose fewer or other knots.")
            }
            throw InputError(
                file: samples.fileName,
                "no sample has the combination \(model.columns[empty].rawName), "
                    + "so its coefficient \(names[empty]) cannot be estimated",
                remedy: "Remove the interaction, or join the variables into one factor with the combinations there are."
            )
        }
        let factorisation = PivotedQR(model.columns.map(\.values))
        guard factorisation.rank == coefficientCount else {
            throw collinear(factorisation, model, names: names, formula: formula, samples: samples)
        }
        guard sampleCount > coefficientCount else {
            throw InputError(
                file: samples.fileName,
                "the design \(formula) has as many coefficients as samples, \(coefficientCount): "
                    + "nothing is left to estimate the dispersion from",
                remedy: "Add replicates, or use fewer variables.")
        }
    }

    private static func collinear(
        _ factorisation: PivotedQR, _ model: ModelMatrix, names: [String], formula: DesignFormula,
        samples: SampleTable
    ) -> InputError {
        let rejected = Array(factorisation.pivots[factorisation.rank...])
        let partners = rejected.map { rejected in
            let size = largestMagnitude(model.columns[rejected].values)
            return factorisation.dependence(of: rejected).filter { partner, coefficient in
                // Rank was decided at 1e-7; coefficients below that share of the column are rounding.
                coefficient.magnitude * largestMagnitude(model.columns[partner].values) > 1e-7 * size
            }.map(\.column)
        }
        let sentences = zip(rejected, partners).prefix(3).map { rejected, partners in
            "\(names[rejected]) is a combination of \(listed(partners.map { names[$0] }))"
        }
        let more = rejected.count > 3 ? " and \(rejected.count - 3) more are combinations of others" : ""
        let dropping = fewestTermsToDrop(of: rejected + partners.joined(), model, formula).map { sets in
            let choices = sets.map { listed($0.map { formula.terms[$0].label }) }
            return "Drop \(joinedByOr(choices)) from the design."
        }
        let interceptIsSurplus =
            rejected.contains { model.columns[$0].levels.count > 1 }
            && formula.hasIntercept && hasFullRank(Array(model.columns.dropFirst()))
        return InputError(
            file: samples.fileName,
            "the design \(formula) is collinear: \(sentences.joined(separator: "; "))\(more)",
            remedy: interceptIsSurplus
                ? "Begin the design with ~ 0 +, or add the main effects of the interaction."
                : dropping ?? "Drop variables until no column is a combination of others.")
    }

    /// The smallest sets of terms, at most three large, without which the rest has full rank.
    ///
    /// Only terms of the columns involved can help, and a term may only go with
    /// the interactions it is part of.
    private static func fewestTermsToDrop(
        of columns: [Int], _ model: ModelMatrix, _ formula: DesignFormula
    ) -> [[Int]]? {
        let involved = Set(columns.compactMap { model.columns[$0].term })
        let candidates = formula.terms.indices.filter { term in
            involved.contains { other in
                Set(formula.terms[other].variables).isSubset(of: formula.terms[term].variables)
            }
        }
        // A factorisation for each subset: a handful of terms takes no time, twenty would take minutes.
        guard candidates.count <= 12 else { return nil }
        for size in 1...3 where size < formula.terms.count {
            let found = subsets(of: candidates.count, size: size).map { $0.map { candidates[$0] } }.filter { dropped in
                isClosed(dropped, formula)
                    && hasFullRank(model.columns.filter { column in !(column.term.map(dropped.contains) ?? false) })
            }
            if !found.isEmpty { return found }
        }
        return nil
    }

    private static func isClosed(_ dropped: [Int], _ formula: DesignFormula) -> Bool {
        dropped.allSatisfy { term in
            let variables = Set(formula.terms[term].variables)
            return formula.terms.indices.allSatisfy { other in
                dropped.contains(other) || !variables.isStrictSubset(of: formula.terms[other].variables)
            }
        }
    }

    private static func hasFullRank(_ columns: [ModelMatrix.Column]) -> Bool {
        PivotedQR(columns.map(\.values)).rank == columns.count
    }

    private static func subsets(of count: Int, size: Int) -> [[Int]] {
        guard size > 0 else { return [[]] }
        return subsets(of: count, size: size - 1).flatMap { subset in
            ((subset.last ?? -1) + 1..<max(count, (subset.last ?? -1) + 1)).map { subset + [$0] }
        }
    }

    private static func joinedByOr(_ choices: [String]) -> String {
        guard let last = choices.last, choices.count > 1 else { return choices.first ?? "" }
        return choices.dropLast().joined(separator: ", ") + " or " + last
    }

    private static func largestMagnitude(_ values: [Double]) -> Double {
        values.reduce(0) { max($0, $1.magnitude) }
    }
}
