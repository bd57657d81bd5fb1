import ArgumentParser
import ClusterRuntime
import DurableFiles
import ExpressionFormats
import Foundation
import JobEngine

struct FetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Brings the results of a finished run from its coordinator.",
        discussion: """
            The folder may hold this run already, whole or in part: what is missing is fetched. Every file is compared
            with the SHA-256 that the coordinator noted when the run ended.

            Example:
              modicum fetch 0123456789abcdef0123456789abcdef --connection-file runs/connection.json --out results
            """)

    @Argument(help: "The run's name, as submit and status print it.")
    var name: String

    @OptionGroup var connection: ConnectionOptions

    @Option(name: .long, help: "Folder for the results.")
    var out: String

    @Option(name: .long, help: "Whether to make report.html, figures, networks and tables.")
    var report = ComputingOptions.ReportChoice.on

    @Flag(name: .long, help: "Say nothing but errors.")
    var quiet = false

    @Flag(name: .long, help: "Print the run's record (run.json) to stdout at the end.")
    var json = false

    func validate() throws {
        try checkFolder(out, of: "--out")
    }

    func run() throws {
        defer { Transport.flush() }
        let results: RemoteResults
        let record: RunRecord
        do {
            results = try RemoteResults(of: RunName.run(name), from: connection.client())
            record = try results.record()
        } catch let refusal as ConnectionRefusal {
            let next =
                refusal.reason == .notEnded
                ? "; `modicum status` shows how far it is, and the same command fetches it when it has" : ""
            throw CommandFailure(status: .failed, message: refusal.description + next)
        }
        let finished = try FetchedFolder(path: out, isQuiet: quiet).bring(results, record)
        if report == .on, !FileManager.default.fileExists(atPath: out + "/report.html") {
            ResultReport.remake(in: out)
            if !quiet { Terminal.note("Report in \(out)/report.html") }
        }
        if json {
            print(String(decoding: try finished.encoded(), as: UTF8.self), terminator: "")
        } else if !quiet {
            Terminal.note("Results in \(out) (identity \(finished.identity))")
        }
    }
}

/// The name of a run, on a command line.
enum RunName {
    /// - Throws: `CommandFailure` for anything else.
    static func run(_ name: String) throws -> RunID {
        guard let run = RunID(hexadecimal: name) else {
            throw CommandFailure(
                status: .usage,
                message: "`\(name)` is not the name of a run: 32 hexadecimal digits, as submit prints them")
        }
        return run
    }
}

/// A folder that results are brought to.
struct FetchedFolder {
    let path: String
    let isQuiet: Bool

    private var workPath: String { path + "/.modicum" }
    private var recordPath: String { path + "/run.json" }

    /// Says that what is in an unfinished folder is this run's.
    private var notePath: String { workPath + "/fetching" }

    /// Brings what is missing of a run.
    ///
    /// - Returns: Its record as it lies in the folder.
    /// - Throws: `CommandFailure` where the folder holds anything else.
    func bring(_ results: RemoteResults, _ record: RunRecord) throws -> RunRecord {
        if let present = try presentRecord(of: results, record), try results.isWhole(in: path) {
            if !isQuiet { Terminal.note("\(path) already holds this run, complete.") }
            return present
        }
        try DurableFile.makeFolder(workPath)
        let lock = try RunDirectoryLock(directory: workPath)
        defer { lock.release() }
        let present: RunRecord?
        do {
            // Another command may have been at work here until now.
            present = try presentRecord(of: results, record)
            try results.checkNothingElse(in: path)
        } catch {
            if !FileManager.default.fileExists(atPath: notePath) {
                try? FileManager.default.removeItem(atPath: workPath)
            }
            throw error
        }
        try AtomicFile.write(Array("\(results.run)\n".utf8), to: notePath)
        do {
            try results.fetchMissing(into: path)
        } catch let refusal as ConnectionRefusal {
            throw CommandFailure(
                status: .interrupted, message: "\(refusal.description). The same command fetches what is missing.")
        }
        try lock.check()
        let finished = present ?? record
        if present == nil { try AtomicFile.write([UInt8](try record.encoded()), to: recordPath) }
        try FileManager.default.removeItem(atPath: workPath)
        return finished
    }

    /// The record of this run in the folder; nil where there is none yet.
    private func presentRecord(of results: RemoteResults, _ record: RunRecord) throws -> RunRecord? {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        guard files.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        guard isFolder.boolValue else { throw refusal("is a file") }
        if let data = files.contents(atPath: recordPath) {
            guard let present = try? JSONDecoder().decode(RunRecord.self, from: data),
                present.identity == record.identity, present.configurationDigest == record.configurationDigest
            else { throw refusal("holds another run") }
            return present
        }
        if let note = files.contents(atPath: notePath) {
            guard String(decoding: note, as: UTF8.self) == "\(results.run)\n" else {
                throw refusal("holds a part of another run")
            }
            return nil
        }
        let entries = try files.contentsOfDirectory(atPath: path)
        let work = (try? files.contentsOfDirectory(atPath: workPath)) ?? []
        guard entries.allSatisfy({ $0 == ".modicum" }), !work.contains("configuration.sha256") else {
            throw refusal("is not empty and does not hold this run")
        }
        return nil
    }

    private func refusal(_ what: String) -> CommandFailure {
        CommandFailure(
            status: .badInput,
            message: "\(path) \(what). Choose another folder for --out, or remove it; nothing in it was changed.")
    }
}

extension RemoteResults {
    /// Whether all files are there as the run wrote them.
    fileprivate func isWhole(in folder: String) throws -> Bool {
        try checkNothingElse(in: folder)
        return try results.allSatisfy { try Self.matches($0, in: folder) == true }
    }

    /// Throws where a file of the run's has another content: it may be somebody's work.
    fileprivate func checkNothingElse(in folder: String) throws {
        for file in results where try Self.matches(file, in: folder) == false {
            throw CommandFailure(
                status: .badInput,
                message:
                    "\(folder)/\(file.name) has not the content that this run wrote. Remove it, and the same command "
                    + "fetches it again; nothing was changed.")
        }
    }
}
