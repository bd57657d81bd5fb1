import ContentDigest
import DurableFiles
import Glibc
import JobEngine
import Logging

/// What a worker is told when it starts.
package struct WorkerOptions: Sendable {
    /// Where the coordinator publishes its address. The file may come later.
    package var connectionFile: String

    /// How many shards are computed at one time.
    package var threads: Int

    /// The program's version, which has to be the coordinator's.
    package var build: String
    package var numericContract: UInt32

    /// Job ids and the like, for people.
    package var labels: [String] = []

    /// The memory it may use, in bytes; 0 when unknown.
    package var memory: UInt64 = 0

    /// How many bytes of inputs it keeps besides those of the shards in hand; nil for the usual 4 GiB.
    package var inputCacheBytes: Int?

    /// The time until it will be killed, if that is known.
    package var lifetime: Duration?

    /// Leaves with success after this long without a lease; never by default.
    package var idleTimeout: Duration?

    /// Whether it may be lent shards that run external programs.
    package var runsPrograms = false

    package var policy = LeasePolicy()
    package var logger: Logger

    package init(connectionFile: String, threads: Int, build: String, numericContract: UInt32, logger: Logger) {
        self.connectionFile = connectionFile
        self.threads = threads
        self.build = build
        self.numericContract = numericContract
        self.logger = logger
    }
}

/// One worker: a thread that talks to the coordinator, and threads that compute.
///
/// All decisions are `JobEngine.WorkerAgent`'s.
package final class WorkerService: Sendable {
    /// What other threads tell the worker's thread.
    enum Input: Sendable {
        case event(WorkerEvent)

        /// Vanish without a word, as a kill would make it.
        case abandon
    }

    private let options: WorkerOptions
    private let executor: any ShardExecutor
    private let inbox: Inbox<Input>

    package init(_ options: WorkerOptions, executor: any ShardExecutor) throws {
        try options.policy.validate()
        precondition(options.threads > 0, "a worker has at least one compute thread")
        self.options = options
        self.executor = executor
        inbox = try Inbox()
    }

    /// Works on the calling thread until the work is over or it is told to leave.
    ///
    /// - Returns: Why it left; the process exits with its `code`.
    /// - Throws: `ConnectionRefusal` for a rejected key, `FileContentError` for an
    ///   unusable connection file.
    package func run() throws -> WorkerExit {
        try WorkerLoop(options, executor: executor, inbox: inbox).run()
    }

    /// Asks the worker to finish what is short, give back the rest, and leave.
    /// The second time it leaves at once.
    package func terminate() {
        inbox.post(.event(.terminate))
    }

    /// Makes the worker vanish without a word, as a kill would.
    package func abandon() {
        inbox.post(.abandon)
    }
}
