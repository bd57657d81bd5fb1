/// What a worker wants done.
package enum WorkerAction: Equatable, Sendable {
    /// Send this to the coordinator.
    case send(Message)

    /// Compute the shard on a free compute thread. Answered exactly once, by
    /// `computeFinished`, `computeFailed` or `computeCancelled`. Never more of
    /// these are unanswered than the worker has threads.
    case startCompute(ComputeID, Shard, inputs: [Blob])

    /// Tell the computation that its result is no longer wanted.
    case cancelCompute(ComputeID)

    /// Read the connection file again and connect to what it says; then `connected`.
    case reconnect

    /// Drop what was decoded from these inputs, they are no longer held.
    case forgetInputs([Blob])

    /// Leave. Nothing follows.
    case exit(WorkerExit)

    case report(Notice)
}

/// Why a worker leaves.
package enum WorkerExit: Equatable, Sendable, CustomStringConvertible {
    /// The work is over.
    case finished(String)

    /// It was told to, or its time is up, or it was idle for long.
    case left(String)

    /// It was turned away.
    case rejected(Rejection)

    /// No coordinator answered for that long.
    case coordinatorTimeout(Duration)

    /// 0 for every leaving in order: anything else makes a batch system's requeue logic misbehave.
    package var code: Int32 {
        switch self {
        case .finished, .left: 0
        case .rejected, .coordinatorTimeout: 1
        }
    }

    package var description: String {
        switch self {
        case .finished(let text), .left(let text): text
        case .rejected(let rejection): "turned away: \(rejection.text)"
        case .coordinatorTimeout(let silence): "no coordinator answered for \(silence.text)"
        }
    }
}
