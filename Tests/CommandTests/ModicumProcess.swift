import BuiltProducts
import Foundation
import Testing

/// The package's root, from this file's place in it.
let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

/// The reference data beside the package; not part of it.
enum ReferenceData {
    static let folder = ReferenceFolder.path

    static let isWanted = ReferenceFolder.isPresent
}

/// The executable under test.
let executable = BuiltProducts.modicum

/// A running `modicum`.
final class ModicumProcess {
    struct Result {
        var status: Int32
        var wasSignalled: Bool
        var output: String
        var errors: String
    }

    let process = Process()
    private let output = Pipe()
    private let errors = Pipe()
    private var errorText = ""

    /// What stderr has said as far as it was read.
    var errorsSoFar: String { errorText }

    /// - Parameter folder: Where it runs, if not here.
    init(_ arguments: [String], environment: [String: String] = [:], in folder: String? = nil) throws {
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    var pid: pid_t { process.processIdentifier }

    /// Reads stderr until a line contains `text`, or the process and its children are gone.
    func waitForError(containing text: String) -> Bool {
        while !errorText.contains(text) {
            let data = errors.fileHandleForReading.availableData
            if data.isEmpty { return false }
            errorText += String(decoding: data, as: UTF8.self)
        }
        return true
    }

    /// The processes that it started and that still run.
    func children() -> [pid_t] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.flatMap { thread -> [pid_t] in
            let list = try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/children", encoding: .utf8)
            return (list ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
    }

    func signal(_ number: Int32) {
        kill(pid, number)
    }

    /// Waits for the end, and for everybody who holds its stderr: its children.
    func finish() -> Result {
        // Little is written to stdout, so that it never fills while stderr is read.
        errorText += String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, wasSignalled: process.terminationReason == .uncaughtSignal,
            output: text, errors: errorText)
    }
}

/// Runs a command to its end.
func modicum(_ arguments: String..., environment: [String: String] = [:]) throws -> ModicumProcess.Result {
    try ModicumProcess(arguments, environment: environment).finish()
}

/// Waits until somebody has written to a file a number of times.
func waitForWrites(_ count: Int, to path: String) throws {
    let descriptor = inotify_init1(Int32(IN_CLOEXEC))
    defer { close(descriptor) }
    try #require(inotify_add_watch(descriptor, path, UInt32(IN_MODIFY)) >= 0, "\(path) is not there")
    var buffer = [UInt8](repeating: 0, count: 4_096)
    for _ in 0..<count {
        // A process that has ended writes no more.
        var question = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        try #require(poll(&question, 1, 60_000) == 1, "nobody writes to \(path)")
        try #require(read(descriptor, &buffer, buffer.count) > 0)
    }
}

/// A folder of one test, removed with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/modicum-command-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Writes counts that have less spread than counting alone brings, in every gene, and their sample sheet.
    func writeUnspreadCounts() throws -> (counts: String, samples: String) {
        let genes = (1...60).map { gene in "g\(gene)\t" + (0..<6).map { "\(gene * 7 + $0 % 2)" }.joined(separator: "\t")
        }
        let counts = try write(
            "gene\ts1\ts2\ts3\ts4\ts5\ts6\n" + genes.joined(separator: "\n") + "\n", as: "counts.tsv")
        let samples = try write(
            "sample\tgroup\n" + (1...6).map { "s\($0)\t\($0 < 4 ? "a" : "b")\n" }.joined(), as: "samples.tsv")
        return (counts, samples)
    }

    /// Writes a text file and returns its path.
    func write(_ text: String, as name: String) throws -> String {
        try text.write(toFile: self(name), atomically: true, encoding: .utf8)
        return self(name)
    }
}

/// What `run.json` says.
struct Record: Decodable {
    struct Stage: Decodable {
        var title: String
        var shards: Int
        var reused: Int
    }
    struct Worker: Decodable {
        var shards: Int
    }
    struct File: Decodable {
        var name: String
    }
    var identity: String
    var configurationDigest: String
    var files: [File]?
    var derivedFiles: [File]?
    var stages: [Stage]
    var workers: [Worker]
    var warnings: [String]
    var notes: [String]?
    var untilSettledAtMost: Int?
    private var configuration: Configuration

    private struct Configuration: Decodable {
        struct GeneSets: Decodable { var permutations: Int }
        var geneSets: GeneSets?
    }

    /// Of a run with gene sets, as many as it came to.
    var permutations: Int? { configuration.geneSets?.permutations }

    init(in folder: String) throws {
        self = try JSONDecoder().decode(
            Record.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/run.json")))
    }
}
