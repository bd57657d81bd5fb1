import ContentDigest
import JobEngine

/// Plays a study in one process: no sockets, no threads, no files.
///
/// What it plays are the shards of a run: the same stages plan them, and the same executor computes them. So it tells, too,
/// what shards a finished run had, and computes any of them again.
package struct StudyPlayer: Sendable {
    private var progress: StudyProgress
    private let executor: any ShardExecutor
    private let journal: @Sendable (Shard) throws -> [UInt8]?

    /// - Parameters:
    ///   - stages: The method.
    ///   - executor: Computes shards; that of the stages unless given.
    ///   - journal: What a shard came to in an earlier run; nil: it is computed. A result that its stage does not take is
    ///     computed again, as a coordinator does.
    package init(
        inputs: StudyInputs, stages: [any StudyStage] = StudyMethod.stages, executor: (any ShardExecutor)? = nil,
        journal: @escaping @Sendable (Shard) throws -> [UInt8]? = { _ in nil }
    ) {
        self.journal = journal
        progress = StudyProgress(study: StudyState(inputs: inputs), stages: stages)
        self.executor = executor ?? StudyExecutor(stages: stages)
    }

    /// What the study has come to so far.
    package var study: StudyState { progress.study }

    /// Plays the next stage that has shards.
    ///
    /// - Returns: Nil when no stage is left.
    package mutating func next() throws -> PlayedStage? {
        guard let plan = try progress.next() else { return nil }
        var played = PlayedStage(plan: plan, executor: executor)
        for index in plan.shards.indices {
            if let known = try journal(plan.shards[index]), isSound(known, of: plan.shards[index]) {
                played.results.append(known)
                continue
            }
            let result = try played.compute(index)
            try progress.check(result, of: plan.shards[index])
            played.results.append(result)
            played.computed.append(index)
        }
        try progress.take(played.results)
        return played
    }

    /// Plays all stages that are left.
    ///
    /// - Parameter observe: Is shown every stage when its results were taken.
    package mutating func play(observe: (PlayedStage) throws -> Void = { _ in }) throws -> StudyResults {
        while let stage = try next() { try observe(stage) }
        return progress.study.results()
    }

    private func isSound(_ result: [UInt8], of shard: Shard) -> Bool {
        (try? progress.check(result, of: shard)) != nil
    }
}

/// A stage as it was played: its shards, what they read, and what they came to.
package struct PlayedStage: Sendable {
    package let plan: StagePlan

    /// One per shard of the plan.
    package fileprivate(set) var results: [[UInt8]] = []

    /// The shards that were computed, as against those whose results were there.
    package fileprivate(set) var computed: [Int] = []

    private let executor: any ShardExecutor
    private let blobs: [SHA256Digest: Blob]

    init(plan: StagePlan, executor: any ShardExecutor) {
        self.plan = plan
        self.executor = executor
        blobs = Dictionary(plan.blobs.map { ($0.digest, $0) }) { first, _ in first }
    }

    /// Computes a shard, whatever it came to before.
    package func compute(_ index: Int) throws -> [UInt8] {
        let shard = plan.shards[index]
        return try executor.execute(shard, inputs: shard.inputs.compactMap { blobs[$0] }, control: Unhurried())
    }
}

/// Nobody waits for a shard that is played, and nobody stops it.
struct Unhurried: ShardControl {
    var isCancelled: Bool { false }

    func madeProgress() {}
}
