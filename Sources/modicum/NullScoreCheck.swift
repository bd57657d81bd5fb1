import AnalysisPipeline
import ClusterRuntime
import CountPipeline
import ExpressionData
import Foundation
import StudyFiles

extension StudyInputs {
    /// Throws where the null scores that a command is asked to keep do not fit.
    ///
    /// - Parameters:
    ///   - computedHere: Whether this process gathers them, and not a coordinator.
    ///   - folder: Where the results go.
    func checkNullScores(computedHere: Bool, in folder: String) throws {
        guard let problem = nullScoreProblem(computedHere: computedHere, in: folder) else { return }
        throw CommandFailure(status: .usage, message: problem)
    }

    /// The same in a coordinator, which refuses the run.
    func checkSubmittedNullScores(in folder: String) throws {
        guard let problem = nullScoreProblem(computedHere: true, in: folder) else { return }
        throw InputError("at the coordinator \(problem)", remedy: "")
    }

    private func nullScoreProblem(computedHere: Bool, in folder: String) -> String? {
        guard let space = NullScoreSpace(self) else { return nil }
        var place = URL(fileURLWithPath: folder).standardizedFileURL
        while !FileManager.default.fileExists(atPath: place.path), place.path != "/" { place.deleteLastPathComponent() }
        return space.problem(
            memory: computedHere ? AvailableMemory.total(environment: ProcessInfo.processInfo.environment) : nil,
            disk: WorkerPrograms.freeBytes(place.path))
    }
}
