import ClusterRuntime
import ContentDigest
import Glibc
import JobEngine
import Logging
import Synchronization

/// What the machinery costs when shards cost nothing. `ops/benchmarks/overhead` and `ops/benchmarks/peers` run it.
///
///     EngineBenchmark run --shards N [--workers W] [--threads T] [--agents A] [--milliseconds M] [--plaintext]
///
/// Prints one JSON object. More than one of the `agents` in each worker process are `LightWorkers`; `milliseconds` is how long
/// every shard takes.
@main
struct EngineBenchmark {
    static func main() throws {
        let arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
        if arguments.command == "work" { try work(arguments) } else { try run(arguments) }
    }

    // MARK: The coordinator

    private static func run(_ arguments: Arguments) throws {
        let workers = arguments.number("--workers") ?? 2
        let agents = arguments.number("--agents") ?? 1
        let milliseconds = arguments.number("--milliseconds") ?? 0
        let folder = "/tmp/modicum-engine-benchmark-\(getpid())"
        var options = PrivateClusterOptions(
            runDirectory: folder, title: "empty shards", configuration: SHA256Digest(of: "empty shards"),
            threads: arguments.number("--threads") ?? 8, build: "benchmark", numericContract: 1,
            logger: .cluster(role: "coordinator", level: .error))
        options.workers = workers
        // Thousands of workers that start at once share the cores of one machine.
        options.workerPatience = .seconds(600)
        options.arguments = ["work", "--agents", "\(agents)"]
        if arguments.has("--plaintext") { options.encryption = .insecurePlaintext }
        let program = EmptyProgram(shards: arguments.number("--shards") ?? 100_000, milliseconds: milliseconds)
        let watcher = Watcher()
        let before = processorTime(ofChildren: false)
        let ending = try PrivateCluster(options, observer: watcher).run { program }
        let coordinator = processorTime(ofChildren: false) - before
        guard case .ended(let run) = ending, case .finished = run.outcome, let stage = run.history.stages.last else {
            print("the run did not finish: \(ending)")
            exit(1)
        }
        let seconds = stage.elapsed / .seconds(1)
        let all = watcher.firstWith(workers * agents)
        let fields: [(String, Double)] = [
            ("shards", Double(stage.shards)), ("workers", Double(workers * agents)), ("seconds", seconds),
            ("shardsPerSecond", Double(stage.shards) / seconds),
            ("coordinatorMicrosecondsPerShard", coordinator / Double(stage.shards) * 1e6),
            ("workerMicrosecondsPerShard", processorTime(ofChildren: true) / Double(stage.shards) * 1e6),
            ("coordinatorProcessorSeconds", coordinator),
            ("coordinatorMebibytes", peakMebibytes()),
            ("mostWorkers", Double(watcher.mostWorkers)), ("secondsUntilAllWorkers", all ?? -1),
        ]
        print("{" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}")
        removeFolder(folder)
    }

    // MARK: A process of workers

    private static func work(_ arguments: Arguments) throws {
        guard let file = arguments.text("--connection-file"), let lifeline = arguments.number("--lifeline") else {
            exit(2)
        }
        try Lifeline.watch(Int32(lifeline))
        if let agents = arguments.number("--agents"), agents > 1 {
            var workers = try LightWorkers(agents, connectionFile: file)
            try workers.run()
        } else {
            var options = WorkerOptions(
                connectionFile: file, threads: arguments.number("--threads") ?? 1, build: "benchmark",
                numericContract: 1, logger: .cluster(role: "worker", level: .error))
            options.labels = []
            _ = try WorkerService(options, executor: EmptyExecutor()).run()
        }
        Transport.flush()
    }
}

/// One stage of shards that give eight bytes.
private final class EmptyProgram: RunProgram {
    private let shards: Int
    private let milliseconds: Int
    private let isPlanned = Atomic(false)

    init(shards: Int, milliseconds: Int) {
        self.shards = shards
        self.milliseconds = milliseconds
    }

    func check(_ result: [UInt8], of shard: Shard) {}

    func take(_ results: [[UInt8]]) {}

    func nextStage(history: RunHistory) -> StagePlan? {
        guard !isPlanned.exchange(true, ordering: .relaxed) else { return nil }
        return StagePlan(
            title: "empty", blobs: [],
            shards: (0..<shards).map {
                Shard(
                    stage: "empty", parameters: Array("\(milliseconds)".utf8), range: $0..<$0 + 1, inputs: [])
            })
    }
}

struct EmptyExecutor: ShardExecutor {
    func execute(_ shard: Shard, inputs: [Blob], control: any ShardControl) -> [UInt8] {
        let duration = Self.duration(of: shard)
        if duration > .zero { usleep(UInt32(duration / .microseconds(1))) }
        return Self.payload(of: shard)
    }

    /// How long a shard takes.
    static func duration(of shard: Shard) -> Duration {
        .milliseconds(Int(String(decoding: shard.parameters, as: UTF8.self)) ?? 0)
    }

    static func payload(of shard: Shard) -> [UInt8] {
        withUnsafeBytes(of: UInt64(shard.range.lowerBound).littleEndian) { Array($0) }
    }
}

/// Remembers how many workers were connected, and since when.
private final class Watcher: RunObserver {
    private let start = ContinuousClock.now
    private let seen = Mutex<[(workers: Int, seconds: Double)]>([])

    func progressed(_ progress: RunProgress) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        seen.withLock { seen in
            if progress.workers > (seen.last?.workers ?? 0) { seen.append((progress.workers, seconds)) }
        }
    }

    var mostWorkers: Int { seen.withLock { $0.last?.workers ?? 0 } }

    func firstWith(_ workers: Int) -> Double? {
        seen.withLock { $0.first { $0.workers >= workers }?.seconds }
    }
}

/// `COMMAND --NAME VALUE …`
private struct Arguments {
    let command: String
    private let words: [String]

    init(_ words: [String]) {
        command = words.first ?? ""
        self.words = words
    }

    func has(_ name: String) -> Bool { words.contains(name) }

    func text(_ name: String) -> String? {
        words.firstIndex(of: name).flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
    }

    func number(_ name: String) -> Int? { text(name).flatMap { Int($0) } }
}

/// User and system seconds.
private func processorTime(ofChildren: Bool) -> Double {
    var usage = rusage()
    // RUSAGE_SELF and RUSAGE_CHILDREN, which Swift imports as another type.
    getrusage(ofChildren ? -1 : 0, &usage)
    let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

private func peakMebibytes() -> Double {
    var usage = rusage()
    getrusage(0, &usage)
    return Double(usage.ru_maxrss) / 1_024
}

private func removeFolder(_ path: String) {
    guard let stream = opendir(path) else { return }
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { unlink("\(path)/\(name)") }
    }
    closedir(stream)
    rmdir(path)
}
