import ContentDigest

/// Who greets.
package enum PeerRole: UInt8, Sendable {
    case worker = 1
    case client = 2
}

/// A worker or client introduces itself.
package struct Hello: Equatable, Sendable {
    package var role: PeerRole = .worker

    /// The program's version, as a person would quote it.
    package var build = ""

    /// The protocol versions it can speak.
    package var protocols: ClosedRange<UInt16> = ProtocolVersion.supported

    package var numericContract: UInt32 = 0

    package var host = ""

    /// Job ids and the like, for people only.
    package var labels: [String] = []

    package var threads = 1

    /// The memory it may use, in bytes; 0 when unknown.
    package var memory: UInt64 = 0

    /// The time until it will be killed, if that is known.
    package var lifetime: Duration?

    /// Whether a worker's owner allows it to run external programs.
    package var runsPrograms = false

    /// Leases it still has in hand.
    package var leases: [HeldLease] = []

    /// Results not yet acknowledged.
    package var results: [HeldResult] = []

    package init() {}
}

/// A lease as its worker sees it.
package struct HeldLease: Equatable, Sendable {
    package var run: RunID
    package var shard: ShardID
    package var lease: LeaseID

    /// Whether a compute thread has begun with it. Only such shards can be to blame for a death.
    package var isStarted: Bool

    /// Counts the executor's signs of progress.
    package var progress: UInt64

    package init(run: RunID, shard: ShardID, lease: LeaseID, isStarted: Bool, progress: UInt64) {
        self.run = run
        self.shard = shard
        self.lease = lease
        self.isStarted = isStarted
        self.progress = progress
    }
}

/// A result that waits in its worker for an acknowledgement.
package struct HeldResult: Equatable, Sendable {
    package var run: RunID
    package var shard: ShardID

    /// The SHA-256 of the payload.
    package var digest: SHA256Digest

    package init(run: RunID, shard: ShardID, digest: SHA256Digest) {
        self.run = run
        self.shard = shard
        self.digest = digest
    }
}

/// What an admitted peer needs to know.
package struct Welcome: Equatable, Sendable {
    package var protocolVersion: UInt16
    package var beatInterval: Duration
    package var lostAfter: Duration

    /// Blobs that the present stage needs, to be fetched before the first lease comes.
    package var blobs: [SHA256Digest]

    package init(protocolVersion: UInt16, beatInterval: Duration, lostAfter: Duration, blobs: [SHA256Digest]) {
        self.protocolVersion = protocolVersion
        self.beatInterval = beatInterval
        self.lostAfter = lostAfter
        self.blobs = blobs
    }
}

/// Why a peer is turned away.
package struct Rejection: Equatable, Sendable {
    package enum Reason: UInt8, Sendable {
        case protocolVersion = 1
        case numericContract = 2
        case build = 3
        case key = 4
        case unknownRun = 5
        case full = 6
        /// The work is over. A worker leaves with success.
        case finished = 7
        /// The coordinator does not know this worker (any more): it says HELLO again.
        case helloNeeded = 8
        case badFrames = 9
        /// Results of it could not be read, several in a row.
        case badResults = 10
        /// The run is here, and has no results yet.
        case notEnded = 11
        /// The run failed or was cancelled; the text says how.
        case noResults = 12
    }

    package var reason: Reason

    /// Whether its peer has nothing more to say here.
    package var endsConnection: Bool {
        switch reason {
        case .protocolVersion, .numericContract, .build, .key, .badFrames, .badResults: true
        // A submission or a question can be refused as well, and a worker may be too many for now or say HELLO again.
        case .unknownRun, .full, .finished, .helloNeeded, .notEnded, .noResults: false
        }
    }

    /// One line for a person, naming both sides where they differ.
    package var text: String

    package init(_ reason: Reason, _ text: String) {
        self.reason = reason
        self.text = text
    }
}

/// A sign of life.
package struct Beat: Equatable, Sendable {
    /// From a worker, as in READY. From the coordinator 0.
    package var credits: Int

    /// Everything in hand that has no result yet.
    package var leases: [HeldLease]

    /// Results that wait for an acknowledgement.
    package var results: [HeldResult]

    /// Bytes of memory in use; 0 when unknown.
    package var memory: UInt64

    package init(credits: Int = 0, leases: [HeldLease] = [], results: [HeldResult] = [], memory: UInt64 = 0) {
        self.credits = credits
        self.leases = leases
        self.results = results
        self.memory = memory
    }
}
