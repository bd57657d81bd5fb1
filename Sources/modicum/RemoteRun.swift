import AnalysisPipeline
import ClusterRuntime
import ContentDigest
import ExpressionFormats
import Foundation
import JobEngine
import StoredRuns
import StudyFiles

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
            if ResultFiles.areWanting(study, in: options.out, of: record.request) {
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
            let client = try ClusterClient.ofCommand(connectionFile: connectionFile)
            let run = try submittedRun(inputs, in: folder, by: client)
            let results = try results(of: run, from: client, showing: study)
            record = try results.record()
            guard record.configurationDigest == configuration.description else {
                throw CommandFailure(
                    status: .failed,
                    message:
                        "run \(run) at the coordinator is not of these inputs and settings; --again has them computed anew"
                )
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
        record.request = invocation
        record.report = report
        try folder.complete(record: record)
        return record
    }

    // MARK: The run

    /// The run that an earlier, interrupted command waited for, the same that is there from another one, or a new one.
    private func submittedRun(
        _ inputs: [(name: String, blob: Blob)], in folder: RunFolder, by client: ClusterClient
    ) throws -> RunID {
        let request = ClusterRequest(
            title: title, inputs: inputs,
            request: try SubmittedRequest(invocation.request, extending: extending).encoded(),
            replicatedShare: options.computing.replicatedShare)
        let content = request.content(numericContract: UInt32(numericContract))
        let note = folder.workPath + "/submitted"
        let words = (try? String(contentsOfFile: note, encoding: .utf8))?.split(whereSeparator: \.isWhitespace) ?? []
        if words.count == 2, words[1] == content.description, let run = RunID(hexadecimal: String(words[0])),
            [.underWay, .finished].contains(try client.state(of: run))
        {
            return run
        }
        let submitted = try client.submit(request, again: options.again)
        if submitted.found != .unknown, !options.quiet {
            Terminal.note(
                "The coordinator has this run already, \(submitted.found == .finished ? "finished" : "under way"): "
                    + "\(submitted.run). With --again it is computed once more.")
        }
        try AtomicFile.write(Array("\(submitted.run) \(content)\n".utf8), to: note)
        return submitted.run
    }

    /// Waits for the run's end, and asks for its files.
    private func results(of run: RunID, from client: ClusterClient, showing inputs: StudyInputs) throws -> RemoteResults
    {
        let progress = ProgressLine(isQuiet: options.quiet, of: inputs)
        let out = options.out
        try TerminationSignals.watch { _, _ in
            progress.finish()
            Terminal.error("interrupted. The coordinator goes on; the same command fetches the results into \(out).")
            exit(ExitStatus.interrupted.rawValue)
        }
        // An ended run is remembered by its files for longer than by its coordinator.
        if try client.state(of: run) == .finished { return try RemoteResults(of: run, from: client) }
        let outcome: RunOutcome
        do {
            outcome = try client.wait(for: run, observer: progress)
        } catch let refusal as ConnectionRefusal {
            progress.finish()
            guard refusal.reason == nil else { throw refusal }
            throw CommandFailure(
                status: .failed,
                message: "\(refusal.description); the same command again waits for the run, wherever it goes on")
        }
        progress.finish()
        switch outcome {
        case .finished(let disagreements):
            for disagreement in disagreements { Terminal.warning("\(disagreement)") }
            return try RemoteResults(of: run, from: client)
        case .failed, .refused, .cancelled:
            throw CommandFailure(of: outcome)
        }
    }
}
