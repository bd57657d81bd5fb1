import ContentDigest

/// A shard lent to a worker.
package struct LeaseOffer: Equatable, Sendable {
    package var lease: LeaseID
    package var id: ShardID

    /// How many attempts were started before.
    package var attempt: Int

    /// How long the worker may be silent about it.
    package var deadline: Duration

    package var shard: Shard

    package init(lease: LeaseID, id: ShardID, attempt: Int, deadline: Duration, shard: Shard) {
        self.lease = lease
        self.id = id
        self.attempt = attempt
        self.deadline = deadline
        self.shard = shard
    }
}

/// A computed shard.
package struct ShardResult: Equatable, Sendable {
    package var shard: ShardID
    package var lease: LeaseID

    /// The SHA-256 of `payload`.
    package var digest: SHA256Digest

    /// Time spent computing, on the worker's clock.
    package var elapsed: Duration

    /// The bytes of the whole payload.
    package var size: Int

    /// All of it, or nothing where it is to be asked for in pieces.
    package var payload: [UInt8]

    /// Whether the payload is all here.
    package var isWhole: Bool { payload.count == size }

    /// The same without its payload, which is to be asked for by BLOB-GET.
    package var announcement: ShardResult {
        var announcement = self
        announcement.payload = []
        return announcement
    }

    package init(shard: ShardID, lease: LeaseID, digest: SHA256Digest, elapsed: Duration, payload: [UInt8]) {
        size = payload.count
        self.shard = shard
        self.lease = lease
        self.digest = digest
        self.elapsed = elapsed
        self.payload = payload
    }
}

/// Why a shard has no result.
package struct ShardFault: Equatable, Sendable {
    package enum Code: UInt8, Sendable {
        case badInput = 1
        case numeric = 2
        case memory = 3
        case disk = 4
        case other = 5

        /// Of shards that run programs: this worker lacks what they need.
        case unfitWorker = 6
    }

    package var shard: ShardID
    package var code: Code

    /// One line for a person.
    package var text: String

    /// Whether another worker, or another attempt, could do better.
    package var isRetriable: Bool

    package init(shard: ShardID, code: Code, text: String, isRetriable: Bool) {
        self.shard = shard
        self.code = code
        self.text = text
        self.isRetriable = isRetriable
    }
}
