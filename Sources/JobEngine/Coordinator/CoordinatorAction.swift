import ContentDigest

/// What a coordinator wants done.
package enum CoordinatorAction: Equatable, Sendable {
    /// Send this to the message's incarnation. Dropped if that peer is not connected.
    case send(Message)

    /// Send a piece of a blob: fill in the content and send the message.
    case sendBlobChunk(BlobChunkOrder)

    /// Answer this message's incarnation with the list of the run's results, or with a rejection.
    case sendResults(ResultsOrder)

    /// Send a piece of one of the run's results: as `sendBlobChunk`, from the files of a finished run.
    case sendResultChunk(BlobChunkOrder)

    /// Answer this message's incarnation with what was logged.
    case sendLog(LogOrder)

    /// Have the run's program check the result, append it to the journal and keep its payload; then `persisted` or
    /// `resultRefused`.
    ///
    /// A second result for one shard replaces the first: it was voted right.
    case persist(PersistOrder)

    /// Ask the run's program for its next stage, given the results of the stage before
    /// in this order (none before the first stage). Then `stagePlanned`, `runFinished`, `runRefused` or `runFailed`.
    ///
    /// Before answering `stagePlanned`, note the plan in the journal.
    case planStage(RunID, stage: Int, after: [ShardID])

    /// Write a piece of an input that is being submitted; then `pieceStored` or `submissionRefused`. The pieces of an
    /// input come in order; a first one comes again where the input had to be brought again.
    case storePiece(RunID, SHA256Digest, offset: UInt64, content: [UInt8])

    /// Make a submitted run durable, of whose inputs all pieces were stored; then `submissionStored` or
    /// `submissionRefused`.
    case storeSubmission(RunID, Submission)

    /// The run is over: note it, and forget its results and blobs.
    case runEnded(RunID, RunOutcome)

    case report(Notice)
}

/// A piece of a blob to be sent; the shell holds the bytes.
package struct BlobChunkOrder: Equatable, Sendable {
    package var digest: SHA256Digest
    package var offset: UInt64

    /// The most bytes to send; fewer at the blob's end.
    package var length: Int

    /// The message with everything but the content.
    let envelope: Message

    /// Where it goes.
    package var incarnation: Incarnation { envelope.incarnation }

    /// The run it is about.
    package var run: RunID { envelope.run }

    init(digest: SHA256Digest, offset: UInt64, length: Int, envelope: Message) {
        self.digest = digest
        self.offset = offset
        self.length = length
        self.envelope = envelope
    }

    /// Returns the message to send.
    ///
    /// - Parameters:
    ///   - content: At most `length` bytes from `offset` on.
    ///   - size: The size of the whole blob; nil when the shell does not have it after all.
    package func message(content: [UInt8], size: UInt64?) -> Message {
        var message = envelope
        message.body = .blobChunk(BlobChunk(digest: digest, offset: offset, size: size, content: content))
        return message
    }
}

/// A list of results to be sent; the shell knows the files.
package struct ResultsOrder: Equatable, Sendable {
    /// The message with everything but the list.
    let envelope: Message

    package var run: RunID { envelope.run }

    /// The answer of a run that has results.
    package func message(_ files: [Submission.NamedBlob]) -> Message {
        var message = envelope
        message.body = .results(files)
        return message
    }

    /// The answer where there are none.
    package func message(refusing rejection: Rejection) -> Message {
        var message = envelope
        message.body = .reject(rejection)
        return message
    }
}

/// Lines of the log to be sent; the shell keeps them.
package struct LogOrder: Equatable, Sendable {
    /// The number of the last line that the client has.
    package let after: UInt64

    /// The message with everything but the lines.
    let envelope: Message

    package func message(_ lines: [LogLine]) -> Message {
        var message = envelope
        message.body = .log(lines)
        return message
    }
}

/// A result to be made durable.
package struct PersistOrder: Equatable, Sendable {
    package var run: RunID
    package var stage: Int
    package var shard: ShardID
    package var digest: SHA256Digest
    package var payload: [UInt8]

    /// Who computed it and how long that took, for the record.
    package var host: String
    package var elapsed: Duration

    package init(
        run: RunID, stage: Int, shard: ShardID, digest: SHA256Digest, payload: [UInt8], host: String, elapsed: Duration
    ) {
        self.run = run
        self.stage = stage
        self.shard = shard
        self.digest = digest
        self.payload = payload
        self.host = host
        self.elapsed = elapsed
    }
}
