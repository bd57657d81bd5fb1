import AnalysisPipeline
import Calibration
import ClusterRuntime
import ContentDigest
import Deflate
import Foundation
import JobEngine
import Synchronization

/// One calibration on this machine, from its request to its files.
struct CalibrationRun {
    let request: CalibrationRequest
    let out: String
    var workers = 1
    let threads: Int
    var isQuiet = false

    /// Computes, writes, and says where the table lies.
    ///
    /// - Throws: `CommandFailure` for everything that is not success.
    func execute() throws {
        let started = ContinuousClock.now
        let folder = CalibrationFolder(path: out)
        guard let lock = try folder.claim(for: request) else {
            return note("\(out) already holds this calibration, complete.")
        }
        defer { lock.release() }
        let results = try compute(in: folder, holding: lock)
        let table = CalibrationTable(results)
        let files = try [
            folder.write(Array(table.text.utf8), as: CalibrationFolder.tableName),
            folder.write(
                Deflate.compress(Array(CohortTable.text(results).utf8), format: .gzip),
                as: CalibrationFolder.cohortsName),
        ]
        try folder.complete(
            CalibrationRecord(
                identity: files[0].sha256, request: request, version: programVersion,
                numericContract: numericContract, seconds: (ContinuousClock.now - started).seconds, files: files,
                stages: results.history.stages.map {
                    RunRecord.StageRecord(
                        title: $0.title, shards: $0.shards, reused: $0.reused, seconds: $0.elapsed.seconds)
                },
                workers: results.history.workers.map {
                    RunRecord.WorkerRecord(host: $0.host, labels: $0.labels, threads: $0.threads, shards: $0.done)
                }, finishedAt: utcTime()))
        let failing = table.rows.filter { $0.measure.quantity == .typeIError && $0.holds == false }
        let rates = table.rows.count { $0.measure.quantity == .typeIError }
        note(
            "\(rates - failing.count) of \(rates) type-I errors agree with 5 %, \(failing.count { $0.mean.low > 0.05 }) "
                + "are above it and \(failing.count { $0.mean.high < 0.05 }) below. Table in "
                + "\(out)/\(CalibrationFolder.tableName)")
    }

    private func note(_ text: String) {
        if !isQuiet { Terminal.note(text) }
    }

    private func compute(in folder: CalibrationFolder, holding lock: RunDirectoryLock) throws -> CalibrationResults {
        var cluster = PrivateClusterOptions(
            runDirectory: folder.workPath, title: "calibrate", configuration: SHA256Digest(of: try request.encoded()),
            threads: threads, build: programVersion, numericContract: UInt32(numericContract),
            logger: .cluster(role: "coordinator", level: .error))
        cluster.workers = workers
        let progress = ProgressLine(
            isQuiet: isQuiet, stages: [(CalibrationProgram.stageTitle, 1)], starting: workers)
        let running = PrivateCluster(cluster, observer: progress)
        try TerminationSignals.watch { _, _ in running.stop() }
        let kept = KeptResults()
        let request = request
        let ending = try running.run(holding: lock) { try CalibrationProgram(request) { kept.keep($0) } }
        progress.finish()
        switch (ending, kept.value) {
        case (.interrupted(let reason), _):
            throw CommandFailure(
                status: .interrupted,
                message: "\(reason ?? "interrupted"). The same command resumes the calibration in \(out).")
        case (.ended(let finished), let results?):
            guard case .finished = finished.outcome else { throw CommandFailure(of: finished.outcome) }
            return results
        case (.ended(let finished), nil): throw CommandFailure(of: finished.outcome)
        }
    }
}

/// Carries what a run came to from the program's thread to the command's.
private final class KeptResults: Sendable {
    private let content = Mutex<CalibrationResults?>(nil)

    var value: CalibrationResults? { content.withLock { $0 } }

    func keep(_ results: CalibrationResults) { content.withLock { $0 = results } }
}
