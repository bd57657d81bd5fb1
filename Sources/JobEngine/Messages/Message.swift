import ContentDigest

/// What a coordinator and its workers and clients say to each other.
///
/// Every message stands for itself: a lost, repeated or delayed one never
/// changes a result, only the time it takes.
package struct Message: Equatable, Sendable {
    /// The run it is about, or `.none`.
    package var run: RunID

    /// The coordinator's epoch; from a worker, the one it was welcomed to, or 0.
    package var epoch: UInt64

    /// The worker or client: the sender, or from the coordinator the addressee.
    package var incarnation: Incarnation

    /// Counts the sender's messages to this peer, from 1.
    package var sequence: UInt64

    package var body: MessageBody

    package init(run: RunID, epoch: UInt64, incarnation: Incarnation, sequence: UInt64, body: MessageBody) {
        self.run = run
        self.epoch = epoch
        self.incarnation = incarnation
        self.sequence = sequence
        self.body = body
    }
}

/// The messages by name.
package enum MessageBody: Equatable, Sendable {
    /// HELLO, from workers and clients: who I am and what I hold. Answered by WELCOME or REJECT.
    case hello(Hello)

    /// WELCOME: you are admitted.
    case welcome(Welcome)

    /// REJECT: you are not, or not any more; the reason says what to do.
    case reject(Rejection)

    /// READY: the number of leases the worker is willing to hold *at one time*.
    ///
    /// A level, not an increment, so that a repeated or lost message does no harm.
    /// A lease counts until its result, its failure or its return is received.
    case ready(credits: Int)

    /// LEASE: compute this shard.
    case lease(LeaseOffer)

    /// BEAT, both ways.
    case beat(Beat)

    /// RESULT: the payload of a shard.
    case result(ShardResult)

    /// ACK: the shard's result is durable, so the worker may forget it.
    case acknowledge(ShardID)

    /// FAIL: the shard could not be computed.
    case fail(ShardFault)

    /// RETURN: leases given back without a result.
    case giveBack([ShardID])

    /// DRAIN: finish what you have begun, take nothing more, leave.
    case drain(reason: String)

    /// BYE: from a worker, I am leaving and hold nothing; from the coordinator, the work is over, leave with success.
    case goodbye(reason: String)

    /// CANCEL: the result of this shard is no longer wanted.
    case cancel(ShardID)

    /// BLOB-GET: from a worker to the coordinator, or from the coordinator to the client that submitted the blob.
    case blobRequest(BlobRequest)

    /// BLOB: one piece.
    case blobChunk(BlobChunk)

    /// SUBMIT, from a client: a new run, named in the header. Repeating it is harmless.
    ///
    /// The coordinator fetches the blobs it lacks by BLOB-GET, stores everything,
    /// and then answers `submitted`.
    case submit(Submission)

    /// SUBMITTED: the run named in the header is stored and will be computed.
    case submitted

    /// STATUS request.
    case statusRequest

    /// STATUS reply.
    case status(StatusSnapshot)

    /// CANCEL-RUN, from a client: the run named in the header. Answered by `runEnded`.
    case cancelRun

    /// Tells the client that submitted or cancelled a run, or asked to be told, how it ended.
    case runEnded(RunOutcome)

    /// From a client: tell me when the run named in the header ends.
    case watch
}

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
    }

    package var reason: Reason

    /// One line for a person, naming both sides where they differ.
    package var text: String

    package init(_ reason: Reason, _ text: String) {
        self.reason = reason
        self.text = text
    }
}

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

/// A computed shard.
package struct ShardResult: Equatable, Sendable {
    package var shard: ShardID
    package var lease: LeaseID

    /// The SHA-256 of `payload`.
    package var digest: SHA256Digest

    /// Time spent computing, on the worker's clock.
    package var elapsed: Duration

    package var payload: [UInt8]

    package init(shard: ShardID, lease: LeaseID, digest: SHA256Digest, elapsed: Duration, payload: [UInt8]) {
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

/// Asks for one piece of a blob.
package struct BlobRequest: Equatable, Sendable {
    package var digest: SHA256Digest
    package var offset: UInt64

    /// The most bytes wanted.
    package var length: Int

    package init(digest: SHA256Digest, offset: UInt64, length: Int) {
        self.digest = digest
        self.offset = offset
        self.length = length
    }
}

/// One piece of a blob.
package struct BlobChunk: Equatable, Sendable {
    package var digest: SHA256Digest
    package var offset: UInt64

    /// The size of the whole blob, or nil when the sender does not have it.
    package var size: UInt64?

    package var content: [UInt8]

    package init(digest: SHA256Digest, offset: UInt64, size: UInt64?, content: [UInt8]) {
        self.digest = digest
        self.offset = offset
        self.size = size
        self.content = content
    }
}

/// A run as a client submits it.
package struct Submission: Equatable, Sendable {
    /// An input by the name under which the request refers to it.
    package struct NamedBlob: Equatable, Sendable {
        package var name: String
        package var digest: SHA256Digest
        package var size: UInt64

        package init(name: String, digest: SHA256Digest, size: UInt64) {
            self.name = name
            self.digest = digest
            self.size = size
        }
    }

    /// What a person sees in lists of runs.
    package var title: String

    package var blobs: [NamedBlob]

    /// The pipeline's own encoding of what to do.
    package var request: [UInt8]

    package init(title: String, blobs: [NamedBlob], request: [UInt8]) {
        self.title = title
        self.blobs = blobs
        self.request = request
    }
}

/// The protocol versions this program can speak.
package enum ProtocolVersion {
    package static let supported: ClosedRange<UInt16> = 1...1
}

/// Bounds on what a decoder accepts, and therefore on what an encoder may send.
package enum MessageLimits {
    /// The first part of a message: everything but the payload.
    package static let headBytes = 16 << 20

    /// The payload of one message.
    package static let payloadBytes = 256 << 20

    /// One piece of text, in UTF-8. Longer ones are cut when encoded.
    package static let textBytes = 16 << 10

    /// Entries of one list.
    package static let listEntries = 1 << 17
}
