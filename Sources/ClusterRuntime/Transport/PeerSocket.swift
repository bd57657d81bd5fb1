import JobEngine
import ZeroMQ

/// A worker's or client's one connection to its coordinator.
///
/// Belongs to the thread that made it.
final class PeerSocket {
    /// What became of the connection.
    enum Change: Equatable {
        case connected
        case lost

        /// The server refused the key.
        case keyRejected

        /// The two do not agree, or the server ended meanwhile: its key is another
        /// one, or one side encrypts and the other does not.
        case handshakeFailed
    }

    /// How many messages may wait for the connection. What is dropped beyond is said again by the protocol.
    private static let longestQueue = 4_096

    private let monitored: MonitoredSocket

    /// The address it connects to.
    let endpoint: String

    private var waiting: [Message] = []
    private var isConnected = false

    /// Connects in the background to one of a coordinator's addresses.
    ///
    /// One and not all of them: a DEALER would spread its messages over
    /// connections that are all the same coordinator.
    init(
        to endpoint: String, incarnation: Incarnation, keys: CurveKeyPair?, serverKey: CurveKey?
    ) throws {
        let socket = try Socket(.dealer)
        try TransportSettings.applyClient(to: socket, incarnation: incarnation, keys: keys, serverKey: serverKey)
        monitored = try Self.connected(socket, to: endpoint)
        self.endpoint = endpoint
    }

    private static func connected(_ socket: consuming Socket, to endpoint: String) throws -> MonitoredSocket {
        let monitored = try MonitoredSocket(socket)
        try monitored.socket.connect(to: endpoint)
        return monitored
    }

    /// What a loop polls.
    var pollItems: [PollItem] {
        [
            monitored.socket.pollItem(alsoWritable: isConnected && !waiting.isEmpty), monitored.eventPollItem(),
        ]
    }

    /// Takes the next change of the connection.
    func nextChange() throws -> Change? {
        while let event = try monitored.nextEvent() {
            switch event.kind {
            case .handshakeSucceeded:
                isConnected = true
                return .connected
            case .disconnected:
                // Also follows every refused handshake, which was never a connection.
                guard isConnected else { continue }
                isConnected = false
                waiting.removeAll()
                return .lost
            case .keyRejected:
                return .keyRejected
            case .handshakeFailed:
                return .handshakeFailed
            default:
                continue
            }
        }
        return nil
    }

    /// Takes the next message; unreadable ones are dropped, and said again by the protocol.
    func next() throws -> Message? {
        // A head, and the parts of a payload.
        let parts = MessageLimits.payloadBytes / MessageLimits.partBytes + 1
        while let received = try monitored.socket.receive(
            upTo: MessageLimits.payloadBytes + MessageLimits.partBytes, frames: 1 + parts)
        {
            guard received.frames.count >= 2, !received.isTooLong else { continue }
            let payload = received.frames.count == 2 ? received.frames[1] : Array(received.frames[1...].joined())
            if let message = try? Message(head: received.frames[0], payload: payload) { return message }
        }
        return nil
    }

    /// Sends a message as soon as the connection takes it.
    func send(_ message: Message) throws {
        if waiting.isEmpty, try trySending(message) { return }
        if waiting.count < Self.longestQueue { waiting.append(message) }
    }

    /// Sends what waits, as far as the connection takes it.
    func sendWaiting() throws {
        guard !waiting.isEmpty else { return }
        var sent = 0
        while sent < waiting.count, try trySending(waiting[sent]) { sent += 1 }
        waiting.removeFirst(sent)
    }

    private func trySending(_ message: Message) throws -> Bool {
        try monitored.socket.send(message.encoded()) == .sent
    }

    /// Lets the socket go on sending for a moment after it was closed.
    func lingerAfterClose(_ duration: Duration) throws {
        try monitored.socket.set(.linger, duration)
    }
}
