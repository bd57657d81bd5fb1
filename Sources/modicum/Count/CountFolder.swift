import ClusterRuntime
import CountPipeline
import DurableFiles
import ExpressionFormats
import Foundation

/// The folder of a run of counting: results, and the steps that later runs in it use again.
struct CountFolder {
    let path: String

    var recordPath: String { path + "/run.json" }
    var stepsPath: String { path + "/steps" }

    /// Where the lock is, and the coordinator's own files while it runs.
    var workPath: String { path + "/.modicum" }

    /// Written before anything is computed: what an interrupted run was on its way to.
    private var requestPath: String { stepsPath + "/request.json" }

    /// Takes the folder.
    ///
    /// - Throws: `CommandFailure` where it holds anything but a run of counting.
    func claim() throws -> RunDirectoryLock {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        // Of a finished run the steps may have been removed, and the request with them.
        let isOurs =
            FileManager.default.fileExists(atPath: requestPath) || record != nil
            || entries.allSatisfy { $0 == ".modicum" }
        guard isOurs else {
            throw CommandFailure(
                status: .badInput,
                message:
                    "\(path) is not empty and holds no run of count. Choose another folder for --out, or remove it; "
                    + "nothing in it was changed.")
        }
        try DurableFile.makeFolder(workPath)
        return try RunDirectoryLock(directory: workPath)
    }

    /// What the last run that finished here left.
    private var record: CountRecord? {
        FileManager.default.contents(atPath: recordPath).flatMap {
            try? JSONDecoder().decode(CountRecord.self, from: $0)
        }
    }

    /// The record of the same run, where that is finished and its files are as they were.
    func finished(_ request: CountChanges) throws -> CountRecord? {
        guard let record, try record.configurationDigest == CountRecord.digest(of: request)
        else { return nil }
        let isWhole = record.files.allSatisfy { file in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + file.name)
            return attributes?[.size] as? Int == file.bytes
        }
        return isWhole ? record : nil
    }

    /// What the run before was asked for; nil for a new folder.
    var earlierRequest: CountChanges? {
        FileManager.default.contents(atPath: requestPath).flatMap {
            try? JSONDecoder().decode(CountChanges.self, from: $0)
        } ?? record?.request
    }

    /// Notes what is asked for, and makes the store of steps.
    ///
    /// - Parameter isKeptElsewhere: Whether a coordinator keeps the run. It finds it again by everything that is asked for, so
    ///   that the nonce stays while that is the same, and with it what workers may be writing just now.
    /// - Returns: The store's nonce.
    func prepare(_ request: CountChanges, isKeptElsewhere: Bool) throws -> String {
        let noncePath = stepsPath + "/nonce"
        if isKeptElsewhere, earlierRequest == request, let nonce = FileManager.default.contents(atPath: noncePath) {
            return String(decoding: nonce, as: UTF8.self)
        }
        try DurableFile.makeFolder(stepsPath)
        StepStore(folder: stepsPath).removeLeftOvers()
        // What a killed command left of its cluster is of no use: finished steps are in the store.
        try? FileManager.default.removeItem(atPath: workPath + "/run")
        try AtomicFile.write([UInt8](try JSONEncoder().encode(request)), to: requestPath)
        let nonce = "\(UInt64.random(in: 0 ... .max))"
        try AtomicFile.write(Array(nonce.utf8), to: noncePath)
        return nonce
    }

    func complete(_ record: CountRecord) throws {
        try AtomicFile.write([UInt8](record.encoded()), to: recordPath)
        try? FileManager.default.removeItem(atPath: workPath)
    }
}
