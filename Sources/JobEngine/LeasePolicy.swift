/// When a worker counts as lost, when a shard is computed twice, and when either side gives up.
///
/// All times are measured on a monotonic clock, each on one machine only.
package struct LeasePolicy: Equatable, Sendable {
    /// How often a worker says that it is alive. The default is 2 seconds.
    package var beatInterval: Duration = .seconds(2)

    /// How long a worker says nothing before there is reason to doubt that it lives: three beats.
    package var doubtfulAfter: Duration { beatInterval * 3 }

    /// How long a silent worker keeps its leases. The default is 15 seconds.
    ///
    /// Seven missed beats: no false alarm at 5 % loss or through a stop of a few
    /// seconds for a network file system, and, with shards of 5 to 30 seconds,
    /// no more work lost than a death costs anyway. In simulation a lease of
    /// 300 seconds made a run with one loss an hour three times as long.
    package var lostAfter: Duration = .seconds(15)

    /// How long a worker whose connection closed may take to be heard from again. The default is 0.4 seconds.
    ///
    /// A killed process never comes back, and a connection that was reset is there again in a tenth of a second.
    /// A cut network closes nothing. Should a worker be late, its results are taken all the same.
    package var lostAfterConnectionClosed: Duration = .milliseconds(400)

    /// The least time without progress after which a running shard is reported and copied. The default is 60 seconds.
    package var stallMinimum: Duration = .seconds(60)

    /// The same, in multiples of the stage's median shard time. The default is 10.
    package var stallMedians: Double = 10

    /// The least age of a lease that idle workers copy at a stage's end. The default is 2 seconds.
    ///
    /// Below that, the copy would hardly finish before the original.
    package var backupMinimumAge: Duration = .seconds(2)

    /// The same, in multiples of the stage's median shard time. The default is 1.5.
    package var backupMedians: Double = 1.5

    /// How many workers may compute one shard at a time. The default is 2.
    package var maximumCopies = 2

    /// How many started attempts may end without a result before the shard itself is to blame. The default is 3.
    package var maximumAttempts = 3

    /// How long a worker looks for its coordinator. The default is 30 minutes.
    ///
    /// Long enough for a batch system to start a requeued coordinator on another node.
    package var coordinatorTimeout: Duration = .seconds(30 * 60)

    /// How long a result may go without acknowledgement before it is sent again. The default is 10 seconds.
    package var resendInterval: Duration = .seconds(10)

    /// The first pause between two greetings of a worker without coordinator. The default is 0.5 seconds.
    ///
    /// Pauses double up to `lostAfter`, each spread by the worker's own name, so
    /// that ten thousand workers do not greet a restarted coordinator at once.
    package var helloInterval: Duration = .milliseconds(500)

    /// How long a worker told to stop may go on computing what it has begun. The default is 20 seconds.
    ///
    /// Batch systems often kill 30 seconds after the first signal.
    package var terminationGrace: Duration = .seconds(20)

    /// How long before its end of life a worker takes no more leases. The default is 60 seconds.
    package var lifetimeMargin: Duration = .seconds(60)

    /// The share of a run's shards that are computed twice and compared, 0 to 1. The default is 0.
    ///
    /// Which ones follows from their names, so that it is the same share in every attempt. A run may ask for more.
    package var replicatedShare: Double = 0

    /// The bytes of results that may wait for the journal before dispatch pauses. The default is 32 MiB.
    ///
    /// It bounds the coordinator's memory while a disk is slow or full, and a worker's while nobody takes its results.
    package var maximumUnstoredBytes = 32 << 20

    /// The largest result that a worker sends unasked. The default is 128 KiB.
    ///
    /// Larger ones are announced, and asked for in pieces when there is room for them.
    package var inlineResultBytes = 128 << 10

    /// The bytes of announced results that are brought at one time. The default is 32 MiB.
    ///
    /// A single larger one is brought alone.
    package var maximumFetchedBytes = 32 << 20

    /// How many workers are admitted. The default is 20 000; the shell lowers it to what its descriptors allow.
    package var maximumWorkers = 20_000

    /// How many submitted runs may be coming or waiting. The default is 1 000.
    package var maximumPendingRuns = 1_000

    /// The bytes of inputs of all submissions that are coming, which are written to the store as they come. The default
    /// is 16 GiB.
    package var maximumUploadBytes: UInt64 = 16 << 30

    /// How many submissions' inputs are brought at one time, each with a window of pieces. The default is 2.
    package var maximumUploads = 2

    /// The bytes of what submissions that are coming say, their inputs aside. The default is 16 MiB.
    package var maximumSubmissionBytes = 16 << 20

    /// How long something that is brought in pieces may stand still before it gives way to others. The default is 30
    /// seconds.
    package var fetchPatience: Duration = .seconds(30)

    /// How many clients may be connected. The default is 1 000; the shell lowers it to what its descriptors allow.
    package var maximumClients = 1_000

    /// How many runs that are over are remembered. The default is 1 000. Their files stay in the store.
    package var rememberedRuns = 1_000

    /// How many unreadable frames a peer may send before it is turned away. The default is 10.
    package var maximumBadFrames = 10

    /// The bytes of one piece of a blob. The default is 128 KiB.
    package var blobChunkBytes = 128 << 10

    /// How many pieces of a blob may be on their way to one peer. The default is 64.
    ///
    /// Eight MiB fill a path of 10 Gbit/s and 6 ms.
    package var blobWindow = 64

    package init() {}

    /// Throws `LeasePolicyError` unless the times fit together.
    package func validate() throws(LeasePolicyError) {
        guard beatInterval > .zero else { throw LeasePolicyError("the beat interval must be positive") }
        guard lostAfter >= beatInterval * 3 else {
            throw LeasePolicyError(
                "a worker counts as lost after \(lostAfter.text), which is less than three beats of \(beatInterval.text); "
                    + "raise the one or lower the other")
        }
        guard stallMinimum >= lostAfter, stallMedians >= 1 else {
            throw LeasePolicyError("a stall must be at least as long as a loss, and at least one median shard time")
        }
        guard backupMinimumAge >= .zero, backupMedians >= 1 else {
            throw LeasePolicyError("a shard is copied after one median shard time at the earliest")
        }
        guard (1...8).contains(maximumCopies) else {
            throw LeasePolicyError("between 1 and 8 copies of a shard can run, not \(maximumCopies)")
        }
        guard (1...100).contains(maximumAttempts) else {
            throw LeasePolicyError("a shard has between 1 and 100 attempts, not \(maximumAttempts)")
        }
        guard coordinatorTimeout >= lostAfter else {
            throw LeasePolicyError("a worker must look for its coordinator for at least \(lostAfter)")
        }
        guard resendInterval >= beatInterval, helloInterval > .zero, lostAfterConnectionClosed > .zero else {
            throw LeasePolicyError("results are sent again after one beat at the earliest; pauses must be positive")
        }
        guard terminationGrace >= .zero, lifetimeMargin >= .zero else {
            throw LeasePolicyError("grace times cannot be negative")
        }
        guard maximumUnstoredBytes > 0, maximumWorkers > 0, maximumBadFrames > 0 else {
            throw LeasePolicyError("the limits on waiting bytes, workers and bad frames must be positive")
        }
        guard maximumPendingRuns > 0, maximumUploadBytes > 0, maximumUploads > 0, maximumSubmissionBytes > 0 else {
            throw LeasePolicyError("the limits on waiting runs and on their inputs must be positive")
        }
        guard maximumFetchedBytes > 0, maximumClients > 0, rememberedRuns > 0, fetchPatience > .zero else {
            throw LeasePolicyError("the limits on results that are brought, on clients and on runs must be positive")
        }
        guard (0...1).contains(replicatedShare) else {
            throw LeasePolicyError("the share of shards that are computed twice is 0 to 1, not \(replicatedShare)")
        }
        guard (1 << 10...MessageLimits.partBytes).contains(blobChunkBytes), (1...1024).contains(blobWindow),
            (0...MessageLimits.partBytes).contains(inlineResultBytes)
        else {
            throw LeasePolicyError(
                "a piece of a blob has 1 to \(MessageLimits.partBytes >> 10) KiB, and 1 to 1024 are on their way")
        }
    }
}

/// Says which of a policy's values do not fit together.
package struct LeasePolicyError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
