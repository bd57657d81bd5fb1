import AnalysisPipeline
import ArgumentParser
import ClusterRuntime
import Foundation
import Glibc
import JobEngine
import Logging

/// A worker as `modicum worker`, which one shard harms: a shard that a defect of the program would make fatal.
@main
struct FaultyWorker: ParsableCommand {
    enum Fault: String, ExpressibleByArgument {
        /// The process ends by a signal, as by a trap.
        case abort

        /// The shard takes memory without end.
        case memory

        /// The shard's result is bytes that mean nothing.
        case nonsense
    }

    @Option var connectionFile: String
    @Option var threads = 1

    /// What the coordinator's program calls itself; others are refused.
    @Option var build: String
    @Option var fault: Fault

    /// The stage and the first item of the shard; every shard of the stage without an item.
    @Option var stage: String
    @Option var first: Int?

    func run() throws {
        var options = WorkerOptions(
            connectionFile: connectionFile, threads: threads, build: build,
            numericContract: UInt32(numericContract), logger: .cluster(role: "worker", level: .info))
        options.memory = AvailableMemory.limit(environment: ProcessInfo.processInfo.environment) ?? 0
        let service = try WorkerService(options, executor: HarmedExecutor(fault: fault, stage: stage, first: first))
        try TerminationSignals.watch { _, _ in service.terminate() }
        let result = try service.run()
        Transport.flush()
        Self.exit(withError: ExitCode(result.code))
    }
}

/// Computes a study's shards, all but one.
private struct HarmedExecutor: ShardExecutor {
    let study = StudyExecutor()
    let fault: FaultyWorker.Fault
    let stage: String
    let first: Int?

    func execute(_ shard: Shard, inputs: [Blob], control: any ShardControl) throws -> [UInt8] {
        guard shard.stage == stage, first.map({ $0 == shard.range.lowerBound }) ?? true else {
            return try study.execute(shard, inputs: inputs, control: control)
        }
        write("computes the shard that harms it\n")
        switch fault {
        case .abort: Glibc.abort()
        case .nonsense: return (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ shard.range.lowerBound) }
        case .memory:
            while true {
                // Every page is there, not only promised; half a gigabyte a second, as Slurm looks at a job once a second.
                mmap(nil, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)
                usleep(2_000)
            }
        }
    }

    private func write(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(2, $0.baseAddress!, $0.count) }
    }
}
