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

/// Reports the handshakes and the ends of one socket's connections.
///
/// A failed CURVE handshake reaches the application in no other way. Use it on
/// the thread that made it.
package struct SocketMonitor: ~Copyable {
    private let pair: Socket

    /// Starts to watch `socket`, which must outlive the monitor.
    package init(of socket: borrowing Socket) throws(ZeroMQError) {
        let number = nextMonitorNumber.add(1, ordering: .relaxed).newValue
        let address = "inproc://modicum-monitor-\(number)"
        guard zmq_socket_monitor(socket.handle, address, ZMQ_EVENT_ALL) == 0 else {
            throw ZeroMQError("monitor a socket")
        }
        pair = try Self.connectedPair(to: address)
    }

    private static func connectedPair(to address: String) throws(ZeroMQError) -> Socket {
        let pair = try Socket(.pair)
        try pair.connect(to: address)
        return pair
    }

    /// An item that waits for events.
    package func pollItem() -> PollItem { pair.pollItem() }

    /// Takes the next event that means something to us, without waiting.
    package func next() throws(ZeroMQError) -> ConnectionEvent? {
        while let message = try pair.receive() {
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
