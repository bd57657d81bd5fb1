import JobEngine

/// A coordinator that does not let this process in, or cannot be reached.
package struct ConnectionRefusal: Error, Equatable, CustomStringConvertible {
    package let description: String

    /// What the coordinator itself gave as reason; nil where it gave none.
    package private(set) var reason: Rejection.Reason?

    init(description: String) {
        self.description = description
    }

    init(_ rejection: Rejection) {
        description = rejection.text
        reason = rejection.reason
    }

    /// - Parameter file: The connection file that was used.
    init(keyRejectedBy endpoint: String, file: String) {
        description =
            "key rejected by \(endpoint.dropFirst("tcp://".count)) (file \(file)); "
            + "use the connection file and the key that its coordinator wrote last"
    }
}

/// Counts failed handshakes until it is certain that they will go on failing.
struct HandshakeFailures {
    /// How many in a row are enough to believe that the key is wrong.
    ///
    /// A single one may be a coordinator that just ended or was replaced.
    private static let limit = 3

    /// How long handshakes must have failed without a word for the coordinator's key to be another one. A crowd of
    /// workers, or of strangers, has its coordinator cut some of them off again and again.
    private static let patience: Duration = .seconds(120)

    private var rejections = 0
    private var firstFailure: ContinuousClock.Instant?

    /// Failures without a reason since the last connection.
    private(set) var count = 0

    /// Takes note of what became of a connection.
    mutating func note(_ change: PeerSocket.Change) {
        switch change {
        case .connected: self = HandshakeFailures()
        case .keyRejected: rejections += 1
        case .handshakeFailed:
            count += 1
            firstFailure = firstFailure ?? .now
        case .lost: break
        }
    }

    /// Whether it is time to say that something may be wrong.
    var isSuspicious: Bool { count == Self.limit }

    /// Why it makes no sense to try further, or nil as long as it does.
    ///
    /// - Parameter file: The connection file that was used.
    func refusal(by endpoint: String, file: String) -> ConnectionRefusal? {
        let isOver = firstFailure.map { .now - $0 >= Self.patience && count >= Self.limit } ?? false
        return rejections >= Self.limit || isOver ? ConnectionRefusal(keyRejectedBy: endpoint, file: file) : nil
    }
}
