import JobEngine
import ZeroMQ

/// What waits to be sent, by peer: in libzmq's hands, and here until there is room there.
///
/// Bounded in bytes for each peer and for all, so that peers that never read cost a coordinator neither memory nor the
/// others their turn. What is dropped is said again by the protocol.
package struct OutgoingQueues {
    package struct Limits: Equatable {
        /// Bytes in libzmq's hands, of one peer and of all. One more message may be on top.
        package var peerBytes = 2 << 20
        package var allBytes = 32 << 20

        /// Small messages are sent whatever others hold: acknowledgements and answers to beats.
        package var smallMessage = 4 << 10
        package var smallBytes = 64 << 10

        /// Bytes that wait here, of one peer and of all.
        package var waitingPeerBytes = 4 << 20
        package var waitingAllBytes = 16 << 20

        /// How long a peer may take nothing although something waits for it, and how long if others wait for room.
        package var patience: Duration = .seconds(30)
        package var crowdedPatience: Duration = .seconds(5)

        package init() {}
    }

    /// Pieces of blobs wait as orders, which are small.
    package enum Item {
        case message(EncodedMessage)
        case chunk(BlobChunkOrder)

        var bytes: Int {
            switch self {
            case .message(let message): message.head.count + message.payload.count + 256
            case .chunk: 512
            }
        }

        /// What it takes once it is sent.
        var sentBytes: Int {
            switch self {
            case .message(let message): message.head.count + message.payload.count
            case .chunk(let order): order.length
            }
        }
    }

    private struct Peer {
        let counter: SendCounter
        var items: [Item] = []
        var itemBytes = 0

        /// How much it had taken when it was last looked at, and since when that is so.
        var takenBytes = 0
        var movedAt: Duration
    }

    private let limits: Limits
    private let all = SendCounter()
    private var peers: [Incarnation: Peer] = [:]

    /// Peers for whom something waits here, whose turn is next first.
    private var turns: [Incarnation] = []
    private var waitingBytes = 0

    package init(_ limits: Limits) {
        self.limits = limits
    }

    package var hasWaiting: Bool { !turns.isEmpty }

    /// Bytes in libzmq's hands.
    package var sentBytes: Int { all.bytes }

    /// The counter of a peer's frames.
    package mutating func counter(of peer: Incarnation, at now: Duration) -> SendCounter {
        if peers[peer] == nil { peers[peer] = Peer(counter: SendCounter(partOf: all), movedAt: now) }
        return peers[peer]!.counter
    }

    /// Whether something may be handed to libzmq now: there is room, and nothing waits that came before.
    package func hasRoom(for item: Item, to peer: Incarnation) -> Bool {
        guard peers[peer]?.items.isEmpty ?? true else { return false }
        return fits(item, peers[peer]?.counter.bytes ?? 0)
    }

    private func fits(_ item: Item, _ peerBytes: Int) -> Bool {
        if item.sentBytes <= limits.smallMessage, peerBytes < limits.smallBytes { return true }
        return peerBytes < limits.peerBytes && all.bytes < limits.allBytes
    }

    /// Keeps something until there is room, if there is room for that.
    package mutating func add(_ item: Item, for peer: Incarnation, at now: Duration) {
        _ = counter(of: peer, at: now)
        let bytes = item.bytes
        guard peers[peer]!.itemBytes + bytes <= limits.waitingPeerBytes,
            waitingBytes + bytes <= limits.waitingAllBytes
        else { return }
        if peers[peer]!.items.isEmpty { turns.append(peer) }
        peers[peer]!.items.append(item)
        peers[peer]!.itemBytes += bytes
        waitingBytes += bytes
    }

    /// Sends what waits, a little of each peer in turn.
    ///
    /// - Parameter send: Hands an item to libzmq, and returns false where it would not take it.
    package mutating func sendWaiting(_ send: (Item, Incarnation, SendCounter) throws -> Bool) rethrows {
        for _ in 0..<turns.count {
            let peer = turns.removeFirst()
            guard let waiting = peers[peer] else { continue }
            var sent = 0
            while sent < waiting.items.count, sent < 8, fits(waiting.items[sent], waiting.counter.bytes),
                try send(waiting.items[sent], peer, waiting.counter)
            {
                sent += 1
            }
            drop(sent, of: peer)
            if peers[peer]?.items.isEmpty == false { turns.append(peer) }
        }
    }

    private mutating func drop(_ count: Int, of peer: Incarnation) {
        guard count > 0, peers[peer] != nil else { return }
        let bytes = peers[peer]!.items[..<count].reduce(0) { $0 + $1.bytes }
        peers[peer]!.items.removeFirst(count)
        peers[peer]!.itemBytes -= bytes
        waitingBytes -= bytes
    }

    /// Forgets a peer whose connection is gone.
    package mutating func forget(_ peer: Incarnation) {
        guard let gone = peers.removeValue(forKey: peer) else { return }
        waitingBytes -= gone.itemBytes
        turns.removeAll { $0 == peer }
    }

    /// Returns the peers that have taken nothing for too long.
    package mutating func stuck(at now: Duration) -> [Incarnation] {
        let patience = all.bytes < limits.allBytes ? limits.patience : limits.crowdedPatience
        var stuck: [Incarnation] = []
        for (peer, record) in peers {
            let taken = record.counter.releasedBytes
            if taken != record.takenBytes || record.counter.bytes == 0 {
                peers[peer]!.takenBytes = taken
                peers[peer]!.movedAt = now
            } else if now - record.movedAt >= patience, !record.items.isEmpty || all.bytes >= limits.allBytes {
                stuck.append(peer)
            }
        }
        return stuck.sorted()
    }
}
