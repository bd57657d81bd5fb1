import ClusterRuntime
import Glibc
import JobEngine
import Logging

/// A worker process for tests: it squares and adds, and dies on request. With `--store`, a coordinator that dies of what is
/// submitted to it.
@main
struct ToyWorker {
    static func main() throws {
        let arguments = CommandLine.arguments
        func value(of option: String) -> String? {
            arguments.firstIndex(of: option).map { arguments[$0 + 1] }
        }
        if let store = value(of: "--store") { return try DeadlyProgram.serve(store) }
        guard let file = value(of: "--connection-file"), let threads = value(of: "--threads").flatMap({ Int($0) }),
            let lifeline = value(of: "--lifeline").flatMap({ Int32($0) })
        else { exit(2) }
        try Lifeline.watch(lifeline)
        // As one that the system never lets start.
        if arguments.contains("--silent") { while true { pause() } }
        let options = WorkerOptions(
            connectionFile: file, threads: threads, build: "test", numericContract: 1,
            logger: .cluster(role: "worker", level: .error))
        let result = try WorkerService(options, executor: ToyExecutor(markers: value(of: "--markers"))).run()
        Transport.flush()
        exit(result.code)
    }
}

/// Sums squares or shifts, as the tests' own executor does.
private struct ToyExecutor: ShardExecutor {
    /// The folder that remembers which shards have killed a worker already.
    let markers: String?

    func execute(_ shard: Shard, inputs: [Blob], control: any ShardControl) throws -> [UInt8] {
        if shard.stage == "square", shard.range.lowerBound == 100, let markers {
            let isFirst = open("\(markers)/killed", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600) >= 0
            if isFirst { kill(getpid(), SIGKILL) }
        }
        var sum: UInt64 = 0
        if shard.stage == "square" {
            for number in shard.range { sum += UInt64(number * number) }
        } else {
            let total = inputs[0].content.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            for number in shard.range { sum = sum &+ total &+ UInt64(number) }
        }
        return (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
    }
}
