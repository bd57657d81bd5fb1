import ContentDigest

/// What happens to a coordinator.
package enum CoordinatorEvent: Equatable, Sendable {
    /// A frame came that could be read. Its incarnation is where answers go.
    case received(Message)

    /// A frame came that could not be read. The sender is named if the transport knows it.
    case receivedGarbage(from: Incarnation?, reason: String)

    /// A connection closed. A hint only: the process may be back within a moment.
    case connectionClosed(Incarnation)

    /// A process has certainly ended, such as a child that was waited for.
    case processEnded(Incarnation)

    /// A local run is to be computed; it needs no upload.
    case runAdded(RunID, title: String, replicatedShare: Double = 0)

    /// Answers `storePiece`: it is written.
    case pieceStored(RunID)

    /// Answers `storeSubmission`: everything is durable.
    case submissionStored(RunID)

    /// Answers `storeSubmission`: it cannot be accepted.
    case submissionRefused(RunID, reason: String)

    /// A run of an earlier start that is not to be computed, and why: it is only shown.
    case runSetAside(RunID, title: String, reason: String)

    /// Answers `planStage`: another stage. Results of its shards that the journal
    /// holds are given by name; those of other shards are ignored.
    case stagePlanned(RunID, StagePlan, known: [ShardID: SHA256Digest])

    /// Answers `planStage`: the run is complete and its results are written.
    case runFinished(RunID)

    /// Answers `planStage`: the program threw.
    case runFailed(RunID, reason: String)

    /// The run's program found that its inputs cannot be analysed.
    case runRefused(RunID, reason: String)

    /// Answers `persist`: the result is durable.
    case persisted(RunID, ShardID)

    /// Answers `persist`: nobody can read the result, and it was not stored.
    case resultRefused(RunID, ShardID, reason: String)

    /// Results cannot be stored for now, such as on a full disk.
    case storageBlocked(reason: String)

    /// Results are stored again.
    case storageRestored

    /// Somebody at this machine gives up a run.
    case runCancelled(RunID)

    /// The coordinator is to stop: nothing is lent any more, results are still taken.
    case stopDispatching

    /// The work is over: workers are sent home with success.
    case shutdown(reason: String)

    /// Time has passed. Expected every half second or so.
    case tick
}

extension StagePlan: Equatable {
    package static func == (left: StagePlan, right: StagePlan) -> Bool {
        left.title == right.title && left.blobs == right.blobs && left.shards == right.shards
    }
}
