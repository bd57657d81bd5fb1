import AnalysisPipeline
import Calibration
import ClusterRuntime
import ContentDigest
import Deflate
import DurableFiles
import ExpressionFormats
import Foundation

/// The folder of a calibration: its tables and record, and while it runs the journal that a killed one goes on from.
struct CalibrationFolder {
    let path: String

    static let tableName = "calibration.tsv"
    static let cohortsName = "cohorts.tsv.gz"

    var recordPath: String { path + "/run.json" }
    var workPath: String { path + "/.modicum" }

    /// What is computed here, written before anything else is.
    private var requestPath: String { workPath + "/request.json" }

    /// Takes the folder for a request.
    ///
    /// - Returns: Nil where the request is finished there; else the lock.
    /// - Throws: `CommandFailure` where the folder holds anything else, `FileContentError` while another command computes
    ///   in it.
    func claim(for request: CalibrationRequest) throws -> RunDirectoryLock? {
        if try isFinished(request) { return nil }
        try DurableFile.makeFolder(workPath)
        let lock = try RunDirectoryLock(directory: workPath)
        // Another command may have been at work here until now.
        if try isFinished(request) { return nil }
        try AtomicFile.write(try request.encoded(), to: requestPath)
        return lock
    }

    /// Whether the folder holds the finished request; a file that is gone is computed once more.
    ///
    /// - Throws: `CommandFailure` where it holds anything but this request, finished or under way.
    private func isFinished(_ request: CalibrationRequest) throws -> Bool {
        let files = FileManager.default
        let entries = (try? files.contentsOfDirectory(atPath: path)) ?? []
        if let data = files.contents(atPath: recordPath) {
            guard let record = try? JSONDecoder().decode(CalibrationRecord.self, from: data),
                record.command == CalibrationRecord.commandName, record.request == request
            else { throw refusal("holds a run of something else") }
            for file in record.files {
                guard let digest = digest(of: file.name) else { return false }
                guard digest == file.sha256 else { throw refusal("holds another \(file.name) than this run wrote") }
            }
            return true
        }
        if let data = files.contents(atPath: requestPath) {
            guard data == Data(try request.encoded()) else {
                throw refusal("holds an interrupted calibration with other options")
            }
            return false
        }
        guard entries.allSatisfy({ $0 == ".modicum" }) else { throw refusal("is not empty and holds no calibration") }
        return false
    }

    /// What a finished calibration in the folder is.
    func record() throws -> CalibrationRecord {
        try JSONDecoder().decode(CalibrationRecord.self, from: Data(contentsOf: URL(filePath: recordPath)))
    }

    private func digest(of name: String) -> String? {
        FileManager.default.contents(atPath: path + "/" + name).map { SHA256Digest(of: [UInt8]($0)).description }
    }

    private func refusal(_ what: String) -> CommandFailure {
        CommandFailure(
            status: .badInput,
            message: "\(path) \(what). Choose another folder for --out, or remove it; nothing in it was changed.")
    }

    /// Writes a file of the results, and returns what the record says of it.
    private func write(_ content: [UInt8], as name: String) throws -> CalibrationRecord.File {
        try AtomicFile.write(content, to: path + "/" + name)
        return CalibrationRecord.File(
            name: name, bytes: content.count, sha256: SHA256Digest(of: content).description)
    }

    /// Writes the tables, and returns the record that will make the folder complete.
    func write(
        _ results: CalibrationResults, started: ContinuousClock.Instant
    ) throws -> CalibrationRecord {
        let table = CalibrationTable(results)
        let files = try [
            write(Array(table.text.utf8), as: Self.tableName),
            write(Deflate.compress(Array(CohortTable.text(results).utf8), format: .gzip), as: Self.cohortsName),
        ]
        return CalibrationRecord(
            identity: files[0].sha256, conclusion: table.conclusion, request: results.request, version: programVersion,
            numericContract: numericContract, seconds: (ContinuousClock.now - started).seconds, files: files,
            stages: results.history.stages.map {
                RunRecord.StageRecord(
                    title: $0.title, shards: $0.shards, reused: $0.reused, seconds: $0.elapsed.seconds)
            },
            workers: results.history.workers.map {
                RunRecord.WorkerRecord(host: $0.host, labels: $0.labels, threads: $0.threads, shards: $0.done)
            }, finishedAt: utcTime())
    }

    func complete(_ record: CalibrationRecord) throws {
        try AtomicFile.write([UInt8](record.encoded()), to: recordPath)
        try? FileManager.default.removeItem(atPath: workPath)
    }
}

/// `run.json` of a calibration.
struct CalibrationRecord: Codable {
    struct File: Codable {
        var name: String
        var bytes: Int
        var sha256: String
    }

    static let commandName = "calibrate"

    /// Tells this record from those of other commands.
    var command = CalibrationRecord.commandName

    /// The SHA-256 of `calibration.tsv`.
    var identity: String

    /// How many type-I errors agree with the level, in words.
    var conclusion: String
    var request: CalibrationRequest
    var version: String
    var numericContract: Int
    var seconds: Double
    var files: [File]
    var stages: [RunRecord.StageRecord]
    var workers: [RunRecord.WorkerRecord]
    var finishedAt: String

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
