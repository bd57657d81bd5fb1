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
        /// How many strangers there may be: a crowd of workers that start at once goes through its handshakes by so many.
        package var strangers = 1_024

        /// How long one may be a stranger.
        package var patience: Duration = .seconds(20)

        /// How long a stranger is safe from those that come after it: longer than handshakes take in a crowd.
        package var grace: Duration = .seconds(2)

        /// Bytes that a stranger may send without a whole message. A greeting of a worker with hundreds of shards has half.
        package var strangerBytes = 64 << 10

        /// Bytes that came and of which no whole message was read, of all connections together.
        package var heldBytes = 48 << 20

        /// Unreadable messages of one stranger.
        package var badFrames = 10

        package init() {}
    }

    private struct Connection {
        let address: String

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
    package mutating func accept(_ descriptor: Int32, from address: String, at now: Duration) {
        connections[descriptor] = Connection(address: address, strangerSince: now)
        strangers.insert(descriptor)
    }

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

    /// Returns the strangers that are too many, and counts them no more.
    ///
    /// The address with the most of them gives them up: its oldest if that had its time, or else its newest, which has
    /// lost least and comes again. To be asked when all that came was read, for who has just been let in is no stranger.
    package mutating func takeExcess(at now: Duration) -> [Int32] {
        guard strangers.count > limits.strangers else { return [] }
        var byAddress = Dictionary(grouping: strangers) { connections[$0]!.address }
            .mapValues { $0.sorted { (since(of: $0), $0) < (since(of: $1), $1) }[...] }
        var excess: [Int32] = []
        while strangers.count > limits.strangers {
            let most = byAddress.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }!.key
            let hadItsTime = now - since(of: byAddress[most]!.first!) >= limits.grace
            let descriptor = hadItsTime ? byAddress[most]!.removeFirst() : byAddress[most]!.removeLast()
            strangers.remove(descriptor)
            excess.append(descriptor)
        }
        return excess
    }

    private func since(of stranger: Int32) -> Duration { connections[stranger]?.strangerSince ?? .zero }

    /// Returns the strangers that hold more than any of them needs.
    ///
    /// - Parameter received: The bytes that libzmq has taken from a connection so far, where that is known.
    package func greedyStrangers(received: (Int32) -> Int?) -> [Int32] {
        strangers.filter { heldBytes(by: $0, received) > limits.strangerBytes }.sorted()
    }

    private func heldBytes(by descriptor: Int32, _ received: (Int32) -> Int?) -> Int {
        max(0, (received(descriptor) ?? 0) - (connections[descriptor]?.readBytes ?? 0))
    }

    /// Returns the connections whose time is over, and those that hold most where all hold too much.
    package func overdue(at now: Duration, received: (Int32) -> Int?) -> [Int32] {
        var cut: Set<Int32> = []
        var held: [(descriptor: Int32, bytes: Int)] = []
        var sum = 0
        for (descriptor, connection) in connections {
            let isLate = connection.strangerSince.map { now - $0 >= limits.patience } ?? false
            if isLate || connection.endsAt.map({ now >= $0 }) == true { cut.insert(descriptor) }
            let bytes = heldBytes(by: descriptor, received)
            held.append((descriptor, bytes))
            sum += bytes
        }
        guard sum > limits.heldBytes else { return cut.sorted() }
        for (descriptor, bytes) in held.sorted(by: { ($0.bytes, $0.descriptor) > ($1.bytes, $1.descriptor) }) {
            guard sum > limits.heldBytes else { break }
            cut.insert(descriptor)
            sum -= bytes
        }
        return cut.sorted()
    }
}
