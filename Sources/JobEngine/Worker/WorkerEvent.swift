import ContentDigest

/// What happens to a worker.
package enum WorkerEvent: Equatable, Sendable {
    /// The socket is open for the first time.
    case started

    case received(Message)

    /// A computation ended with a result. The digest is the payload's, computed on the compute thread.
    case computeFinished(ComputeID, payload: [UInt8], digest: SHA256Digest, elapsed: Duration)

    /// A computation ended with an error.
    case computeFailed(ComputeID, code: ShardFault.Code, text: String, isRetriable: Bool)

    /// A computation ended because it was cancelled.
    case computeCancelled(ComputeID)

    /// Time has passed. Expected every half second or so, with each running
    /// computation's count of signs of progress.
    case tick(progress: [ComputeID: UInt64], memory: UInt64)

    /// The connection closed. A hint only; the transport reconnects by itself.
    case connectionLost

    /// The socket is open to a coordinator that may be another process than before.
    /// Answers `reconnect`, and comes by itself when the connection file changed.
    case connected

    /// The connection file says that the work is over.
    case workOver

    /// The process was told to stop. The second time it stops at once.
    case terminate
}
