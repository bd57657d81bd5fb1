import AnalysisPipeline
import struct DifferentialExpression.AnalysisSettings
import ExpressionData
import ExpressionFormats

/// The analyses of one exposure with one set of covariates.
///
/// The covariates come first, so that the coefficients asked about are the last. A likelihood-ratio test compares the design
/// with the covariates alone, and with the terms that the study file keeps.
struct StudyAnalyses {
    let exposure: StudyExposure
    let adjustment: StudyFile.Adjustment
    let samples: SampleTable
    let settings: AnalysisSettings

    /// The study file, for messages.
    let file: String

    private var isLikelihoodRatio: Bool { settings.test == .lrt }

    /// - Throws: `InputError` for what cannot be asked.
    func analyses() throws -> (inputs: [StudyInputs.AnalysisInput], warnings: [InputWarning]) {
        let covariates = adjustment.covariates.isEmpty ? ["1"] : adjustment.covariates
        try checkColumns(beside: try DesignFormula(parsing: "~ " + covariates.joined(separator: " + "), over: samples))
        let formula = try DesignFormula(
            parsing: "~ " + (adjustment.covariates + exposure.terms).joined(separator: " + "), over: samples)
        let design = try Design(formula, samples: samples)
        let reduced =
            isLikelihoodRatio
            ? try design.reduced(
                DesignFormula(
                    parsing: "~ "
                        + (exposure.keptTerms.isEmpty ? covariates : adjustment.covariates + exposure.keptTerms)
                        .joined(separator: " + ")))
            : nil
        let tests = try tests(in: design)
        let inputs = try tests.map { name, contrast in
            try ResultFolderName.check(name, of: "test", file: file)
            let test = StudyInputs.NamedTest(contrast, name: isLikelihoodRatio ? settings.test.rawValue : nil)
            let expansion = try DesignExpansion(of: design, tests: [test], settings: settings)
            return StudyInputs.AnalysisInput(
                name: "\(adjustment.name)/\(name)", formula: design.formula.description, design: design.matrix,
                tests: expansion.tests, reducedFormula: reduced?.formula.description,
                reducedDesign: reduced?.matrix, expandedDesign: expansion.expanded)
        }
        return (inputs, design.warnings + design.referenceNotes)
    }

    /// What is tested, under the names of the results' folders.
    private func tests(in design: Design) throws -> [(name: String, contrast: Contrast)] {
        switch exposure.question {
        case .tests(let tests):
            if isLikelihoodRatio {
                guard tests.isEmpty else {
                    throw InputError(
                        file: file, column: exposure.name,
                        "`test: lrt` has one p-value for all terms together, and no `tests`",
                        remedy: "Leave out `tests`, or `test: lrt`; `reduced` names the terms that are not tested.")
                }
                return [(exposure.name, design.lastCoefficient)]
            }
            guard !tests.isEmpty else {
                throw InputError(
                    file: file, column: exposure.name, "the exposure names no `tests`",
                    remedy:
                        "The coefficients of its design are \(design.coefficients.map(\.name).joined(separator: ", "))."
                )
            }
            return try tests.map { ($0.name, try contrast($0, in: design)) }
        case .column, .allPairs:
            guard case .factor(let factor)? = samples.column(named: exposure.name)?.values else {
                return [(exposure.name, try design.coefficient(of: exposure.name))]
            }
            if isLikelihoodRatio { return [(exposure.name, design.lastCoefficient)] }
            let levels = factor.droppingUnusedLevels().levels
            let bases = exposure.question == .allPairs ? Array(levels.indices.dropLast()) : [0]
            return try bases.flatMap { base in
                try levels.indices.dropFirst(base + 1).map { level in
                    let pair = try design.contrast(of: exposure.name, level: levels[level], against: levels[base])
                    // As DESeq2 tests a coefficient by its name; pairs are contrasts, with their rule for genes without counts.
                    return (
                        pair.name, exposure.question == .allPairs ? pair : try design.coefficient(named: pair.name)
                    )
                }
            }
        }
    }

    private func contrast(_ test: StudyExposure.Test, in design: Design) throws -> Contrast {
        if design.coefficients.contains(where: { $0.name == test.contrast }) {
            return try design.coefficient(named: test.contrast)
        }
        // A colon stands in no coefficient's name.
        if test.contrast.contains(":") { return try design.contrast(parsing: test.contrast) }
        return try design.contrast(combining: test.contrast, name: test.name)
    }

    private func checkColumns(beside covariates: DesignFormula) throws {
        let columns = samples.columns.map(\.name)
        guard case .tests = exposure.question else {
            guard let column = samples.column(named: exposure.name) else {
                throw InputError(
                    file: samples.fileName, column: exposure.name,
                    "the exposure is not a column of the sample sheet",
                    remedy: exposure.name.contains("(")
                        ? "Functions stand in `adjust` and in `terms`; add the column, or name the exposure and give its terms and tests."
                        : nearestName(to: exposure.name, among: columns).map { "Did you mean `\($0)`?" }
                            ?? "Its columns are \(columns.joined(separator: ", ")).")
            }
            if exposure.question == .allPairs, case .numeric = column.values {
                throw InputError(
                    file: samples.fileName, column: exposure.name,
                    "all pairs of levels are asked for, and it is a number",
                    remedy: "Declare it a factor under `columns`, or ask for its coefficient.")
            }
            guard !covariates.variables.contains(exposure.name) else { throw adjustedForItself(exposure.name) }
            return
        }
        if let own = exposure.terms.first(where: adjustment.covariates.contains) { throw adjustedForItself(own) }
    }

    private func adjustedForItself(_ name: String) -> InputError {
        InputError(
            file: file, "the adjustment set `\(adjustment.name)` holds the exposure `\(name)`",
            remedy: "An exposure is not adjusted for itself: leave it out of the set, or out of `exposures`.")
    }
}

extension Design {
    /// The coefficient of a numeric variable: not the last one where covariates have interactions, which R puts behind.
    fileprivate func coefficient(of variable: String) throws -> Contrast {
        let own = coefficients.first { $0.term.map { formula.terms[$0].variables == [variable] } ?? false }
        return try own.map { try coefficient(named: $0.name) } ?? lastCoefficient
    }
}
