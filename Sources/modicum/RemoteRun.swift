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

    /// - Parameter inputs: The files that the request names.
    /// - Throws: `CommandFailure` for everything that is not success.
    func execute(_ study: StudyInputs, sending inputs: [(name: String, blob: Blob)]) throws -> RunRecord {
        if !options.quiet { Terminal.show(study.warnings) }
        let configuration = try ResultFiles.digest(of: study.configuration)
        let folder = RunFolder(path: options.out, isQuiet: options.quiet)
        let lock: RunDirectoryLock
        switch try folder.claim(for: study, configuration: configuration, invocation: invocation) {
        case .held(let held): lock = held
        case .finished(let record):
            if study.writesGSEAFolder, !GSEAFolder.isComplete(options.out + "/gsea") {
                // All that it needs is in the folder: nothing has to be computed that is worth a journey.
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
        do {
            let client = try ClusterClient.ofCommand(connectionFile: connectionFile)
            let run = try submittedRun(inputs, in: folder, by: client)
            try fetch(try results(of: run, from: client), of: run, into: folder, from: client)
        } catch let refusal as ConnectionRefusal {
            throw CommandFailure(status: .failed, message: refusal.description)
        } catch let failure as CommandFailure where failure.status == .badInput {
            folder.discard()
            throw failure
        }
        try lock.check()
        guard let data = FileManager.default.contents(atPath: folder.recordPath) else {
            throw CommandFailure(status: .failed, message: "the run left no run.json")
        }
        var record = try JSONDecoder().decode(RunRecord.self, from: data)
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

    /// The run that an earlier, interrupted command submitted, or a new one.
    private func submittedRun(
        _ inputs: [(name: String, blob: Blob)], in folder: RunFolder, by client: ClusterClient
    ) throws -> RunID {
        let note = folder.workPath + "/submitted"
        if let text = try? String(contentsOfFile: note, encoding: .utf8),
            let run = RunID(hexadecimal: text.trimmingCharacters(in: .whitespacesAndNewlines)),
            try isKnown(run, to: client)
        {
            return run
        }
        let run = try client.submit(
            ClusterRequest(
                title: title, inputs: inputs, request: [UInt8](try JSONEncoder().encode(invocation.request)),
                replicatedShare: options.computing.replicatedShare)
        )
        try AtomicFile.write(Array("\(run)\n".utf8), to: note)
        return run
    }

    private func isKnown(_ run: RunID, to client: ClusterClient) throws -> Bool {
        if try client.status().runs.contains(where: { $0.run == run && $0.phase != .failed && $0.phase != .cancelled })
        {
            return true
        }
        do {
            _ = try client.results(of: run)
            return true
        } catch let refusal as ConnectionRefusal where refusal.reason == .unknownRun {
            return false
        }
    }

    /// Waits for the run's end, and asks for its files.
    private func results(of run: RunID, from client: ClusterClient) throws
        -> [(name: String, digest: SHA256Digest, size: UInt64)]
    {
        let progress = ProgressLine(isQuiet: options.quiet)
        let out = options.out
        try TerminationSignals.watch { _, _ in
            progress.finish()
            Terminal.error("interrupted. The coordinator goes on; the same command fetches the results into \(out).")
            exit(ExitStatus.interrupted.rawValue)
        }
        // An ended run is remembered by its files for longer than by its coordinator.
        if let files = try? client.results(of: run) { return files }
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
            return try client.results(of: run)
        case .failed, .refused, .cancelled:
            throw CommandFailure(of: outcome)
        }
    }

    // MARK: Its files

    /// Fetches what is not there yet; the record comes last, for it makes the folder complete.
    private func fetch(
        _ files: [(name: String, digest: SHA256Digest, size: UInt64)], of run: RunID, into folder: RunFolder,
        from client: ClusterClient
    ) throws {
        let record = "run.json"
        let others = files.filter { $0.name != record } + files.filter { $0.name == record }
        for file in others {
            guard Self.isInside(file.name) else {
                throw CommandFailure(status: .failed, message: "the coordinator names a file `\(file.name)`; refused")
            }
            let path = folder.path + "/" + file.name
            if let content = FileManager.default.contents(atPath: path),
                SHA256Digest(of: [UInt8](content)) == file.digest
            {
                continue
            }
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            var output = try AtomicFile(path: path)
            try client.fetch(file.digest, of: run) { try output.append($0) }
            try output.finish()
        }
    }

    /// Whether a name from another machine stays in the folder.
    private static func isInside(_ name: String) -> Bool {
        !name.isEmpty && !name.utf8.contains(0)
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && !$0.hasPrefix(".")
            }
    }
}
