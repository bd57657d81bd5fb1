import JobEngine
import Logging
import ZeroMQ

/// The coordinator's one listening socket: messages by incarnation, in and out.
///
/// Belongs to the coordinator's thread.
final class CoordinatorSocket {
    /// Something that waits because its addressee's queue is full.
    ///
    /// Pieces of blobs wait as orders, so that a worker that never reads costs no memory.
    private enum Waiting {
        case message(Message)
        case chunk(BlobChunkOrder)
    }

    /// How many messages may wait for one peer. What is dropped beyond is said again by the protocol.
    private static let longestQueue = 4_096

    private let monitored: MonitoredSocket
    private let domain: String

    /// Every address to publish.
    let endpoints: [String]

    private var waiting: [Incarnation: [Waiting]] = [:]

    /// The incarnation that last spoke through a connection.
    private var peers: [Int32: Incarnation] = [:]

    /// Binds all endpoints.
    ///
    /// - Parameters:
    ///   - keys: The server's pair; nil without encryption.
    ///   - members: The keys that are admitted.
    init(
        binding wanted: [String], ports: ClosedRange<UInt16>?, keys: CurveKeyPair?, members: Set<CurveKey>,
        domain: String
    ) throws {
        if keys != nil { try Authenticator.shared.allow(members, in: domain) }
        let socket = try Socket(.router)
        try TransportSettings.applyServer(to: socket, keys: keys, domain: domain)
        let monitored = try MonitoredSocket(socket)
        var endpoints: [String] = []
        for endpoint in wanted {
            let bound = try Self.bind(monitored.socket, to: endpoint, ports: ports)
            endpoints += NetworkAddresses.published(for: bound)
        }
        self.monitored = monitored
        self.domain = domain
        self.endpoints = endpoints
    }

    /// Binds one endpoint and returns it with its port.
    private static func bind(
        _ socket: borrowing Socket, to endpoint: String, ports: ClosedRange<UInt16>?
    ) throws -> String {
        let isOpen = endpoint.hasSuffix(":*") || endpoint.hasSuffix(":0")
        guard isOpen, let ports else {
            try socket.bind(to: endpoint)
            return try socket.lastEndpoint()
        }
        let address = endpoint.dropLast(1)
        for port in ports {
            do throws(ZeroMQError) {
                try socket.bind(to: "\(address)\(port)")
                return try socket.lastEndpoint()
            } catch {
                guard error.isAddressInUse, port < ports.upperBound else { throw error }
            }
        }
        preconditionFailure("a closed range is never empty")
    }

    /// Admits just these keys from now on. Established connections stay.
    func admit(_ members: Set<CurveKey>) throws {
        try Authenticator.shared.allow(members, in: domain)
    }

    /// What the loop polls.
    var pollItems: [PollItem] { [monitored.socket.pollItem(), monitored.eventPollItem()] }

    /// Whether something waits for room in a peer's queue.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// How many peers were refused for their key.
    var refusals: Int { Authenticator.shared.refusals(in: domain) }

    /// Takes the ends of connections that were reported.
    func closedConnections() throws -> [Incarnation] {
        var closed: [Incarnation] = []
        while let event = try monitored.nextEvent() {
            switch event.kind {
            case .accepted:
                // A number that the kernel gives out again names another peer now.
                peers[Int32(bitPattern: event.value)] = nil
            case .disconnected:
                if let peer = peers.removeValue(forKey: Int32(bitPattern: event.value)) { closed.append(peer) }
            default:
                break
            }
        }
        return closed
    }

    /// Takes the next frame, read as far as it can be.
    func next() throws -> CoordinatorEvent? {
        guard let received = try monitored.socket.receive() else { return nil }
        let sender = PeerRoute.incarnation(of: received.frames[0])
        if let sender, let connection = received.connection { peers[connection] = sender }
        let address = received.peerAddress ?? "an unknown address"
        guard received.frames.count == 3 else {
            return .receivedGarbage(from: sender, reason: "\(received.frames.count) parts from \(address)")
        }
        do throws(FrameError) {
            let message = try Message(head: received.frames[1], payload: received.frames[2])
            // Answers go to the name in the message, so it has to be the sender's own.
            guard message.incarnation == sender else {
                return .receivedGarbage(from: sender, reason: "another's name, from \(address)")
            }
            return .received(message)
        } catch {
            return .receivedGarbage(from: sender, reason: "\(error), from \(address)")
        }
    }

    /// Sends a message, or keeps it while its addressee's queue is full.
    func send(_ message: Message) throws {
        try enqueue(.message(message), for: message.incarnation) { [self] in try trySending(message) }
    }

    /// Sends a piece of a blob, or keeps the order while its addressee's queue is full.
    ///
    /// - Parameter piece: Gives the content, or nil where it is not held.
    func send(_ order: BlobChunkOrder, content piece: (BlobChunkOrder) -> BlobPiece?) throws {
        try enqueue(.chunk(order), for: order.incarnation) { [self] in
            try trySending(Self.fill(order, with: piece(order)))
        }
    }

    /// Tries again what had to wait.
    func sendWaiting(content piece: (BlobChunkOrder) -> BlobPiece?) throws {
        // In the order of names, which is as good as any and always the same.
        for peer in waiting.keys.sorted() {
            var queue = waiting[peer]![...]
            sending: while let first = queue.first {
                let message =
                    switch first {
                    case .message(let message): message
                    case .chunk(let order): Self.fill(order, with: piece(order))
                    }
                guard try trySending(message) else { break sending }
                queue.removeFirst()
            }
            waiting[peer] = queue.isEmpty ? nil : Array(queue)
        }
    }

    private func enqueue(_ item: Waiting, for peer: Incarnation, _ attempt: () throws -> Bool) throws {
        if waiting[peer] == nil, try attempt() { return }
        guard waiting[peer, default: []].count < Self.longestQueue else { return }
        waiting[peer, default: []].append(item)
    }

    private static func fill(_ order: BlobChunkOrder, with piece: BlobPiece?) -> Message {
        order.message(content: piece?.content ?? [], size: piece?.size)
    }

    /// - Returns: false when the addressee's queue is full.
    private func trySending(_ message: Message) throws -> Bool {
        let encoded = message.encoded()
        do throws(ZeroMQError) {
            let route = PeerRoute.bytes(of: message.incarnation)
            return try monitored.socket.send([route, encoded.head, encoded.payload]) == .sent
        } catch {
            // A peer that is gone says hello when it is back.
            guard error.isUnroutable else { throw error }
            return true
        }
    }

    /// Lets the socket go on sending for a moment after it was closed.
    func lingerAfterClose(_ duration: Duration) throws {
        try monitored.socket.set(.linger, duration)
    }
}
