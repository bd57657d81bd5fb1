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

        /// The server refused the key, or there is another server or no encryption there.
        case refused
    }

    /// How many messages may wait for the connection. What is dropped beyond is said again by the protocol.
    private static let longestQueue = 4_096

    private let socket: Socket
    private let monitor: SocketMonitor

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
        monitor = try SocketMonitor(of: socket)
        try socket.connect(to: endpoint)
        self.socket = socket
        self.endpoint = endpoint
    }

    /// What a loop polls.
    var pollItems: [PollItem] {
        [socket.pollItem(alsoWritable: isConnected && !waiting.isEmpty), monitor.pollItem()]
    }

    /// Takes the next change of the connection.
    func nextChange() throws -> Change? {
        while let event = try monitor.next() {
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
            case .keyRejected, .handshakeFailed:
                return .refused
            default:
                continue
            }
        }
        return nil
    }

    /// Takes the next message; unreadable ones are dropped, and said again by the protocol.
    func next() throws -> Message? {
        while let received = try socket.receive() {
            guard received.frames.count == 2 else { continue }
            if let message = try? Message(head: received.frames[0], payload: received.frames[1]) { return message }
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
        let encoded = message.encoded()
        return try socket.send([encoded.head, encoded.payload]) == .sent
    }

    /// Lets the socket go on sending for a moment after it was closed.
    func lingerAfterClose(_ duration: Duration) throws {
        try socket.set(.linger, duration)
    }
}
