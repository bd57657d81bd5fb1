import AnalysisPipeline
import struct DifferentialExpression.AnalysisSettings
import ExpressionData

extension ContrastsFile {
    /// One analysis per model, each comparison a test under its id.
    ///
    /// A single model has no name, as the only design of a command has none.
    func analyses(
        of samples: SampleTable, settings: AnalysisSettings
    ) throws -> (analyses: [StudyInputs.AnalysisInput], warnings: [InputWarning]) {
        let models = models
        if let twice = models.map(\.name).firstRepeated {
            throw InputError(
                file: fileName, "two designs would be written to the folder \(twice)",
                remedy: "Rename a column of the sample sheet, or use two files.")
        }
        if models.count > 1 {
            for model in models {
                try ResultFolderName.check(model.name, of: "model", isAtTop: true, file: fileName)
            }
        }
        var warnings: [InputWarning] = []
        let analyses = try models.map { model in
            let design = try Design(DesignFormula(parsing: model.formula), samples: samples)
            warnings += design.warnings
            let tests = try model.comparisons.map { comparison in
                StudyInputs.NamedTest(
                    try design.contrast(
                        of: comparison.variable, level: comparison.target, against: comparison.reference
                    ).named(comparison.id))
            }
            let expansion = try DesignExpansion(of: design, tests: tests, settings: settings)
            return StudyInputs.AnalysisInput(
                name: models.count == 1 ? "" : model.name, formula: design.formula.description,
                design: design.matrix, tests: expansion.tests, expandedDesign: expansion.expanded)
        }
        return (analyses, warnings)
    }
}
