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

    /// What keeps the run in hand from going on or from going faster, in words, the worst first.
    package var blockers: [String]

    /// Where the coordinator shows the same to browsers of its machine; nil where it does not.
    package var livePage: LivePageAddress?

    /// The worst of what blocks, or nil.
    package var blocker: String? { blockers.first }

    package init(
        build: String, epoch: UInt64, uptime: Duration, runs: [RunStatus], workers: [WorkerStatus], badFrames: Int,
        blockers: [String], livePage: LivePageAddress? = nil
    ) {
        self.build = build
        self.epoch = epoch
        self.uptime = uptime
        self.runs = runs
        self.workers = workers
        self.badFrames = badFrames
        self.blockers = blockers
        self.livePage = livePage
    }
}

/// A page on the loopback of the coordinator's machine.
package struct LivePageAddress: Equatable, Sendable {
    package var host: String
    package var port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    package var url: String { "http://127.0.0.1:\(port)/" }

    /// What brings the page to another machine: to be typed there, and then the same address opened.
    package var tunnel: String { "ssh -N -L \(port):127.0.0.1:\(port) \(host)" }
}

/// A stage that is complete.
package struct StageSummary: Equatable, Sendable {
    package var title: String
    package var shards: Int

    /// Of these, those whose results were found in the journal.
    package var reused: Int
    package var elapsed: Duration

    package init(title: String, shards: Int, reused: Int, elapsed: Duration) {
        self.title = title
        self.shards = shards
        self.reused = reused
        self.elapsed = elapsed
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

    /// The last complete stages of a run that is being computed, in order.
    package var stages: [StageSummary] = []

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
