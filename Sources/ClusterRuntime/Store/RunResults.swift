import ContentDigest
import DurableFiles
import FoundationEssentials
import Glibc
import JobEngine

/// The files that a submitted run has left, listed when it finished: below `results` in the run's folder.
struct RunResults: Codable {
    struct File: Codable {
        /// Relative to `results`.
        var name: String
        var digest: String
        var size: UInt64
    }

    var files: [File]

    static func listPath(in runDirectory: String) -> String { "\(runDirectory)/results.json" }
    static func folder(in runDirectory: String) -> String { "\(runDirectory)/results" }

    /// Lists what is there, in byte order of the names, and writes the list.
    static func list(in runDirectory: String) throws {
        let folder = folder(in: runDirectory)
        let files = try names(below: folder).sorted().map { name in
            let content = try DurableFile.read("\(folder)/\(name)")
            return File(name: name, digest: "\(SHA256Digest(of: content))", size: UInt64(content.count))
        }
        try DurableFile.write(
            Array(JSONEncoder().encode(RunResults(files: files))), to: listPath(in: runDirectory), mode: 0o600)
    }

    /// Reads the list.
    static func read(in runDirectory: String) throws -> RunResults {
        let path = listPath(in: runDirectory)
        do {
            return try JSONDecoder().decode(RunResults.self, from: Data(try DurableFile.read(path)))
        } catch is DecodingError {
            throw FileContentError(path, "is no list of results written by this program")
        }
    }

    private static func names(below folder: String) throws -> [String] {
        guard let listing = opendir(folder) else {
            // A program may leave nothing.
            guard errno == ENOENT else { throw FileError("list", folder) }
            return []
        }
        defer { closedir(listing) }
        var found: [String] = []
        while let item = readdir(listing) {
            let name = withUnsafeBytes(of: item.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0 else { throw FileError("read", "\(folder)/\(name)") }
            if status.st_mode & S_IFMT == S_IFDIR {
                found += try names(below: "\(folder)/\(name)").map { "\(name)/\($0)" }
            } else if status.st_mode & S_IFMT == S_IFREG {
                found.append(name)
            }
        }
        return found
    }
}

/// A program whose results are listed once it is complete, on the thread that computed them.
final class ListedProgram: RunProgram {
    private let program: any RunProgram
    private let runDirectory: String

    init(_ program: any RunProgram, runDirectory: String) {
        self.program = program
        self.runDirectory = runDirectory
    }

    func check(_ result: [UInt8], of shard: Shard) throws {
        try program.check(result, of: shard)
    }

    func take(_ results: [[UInt8]]) throws {
        try program.take(results)
    }

    func nextStage(history: RunHistory) throws -> StagePlan? {
        if let plan = try program.nextStage(history: history) { return plan }
        try RunResults.list(in: runDirectory)
        return nil
    }
}
