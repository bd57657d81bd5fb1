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

    @Flag(name: .long, help: "Say nothing but errors.")
    var quiet = false

    @Flag(name: .long, help: "Print the plan and the resolved study, with every default, as JSON.")
    var json = false

    @Flag(name: .long, help: "Exit with 4 when there were warnings.")
    var strict = false

    func run() throws {
        let file = try StudyOnDisk(path: study)
        let inputs = try file.request.load(open: file.open)
        if json {
            try JSONText.print(CheckedStudy(inputs))
        } else if !quiet {
            for line in StudyDescription(inputs).lines { print(line) }
        }
        if !quiet { Terminal.show(inputs.warnings) }
        if strict, inputs.warnings.contains(where: { $0.severity == .warning }) {
            throw CommandFailure(status: .finishedWithWarnings, message: nil)
        }
    }
}

/// What `check --json` prints.
private struct CheckedStudy: Encodable {
    var description: [String]
    var configuration: StudyConfiguration
    var warnings: [String]
    var notes: [String]

    init(_ inputs: StudyInputs) {
        description = StudyDescription(inputs).lines
        configuration = inputs.configuration
        let findings = Dictionary(grouping: inputs.warnings, by: \.severity).mapValues { $0.map(\.description) }
        warnings = findings[.warning] ?? []
        notes = findings[.note] ?? []
    }
}
