import AnalysisPipeline
import ExpressionFormats
import Foundation
import StoredRuns
import StudyFiles
import StudyReport

/// A command that computes: reads what it is asked for, has it computed here or by a coordinator, and concludes.
struct Computation {
    let title: String
    let request: RunRequest
    let options: RunOptions

    /// The folder that relative names of files start from.
    var folder = FileManager.default.currentDirectoryPath

    /// - Parameter open: Opens a file by the name that the request has for it.
    func run(open: @escaping @Sendable (String) throws -> InputFile) throws {
        let started = ContinuousClock.now
        Interruption.endsCommand(saying: "interrupted before anything was computed. Give the same command again.")
        LargeHeap.use()
        // With a coordinator the look-up table travels too, so that whoever fetches the run has it.
        let files = OpenedFiles(open)
        let report = try ResultReport(of: request, open: options.connect == nil ? open : files.open)
        let record: RunRecord
        let invocation = RunInvocation(request, folder: folder)
        if let connection = options.connect {
            let inputs = try request.load(open: files.open)
            try inputs.checkNullScores(computedHere: false, in: options.out)
            describe(inputs)
            record = try RemoteRun(
                title: title, invocation: invocation, options: options, connectionFile: connection,
                report: report.settings
            )
            .execute(inputs, sending: files.inputs)
        } else {
            let inputs = try request.load(open: open)
            try inputs.checkNullScores(computedHere: true, in: options.out)
            describe(inputs)
            record = try LocalRun(title: title, options: options, report: report.settings)
                .execute(inputs, started: started, invocation: invocation)
        }
        try conclude(record, report: report)
    }

    /// Makes the report, and says what was found.
    private func conclude(_ record: RunRecord, report: ResultReport) throws {
        let conclusion = Conclusion(options: options)
        guard options.makesReport || conclusion.saysWhatWasFound else {
            return try conclusion.conclude(record, found: [])
        }
        var found: [String] = []
        do {
            let run = try StoredRun(folder: options.out)
            if options.makesReport { report.make(of: run, in: options.out) }
            if conclusion.saysWhatWasFound { found = FoundLines(of: run, settings: report.settings).lines }
        } catch {
            ResultReport.warn(error, options.out)
        }
        try conclusion.conclude(record, found: found)
    }

    /// Says what was read and what will be compared, in the words of `check`.
    private func describe(_ inputs: StudyInputs) {
        guard !options.quiet else { return }
        for line in StudyDescription(inputs).summary { Terminal.note(line) }
    }
}
