import BuiltProducts
import ClusterRuntime
import ContentDigest
import DurableFiles
import Glibc
import JobEngine
import Synchronization
import Testing

@Suite("Private clusters of real processes")
struct PrivateClusterTests {
    private func options(_ folder: TemporaryFolder, workers: Int, arguments: [String] = []) throws
        -> PrivateClusterOptions
    {
        var options = PrivateClusterOptions(
            runDirectory: folder.path, title: "toy", configuration: SHA256Digest(of: "toy"), threads: 1, build: "test",
            numericContract: 1, logger: silent)
        options.workers = workers
        options.executable = BuiltProducts.path(of: "ToyWorker")
        options.name = "ToyWorker"
        options.arguments = arguments
        return options
    }

    /// Whether this process has children that were not waited for.
    private func isChild(_ pid: pid_t) -> Bool { kill(pid, 0) == 0 }

    @Test("The run is computed, its files are removed and its processes are gone", arguments: [1, 3])
    func completeRun(workers: Int) throws {
        let folder = try TemporaryFolder()
        let program = SquareSums()
        let seen = Mutex<[RunProgress]>([])
        let observer = ProgressObserver { progress in seen.withLock { $0.append(progress) } }
        let ending = try PrivateCluster(options(folder, workers: workers), observer: observer).run { program }
        guard case .ended(let finished) = ending else {
            Issue.record("the run was interrupted")
            return
        }
        #expect(finished.outcome == .finished(disagreements: []))
        #expect(program.answer == program.expected)
        #expect(!DurableFile.exists(folder["connection.json"]))
        #expect(!DurableFile.exists(folder["connection.json.key"]))
        let pids = finished.history.workers.flatMap(\.labels).compactMap { Int32($0.dropFirst("pid=".count)) }
        #expect(!pids.isEmpty)
        for pid in pids { #expect(!isChild(pid)) }
        #expect(!seen.withLock { $0.isEmpty })
    }

    @Test("A worker that is killed in the middle of a shard is replaced")
    func killedWorker() throws {
        let folder = try TemporaryFolder()
        let program = SquareSums()
        let ending = try PrivateCluster(options(folder, workers: 1, arguments: ["--markers", folder.path]))
            .run { program }
        guard case .ended(let finished) = ending else {
            Issue.record("the run was interrupted")
            return
        }
        #expect(finished.outcome == .finished(disagreements: []))
        #expect(program.answer == program.expected)
        #expect(DurableFile.exists(folder["killed"]))
    }

    @Test("Workers that do not start are an error, not a run that hangs")
    func brokenExecutable() throws {
        let folder = try TemporaryFolder()
        var options = try options(folder, workers: 2)
        options.executable = "/bin/false"
        #expect(throws: ClusterError.self) { try PrivateCluster(options).run { SquareSums() } }
        options.executable = folder["missing"]
        #expect(throws: FileError.self) { try PrivateCluster(options).run { SquareSums() } }
    }

    @Test("Workers that never say a word are an error, not a run that hangs")
    func silentWorkers() throws {
        let folder = try TemporaryFolder()
        var options = try options(folder, workers: 2, arguments: ["--silent"])
        options.workerPatience = .seconds(1)
        let error = #expect(throws: ClusterError.self) { try PrivateCluster(options).run { SquareSums() } }
        #expect(error?.description.contains("do not connect within 1 s") == true)
    }

    @Test("A folder that is removed while its run is computed ends the run with its name")
    func removedFolder() throws {
        let folder = try TemporaryFolder()
        var options = try options(folder, workers: 1, arguments: ["--silent"])
        let place = folder["run"]
        options.runDirectory = place
        let cluster = PrivateCluster(options)
        let removing = StoppingProgram(SquareSums(), at: 0) { removeAll(of: place) }
        let error = #expect(throws: ClusterError.self) { try cluster.run { removing } }
        #expect(error?.description.contains("\(place): this folder was removed or moved") == true)
    }

    @Test("A folder that another run has begun anew in its place is not written to")
    func replacedFolder() throws {
        let folder = try TemporaryFolder()
        let lock = try RunDirectoryLock(directory: folder.path)
        try lock.checkPlace()
        #expect(rename(folder["lock"], folder["lock.before"]) == 0)
        #expect(throws: FileContentError.self) { try lock.checkPlace() }
        let content = String(decoding: try DurableFile.read(folder["lock.before"]), as: UTF8.self)
        let other = content.replacing("\"epoch\":\(lock.epoch)", with: "\"epoch\":\(lock.epoch + 1)")
        #expect(other != content)
        try DurableFile.write(Array(other.utf8), to: folder["lock"], mode: 0o600)
        #expect(throws: FileContentError.self) { try lock.checkPlace() }
    }

    @Test("A program that throws ends the run with its words")
    func throwingProgram() throws {
        struct Problem: Error, CustomStringConvertible { let description = "sample S7 is all zero" }
        let folder = try TemporaryFolder()
        let ending = try PrivateCluster(options(folder, workers: 1)).run { throw Problem() }
        guard case .ended(let finished) = ending, case .failed(let reason, _, _) = finished.outcome else {
            Issue.record("the run did not fail")
            return
        }
        #expect(reason.contains("sample S7"))
    }

    @Test("An interrupted run is resumed by the same command")
    func interruption() throws {
        let folder = try TemporaryFolder()
        let cluster = try PrivateCluster(options(folder, workers: 1))
        // The second reduction tells the command to stop, as Ctrl-C would.
        let stopping = StoppingProgram(SquareSums(), at: 1) { cluster.stop() }
        #expect(try cluster.run { stopping } == .interrupted(reason: nil))

        let program = SquareSums()
        guard case .ended(let finished) = try PrivateCluster(options(folder, workers: 2)).run(makeProgram: { program })
        else {
            Issue.record("the run was interrupted again")
            return
        }
        #expect(finished.outcome == .finished(disagreements: []))
        #expect(program.answer == program.expected)
        #expect(finished.history.stages[0].reused == 20)
    }
}

/// Removes a folder of files, as `rm -r` does.
private func removeAll(of folder: String) {
    if let listing = opendir(folder) {
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            unlink("\(folder)/\(name)")
        }
        closedir(listing)
    }
    rmdir(folder)
}

/// A program that does something before one of its reductions.
private final class StoppingProgram: RunProgram {
    private let program: SquareSums
    private let stage: Int
    private let action: @Sendable () -> Void
    private let count = Mutex(0)

    init(_ program: SquareSums, at stage: Int, action: @escaping @Sendable () -> Void) {
        self.program = program
        self.stage = stage
        self.action = action
    }

    func check(_ result: [UInt8], of shard: Shard) throws {
        try program.check(result, of: shard)
    }

    func take(_ results: [[UInt8]]) throws {
        try program.take(results)
    }

    func nextStage(history: RunHistory) throws -> StagePlan? {
        let isNow = count.withLock { count in
            defer { count += 1 }
            return count == stage
        }
        if isNow { action() }
        return try program.nextStage(history: history)
    }
}
