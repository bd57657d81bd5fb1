import JobEngine
import ZeroMQ

/// How the two ends of a connection are set up, in one place because they must agree.
package enum TransportSettings {
    /// The domain under which a coordinator's members are listed.
    static func domain(of coordinator: Incarnation) -> String { "modicum-\(coordinator)" }

    /// What both ends have in common.
    static func apply(to socket: borrowing Socket) throws {
        // What is longer travels in parts. libzmq allocates what a peer announces, before it knows its key.
        try socket.set(.maximumMessageSize, Int64(MessageLimits.frameBytes))
        try socket.set(.ipv6, false)
        // A cut cable is noticed within a minute and a half, well after the
        // application's own beats have; this only frees the descriptor.
        try socket.set(.tcpKeepAlive, 1)
        try socket.set(.tcpKeepAliveIdle, 30)
        try socket.set(.tcpKeepAliveInterval, 10)
        try socket.set(.tcpKeepAliveCount, 6)
        // Bytes are what is bounded; the mark only has to be out of their way.
        try socket.set(.sendHighWaterMark, 1_000)
        try socket.set(.receiveHighWaterMark, 1_000)
        // Ten thousand handshakes after a restart take half a minute, on a busy machine a whole one.
        try socket.set(.handshakeInterval, .seconds(60))
    }

    /// What a coordinator's ROUTER needs besides.
    static func applyServer(to socket: borrowing Socket, keys: CurveKeyPair?, domain: String) throws {
        try apply(to: socket)
        try socket.set(.routerMandatory, true)
        // A worker that reconnects after a cut has the same id as its dead connection.
        try socket.set(.routerHandover, true)
        try socket.set(.backlog, 4_096)
        // What waits to be read stays with its sender: no peer has more than a window of pieces on its way.
        try socket.set(.receiveHighWaterMark, 64)
        // `ConnectionGuard` admits so few handshakes at a time that none of them has to wait for others.
        try socket.set(.handshakeInterval, .seconds(15))
        guard let keys else { return }
        try socket.set(.curveServer, true)
        try socket.set(.curveSecretKey, keys.secretKey)
        try socket.set(.authenticationDomain, domain)
    }

    /// What a worker's or client's DEALER needs besides.
    package static func applyClient(
        to socket: borrowing Socket, incarnation: Incarnation, keys: CurveKeyPair?, serverKey: CurveKey?
    ) throws {
        try apply(to: socket)
        try socket.set(.routingID, bytes: PeerRoute.bytes(of: incarnation))
        // Nothing is queued for a coordinator that is not there: a greeting says
        // again whatever still matters once it is back.
        try socket.set(.immediate, true)
        // libzmq adds a random part to each pause.
        try socket.set(.reconnectInterval, .milliseconds(100))
        try socket.set(.reconnectIntervalMaximum, .seconds(5))
        try socket.set(.connectTimeout, .seconds(10))
        guard let keys, let serverKey else { return }
        try socket.set(.curveServerKey, serverKey)
        try socket.set(.curvePublicKey, keys.publicKey)
        try socket.set(.curveSecretKey, keys.secretKey)
    }
}
