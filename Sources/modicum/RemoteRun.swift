import AnalysisPipeline
import ClusterRuntime
import ContentDigest
import ExpressionFormats
import Foundation
import JobEngine
import StoredRuns
import StudyFiles
import StudyOutput

/// One run that a coordinator computes, from checked inputs to the files it sends back.
///
/// The coordinator keeps the run whatever becomes of this command. The run's name
/// is noted beside the results to come, so that the same command waits for the
/// same run and fetches what is missing.
struct RemoteRun {
    let title: String
    let invocation: RunInvocation
    let options: RunOptions
    let connectionFile: String

    /// Noted beside the results, for a report that is made later.
    let report: ReportSettings

    /// For a run that is raised to more permutations.
    var extending: SubmittedRequest.Extension?

    /// - Parameter inputs: The files that the request names.
    /// - Throws: `CommandFailure` for everything that is not success.
    func execute(_ study: StudyInputs, sending inputs: [(name: String, blob: Blob)]) throws -> RunRecord {
        if !options.quiet { Terminal.show(study.warnings) }
        let configuration = try ResultFiles.digest(of: study.configuration)
        let folder = RunFolder(path: options.out, isQuiet: options.quiet)
        let lock: RunDirectoryLock
        switch try folder.claim(
            for: study, configuration: configuration, invocation: invocation, writesOver: extending != nil)
        {
        case .held(let held): lock = held
        case .finished(let record):
            if ResultFiles.areWanting(study, in: options.out, besides: record.request?.request.files) {
                // Null distributions are in the folder: nothing has to be computed that is worth a journey.
                return try LocalRun(title: title, options: options, report: report)
                    .execute(study, started: .now, invocation: invocation)
            }
            if !options.quiet { Terminal.note("\(options.out) already holds this run, complete.") }
            return record
        }
        defer { lock.release() }
        let heartbeat = try LockHeartbeat(of: lock)
        defer { heartbeat.stop() }
        defer { Transport.flush() }
        var record: RunRecord
        do {
            let submission = RemoteSubmission(
                request: ClusterRequest(
                    title: title, inputs: inputs,
                    request: try SubmittedRequest(invocation.request, extending: extending).encoded(),
                    replicatedShare: options.computing.replicatedShare),
                workPath: folder.workPath, out: options.out, again: options.again, isQuiet: options.quiet)
            let results = try submission.results(
                from: ClusterClient.ofCommand(connectionFile: connectionFile),
                progress: ProgressLine(isQuiet: options.quiet, of: study))
            record = try results.record()
            guard record.configurationDigest == configuration.description else {
                throw submission.refusal(of: results.run)
            }
            try results.fetchMissing(into: folder.path)
        } catch let refusal as ConnectionRefusal {
            throw CommandFailure(status: .failed, message: refusal.description)
        } catch let failure as CommandFailure where failure.status == .badInput {
            folder.discard()
            throw failure
        }
        try lock.check()
        if !options.quiet {
            // Those of the inputs were said at the start.
            let known = Set(study.warnings.map(\.description))
            for warning in record.warnings where !known.contains(warning) { Terminal.warning(warning) }
            for note in record.notes ?? [] where !known.contains(note) { Terminal.note(note) }
        }
        // The coordinator does not know where the files are.
        record.commands = [RunRecord.thisCommand]
        record.request = invocation
        record.report = report
        try folder.complete(record: record)
        return record
    }
}
