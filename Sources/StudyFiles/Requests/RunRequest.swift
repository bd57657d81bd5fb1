import AnalysisPipeline

/// What a command asks for, as it travels to a coordinator.
package enum RunRequest: Codable, Equatable, Sendable {
    case study(StudyRequest)
    case differentialExpression(DifferentialExpressionRequest)
    case geneSets(GeneSetRequest)

    /// The files that are asked for, beside those that every run has.
    package var files: FileChoice {
        switch self {
        case .study(let request): request.files
        case .differentialExpression(let request): request.files
        case .geneSets(let request): request.files
        }
    }

    /// The q below which the gene sets of a list count as enriched; nil of a study, which says it in its file.
    package var fdrThreshold: Double? {
        switch self {
        case .study: nil
        case .differentialExpression(let request): request.geneSets?.settings.fdrThreshold
        case .geneSets(let request): request.settings.fdrThreshold
        }
    }

    /// Reads and checks everything.
    package func load(open: @escaping StudyLoader.FileSource) throws -> StudyInputs {
        switch self {
        case .study(let request): try request.load(open: open)
        case .differentialExpression(let request): try request.load(open: open)
        case .geneSets(let request): try request.load(open: open)
        }
    }
}
