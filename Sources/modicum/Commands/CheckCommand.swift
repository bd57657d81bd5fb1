import AnalysisPipeline
import ArgumentParser
import ExpressionData
import Foundation
import StudyFiles

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads and validates all inputs of a study, and prints the plan; computes nothing.",
        discussion: """
            Example:
              modicum check study.yaml
            """)

    @Argument(help: "The study file.")
    var study: String

    @Flag(name: .long, help: "Exit with 4 when there were warnings.")
    var strict = false

    func run() throws {
        let file = try StudyOnDisk(path: study)
        let inputs = try file.request.load(open: file.open)
        for line in StudyDescription(inputs).lines { print(line) }
        for warning in inputs.warnings {
            if warning.severity == .note {
                Terminal.note("note: \(warning.description)")
            } else {
                Terminal.warning(warning.description)
            }
        }
        if strict, inputs.warnings.contains(where: { $0.severity == .warning }) {
            throw CommandFailure(status: .finishedWithWarnings, message: nil)
        }
    }
}
