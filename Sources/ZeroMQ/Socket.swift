import CZeroMQ
import Glibc

/// The pattern a socket speaks.
package enum SocketKind: Sendable {
    case pair, request, reply, dealer, router

    var number: Int32 {
        switch self {
        case .pair: ZMQ_PAIR
        case .request: ZMQ_REQ
        case .reply: ZMQ_REP
        case .dealer: ZMQ_DEALER
        case .router: ZMQ_ROUTER
        }
    }
}

/// What became of a send that does not wait.
package enum SendOutcome: Sendable {
    /// libzmq took the message.
    case sent

    /// The peer's queue is full: keep the message and try again later.
    case wouldBlock
}

/// A ZeroMQ socket with a single owner.
///
/// Not copyable and not `Sendable`, because a libzmq socket may be used by one
/// thread at a time. Make it on the thread that polls it.
package struct Socket: ~Copyable {
    let handle: UnsafeMutableRawPointer

    /// Makes a socket that drops what is unsent when it is closed.
    package init(_ kind: SocketKind) throws(ZeroMQError) {
        guard let handle = zmq_socket(Context.shared.handle, kind.number) else {
            throw ZeroMQError("make a \(kind) socket")
        }
        // Setting a valid constant on a new socket cannot fail.
        var linger: Int32 = 0
        zmq_setsockopt(handle, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
        self.handle = handle
    }

    deinit {
        zmq_close(handle)
    }

    /// Sets an option. Most of them count for the next `bind` or `connect` only.
    package func set<Value>(_ option: SocketOption<Value>, _ value: Value) throws(ZeroMQError) {
        let result = value.withOptionBytes { bytes in
            zmq_setsockopt(handle, option.number, bytes.baseAddress, bytes.count)
        }
        guard result == 0 else { throw ZeroMQError("set \(option.name)") }
    }

    /// Sets an option whose value is not text, such as a binary routing id.
    package func set(_ option: SocketOption<String>, bytes: [UInt8]) throws(ZeroMQError) {
        guard zmq_setsockopt(handle, option.number, bytes, bytes.count) == 0 else {
            throw ZeroMQError("set \(option.name)")
        }
    }

    /// Listens at `endpoint`; port 0 or `*` takes any free one, see `lastEndpoint`.
    package func bind(to endpoint: String) throws(ZeroMQError) {
        guard zmq_bind(handle, endpoint) == 0 else { throw ZeroMQError("bind \(endpoint)") }
    }

    /// Connects to `endpoint` in the background.
    package func connect(to endpoint: String) throws(ZeroMQError) {
        guard zmq_connect(handle, endpoint) == 0 else { throw ZeroMQError("connect to \(endpoint)") }
    }

    /// Ends the connection to `endpoint`.
    package func disconnect(from endpoint: String) throws(ZeroMQError) {
        guard zmq_disconnect(handle, endpoint) == 0 else { throw ZeroMQError("disconnect from \(endpoint)") }
    }

    /// Stops listening at `endpoint`; established connections end too.
    package func unbind(from endpoint: String) throws(ZeroMQError) {
        guard zmq_unbind(handle, endpoint) == 0 else { throw ZeroMQError("unbind \(endpoint)") }
    }

    /// The address bound or connected last, with the port that was chosen.
    package func lastEndpoint() throws(ZeroMQError) -> String {
        var text = [CChar](repeating: 0, count: 256)
        var count = text.count
        guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &text, &count) == 0 else {
            throw ZeroMQError("read LAST_ENDPOINT")
        }
        return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    /// Sends one frame and does not wait.
    ///
    /// - Parameter more: Whether more frames of the same message follow.
    package func send(_ message: consuming Frame, more: Bool = false) throws(ZeroMQError) -> SendOutcome {
        // On success libzmq takes the content and leaves an empty frame, so the
        // message's own clean-up is right in both cases.
        guard zmq_msg_send(&message.raw, handle, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) < 0 else { return .sent }
        let code = zmq_errno()
        if code == EAGAIN { return .wouldBlock }
        throw ZeroMQError("send", code: code)
    }

    /// Sends all frames of a message, or none, and does not wait.
    ///
    /// libzmq decides at the first frame whether a message fits; the later ones
    /// of the same message are always taken.
    package func send(_ frames: [[UInt8]]) throws(ZeroMQError) -> SendOutcome {
        for (index, frame) in frames.enumerated() {
            let outcome = try send(Frame(sharing: frame), more: index + 1 < frames.count)
            guard outcome == .sent else { return outcome }
        }
        return .sent
    }

    /// Receives one frame, without waiting.
    ///
    /// - Returns: nil when there is none.
    package func receiveFrame() throws(ZeroMQError) -> Frame? {
        var message = Frame()
        guard zmq_msg_recv(&message.raw, handle, ZMQ_DONTWAIT) < 0 else { return message }
        let code = zmq_errno()
        if code == EAGAIN || code == EINTR { return nil }
        throw ZeroMQError("receive", code: code)
    }

    /// Receives all frames of one message, without waiting.
    ///
    /// - Parameters:
    ///   - byteLimit: How many bytes are wanted at most; those of a longer message are counted and dropped.
    ///   - frameLimit: The same of its frames.
    /// - Returns: nil when there is none.
    package func receive(
        upTo byteLimit: Int = .max, frames frameLimit: Int = .max
    ) throws(ZeroMQError) -> ReceivedMessage? {
        guard var first = try receiveFrame() else { return nil }
        var received = ReceivedMessage(
            frames: [first.bytes()], userID: first.userID, peerAddress: first.peerAddress,
            connection: first.connection)
        received.byteCount = received.frames[0].count
        var more = first.hasMore
        while more {
            // The frames of a message arrive together: there is no waiting here.
            guard var next = try receiveFrame() else { break }
            if received.userID == nil { received.userID = next.userID }
            if received.peerAddress == nil { received.peerAddress = next.peerAddress }
            if received.connection == nil { received.connection = next.connection }
            received.byteCount += next.count
            received.frameCount += 1
            if received.byteCount <= byteLimit, received.frameCount <= frameLimit {
                received.frames.append(next.bytes())
            } else {
                received.isTooLong = true
                received.frames.removeSubrange(1...)
            }
            more = next.hasMore
        }
        return received
    }
}

/// All frames of a message, and what the transport knows of its sender.
package struct ReceivedMessage: Sendable {
    /// The frames in order; from a ROUTER the first is the peer's routing id. Of a message that is too long only the first.
    package var frames: [[UInt8]]

    /// How many frames and bytes came.
    package var frameCount = 1
    package var byteCount = 0

    /// Whether more came than was wanted.
    package var isTooLong = false

    /// The sender's CURVE public key, as the authentication handler admitted it.
    package var userID: String?

    /// The sender's IP address.
    package var peerAddress: String?

    /// The descriptor of the connection, as monitor events name it.
    package var connection: Int32?
}
