import ContentDigest
import ExpressionData
import Foundation

/// The folder of a run's results, and what a command finds in it.
struct RunFolder {
    enum State {
        /// Nothing is there yet, or an interrupted run of the same configuration.
        case usable

        /// The same run, finished.
        case complete(record: Data)
    }

    let path: String

    /// Where journal, lock and connection file are while the run is not finished.
    var workPath: String { path + "/.modicum" }

    var recordPath: String { path + "/run.json" }
    private var notePath: String { workPath + "/configuration.sha256" }

    /// Looks at the folder and, unless the run is finished, prepares it.
    ///
    /// - Throws: `CommandFailure` when the folder holds anything but this run.
    func open(configuration: SHA256Digest) throws -> State {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        if files.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw refusal("is a file") }
            let entries = try files.contentsOfDirectory(atPath: path)
            if let record = files.contents(atPath: recordPath) {
                guard RunRecord.configurationDigest(in: record) == configuration.description else {
                    throw refusal("holds a run of other inputs or settings")
                }
                return .complete(record: record)
            }
            if let note = files.contents(atPath: notePath) {
                guard String(decoding: note, as: UTF8.self).hasPrefix(configuration.description) else {
                    throw refusal("holds an interrupted run of other inputs or settings")
                }
                return .usable
            }
            // A run that was killed before its first note has left at most its own empty folder.
            guard entries.allSatisfy({ $0 == ".modicum" }) else {
                throw refusal("is not empty and holds no run")
            }
        }
        try files.createDirectory(atPath: workPath, withIntermediateDirectories: true)
        try Data((configuration.description + "\n").utf8).write(
            to: URL(fileURLWithPath: notePath), options: .atomic)
        return .usable
    }

    /// Writes the record, which makes the run complete, and removes what only a resume needs.
    func complete(record: Data) throws {
        try record.write(to: URL(fileURLWithPath: recordPath), options: .atomic)
        try FileManager.default.removeItem(atPath: workPath)
    }

    private func refusal(_ what: String) -> CommandFailure {
        CommandFailure(
            status: .badInput,
            message: "\(path) \(what). Choose another folder for --out, or remove it; nothing in it was changed.")
    }
}
