import JobEngine
import Logging
import ZeroMQ

/// The coordinator's one listening socket: messages by incarnation, in and out.
///
/// Belongs to the coordinator's thread.
final class CoordinatorSocket {
    private let monitored: MonitoredSocket
    private let domain: String
    private let clock: MonotonicClock

    /// Every address to publish.
    let endpoints: [String]

    private var guarding: ConnectionGuard
    private var outgoing = OutgoingQueues(OutgoingQueues.Limits())

    /// The connections that libzmq has accepted, by descriptor.
    private var connections: [Int32: AcceptedConnection] = [:]

    /// The incarnation that last spoke through a connection, and the connection that an incarnation last spoke through.
    private var peers: [Int32: Incarnation] = [:]
    private var routes: [Incarnation: Int32] = [:]

    private var nextLook: Duration = .zero
    private var nextLookAtStrangers: Duration = .zero

    /// Binds all endpoints.
    ///
    /// - Parameters:
    ///   - keys: The server's pair; nil without encryption.
    ///   - members: The keys that are admitted.
    ///   - limits: What connections may cost.
    init(
        binding wanted: [String], ports: ClosedRange<UInt16>?, keys: CurveKeyPair?, members: Set<CurveKey>,
        domain: String, limits: ConnectionGuard.Limits, clock: MonotonicClock
    ) throws {
        guarding = ConnectionGuard(limits)
        self.clock = clock
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
            do throws(ZeroMQError) {
                try socket.bind(to: endpoint)
            } catch {
                throw ListeningError(endpoint, error)
            }
            return try socket.lastEndpoint()
        }
        let address = endpoint.dropLast(1)
        for port in ports {
            do throws(ZeroMQError) {
                try socket.bind(to: "\(address)\(port)")
                return try socket.lastEndpoint()
            } catch {
                guard error.isAddressInUse, port < ports.upperBound else {
                    throw ListeningError("\(address)\(port)", error)
                }
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
    var hasWaiting: Bool { outgoing.hasWaiting }

    /// How many peers were refused for their key.
    var refusals: Int { Authenticator.shared.refusals(in: domain) }

    /// Follows what was reported of connections, and takes the ends of those whose peers had spoken.
    func closedConnections() throws -> [Incarnation] {
        var closed: [Incarnation] = []
        while let event = try monitored.nextEvent() {
            let descriptor = Int32(bitPattern: event.value)
            switch event.kind {
            case .accepted:
                // A number that the kernel gives out again names another peer now.
                peers[descriptor] = nil
                connections[descriptor] = AcceptedConnection(descriptor: descriptor)
                guarding.accept(descriptor, from: connections[descriptor]?.peerAddress ?? "", at: clock.elapsed)
            case .disconnected:
                connections[descriptor] = nil
                guarding.close(descriptor)
                // A peer that has connected again has not gone.
                guard let peer = peers.removeValue(forKey: descriptor), routes[peer] == descriptor else { continue }
                routes[peer] = nil
                outgoing.forget(peer)
                closed.append(peer)
            default:
                break
            }
        }
        return closed
    }

    /// Cuts connections that cost too much. Asked for whenever all that came has been read.
    ///
    /// Looks at all of them ten times a second, and less often where there are thousands; at strangers, who may come in
    /// crowds, five times as often.
    func enforceLimits() {
        let now = clock.elapsed
        for descriptor in guarding.takeExcess(at: now) { connections[descriptor]?.cut() }
        let received = { [connections] (descriptor: Int32) in connections[descriptor]?.receivedBytes() }
        if now >= nextLookAtStrangers {
            nextLookAtStrangers = now + .milliseconds(20)
            for descriptor in guarding.greedyStrangers(received: received) { connections[descriptor]?.cut() }
        }
        guard now >= nextLook else { return }
        nextLook = now + .milliseconds(100) * (1 + guarding.count / 1_000)
        for descriptor in guarding.overdue(at: now, received: received) { connections[descriptor]?.cut() }
        for peer in outgoing.stuck(at: now) {
            if let descriptor = routes[peer] { connections[descriptor]?.cut() }
            outgoing.forget(peer)
        }
    }

    /// When `enforceLimits` wants to look again.
    var nextDeadline: Duration { guarding.strangerCount > 0 ? min(nextLook, nextLookAtStrangers) : nextLook }

    /// Takes the next message, read as far as it can be.
    func next() throws -> CoordinatorEvent? {
        // The routing id, a head, and the parts of a payload.
        let parts = (MessageLimits.peerPayloadBytes + MessageLimits.partBytes - 1) / MessageLimits.partBytes
        guard
            let received = try monitored.socket.receive(
                upTo: MessageLimits.peerPayloadBytes + MessageLimits.partBytes, frames: 2 + parts)
        else { return nil }
        let sender = PeerRoute.incarnation(of: received.frames[0])
        let address = received.peerAddress ?? "an unknown address"
        if let connection = received.connection {
            guarding.read(
                received.byteCount - received.frames[0].count
                    + AcceptedConnection.wireBytes(of: 0) * (received.frameCount - 1), from: connection)
            if let sender {
                peers[connection] = sender
                routes[sender] = connection
            }
        }
        func garbage(_ reason: String) -> CoordinatorEvent {
            if let connection = received.connection, guarding.noteBadFrame(from: connection) {
                connections[connection]?.cut()
            }
            return .receivedGarbage(from: sender, reason: "\(reason) from \(address)")
        }
        guard received.frames.count >= 3, !received.isTooLong else {
            return garbage("\(received.frameCount) parts of \(received.byteCount) bytes")
        }
        do throws(FrameError) {
            let payload = received.frames.count == 3 ? received.frames[2] : Array(received.frames[2...].joined())
            let message = try Message(head: received.frames[1], payload: payload)
            // Answers go to the name in the message, so it has to be the sender's own.
            guard message.incarnation == sender else { return garbage("another's name,") }
            return .received(message)
        } catch {
            return garbage("\(error),")
        }
    }

    /// Sends a message, or keeps it while its addressee's queue is full.
    func send(_ message: Message) throws {
        noteAdmission(message)
        let item = OutgoingQueues.Item.message(message.encoded())
        if outgoing.hasRoom(for: item, to: message.incarnation),
            try trySending(item, to: message.incarnation, content: { _ in nil })
        {
            return
        }
        outgoing.add(item, for: message.incarnation, at: clock.elapsed)
    }

    /// Sends a piece of a blob, or keeps the order while its addressee's queue is full.
    ///
    /// - Parameter piece: Gives the content, or nil where it is not held.
    func send(_ order: BlobChunkOrder, content piece: (BlobChunkOrder) -> BlobPiece?) throws {
        let item = OutgoingQueues.Item.chunk(order)
        if outgoing.hasRoom(for: item, to: order.incarnation),
            try trySending(item, to: order.incarnation, content: piece)
        {
            return
        }
        outgoing.add(item, for: order.incarnation, at: clock.elapsed)
    }

    /// Tries again what had to wait.
    func sendWaiting(content piece: (BlobChunkOrder) -> BlobPiece?) throws {
        try outgoing.sendWaiting { [self] item, peer, counter in
            try hand(item, to: peer, counter, content: piece)
        }
    }

    /// What the coordinator tells a peer shows whether it is a member.
    private func noteAdmission(_ message: Message) {
        guard let connection = routes[message.incarnation] else { return }
        switch message.body {
        case .welcome:
            guarding.welcome(connection)
        case .reject(let rejection) where rejection.endsConnection:
            guarding.turnAway(connection, at: clock.elapsed)
        default:
            break
        }
    }

    private func trySending(
        _ item: OutgoingQueues.Item, to peer: Incarnation, content piece: (BlobChunkOrder) -> BlobPiece?
    ) throws -> Bool {
        try hand(item, to: peer, outgoing.counter(of: peer, at: clock.elapsed), content: piece)
    }

    /// Hands a message to libzmq.
    ///
    /// - Returns: false when the addressee's queue is full.
    private func hand(
        _ item: OutgoingQueues.Item, to peer: Incarnation, _ counter: SendCounter,
        content piece: (BlobChunkOrder) -> BlobPiece?
    ) throws -> Bool {
        let encoded =
            switch item {
            case .message(let encoded): encoded
            case .chunk(let order): Self.fill(order, with: piece(order)).encoded()
            }
        do throws(ZeroMQError) {
            return try monitored.socket.send(encoded, to: PeerRoute.bytes(of: peer), countedBy: counter) == .sent
        } catch {
            // A peer that is gone says hello when it is back.
            guard error.isUnroutable else { throw error }
            return true
        }
    }

    private static func fill(_ order: BlobChunkOrder, with piece: BlobPiece?) -> Message {
        order.message(content: piece?.content ?? [], size: piece?.size)
    }

    /// Lets the socket go on sending for a moment after it was closed.
    func lingerAfterClose(_ duration: Duration) throws {
        try monitored.socket.set(.linger, duration)
    }
}

extension Socket {
    /// Sends a message's head and the parts of its payload, without waiting.
    ///
    /// - Parameters:
    ///   - route: The addressee, where this is a ROUTER.
    ///   - counter: Counts what libzmq holds of it; nil where nobody asks.
    func send(
        _ message: EncodedMessage, to route: [UInt8]? = nil, countedBy counter: SendCounter? = nil
    ) throws(ZeroMQError) -> SendOutcome {
        if let route {
            guard try send(Frame(copying: route), more: true) == .sent else { return .wouldBlock }
        }
        guard try send(Self.frame(message.head, 0..<message.head.count, counter), more: true) == .sent else {
            return .wouldBlock
        }
        let parts = message.parts
        for (index, part) in parts.enumerated() {
            // Once the first frame is taken, libzmq takes the others.
            let frame = Self.frame(message.payload, part, counter)
            guard try send(frame, more: index + 1 < parts.count) == .sent else { return .wouldBlock }
        }
        return .sent
    }

    private static func frame(_ bytes: [UInt8], _ part: Range<Int>, _ counter: SendCounter?) -> Frame {
        guard let counter else { return Frame(sharing: bytes, range: part) }
        return Frame(sharing: bytes, range: part, countedBy: counter)
    }
}
