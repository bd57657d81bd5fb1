import ClusterRuntime
import ContentDigest
import ExpressionFormats
import Foundation
import JobEngine

/// The files of a finished run at a coordinator.
struct RemoteResults {
    typealias File = (name: String, digest: SHA256Digest, size: UInt64)

    let run: RunID
    let files: [File]
    private let client: ClusterClient

    /// The one that makes a folder complete, and that the client completes itself.
    private static let recordName = "run.json"

    /// - Throws: `ConnectionRefusal` where there are none; `CommandFailure` for names that lead out of a folder.
    init(of run: RunID, from client: ClusterClient) throws {
        self.run = run
        self.client = client
        files = try client.results(of: run)
        if let file = files.first(where: { !Self.isInside($0.name) }) {
            throw CommandFailure(status: .failed, message: "the coordinator names a file `\(file.name)`; refused")
        }
    }

    /// The files but the record.
    var results: [File] { files.filter { $0.name != Self.recordName } }

    /// Whether a file is there with the run's content; nil where there is none of the name.
    static func matches(_ file: File, in folder: String) throws -> Bool? {
        let path = folder + "/" + file.name
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64, size == file.size
        else { return false }
        var hasher = SHA256Hasher()
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hasher.update([UInt8](piece)) }
        return hasher.finish() == file.digest
    }

    /// Fetches what is not there yet, each file under its name once it is whole and has its SHA-256.
    func fetchMissing(into folder: String) throws {
        for file in results where try Self.matches(file, in: folder) != true {
            let path = folder + "/" + file.name
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            var output = try AtomicFile(path: path)
            try client.fetch(file.digest, of: run) { try output.append($0) }
            try output.finish()
        }
    }

    /// Fetches the run's record.
    ///
    /// - Throws: `CommandFailure` where it is none of this kind.
    func record<Record: Decodable>(of kind: Record.Type = RunRecord.self) throws -> Record {
        guard let file = files.first(where: { $0.name == Self.recordName }) else {
            throw CommandFailure(status: .failed, message: "the run left no run.json")
        }
        var content: [UInt8] = []
        try client.fetch(file.digest, of: run) { content += $0 }
        guard let record = try? JSONDecoder().decode(kind, from: Data(content)) else {
            throw CommandFailure(
                status: .failed,
                message:
                    "the run's run.json is of another version than this one (\(programVersion)), or of another command")
        }
        return record
    }

    /// Whether a name from another machine stays in the folder.
    private static func isInside(_ name: String) -> Bool {
        !name.isEmpty && !name.utf8.contains(0)
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && !$0.hasPrefix(".")
            }
    }
}
