/// What the coordinator knows about one worker.
struct WorkerRecord: Sendable {
    var host: String
    var labels: [String]
    var threads: Int
    var phase = WorkerStatus.Phase.serving

    /// When anything last came from it.
    var lastHeard: Duration

    /// When its connection closed, unless it was heard from since.
    var closedAt: Duration?

    /// When it will be killed, if that is known.
    var endOfLife: Duration?

    /// The leases it is willing to hold at one time.
    var credits = 0

    /// The leases it holds, by number, in the order in which they were lent.
    var leases: [UInt64] = []

    /// The lease that must be its only one: a shard's last attempt.
    var soloLease: UInt64?

    /// The sequence number of the last message that told its state; what comes later but was sent before is stale.
    var stateSequence: UInt64 = 0

    /// Counts the messages sent to it.
    var sentSequence: UInt64 = 0

    /// Whether it stands in the queue of workers with free credits.
    var isWaiting = false

    /// Shards it delivered first.
    var done = 0

    /// Leases of it that stalled.
    var stalls = 0

    /// Failures since its last result.
    var faultsInARow = 0

    var badFrames = 0
    var memory: UInt64 = 0

    init(host: String, labels: [String], threads: Int, lastHeard: Duration) {
        self.host = host
        self.labels = labels
        self.threads = threads
        self.lastHeard = lastHeard
    }
}

/// One shard lent to one worker.
struct LeaseRecord: Sendable {
    let shard: Int
    let worker: Incarnation
    let grantedAt: Duration

    /// When the worker first said that it computes.
    var startedAt: Duration?

    /// When the worker last named it; a lease that is never named did not arrive.
    var listedAt: Duration

    var progress: UInt64 = 0
    var progressAt: Duration
    var isStalled = false

    init(shard: Int, worker: Incarnation, at now: Duration) {
        self.shard = shard
        self.worker = worker
        self.grantedAt = now
        self.listedAt = now
        self.progressAt = now
    }
}
