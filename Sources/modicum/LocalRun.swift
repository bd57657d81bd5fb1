import AnalysisPipeline
import ClusterRuntime
import ContentDigest
import Foundation
import JobEngine
import StoredRuns
import StudyFiles
import StudyOutput
import Synchronization

/// One run on a private cluster, from checked inputs to files.
struct LocalRun {
    let title: String
    let options: RunOptions

    /// Noted beside the results, for a report that is made later.
    let report: ReportSettings

    /// Computes, writes, and prints where the results lie.
    ///
    /// - Throws: `CommandFailure` for everything that is not success.
    ///
    /// - Parameters:
    ///   - invocation: What `extend` starts from later.
    ///   - isExtension: Whether the folder holds fewer permutations of this run, finished or not.
    func execute(
        _ inputs: StudyInputs, started: ContinuousClock.Instant, invocation: RunInvocation, isExtension: Bool = false
    ) throws -> RunRecord {
        if !options.quiet { Terminal.show(inputs.warnings) }
        return try perform(inputs, started: started, invocation: invocation, isExtension: isExtension)
    }

    private func perform(
        _ inputs: StudyInputs, started: ContinuousClock.Instant, invocation: RunInvocation, isExtension: Bool
    ) throws -> RunRecord {
        let configuration = try ResultFiles.digest(of: inputs.configuration)
        let folder = RunFolder(path: options.out, isQuiet: options.quiet)
        let lock: RunDirectoryLock
        switch try folder.claim(
            for: inputs, configuration: configuration, invocation: invocation, writesOver: isExtension)
        {
        case .held(let held): lock = held
        case .finished(let record):
            if ResultFiles.areWanting(inputs, in: options.out, besides: record.request?.request.files) {
                // The same results once more, from the stored null distributions, and the files with them.
                var inputs = inputs
                inputs.configuration = record.configuration
                if record.configuration.geneSets != nil {
                    inputs.priorNulls = try PriorNulls.read(
                        from: options.out + "/" + WrittenResults.storeName, configuration: record.configuration)
                }
                return try perform(inputs, started: started, invocation: invocation, isExtension: true)
            }
            if !options.quiet { Terminal.note("\(options.out) already holds this run, complete.") }
            return record
        }
        defer { lock.release() }
        let (finished, results): (FinishedRun, Written)
        do {
            (finished, results) = try compute(inputs, configuration: configuration, in: folder, holding: lock)
        } catch let failure as CommandFailure where failure.status == .badInput {
            folder.discard()
            throw failure
        }
        if !options.quiet {
            for warning in results.warnings { Terminal.warning(warning) }
            for note in results.notes { Terminal.note(note) }
        }
        var record = RunRecord(
            of: results.inputs, written: results.files, configuration: configuration,
            warnings: results.warnings, notes: results.notes, history: finished.history, started: started,
            request: invocation)
        record.commands = [RunRecord.thisCommand]
        record.report = report
        record.shards = results.shards
        try folder.complete(record: record)
        return record
    }

    private func compute(
        _ inputs: StudyInputs, configuration: SHA256Digest, in folder: RunFolder, holding lock: RunDirectoryLock
    ) throws -> (FinishedRun, Written) {
        if options.computing.replicatedShare > 0, !options.quiet {
            Terminal.note(
                "--replicate: all workers are on this machine, so that shards computed twice agree even where it errs "
                    + "the same way each time; with --connect they are compared between machines.")
        }
        let progress = ProgressLine(isQuiet: options.quiet, of: inputs, starting: options.workerCount)
        var cluster = PrivateClusterOptions(
            runDirectory: folder.workPath, title: title, configuration: configuration,
            threads: options.threadsPerWorker, build: programVersion, numericContract: UInt32(numericContract),
            logger: .cluster(role: "coordinator", level: .error))
        cluster.workers = options.workerCount
        cluster.policy.replicatedShare = options.computing.replicatedShare
        if let timeout = options.computing.diskTimeout { cluster.diskTimeout = .seconds(timeout) }
        cluster.pages = options.computing.live?.pages
        if !options.quiet { cluster.announcesPage = { Terminal.note("Live page: \($0.url)") } }
        let running = PrivateCluster(cluster, observer: progress)
        try TerminationSignals.watch { _, _ in running.stop() }

        // Reading left room that is only wanted again when the results are written.
        LargeHeap.renew()
        let written = Box<Written>()
        let counts = PreparedCounts(of: inputs)
        let place = options.out
        // The workers are idle by then.
        let threads = options.workerCount * options.threadsPerWorker
        let ending = try running.run(holding: lock) {
            StudyProgram(inputs: inputs) { results, _ in
                LargeHeap.renew()
                let files = try ResultFiles.write(results, counts: counts, to: place, threads: threads)
                written.set(
                    Written(
                        files: files, warnings: results.warnings + files.warnings, inputs: results.inputs,
                        notes: results.notes, shards: results.shards))
            }
        }
        progress.finish()
        switch ending {
        case .interrupted(let reason):
            throw CommandFailure(
                status: .interrupted,
                message: "\(reason ?? "interrupted"). The same command resumes the run in \(options.out).")
        case .ended(let finished):
            switch (finished.outcome, written.value) {
            case (.finished(let disagreements), let results?):
                for disagreement in disagreements { Terminal.warning("\(disagreement)") }
                return (finished, results)
            case (let outcome, _):
                throw CommandFailure(of: outcome)
            }
        }
    }
}

/// What the run's own thread found when it wrote the results.
private struct Written: Sendable {
    var files: WrittenResults
    var warnings: [String]

    /// With the number of permutations that the run came to.
    var inputs: StudyInputs
    var notes: [String]
    var shards: [ShardRecord]
}

/// Carries a value from the program's thread to the command's.
private final class Box<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)

    var value: Value? { content.withLock { $0 } }

    func set(_ value: Value) {
        content.withLock { $0 = value }
    }
}
