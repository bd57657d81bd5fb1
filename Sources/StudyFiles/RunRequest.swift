import AnalysisPipeline

/// What a command asks for, as it travels to a coordinator.
package enum RunRequest: Codable, Equatable, Sendable {
    case study(StudyRequest)
    case differentialExpression(DifferentialExpressionRequest)
    case geneSets(GeneSetRequest)

    /// Reads and checks everything.
    package func load(open: @escaping StudyLoader.FileSource) throws -> StudyInputs {
        switch self {
        case .study(let request): try request.load(open: open)
        case .differentialExpression(let request): try request.load(open: open)
        case .geneSets(let request): try request.load(open: open)
        }
    }
}
