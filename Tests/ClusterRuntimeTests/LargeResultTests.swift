import ClusterRuntime
import ContentDigest
import Foundation
import JobEngine
import Synchronization
import Testing

/// One stage, each of whose results is larger than many messages.
private final class LargeResults: RunProgram {
    static let size = 5_000_001
    private let state = Mutex<(isPlanned: Bool, results: [[UInt8]])>((false, []))

    var results: [[UInt8]] { state.withLock { $0.results } }

    static func content(of shard: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: ($0 >> 8) ^ $0 &* (shard + 1)) }
    }

    func check(_ result: [UInt8], of shard: Shard) {}

    func take(_ results: [[UInt8]]) throws { state.withLock { $0.results = results } }

    func nextStage(history: RunHistory) throws -> StagePlan? {
        state.withLock { state in
            defer { state.isPlanned = true }
            guard !state.isPlanned else { return nil }
            let shards = (0..<2).map { Shard(stage: "large", range: $0..<$0 + 1, inputs: []) }
            return StagePlan(title: "large", blobs: [], shards: shards)
        }
    }
}

private struct LargeResultExecutor: ShardExecutor {
    func execute(_ shard: Shard, inputs: [Blob], control: any ShardControl) throws -> [UInt8] {
        LargeResults.content(of: shard.range.lowerBound)
    }
}

@Suite("Large results over real sockets")
struct LargeResultTests {
    @Test("They come in pieces, whole, and are in the journal of the next start")
    func large() throws {
        let folder = try TemporaryFolder()
        for start in 1...2 {
            var options = CoordinatorOptions(
                connectionFile: folder["connection.json"], name: "large", build: "test", numericContract: 1,
                logger: silent)
            options.policy = hasty
            let service = try CoordinatorService(options, lock: RunDirectoryLock(directory: folder.path))
            let program = LargeResults()
            let run = try service.add(
                CoordinatorService.LocalRun(
                    title: "large", directory: folder.path, configuration: SHA256Digest(of: "large"),
                    makeProgram: { program }))
            var workerOptions = WorkerOptions(
                connectionFile: folder["connection.json"], threads: 1, build: "test", numericContract: 1,
                logger: silent)
            workerOptions.policy = hasty
            let worker = try WorkerService(workerOptions, executor: LargeResultExecutor())
            let hasLeft = DispatchSemaphore(value: 0)
            if start == 1 {
                Thread.detachNewThread {
                    _ = try? worker.run()
                    hasLeft.signal()
                }
            }
            #expect(service.waitForEnd(of: run)?.outcome == .finished(disagreements: []))
            #expect(
                program.results.map { SHA256Digest(of: $0) }
                    == (0..<2).map { SHA256Digest(of: LargeResults.content(of: $0)) })
            service.stop(sendsWorkersHome: true)
            _ = service.waitForEnd()
            if start == 1 { hasLeft.wait() }
        }
    }
}
