import AnalysisPipeline
import DifferentialExpression

extension AnalysisSettings.Transform {
    /// How the counts of a result were transformed; nil where no transformed counts are among them.
    init?(of results: StudyResults) {
        guard !results.transformedCounts.isEmpty,
            let transform = results.inputs.configuration.differentialExpression?.transform
        else { return nil }
        self = transform
    }

    /// Names of files and layers come from here, never from a word that was sent.
    var fileName: String { rawValue + ".tsv.gz" }
}
