/// The model matrix with one column for every level of every factor.
///
/// Under a prior on the coefficients all levels are then shrunken alike, whichever is
/// the reference. The columns are linearly dependent; the prior makes the fit unique.
package struct ExpandedDesign: Equatable, Sendable {
    /// Where a column's prior variance is taken from.
    package enum PriorSource: Equatable, Sendable {
        /// Left all but free.
        case intercept

        /// That of one coefficient of the standard design, by its position.
        case coefficient(Int)

        /// The mean over a factor's coefficients in the standard design and all their pairwise differences.
        case factor([Int])
    }

    /// Columns are named `Intercept`, `conditiontreated`, `age`.
    package let matrix: DesignMatrix

    /// That of the standard design.
    package let formula: DesignFormula

    /// One per column.
    package let priorSources: [PriorSource]

    /// - Throws: `InputError` for a design with interactions or without an intercept, for which DESeq2 defines no such
    ///   matrix either.
    package init(of design: Design) throws {
        guard design.formula.hasIntercept else {
            throw InputError(
                "the design \(design.formula) has no intercept, and a normal prior shrinks towards one",
                remedy: "Leave the 0 out of the design and ask for a --contrast, or leave out the prior.")
        }
        if let interaction = design.formula.terms.first(where: { $0.variables.count > 1 }) {
            throw InputError(
                "the design \(design.formula) has the interaction \(interaction.label), "
                    + "and a normal prior is defined for main effects only",
                remedy: "Shrink by apeglm, or join the interacting variables into one factor with their combinations.")
        }
        let samples = design.samples
        var names: [String] = []
        var columns: [[Double]] = []
        var sources: [PriorSource] = []
        names.append("Intercept")
        columns.append([Double](repeating: 1, count: samples.sampleCount))
        sources.append(.intercept)
        for (position, term) in design.formula.terms.enumerated() {
            let own = design.coefficients.indices.filter { design.coefficients[$0].term == position }
            let variable = term.variables[0]
            switch design.variables[variable]! {
            case .covariate(let numbers):
                names.append(syntacticName(variable))
                columns.append(numbers)
                sources.append(.coefficient(own[0]))
            case .basis(let basis):
                for (position, values) in basis.enumerated() {
                    names.append(design.coefficients[own[position]].name)
                    columns.append(values)
                    sources.append(.coefficient(own[position]))
                }
            case .factor(let factor):
                for (level, name) in factor.levels.enumerated() {
                    names.append(syntacticName(variable + name))
                    columns.append(factor.codes.map { $0 == level ? 1 : 0 })
                    sources.append(.factor(own))
                }
            }
        }
        matrix = DesignMatrix(
            columnNames: names, values: samples.sampleNames.indices.flatMap { row in columns.map { $0[row] } },
            sampleCount: samples.sampleCount)
        priorSources = sources
        formula = design.formula
    }
}
