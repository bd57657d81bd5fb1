import ClusterRuntime
import Glibc
import JobEngine
import Logging
import Synchronization

/// One stage of sums of squares, which ends its process where its request says so.
final class DeadlyProgram: RunProgram {
    private let request: String
    private let folder: String
    private let stage = Mutex(0)

    init(request: [UInt8], folder: String) {
        self.request = String(decoding: request, as: UTF8.self)
        self.folder = folder
        die(at: "load")
    }

    /// Serves until it is told to stop or dies; says on standard output that it listens.
    static func serve(_ store: String) throws {
        let submissions = try SubmissionStore(directory: store) { request, _, folder in
            DeadlyProgram(request: request, folder: folder)
        }
        var options = CoordinatorOptions(
            connectionFile: "\(store)/connection.json", name: "toy", build: "test", numericContract: 1,
            logger: .cluster(role: "coordinator"))
        options.policy.beatInterval = .milliseconds(100)
        options.policy.lostAfter = .milliseconds(1_000)
        let service = try CoordinatorService(
            options, lock: RunDirectoryLock(directory: store), submissions: submissions)
        try TerminationSignals.watch { _, _ in service.stop() }
        _ = write(STDOUT_FILENO, "listens\n", 8)
        _ = service.waitForEnd()
        Transport.flush()
    }

    func check(_ result: [UInt8], of shard: Shard) throws {
        die(at: "check")
    }

    func take(_ results: [[UInt8]]) throws {
        if !results.isEmpty { die(at: "take") }
    }

    func nextStage(history: RunHistory) throws -> StagePlan? {
        let stage = stage.withLock { stage in
            defer { stage += 1 }
            return stage
        }
        die(at: stage == 0 ? "plan" : "write")
        guard stage == 0 else { return nil }
        return StagePlan(
            title: "squares", blobs: [],
            shards: [0..<50, 50..<100].map { Shard(stage: "square", range: $0, inputs: []) })
    }

    /// A request is `PLACE:MANNER`.
    private func die(at place: String) {
        let words = request.split(separator: ":")
        guard words.count == 2, words[0] == place else { return }
        switch words[1] {
        case "trap": _ = [1][request.utf8.count]
        case "abort": abort()
        case "recursion": _ = Self.descend(1)
        // On a thread that the program has started, as writers are.
        case "thread":
            var thread = pthread_t()
            pthread_create(&thread, nil, { _ in abort() }, nil)
            pthread_join(thread, nil)
        case "kill": kill(getpid(), SIGKILL)
        case "kill-once":
            if open("\(folder)/killed", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600) >= 0 { kill(getpid(), SIGKILL) }
        default: break
        }
    }

    private static func descend(_ depth: Int) -> Int {
        // Further than any stack reaches.
        guard depth < 1 << 40 else { return depth }
        var page = [Int](repeating: depth, count: 8)
        page[depth % 8] = descend(depth + 1)
        return page.reduce(0, &+)
    }
}
