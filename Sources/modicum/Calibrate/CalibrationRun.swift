import AnalysisPipeline
import Calibration
import ClusterRuntime
import ContentDigest
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

    /// Computes and writes.
    ///
    /// - Returns: False where the folder holds the whole calibration already.
    /// - Throws: `CommandFailure` for everything that is not success.
    func execute() throws -> Bool {
        let started = ContinuousClock.now
        let folder = CalibrationFolder(path: out)
        guard let lock = try folder.claim(for: request) else { return false }
        defer { lock.release() }
        let results = try compute(in: folder, holding: lock)
        try folder.complete(folder.write(results, started: started))
        return true
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
