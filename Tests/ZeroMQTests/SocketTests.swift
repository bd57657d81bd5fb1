import Testing
import ZeroMQ

/// Polls until `socket` has a message, or some seconds have passed.
func receive(_ socket: borrowing Socket) throws -> ReceivedMessage? {
    for _ in 0..<100 {
        if let message = try socket.receive() { return message }
        var items = [socket.pollItem()]
        _ = try poll(&items, timeout: .milliseconds(50))
    }
    return nil
}

@Suite("Sockets")
struct SocketTests {
    @Test("A request and its answer keep their frames, empty and large ones too")
    func roundTrip() throws {
        let router = try Socket(.router)
        try router.bind(to: "tcp://127.0.0.1:*")
        let dealer = try Socket(.dealer)
        try dealer.set(.routingID, bytes: [77, 1, 2])
        try dealer.connect(to: router.lastEndpoint())

        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try dealer.send([[], [7], large]) == .sent)
        let request = try #require(try receive(router))
        #expect(request.frames == [[77, 1, 2], [], [7], large])
        #expect(request.peerAddress == "127.0.0.1")
        #expect(request.connection != nil)
        #expect(request.userID == nil)

        #expect(try router.send([request.frames[0], Array("answer".utf8)]) == .sent)
        #expect(try receive(dealer)?.frames == [Array("answer".utf8)])
    }

    @Test("A frame can share part of an array, which may be released before it is sent")
    func sharedFrame() throws {
        let left = try Socket(.pair)
        let right = try Socket(.pair)
        try left.bind(to: "inproc://shared-frame")
        try right.connect(to: "inproc://shared-frame")
        for count in [0, 1, 64, 65, 100_000] {
            do {
                let bytes = (0..<count + 10).map { UInt8(truncatingIfNeeded: $0) }
                #expect(try left.send(Frame(sharing: bytes, range: 5..<count + 5)) == .sent)
            }
            let expected = (5..<count + 5).map { UInt8(truncatingIfNeeded: $0) }
            #expect(try receive(right)?.frames == [expected])
        }
    }

    @Test("A ROUTER that must deliver says when its peer is unknown")
    func unroutable() throws {
        let router = try Socket(.router)
        try router.set(.routerMandatory, true)
        try router.bind(to: "tcp://127.0.0.1:*")
        let error = #expect(throws: ZeroMQError.self) { try router.send([[77, 9], [1]]) }
        #expect(error?.isUnroutable == true)
    }

    @Test("A full queue is back-pressure, not a loss")
    func backPressure() throws {
        let left = try Socket(.pair)
        let right = try Socket(.pair)
        try left.set(.sendHighWaterMark, 3)
        try right.set(.receiveHighWaterMark, 3)
        try left.bind(to: "inproc://back-pressure")
        try right.connect(to: "inproc://back-pressure")
        var sent = 0
        while sent < 100, try left.send([[UInt8(sent)]]) == .sent { sent += 1 }
        #expect(sent == 6)
        for number in 0..<sent { #expect(try receive(right)?.frames == [[UInt8(number)]]) }
        // The room is noticed when the receiver's side reports it.
        var items = [left.pollItem(alsoWritable: true)]
        #expect(try poll(&items, timeout: .seconds(5)))
        #expect(items[0].isWritable)
        #expect(try left.send([[1]]) == .sent)
    }

    @Test("A port that is taken is an error that names it")
    func addressInUse() throws {
        let first = try Socket(.router)
        try first.bind(to: "tcp://127.0.0.1:*")
        let endpoint = try first.lastEndpoint()
        let second = try Socket(.router)
        let error = #expect(throws: ZeroMQError.self) { try second.bind(to: endpoint) }
        #expect(error?.isAddressInUse == true)
        #expect("\(try #require(error))".contains(endpoint))
    }

    @Test("Another thread's signal ends a poll, and only one poll")
    func wakeUp() throws {
        let wakeUp = try WakeUp()
        var items = [PollItem(readable: wakeUp.descriptor)]
        #expect(try !poll(&items, timeout: .zero))
        wakeUp.signal()
        wakeUp.signal()
        #expect(try poll(&items, timeout: nil))
        #expect(items[0].isReadable)
        wakeUp.drain()
        #expect(try !poll(&items, timeout: .zero))
    }

    @Test("The monitor tells when a peer came and went, by its connection")
    func monitor() throws {
        let router = try MonitoredSocket(Socket(.router))
        try router.socket.bind(to: "tcp://127.0.0.1:*")
        func connectionOfPeerThatLeaves() throws -> Int32? {
            let dealer = try Socket(.dealer)
            try dealer.connect(to: router.socket.lastEndpoint())
            _ = try dealer.send([[1]])
            return try receive(router.socket)?.connection
        }
        let connection = try connectionOfPeerThatLeaves()
        var events: [ConnectionEvent] = []
        var ended: ConnectionEvent?
        for _ in 0..<100 where ended == nil {
            var items = [router.eventPollItem()]
            _ = try poll(&items, timeout: .milliseconds(50))
            while let event = try router.nextEvent() {
                events.append(event)
                if event.kind == .disconnected { ended = event }
            }
        }
        #expect(connection != nil)
        #expect(ended.map { Int32(bitPattern: $0.value) } == connection, "of \(events)")
    }

    @Test("Sockets that are closed with unread events keep nobody else waiting")
    func unreadEvents() throws {
        for _ in 0..<20 {
            let router = try MonitoredSocket(Socket(.router))
            try router.socket.bind(to: "tcp://127.0.0.1:*")
            let dealer = try MonitoredSocket(Socket(.dealer))
            try dealer.socket.connect(to: router.socket.lastEndpoint())
            _ = try dealer.socket.send([[1]])
            #expect(try receive(router.socket) != nil)
        }
    }
}
