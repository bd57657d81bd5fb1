import Testing
import ZeroMQ

@Suite("CURVE keys and who is admitted")
struct CurveTests {
    /// What came of a client's attempt to speak to a server.
    private enum Outcome: Equatable {
        case heard(userID: String?)
        case keyRejected
        case handshakeFailed
        case silence
    }

    private func attempt(
        server: CurveKeyPair, expected: CurveKey?, client keys: CurveKeyPair, allowed: Set<CurveKey>, domain: String
    ) throws -> Outcome {
        try Authenticator.shared.allow(allowed, in: domain)
        let router = try Socket(.router)
        try router.set(.curveServer, true)
        try router.set(.curveSecretKey, server.secretKey)
        try router.set(.authenticationDomain, domain)
        try router.set(.handshakeInterval, .milliseconds(500))
        try router.bind(to: "tcp://127.0.0.1:*")

        let dealer = try Socket(.dealer)
        if let expected {
            try dealer.set(.curveServerKey, expected)
            try dealer.set(.curvePublicKey, keys.publicKey)
            try dealer.set(.curveSecretKey, keys.secretKey)
        }
        let client = try MonitoredSocket(dealer)
        try client.socket.connect(to: router.lastEndpoint())
        _ = try client.socket.send([[42]])
        for _ in 0..<60 {
            if let message = try router.receive() { return .heard(userID: message.userID) }
            while let event = try client.nextEvent() {
                if event.kind == .keyRejected { return .keyRejected }
                if event.kind == .handshakeFailed { return .handshakeFailed }
            }
            var items = [router.pollItem(), client.eventPollItem()]
            _ = try poll(&items, timeout: .milliseconds(50))
        }
        return .silence
    }

    @Test("A listed key is admitted, and every message carries it")
    func listed() throws {
        let server = try CurveKeyPair.make()
        let client = try CurveKeyPair.make()
        let outcome = try attempt(
            server: server, expected: server.publicKey, client: client, allowed: [client.publicKey], domain: "listed")
        #expect(outcome == .heard(userID: client.publicKey.text))
        #expect(Authenticator.shared.refusals(in: "listed") == 0)
    }

    @Test("A key that is not listed is refused, and the client is told so")
    func unlisted() throws {
        let server = try CurveKeyPair.make()
        let client = try CurveKeyPair.make()
        let other = try CurveKeyPair.make()
        let outcome = try attempt(
            server: server, expected: server.publicKey, client: client, allowed: [other.publicKey], domain: "unlisted")
        #expect(outcome == .keyRejected)
        #expect(Authenticator.shared.refusals(in: "unlisted") >= 1)
    }

    @Test("The list of one server does not count for another")
    func domains() throws {
        let server = try CurveKeyPair.make()
        let client = try CurveKeyPair.make()
        try Authenticator.shared.allow([client.publicKey], in: "first")
        let outcome = try attempt(
            server: server, expected: server.publicKey, client: client, allowed: [], domain: "second")
        #expect(outcome == .keyRejected)
    }

    @Test("A list can be replaced while the server runs")
    func replacedList() throws {
        let server = try CurveKeyPair.make()
        let client = try CurveKeyPair.make()
        func outcome(allowing keys: Set<CurveKey>) throws -> Outcome {
            try attempt(
                server: server, expected: server.publicKey, client: client, allowed: keys, domain: "replaced")
        }
        #expect(try outcome(allowing: []) == .keyRejected)
        #expect(try outcome(allowing: [client.publicKey]) == .heard(userID: client.publicKey.text))
    }

    @Test("A client that expects another server gets no answer it could use")
    func wrongServer() throws {
        let server = try CurveKeyPair.make()
        let other = try CurveKeyPair.make()
        let client = try CurveKeyPair.make()
        let outcome = try attempt(
            server: server, expected: other.publicKey, client: client, allowed: [client.publicKey], domain: "wrong")
        #expect(outcome == .handshakeFailed || outcome == .silence)
    }

    @Test("A peer without encryption is not heard")
    func plainPeer() throws {
        let server = try CurveKeyPair.make()
        let client = try CurveKeyPair.make()
        let outcome = try attempt(
            server: server, expected: nil, client: client, allowed: [client.publicKey], domain: "plain")
        #expect(outcome == .handshakeFailed || outcome == .silence)
    }

    @Test("Keys are forty characters of Z85, and pairs belong together")
    func keys() throws {
        let first = try CurveKeyPair.make()
        let second = try CurveKeyPair.make()
        #expect(first.publicKey.text.utf8.count == 40)
        #expect(CurveKey("") == nil)
        #expect(CurveKey(String(repeating: "~", count: 40)) == nil)
        #expect(CurveKey(first.publicKey.text) == first.publicKey)
        #expect(CurveKeyPair(publicKey: first.publicKey, secretKey: first.secretKey) == first)
        #expect(CurveKeyPair(publicKey: first.publicKey, secretKey: second.secretKey) == nil)
    }
}
