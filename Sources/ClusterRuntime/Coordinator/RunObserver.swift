import JobEngine

/// What a person waiting for a run wants to see.
package struct RunProgress: Equatable, Sendable {
    /// The stage in hand, counted from 0.
    package var stage: Int
    package var title: String

    /// Whether the run's program is reducing and planning, so that no shard is open.
    package var isPlanning: Bool

    /// Shards of the stage, those done, and of these the ones found in the journal.
    package var shards: Int
    package var done: Int
    package var reused: Int

    /// Shards a second; 0 until the first one is done.
    package var rate: Double

    /// The time the stage still needs at that rate.
    package var remaining: Duration?

    /// Workers that are connected, and their threads together.
    package var workers: Int
    package var threads: Int

    /// What keeps the run from going on, in words.
    package var blocker: String?

    package init(
        stage: Int, title: String, isPlanning: Bool, shards: Int, done: Int, reused: Int, rate: Double,
        remaining: Duration?, workers: Int, threads: Int, blocker: String?
    ) {
        self.stage = stage
        self.title = title
        self.isPlanning = isPlanning
        self.shards = shards
        self.done = done
        self.reused = reused
        self.rate = rate
        self.remaining = remaining
        self.workers = workers
        self.threads = threads
        self.blocker = blocker
    }
}

/// Is told how a run goes on.
package protocol RunObserver: Sendable {
    /// Called when something changed, at most some ten times a second, on the
    /// coordinator's thread: return soon.
    func progressed(_ progress: RunProgress)
}

extension RunProgress {
    /// The progress of `run`, as far as the snapshot knows it.
    package init?(of run: RunID, in status: StatusSnapshot) {
        guard let state = status.runs.first(where: { $0.run == run }) else { return nil }
        let serving = status.workers.filter { $0.phase != .lost }
        self.init(
            stage: state.stage, title: state.stageTitle, isPlanning: state.phase == .planning, shards: state.shards,
            done: state.done, reused: state.reused, rate: state.rate, remaining: state.remaining,
            workers: serving.count, threads: serving.reduce(0) { $0 + $1.threads }, blocker: status.blocker)
    }
}
