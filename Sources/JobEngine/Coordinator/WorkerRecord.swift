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

    /// Whether it stands among those that may have a free credit for a shard that was laid aside for them.
    var isDueForPlaced = false

    /// The run whose programs it lacks something for.
    var unfitFor: RunID?

    /// Shards it delivered first.
    var done = 0

    /// Leases of it that stalled.
    var stalls = 0

    /// Failures since its last result.
    var faultsInARow = 0

    var badFrames = 0

    /// Results of it that nobody could read, since the last that was stored.
    var badResultsInARow = 0

    /// Bytes of memory in use, as it last said.
    var memory: UInt64 = 0

    /// Bytes of memory it may use; 0 when unknown.
    let memoryLimit: UInt64

    /// Whether it may run external programs.
    let runsPrograms: Bool

    init(_ hello: Hello, lastHeard: Duration) {
        host = hello.host
        labels = hello.labels
        threads = max(1, hello.threads)
        memoryLimit = hello.memory
        runsPrograms = hello.runsPrograms
        self.lastHeard = lastHeard
    }

    /// What its last words and its limit say about memory, for the fault of a shard that it vanished with; nil when one of
    /// them is unknown. The system's memory killer leaves no other trace.
    ///
    /// The limit is that of a job or container, which may have other processes too.
    var memoryText: String? {
        guard memoryLimit > 0, memory > 0 else { return nil }
        return "it had \(memory >> 20) MiB of memory in use when it was last heard, and its job or container may use "
            + "\(memoryLimit >> 20) MiB in all"
    }
}

/// One shard lent to one worker.
struct LeaseRecord: Sendable {
    let shard: Int
    let worker: Incarnation
    let grantedAt: Duration

    /// Whether its worker has held no other lease at the same time: then nothing else can be to blame for its death.
    var isAlone: Bool

    /// When the worker first said that it computes.
    var startedAt: Duration?

    /// When the worker last named it; a lease that is never named did not arrive.
    var listedAt: Duration

    var progress: UInt64 = 0
    var progressAt: Duration
    var isStalled = false

    init(shard: Int, worker: Incarnation, isAlone: Bool, at now: Duration) {
        self.shard = shard
        self.worker = worker
        self.isAlone = isAlone
        self.grantedAt = now
        self.listedAt = now
        self.progressAt = now
    }
}
