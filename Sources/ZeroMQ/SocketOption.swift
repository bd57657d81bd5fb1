import CZeroMQ

/// A socket option whose value has the type libzmq expects for it.
package struct SocketOption<Value: SocketOptionValue>: Sendable {
    let number: Int32
    let name: String

    init(_ number: Int32, _ name: String) {
        self.number = number
        self.name = name
    }
}

/// A Swift value that libzmq can be given as an option.
package protocol SocketOptionValue: Sendable {
    /// Calls `body` with the bytes libzmq reads.
    func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32
}

extension Int32: SocketOptionValue {
    package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
        withUnsafeBytes(of: self, body)
    }
}

extension Int64: SocketOptionValue {
    package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
        withUnsafeBytes(of: self, body)
    }
}

extension Bool: SocketOptionValue {
    package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
        Int32(self ? 1 : 0).withOptionBytes(body)
    }
}

extension String: SocketOptionValue {
    package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
        Array(utf8).withUnsafeBytes(body)
    }
}

/// Milliseconds for libzmq.
extension Duration: SocketOptionValue {
    package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
        Int32(clamping: wholeMilliseconds).withOptionBytes(body)
    }
}

/// Forty characters of Z85.
extension CurveKey: SocketOptionValue {
    package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
        text.withOptionBytes(body)
    }
}

extension Duration {
    /// The duration in milliseconds, rounded up, so that a wait never ends early.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return milliseconds + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}

extension SocketOption<Int32> {
    /// Messages queued for one peer before a send would block. Zero means no limit.
    package static var sendHighWaterMark: Self { .init(ZMQ_SNDHWM, "SNDHWM") }
    /// Messages queued from one peer before its connection is left unread.
    package static var receiveHighWaterMark: Self { .init(ZMQ_RCVHWM, "RCVHWM") }
    /// Connections the kernel holds that were not accepted yet.
    package static var backlog: Self { .init(ZMQ_BACKLOG, "BACKLOG") }
    /// 1 switches the kernel's keep-alive probes on.
    package static var tcpKeepAlive: Self { .init(ZMQ_TCP_KEEPALIVE, "TCP_KEEPALIVE") }
    /// Seconds of silence before the first probe.
    package static var tcpKeepAliveIdle: Self { .init(ZMQ_TCP_KEEPALIVE_IDLE, "TCP_KEEPALIVE_IDLE") }
    /// Seconds between probes.
    package static var tcpKeepAliveInterval: Self { .init(ZMQ_TCP_KEEPALIVE_INTVL, "TCP_KEEPALIVE_INTVL") }
    /// Unanswered probes before the connection counts as broken.
    package static var tcpKeepAliveCount: Self { .init(ZMQ_TCP_KEEPALIVE_CNT, "TCP_KEEPALIVE_CNT") }
}

extension SocketOption<Int64> {
    /// The largest frame accepted from a peer, in bytes; a larger one ends its connection.
    package static var maximumMessageSize: Self { .init(ZMQ_MAXMSGSIZE, "MAXMSGSIZE") }
}

extension SocketOption<Bool> {
    /// Whether a ROUTER reports peers that are gone or full, where it would drop in silence.
    package static var routerMandatory: Self { .init(ZMQ_ROUTER_MANDATORY, "ROUTER_MANDATORY") }
    /// Whether a new connection takes over a routing id in use.
    package static var routerHandover: Self { .init(ZMQ_ROUTER_HANDOVER, "ROUTER_HANDOVER") }
    /// Whether messages are queued for established connections only.
    package static var immediate: Self { .init(ZMQ_IMMEDIATE, "IMMEDIATE") }
    /// Whether IPv6 addresses are used too.
    package static var ipv6: Self { .init(ZMQ_IPV6, "IPV6") }
    /// Whether this socket is the server of a CURVE handshake.
    package static var curveServer: Self { .init(ZMQ_CURVE_SERVER, "CURVE_SERVER") }
}

extension SocketOption<Duration> {
    /// How long a closed socket goes on sending what is queued.
    package static var linger: Self { .init(ZMQ_LINGER, "LINGER") }
    /// The first pause before connecting again.
    package static var reconnectInterval: Self { .init(ZMQ_RECONNECT_IVL, "RECONNECT_IVL") }
    /// The longest pause; the pause doubles up to it.
    package static var reconnectIntervalMaximum: Self { .init(ZMQ_RECONNECT_IVL_MAX, "RECONNECT_IVL_MAX") }
    /// How long a peer may take for the handshake.
    package static var handshakeInterval: Self { .init(ZMQ_HANDSHAKE_IVL, "HANDSHAKE_IVL") }
    /// How long to wait for a TCP connection.
    package static var connectTimeout: Self { .init(ZMQ_CONNECT_TIMEOUT, "CONNECT_TIMEOUT") }
    /// How often the transport pings its peer.
    package static var heartbeatInterval: Self { .init(ZMQ_HEARTBEAT_IVL, "HEARTBEAT_IVL") }
    /// How long a ping may stay unanswered before the connection is closed.
    package static var heartbeatTimeout: Self { .init(ZMQ_HEARTBEAT_TIMEOUT, "HEARTBEAT_TIMEOUT") }
}

extension SocketOption<CurveKey> {
    /// This socket's own public key.
    package static var curvePublicKey: Self { .init(ZMQ_CURVE_PUBLICKEY, "CURVE_PUBLICKEY") }
    /// This socket's own secret key.
    package static var curveSecretKey: Self { .init(ZMQ_CURVE_SECRETKEY, "CURVE_SECRETKEY") }
    /// The public key of the server to connect to.
    package static var curveServerKey: Self { .init(ZMQ_CURVE_SERVERKEY, "CURVE_SERVERKEY") }
}

extension SocketOption<String> {
    /// The name that peers' ROUTER sockets know this socket by.
    package static var routingID: Self { .init(ZMQ_ROUTING_ID, "ROUTING_ID") }
    /// The domain that the ZAP handler is asked with; without one it is not asked.
    package static var authenticationDomain: Self { .init(ZMQ_ZAP_DOMAIN, "ZAP_DOMAIN") }
}
