import ContentDigest

/// How many shards a stage has, and what became of them.
struct StageCounts: Sendable {
    var shards: Int
    var done: Int
    var reused: Int
    var failed: Int

    init(of board: StageBoard) {
        shards = board.shards.count
        done = board.doneCount
        reused = board.reusedCount
        failed = board.failures.count
    }
}

/// What the coordinator knows about one run.
struct RunEntry: Sendable {
    let title: String
    var phase: RunStatus.Phase

    /// The stage in hand, or about to be planned.
    var stage = 0
    var stageTitle = ""

    /// Everything its shards may name.
    var blobs: Set<SHA256Digest> = []

    /// The blobs that the stage in hand brought, for workers that join now.
    var stageBlobs: [SHA256Digest] = []

    /// The results of earlier stages.
    var past: [ShardID: StoredResult] = [:]

    /// Who worked on which data.
    var work: [WorkedData: EarlierWork] = [:]

    /// The share of its shards that are computed twice, if that is more than everybody's.
    var replicatedShare: Double = 0

    /// Whether it was said that shards are compared on one machine only.
    var hasOneMachine = false

    var disagreements: [Disagreement] = []

    /// Results that nobody could read, in words with their machines; the first hundred.
    var refusals: [String] = []

    /// The last complete stages, in order, for people; forgotten with the run's end.
    var stages: [StageSummary] = []

    /// What had become of the shards of the stage in hand when the run ended.
    var lastStage: StageCounts?

    /// Whether it was given up before its inputs had come, so that nothing of it is kept.
    var isUnstored = false

    /// How it ended.
    var outcome: RunOutcome?

    /// Clients to be told of the end.
    var watchers: [Incarnation] = []

    init(title: String, phase: RunStatus.Phase) {
        self.title = title
        self.phase = phase
    }
}
