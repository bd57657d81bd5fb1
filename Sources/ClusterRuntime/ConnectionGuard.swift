/// Decides which connections of a coordinator are cut, so that its members keep theirs and its memory stays bounded.
///
/// A value without sockets and clock. A *stranger* is a connection whose peer was not welcomed: it may be in the middle
/// of its handshake, without a key, or silent.
package struct ConnectionGuard {
    /// Bounds on what peers may hold.
    ///
    /// A coordinator promises 256 MiB at most: these 48, what waits to be sent (`OutgoingQueues`, 48), what is being
    /// brought and stored (`LeasePolicy`, 48 for one result or 32 for several, 32 and as much for the journal's records)
    /// and pieces of inputs on their way to the disk (16).
    package struct Limits: Equatable {
        /// How many strangers there may be. Each can make libzmq hold a frame.
        package var strangers = 256

        /// How long one may be a stranger.
        package var patience: Duration = .seconds(20)

        /// Bytes that came and of which no whole message was read, of all connections together.
        package var heldBytes = 48 << 20

        /// Unreadable messages of one stranger.
        package var badFrames = 10

        package init() {}
    }

    private struct Connection {
        /// Since when its peer is a stranger; nil for a member.
        var strangerSince: Duration?
        var badFrames = 0

        /// Bytes of the messages that were read from it.
        var readBytes = 0

        /// When it is to be cut, for its peer was turned away.
        var endsAt: Duration?
    }

    private let limits: Limits
    private var connections: [Int32: Connection] = [:]
    private var strangers: Set<Int32> = []

    package init(_ limits: Limits) {
        self.limits = limits
    }

    package var count: Int { connections.count }
    package var strangerCount: Int { strangers.count }

    /// Takes note of a new connection.
    ///
    /// libzmq accepts one connection for each step that it makes with all handshakes, so that a member has gone through
    /// its own long before as many have come after it as there may be strangers.
    ///
    /// - Returns: One to be cut, where there are too many strangers: the one that had the most time.
    package mutating func accept(_ descriptor: Int32, at now: Duration) -> Int32? {
        connections[descriptor] = Connection(strangerSince: now)
        strangers.insert(descriptor)
        guard strangers.count > limits.strangers else { return nil }
        // It counts no more, whenever libzmq says that it is closed.
        let oldest = strangers.min { (since(of: $0), $0) < (since(of: $1), $1) }
        if let oldest { strangers.remove(oldest) }
        return oldest
    }

    private func since(of stranger: Int32) -> Duration { connections[stranger]?.strangerSince ?? .zero }

    package mutating func close(_ descriptor: Int32) {
        connections[descriptor] = nil
        strangers.remove(descriptor)
    }

    /// Takes note of a message that was read.
    package mutating func read(_ bytes: Int, from descriptor: Int32) {
        connections[descriptor]?.readBytes += bytes
    }

    /// Takes note that the peer behind a connection was welcomed.
    package mutating func welcome(_ descriptor: Int32) {
        connections[descriptor]?.strangerSince = nil
        connections[descriptor]?.endsAt = nil
        strangers.remove(descriptor)
    }

    /// Takes note that the peer was turned away; a moment later it must have read why.
    package mutating func turnAway(_ descriptor: Int32, at now: Duration) {
        guard connections[descriptor] != nil else { return }
        connections[descriptor]!.strangerSince = now
        connections[descriptor]!.endsAt = now + .seconds(1)
        strangers.insert(descriptor)
    }

    /// Counts a message that could not be read.
    ///
    /// - Returns: Whether the connection is to be cut; members are turned away by name instead.
    package mutating func noteBadFrame(from descriptor: Int32) -> Bool {
        guard connections[descriptor] != nil else { return false }
        connections[descriptor]!.badFrames += 1
        return connections[descriptor]!.strangerSince != nil && connections[descriptor]!.badFrames >= limits.badFrames
    }

    /// Returns the connections to be cut now.
    ///
    /// - Parameter received: The bytes that libzmq has taken from a connection so far, where that is known.
    package func overdue(at now: Duration, received: (Int32) -> Int?) -> [Int32] {
        var cut: Set<Int32> = []
        var held: [(descriptor: Int32, bytes: Int)] = []
        var sum = 0
        for (descriptor, connection) in connections {
            let isLate = connection.strangerSince.map { now - $0 >= limits.patience } ?? false
            if isLate || connection.endsAt.map({ now >= $0 }) == true { cut.insert(descriptor) }
            let bytes = max(0, (received(descriptor) ?? 0) - connection.readBytes)
            held.append((descriptor, bytes))
            sum += bytes
        }
        guard sum > limits.heldBytes else { return cut.sorted() }
        // Whoever holds most goes first.
        for (descriptor, bytes) in held.sorted(by: { ($0.bytes, $0.descriptor) > ($1.bytes, $1.descriptor) }) {
            guard sum > limits.heldBytes else { break }
            cut.insert(descriptor)
            sum -= bytes
        }
        return cut.sorted()
    }
}
