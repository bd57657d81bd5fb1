import CohortSimulation
import JobEngine
import Synchronization

/// The measures of all cohorts, by task of the request.
package struct CalibrationResults: Sendable {
    package let request: CalibrationRequest

    /// By task and measure, the cohorts' numbers in order.
    package let values: [[[Double]]]
    package let history: RunHistory
}

/// A calibration as a program of one stage, whose shards are ranges of a cell's cohorts.
///
/// Called by one thread at a time, as `RunProgram` promises; the lock only tells the compiler so.
package final class CalibrationProgram: RunProgram {
    package static let stageTitle = "simulated cohorts"

    private let request: CalibrationRequest
    private let finish: @Sendable (CalibrationResults) throws -> Void

    /// By shard of the plan, its task.
    private let taskOfShard: [Int]
    private let shards: [Shard]
    private let blobs: [Blob]
    private let measureCounts: [Int]
    private let collected = Mutex<[[[Double]]]?>(nil)

    /// - Parameters:
    ///   - cohortsPerShard: Nil: as many as take a few seconds. No result depends on it.
    ///   - finish: Takes what the run came to; called once, at the end.
    /// - Throws: `CalibrationRefusal` for a request that cannot be measured.
    package init(
        _ request: CalibrationRequest, cohortsPerShard: Int? = nil,
        finish: @escaping @Sendable (CalibrationResults) throws -> Void
    ) throws {
        try request.check()
        self.request = request
        self.finish = finish
        let tasks = request.tasks
        measureCounts = tasks.map(\.measures.count)
        blobs = try tasks.map { Blob(try canonical($0)) }
        var shards: [Shard] = []
        var taskOfShard: [Int] = []
        for (index, task) in tasks.enumerated() {
            let size = cohortsPerShard ?? Self.cohortsPerShard(task)
            for first in stride(from: 0, to: request.cohorts, by: size) {
                shards.append(
                    Shard(
                        stage: CalibrationExecutor.stage, range: first..<min(first + size, request.cohorts),
                        inputs: [blobs[index].digest]))
                taskOfShard.append(index)
            }
        }
        self.shards = shards
        self.taskOfShard = taskOfShard
    }

    /// As many as take about three seconds, by what a gene, sample and permutation cost.
    private static func cohortsPerShard(_ task: CalibrationTask) -> Int {
        guard let cell = CalibrationCell(name: task.cell) else { return 1 }
        let fits = 1e-6 * Double(cell.sampleCount)
        let scores = 1e-9 * Double(task.permutations * task.schemes.count) * (60 + 0.3 * Double(cell.sampleCount))
        return max(1, Int(3 / (Double(task.geneCount) * (fits + scores))))
    }

    package func check(_ result: [UInt8], of shard: Shard) throws {
        guard let index = shards.firstIndex(of: shard) else {
            throw CalibrationError(description: "the result is of no shard of this run")
        }
        _ = try shares(decoding: result, count: shard.range.count * measureCounts[taskOfShard[index]])
    }

    package func take(_ results: [[UInt8]]) throws {
        guard !results.isEmpty else { return }
        var values = measureCounts.map { [[Double]](repeating: [], count: $0) }
        for (place, result) in results.enumerated() {
            let task = taskOfShard[place]
            let count = measureCounts[task]
            let shares = try shares(decoding: result, count: shards[place].range.count * count)
            for (index, share) in shares.enumerated() { values[task][index % count].append(share) }
        }
        collected.withLock { $0 = values }
    }

    package func nextStage(history: RunHistory) throws -> StagePlan? {
        guard let values = collected.withLock({ $0 }) else {
            return StagePlan(title: Self.stageTitle, blobs: blobs, shards: shards)
        }
        try finish(CalibrationResults(request: request, values: values, history: history))
        return nil
    }
}
