import AnalysisPipeline
import Calibration
import ClusterRuntime
import DurableFiles
import Foundation
import JobEngine
import StudyOutput

/// A calibration that a coordinator computes.
struct RemoteCalibration {
    let request: CalibrationRequest
    let out: String
    let connectionFile: String
    let again: Bool
    let isQuiet: Bool

    /// Has it computed, and fetches the tables.
    ///
    /// - Returns: False where the folder holds the whole calibration already.
    /// - Throws: `CommandFailure` for everything that is not success.
    func execute() throws -> Bool {
        let folder = CalibrationFolder(path: out)
        guard let lock = try folder.claim(for: request) else { return false }
        defer { lock.release() }
        let heartbeat = try LockHeartbeat(of: lock)
        defer { heartbeat.stop() }
        defer { Transport.flush() }
        let submission = RemoteSubmission(
            request: ClusterRequest(
                title: CalibrationRecord.commandName, inputs: [], request: try SubmittedCalibration(request).encoded()),
            workPath: folder.workPath, out: out, again: again, isQuiet: isQuiet)
        let record: CalibrationRecord
        do {
            let results = try submission.results(
                from: ClusterClient.ofCommand(connectionFile: connectionFile),
                progress: ProgressLine(isQuiet: isQuiet, stages: [(CalibrationProgram.stageTitle, 1)]))
            record = try results.record(of: CalibrationRecord.self)
            guard record.request == request else { throw submission.refusal(of: results.run) }
            try results.fetchMissing(into: out)
        } catch let refusal as ConnectionRefusal {
            throw CommandFailure(status: .failed, message: refusal.description)
        }
        try lock.check()
        try folder.complete(record)
        return true
    }
}

/// What travels to a coordinator for a calibration.
struct SubmittedCalibration: Codable {
    let calibration: CalibrationRequest

    init(_ request: CalibrationRequest) { calibration = request }

    /// Nil where a client sent something else.
    init?(decoding bytes: [UInt8]) {
        guard let found = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
        self = found
    }

    /// The same bytes for the same request.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return [UInt8](try encoder.encode(self))
    }

    /// - Parameter directory: The run's folder at the coordinator.
    /// - Throws: `CalibrationRefusal` for a request that cannot be measured.
    func program(in directory: String) throws -> CalibrationProgram {
        let started = ContinuousClock.now
        let folder = CalibrationFolder(path: directory + "/results")
        return try CalibrationProgram(calibration) { results in
            try DurableFile.makeFolder(folder.path)
            LeftOverFiles.remove(below: folder.path)
            try folder.complete(folder.write(results, started: started))
        }
    }
}
