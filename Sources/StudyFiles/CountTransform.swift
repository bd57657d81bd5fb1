import AnalysisPipeline

/// How counts were transformed. Names of files and layers come from here, never from a word that was sent.
enum CountTransform: String, CaseIterable {
    case vst
    case rlog

    /// Nil where no transformed counts are among the results.
    init?(of results: StudyResults) {
        guard !results.transformedCounts.isEmpty,
            let transform = results.inputs.configuration.differentialExpression.flatMap({ Self(rawValue: $0.transform) }
            )
        else { return nil }
        self = transform
    }

    var fileName: String { rawValue + ".tsv.gz" }
}
