import CZeroMQ
import Synchronization

/// What libzmq reports of a socket's connections.
package struct ConnectionEvent: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case connected, accepted, disconnected, closed

        /// The connection is set up and, with CURVE, the peer was admitted.
        case handshakeSucceeded

        /// The server refused this peer's key.
        case keyRejected

        /// The peers do not agree on CURVE, or the server's key is another one.
        case handshakeFailed

        /// A connection attempt failed; `errno` says why where the system does.
        case connectRetried
    }

    package let kind: Kind

    /// The remote address for outgoing connections, the listening one for incoming.
    package let address: String

    /// The number that came with the event: an `errno`, an interval or a descriptor.
    package let value: UInt32
}

/// A socket that reports the handshakes and the ends of its connections.
///
/// A failed CURVE handshake reaches the application in no other way.
package struct MonitoredSocket: ~Copyable {
    package let socket: Socket
    private let events: Socket

    /// Starts to watch `socket`, before it is bound or connected.
    package init(_ socket: consuming Socket) throws(ZeroMQError) {
        let events = try Self.events(of: socket)
        self.events = events
        self.socket = socket
    }

    // libzmq's IO thread writes each event and would wait for ever, and every
    // connection of the process with it, if nobody were left to read: so the
    // events are stopped before either socket is closed.
    deinit {
        zmq_socket_monitor(socket.handle, nil, 0)
    }

    private static func events(of socket: borrowing Socket) throws(ZeroMQError) -> Socket {
        let number = nextMonitorNumber.add(1, ordering: .relaxed).newValue
        let address = "inproc://modicum-monitor-\(number)"
        let events = try Socket(.pair)
        // No limit, for the same reason: the IO thread must not wait for us either.
        try events.set(.receiveHighWaterMark, 0)
        guard zmq_socket_monitor(socket.handle, address, ZMQ_EVENT_ALL) == 0 else {
            throw ZeroMQError("monitor a socket")
        }
        do throws(ZeroMQError) {
            try events.connect(to: address)
        } catch {
            zmq_socket_monitor(socket.handle, nil, 0)
            throw error
        }
        return events
    }

    /// An item that waits for events.
    package func eventPollItem() -> PollItem { events.pollItem() }

    /// Takes the next event that means something to us, without waiting.
    package func nextEvent() throws(ZeroMQError) -> ConnectionEvent? {
        while let message = try events.receive() {
            if let event = ConnectionEvent(frames: message.frames) { return event }
        }
        return nil
    }
}

/// Monitors need addresses of their own within the process.
private let nextMonitorNumber = Atomic<UInt64>(0)

extension ConnectionEvent {
    /// Reads libzmq's two frames: event and value in the machine's byte order, then the address.
    init?(frames: [[UInt8]]) {
        guard frames.count == 2, frames[0].count == 6 else { return nil }
        let number = frames[0].withUnsafeBytes { Int32($0.loadUnaligned(fromByteOffset: 0, as: UInt16.self)) }
        value = frames[0].withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 2, as: UInt32.self) }
        address = String(decoding: frames[1], as: UTF8.self)
        switch number {
        case ZMQ_EVENT_CONNECTED: kind = .connected
        case ZMQ_EVENT_ACCEPTED: kind = .accepted
        case ZMQ_EVENT_DISCONNECTED: kind = .disconnected
        case ZMQ_EVENT_CLOSED: kind = .closed
        case ZMQ_EVENT_CONNECT_RETRIED: kind = .connectRetried
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: kind = .handshakeSucceeded
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: kind = .keyRejected
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: kind = .handshakeFailed
        default: return nil
        }
    }
}
