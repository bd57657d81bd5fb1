import ContentDigest

/// What the coordinator knows about one run.
struct RunRecord: Sendable {
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

    var disagreements: [Disagreement] = []

    /// How it ended.
    var outcome: RunOutcome?

    /// Clients to be told of the end.
    var watchers: [Incarnation] = []

    init(title: String, phase: RunStatus.Phase) {
        self.title = title
        self.phase = phase
    }
}
