import AnalysisPipeline
import ArgumentParser
import ExpressionData
import ExpressionFormats
import Foundation
import StudyFiles

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Reads and validates all inputs of a study or a single design, and prints the plan; computes nothing.",
        discussion: """
            Example:
              modicum check study.yaml
              modicum check --counts counts.tsv.gz --samples samples.tsv --design "~ batch + condition"
            """)

    @Argument(help: "The study file, if it is not a single design.")
    var study: String?

    @OptionGroup(title: "A single design, as of de") var single: DesignArguments

    @Flag(name: .long, help: "Say nothing but errors.")
    var quiet = false

    @Flag(name: .long, help: "Print the plan and the resolved study, with every default, as JSON.")
    var json = false

    @Flag(name: .long, help: "Exit with 4 when there were warnings.")
    var strict = false

    func validate() throws {
        guard study == nil || !single.isGiven else {
            throw ValidationError("give either a study file, or --counts and --design")
        }
        guard study != nil || single.isGiven else {
            throw ValidationError("Missing expected argument: a study file, or --counts and --design")
        }
        if study == nil { try single.check() }
    }

    func run() throws {
        if let study, let reads = try StudyOnDisk(path: study).readsDescription() {
            if json {
                try JSONText.print(["description": reads])
            } else if !quiet {
                for line in reads { print(line) }
                print("         The rest of the study is checked once its reads are counted.")
            }
            return
        }
        let inputs = try load()
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

    private func load() throws -> StudyInputs {
        guard let study else { return try single.request.load { try InputFile(path: $0) } }
        let file = try StudyOnDisk(path: study)
        return try file.request.load(open: file.open)
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
