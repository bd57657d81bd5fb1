import AnalysisPipeline
import ArgumentParser
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import JobEngine
import RunStore
import StoredRuns
import StudyFiles
import StudyOutput
import StudyReport

struct ExtendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: "Raises a finished or interrupted run to more permutations.",
        discussion: """
            The result is the same, byte for byte, as that of a run with all permutations at once. The inputs
            must not have changed; --inputs names a folder to find them in if they were moved.

            Example:
              modicum extend results --permutations 1000000
              modicum extend results --until-settled --at-most 5000000
              modicum extend results --permutations 1000000 --connect runs/connection.json
            """)

    @Argument(help: "The folder of the run's results.")
    var folder: String

    @Option(name: .long, help: "The number of permutations in all.")
    var permutations: Int?

    @OptionGroup var settling: SettlingOptions

    @Option(name: .long, help: "Look for the input files in this folder, by their names.")
    var inputs: String?

    @Option(name: .long, help: "Have the coordinator of this connection file compute what is added.")
    var connect: String?

    @OptionGroup var options: ComputingOptions

    /// The most permutations of a run that is extended until it is settled: more than those it comes to by itself.
    private static let settlingLimit = 10_000_000

    func validate() throws {
        try options.check(connect: connect)
        guard settling.atMost == nil || settling.untilSettled else {
            throw ValidationError("--at-most needs --until-settled; --permutations N asks for exactly N")
        }
        guard permutations != nil || settling.untilSettled else {
            throw ValidationError("give --permutations N, --until-settled, or both")
        }
        if let permutations, !(1...GeneSetSettings.permutationLimit).contains(permutations) {
            throw ValidationError("--permutations must be 1 to \(GeneSetSettings.permutationLimit)")
        }
    }

    func run() throws {
        let started = ContinuousClock.now
        Interruption.endsCommand(saying: "interrupted before anything was computed. Give the same command again.")
        let present = try PresentRun(folder: folder)
        let files = OpenedFiles(
            present.invocation.opener(inputs: self.inputs, known: present.record?.configuration.inputs ?? []))
        var inputs = try present.invocation.request.load(open: files.open)
        guard let settings = inputs.configuration.geneSets else {
            throw InputError("\(folder) holds a run without gene sets", remedy: "It has no permutations to add to.")
        }
        let goal = permutations ?? present.permutations
        guard goal >= present.permutations else {
            throw InputError(
                present.record == nil
                    ? "\(folder) was interrupted on its way to \(grouped(present.permutations)) permutations"
                    : "\(folder) already holds \(grouped(present.permutations)) permutations",
                remedy: "Ask for as many or more; permutations are added, never taken away.")
        }
        inputs.configuration.geneSets?.permutations = goal
        if settings.isDesktop, settling.untilSettled {
            throw InputError(
                "\(folder) holds a run as the GSEA desktop's, which has no bounds to settle",
                remedy: "Give --permutations N.")
        }
        inputs.settling =
            settling.untilSettled ? SettlingRule(limit: settling.atMost ?? ExtendCommand.settlingLimit) : nil
        try inputs.checkNullScores(computedHere: connect == nil, in: folder)
        if let record = present.record {
            try present.check(inputs.configuration, against: record.configuration)
            let place = RunFolder(path: folder, isQuiet: options.quiet)
            // An interrupted extension has written over some of the files.
            let missing = place.interruptedGoal == nil ? try place.missingFile(of: record) : nil
            if goal == present.permutations, !settling.untilSettled, missing == nil {
                if !options.quiet { Terminal.note("\(folder) already holds these permutations.") }
                return try Conclusion(options: RunOptions(out: folder, computing: options)).conclude(record, found: [])
            }
            do {
                inputs.priorNulls = try PriorNulls.read(
                    from: folder + "/" + WrittenResults.storeName, configuration: record.configuration)
            } catch let error as RunStoreError {
                throw InputError(
                    "the null distributions to go on from cannot be read: \(error)",
                    remedy: "Run the command again in another folder, with all permutations at once.")
            }
        }
        let runOptions = RunOptions(out: folder, connect: connect, computing: options)
        // Of an interrupted run nothing is noted but what was asked for.
        let shown = present.record?.report ?? ReportSettings()
        let record = try compute(inputs, files, present, runOptions, shown, started)
        if runOptions.makesReport { ResultReport.remake(in: folder) }
        let conclusion = Conclusion(options: runOptions)
        let found =
            conclusion.saysWhatWasFound ? FoundLines(of: try StoredRun(folder: folder), settings: shown).lines : []
        try conclusion.conclude(record, found: found)
    }
}

extension ExtendCommand {
    /// Has the permutations added here, or by a coordinator that is sent the inputs and the run so far.
    private func compute(
        _ inputs: StudyInputs, _ files: OpenedFiles, _ present: PresentRun, _ options: RunOptions,
        _ report: ReportSettings, _ started: ContinuousClock.Instant
    ) throws -> RunRecord {
        let title = "extend \(folder)"
        guard let connect, let goal = inputs.configuration.geneSets?.permutations else {
            return try LocalRun(title: title, options: options, report: report)
                .execute(inputs, started: started, invocation: present.invocation, isExtension: true)
        }
        var sent = files.inputs
        var extending = SubmittedRequest.Extension(permutations: goal, settlingLimit: inputs.settling?.limit)
        if present.record != nil {
            let store = Blob(
                [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + WrittenResults.storeName))))
            sent.append((SubmittedRequest.priorStoreName, store))
            extending.priorStore = store.digest.description
        }
        return try RemoteRun(
            title: title, invocation: present.invocation, options: options, connectionFile: connect, report: report,
            extending: extending
        )
        .execute(inputs, sending: sent)
    }
}

/// A run that is there already, finished or not.
private struct PresentRun {
    let invocation: RunInvocation
    let permutations: Int

    /// Of a finished run.
    let record: RunRecord?

    init(folder: String) throws {
        let place = RunFolder(path: folder, isQuiet: true)
        if let data = FileManager.default.contents(atPath: place.recordPath) {
            guard let record = try? JSONDecoder().decode(RunRecord.self, from: data) else {
                throw InputError(
                    "\(place.recordPath) cannot be read", remedy: "Run the command again in another folder.")
            }
            guard let invocation = record.request, let settings = record.configuration.geneSets else {
                throw InputError(
                    "\(folder) holds a run that has no permutations to add to",
                    remedy: "`modicum gsea`, and `modicum run` and `modicum de` with gene sets, can be extended.")
            }
            (self.invocation, permutations, self.record) = (invocation, settings.permutations, record)
        } else if let goal = place.interruptedGoal, let invocation = goal.invocation {
            (self.invocation, permutations, record) = (invocation, goal.permutations ?? 0, nil)
        } else {
            throw InputError(
                "\(folder) holds no run",
                remedy: "Give the --out folder of `modicum gsea`, `modicum run`, or `modicum de` with --sets.")
        }
    }

    /// Throws unless the inputs and settings are those of the run.
    func check(_ configuration: StudyConfiguration, against earlier: StudyConfiguration) throws {
        for (new, old) in zip(configuration.inputs, earlier.inputs) where new != old {
            throw InputError(
                file: new.name, "the file is not the one that the run was made from",
                remedy: "Restore it, or run the command again in another folder.")
        }
        guard configuration.extensible == earlier.extensible else {
            throw InputError(
                "the run was made by another version, whose numbers may differ",
                remedy: "Run the command again in another folder.")
        }
    }
}
