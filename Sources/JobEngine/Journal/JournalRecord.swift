import ContentDigest

/// One accepted event of a run, as its journal keeps it.
package enum JournalRecord: Equatable, Sendable {
    /// The first record: what the run is. A journal with another value of any of these is another run's.
    case runOpened(RunOpening)

    /// A coordinator took over.
    case epochBegun(epoch: UInt64, host: String)

    /// The program planned a stage.
    case stagePlanned(stage: Int, title: String, shards: Int, plan: SHA256Digest)

    /// A shard's result. The last one counts.
    case shardDone(JournaledResult)

    /// The run ended. Records that follow reopen it: a failed run that is tried
    /// again, or one that is extended.
    case runFinished(succeeded: Bool, text: String)
}

/// What a run is.
package struct RunOpening: Equatable, Sendable {
    package var run: RunID
    package var title: String
    package var numericContract: UInt32

    /// Over the resolved scientific configuration and the inputs.
    package var configuration: SHA256Digest

    package init(run: RunID, title: String, numericContract: UInt32, configuration: SHA256Digest) {
        self.run = run
        self.title = title
        self.numericContract = numericContract
        self.configuration = configuration
    }
}

/// A result as the journal keeps it.
package struct JournaledResult: Equatable, Sendable {
    package var shard: ShardID
    package var stage: Int
    package var digest: SHA256Digest
    package var host: String
    package var elapsed: Duration
    package var payload: [UInt8]

    package init(
        shard: ShardID, stage: Int, digest: SHA256Digest, host: String, elapsed: Duration, payload: [UInt8]
    ) {
        self.shard = shard
        self.stage = stage
        self.digest = digest
        self.host = host
        self.elapsed = elapsed
        self.payload = payload
    }

    /// Takes what a coordinator wants persisted.
    package init(_ order: PersistOrder) {
        self.init(
            shard: order.shard, stage: order.stage, digest: order.digest, host: order.host, elapsed: order.elapsed,
            payload: order.payload)
    }
}
