import ContentDigest

/// The state of a coordinator as people and dashboards see it.
package struct StatusSnapshot: Equatable, Sendable {
    /// The version of the program that coordinates.
    package var build: String
    package var epoch: UInt64

    /// Time since the coordinator started.
    package var uptime: Duration

    /// Runs in the order in which they were submitted; ended ones are listed while they are remembered.
    package var runs: [RunStatus]

    /// Workers in the order of their incarnations.
    package var workers: [WorkerStatus]

    /// Frames that could not be read, from anybody.
    package var badFrames: Int

    /// What keeps the present run from going faster, in words, or nil.
    package var blocker: String?

    package init(
        build: String, epoch: UInt64, uptime: Duration, runs: [RunStatus], workers: [WorkerStatus], badFrames: Int,
        blocker: String?
    ) {
        self.build = build
        self.epoch = epoch
        self.uptime = uptime
        self.runs = runs
        self.workers = workers
        self.badFrames = badFrames
        self.blocker = blocker
    }
}

/// The state of one run.
package struct RunStatus: Equatable, Sendable {
    package enum Phase: UInt8, Sendable {
        case uploading = 1
        case queued = 2
        /// Its program is reducing results or planning.
        case planning = 3
        case computing = 4
        case finished = 5
        case failed = 6
        case cancelled = 7
    }

    package var run: RunID
    package var title: String
    package var phase: Phase

    /// The stage in hand, counted from 0, and its title.
    package var stage: Int
    package var stageTitle: String

    /// Shards of the stage in hand.
    package var shards: Int
    package var done: Int

    /// Of `done`, those whose results were found in the journal.
    package var reused: Int
    package var leased: Int
    package var failed: Int

    /// Shards a second since the stage began; 0 until the first one.
    package var rate: Double

    /// The time the stage in hand still needs at that rate, if there is one.
    package var remaining: Duration?

    /// Faults and disagreements, in words, oldest first.
    package var failures: [String]

    package init(
        run: RunID, title: String, phase: Phase, stage: Int, stageTitle: String, shards: Int, done: Int, reused: Int,
        leased: Int, failed: Int, rate: Double, remaining: Duration?, failures: [String]
    ) {
        self.run = run
        self.title = title
        self.phase = phase
        self.stage = stage
        self.stageTitle = stageTitle
        self.shards = shards
        self.done = done
        self.reused = reused
        self.leased = leased
        self.failed = failed
        self.rate = rate
        self.remaining = remaining
        self.failures = failures
    }
}

/// The state of one worker.
package struct WorkerStatus: Equatable, Sendable {
    package enum Phase: UInt8, Sendable {
        case serving = 1
        case draining = 2
        case lost = 3
    }

    package var incarnation: Incarnation
    package var host: String
    package var labels: [String]
    package var threads: Int
    package var phase: Phase
    package var leases: Int

    /// Shards it delivered first.
    package var done: Int

    /// Bytes of memory in use, as it last said.
    package var memory: UInt64

    /// Time since it was last heard from.
    package var silence: Duration

    package init(
        incarnation: Incarnation, host: String, labels: [String], threads: Int, phase: Phase, leases: Int, done: Int,
        memory: UInt64, silence: Duration
    ) {
        self.incarnation = incarnation
        self.host = host
        self.labels = labels
        self.threads = threads
        self.phase = phase
        self.leases = leases
        self.done = done
        self.memory = memory
        self.silence = silence
    }
}
