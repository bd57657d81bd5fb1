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

    /// RESULT: the payload of a shard, or, where that is large, its digest and size; the coordinator then fetches it by
    /// BLOB-GET.
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

    /// BLOB-GET: from a worker to the coordinator, from the coordinator to the client that submitted the blob or to a
    /// worker for a result that it announced, or from a client for a run's results.
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

    /// From a client: which files has the run named in the header left? Answered by `results` or REJECT.
    case resultsRequest

    /// The files of a finished run, by paths relative to its folder. A client fetches them by BLOB-GET.
    case results([Submission.NamedBlob])

    /// From a client: what has the coordinator logged after the line with this number? Answered by `log`.
    case logRequest(after: UInt64)

    /// The oldest of these lines that the coordinator still has, in order; empty where there is nothing newer.
    case log([LogLine])
}
