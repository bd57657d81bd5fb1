import ClusterRuntime
import JobEngine
import Testing
import ZeroMQ

@Suite("Bounds on connections")
struct ConnectionGuardTests {
    private func limits(strangers: Int = 3) -> ConnectionGuard.Limits {
        var limits = ConnectionGuard.Limits()
        limits.strangers = strangers
        limits.heldBytes = 1_000
        return limits
    }

    @Test("Of too many strangers the newest go, and later those that had their time")
    func strangers() {
        var connections = ConnectionGuard(limits())
        for descriptor in 1...5 as ClosedRange<Int32> {
            connections.accept(descriptor, from: "10.0.0.1", at: .milliseconds(Int(descriptor)))
        }
        #expect(connections.takeExcess(at: .milliseconds(10)) == [5, 4])
        #expect(connections.takeExcess(at: .milliseconds(10)) == [], "though they are not yet closed")
        for descriptor in [4, 5] as [Int32] { connections.close(descriptor) }
        // The silent ones of before make way for somebody new.
        connections.accept(6, from: "10.0.0.1", at: .seconds(4))
        #expect(connections.takeExcess(at: .seconds(4)) == [1])
        #expect(connections.strangerCount == 3)
    }

    @Test("Strangers from one address do not push out those from others")
    func addresses() {
        var connections = ConnectionGuard(limits())
        for descriptor in 1...3 as ClosedRange<Int32> { connections.accept(descriptor, from: "10.0.0.1", at: .zero) }
        connections.accept(4, from: "10.0.0.2", at: .milliseconds(1))
        #expect(connections.takeExcess(at: .milliseconds(2)) == [3])
    }

    @Test("A stranger that sends more than a greeting without a whole message is cut")
    func greed() {
        var limits = limits()
        limits.strangerBytes = 100
        var connections = ConnectionGuard(limits)
        for descriptor in 1...3 as ClosedRange<Int32> { connections.accept(descriptor, from: "a", at: .zero) }
        connections.welcome(3)
        connections.read(50, from: 2)
        #expect(connections.greedyStrangers(received: { [1: 101, 2: 150, 3: 500][$0] }) == [1])
    }

    @Test("Members do not count as strangers, however many there are and however long they stay")
    func members() {
        var connections = ConnectionGuard(limits())
        for member in 10..<100 as Range<Int32> {
            connections.accept(member, from: "a", at: .zero)
            connections.welcome(member)
        }
        #expect(connections.strangerCount == 0 && connections.count == 90)
        #expect(connections.takeExcess(at: .seconds(1_000)) == [])
        #expect(connections.overdue(at: .seconds(1_000), received: { _ in 0 }) == [])
    }

    @Test("A stranger that stays one, and a peer that was turned away, are cut")
    func overdue() {
        var connections = ConnectionGuard(limits())
        connections.accept(1, from: "a", at: .zero)
        connections.accept(2, from: "a", at: .zero)
        connections.welcome(2)
        #expect(connections.overdue(at: .seconds(19), received: { _ in 0 }) == [])
        #expect(connections.overdue(at: .seconds(20), received: { _ in 0 }) == [1])
        connections.turnAway(2, at: .seconds(30))
        #expect(!connections.overdue(at: .seconds(30), received: { _ in 0 }).contains(2), "it reads why")
        #expect(connections.overdue(at: .seconds(31), received: { _ in 0 }).contains(2))
    }

    @Test("Where too many bytes are held of messages that are not whole, those who hold most are cut")
    func heldBytes() {
        var connections = ConnectionGuard(limits(strangers: 10))
        for descriptor in 1...3 as ClosedRange<Int32> {
            connections.accept(descriptor, from: "a", at: .zero)
            connections.welcome(descriptor)
        }
        let received: [Int32: Int] = [1: 5_000, 2: 700, 3: 400]
        // What was read is held no more.
        connections.read(4_990, from: 1)
        #expect(connections.overdue(at: .zero, received: { received[$0] }) == [2])
        connections.read(500, from: 2)
        #expect(connections.overdue(at: .zero, received: { received[$0] }) == [])
        // A system that does not say is not guessed at.
        #expect(connections.overdue(at: .zero, received: { _ in nil }) == [])
    }

    @Test("A stranger that talks nonsense is cut at the tenth time; members are turned away by name")
    func badFrames() {
        var connections = ConnectionGuard(limits())
        connections.accept(1, from: "a", at: .zero)
        for _ in 1...9 { #expect(connections.noteBadFrame(from: 1) == false) }
        #expect(connections.noteBadFrame(from: 1) == true)
        connections.accept(2, from: "a", at: .zero)
        connections.welcome(2)
        for _ in 1...20 { #expect(connections.noteBadFrame(from: 2) == false) }
    }

    @Test(
        "Descriptors are shared out so that members have most of them", arguments: [76, 256, 1_024, 4_096, 1_048_576])
    func descriptors(limit: Int) {
        let shares = DescriptorShares(of: limit)
        #expect(shares.workers >= 1 && shares.strangers >= 16 && shares.clients >= 16)
        if limit >= 256 {
            #expect(shares.workers + shares.strangers + shares.clients + 32 <= limit)
        }
        if limit >= 1_024 { #expect(shares.workers * 2 >= limit) }
    }
}

@Suite("What waits to be sent")
struct OutgoingQueuesTests {
    private func message(_ bytes: Int) -> OutgoingQueues.Item {
        .message(EncodedMessage(head: [UInt8](repeating: 1, count: bytes), payload: []))
    }

    private var limits: OutgoingQueues.Limits {
        var limits = OutgoingQueues.Limits()
        limits.peerBytes = 1_000
        limits.allBytes = 2_500
        limits.smallMessage = 10
        limits.smallBytes = 100
        limits.waitingPeerBytes = 5_000
        limits.waitingAllBytes = 8_000
        return limits
    }

    /// Frames that libzmq has and does not let go of.
    private final class Held {
        var frames: [Holder] = []
        final class Holder {
            let frame: Frame
            init(_ frame: consuming Frame) { self.frame = frame }
        }
        func take(_ bytes: Int, _ counter: SendCounter) {
            frames.append(
                Holder(Frame(sharing: [UInt8](repeating: 0, count: bytes), range: 0..<bytes, countedBy: counter)))
        }
    }

    @Test("A peer that does not read gets so much and no more, and others their share")
    func bytes() {
        var queues = OutgoingQueues(limits)
        let held = Held()
        func send(to peer: Incarnation) -> Bool {
            guard queues.hasRoom(for: message(500), to: peer) else { return false }
            held.take(500, queues.counter(of: peer, at: .zero))
            return true
        }
        var taken = 0
        for _ in 0..<10 where send(to: Incarnation(1)) { taken += 1 }
        #expect(taken == 2)
        #expect(send(to: Incarnation(2)))
        held.frames.removeAll()
        #expect(send(to: Incarnation(1)), "once it has read, it gets more")
    }

    @Test("Small messages pass whatever others hold")
    func smallMessages() {
        var queues = OutgoingQueues(limits)
        let held = Held()
        for peer in 1...3 { held.take(1_000, queues.counter(of: Incarnation(UInt128(peer)), at: .zero)) }
        #expect(!queues.hasRoom(for: message(500), to: Incarnation(9)))
        #expect(queues.hasRoom(for: message(10), to: Incarnation(9)))
    }

    @Test("What waits is bounded for each and for all, and is sent in turn when there is room")
    func waiting() {
        var queues = OutgoingQueues(limits)
        for _ in 0..<100 {
            for peer in 1...3 { queues.add(message(744), for: Incarnation(UInt128(peer)), at: .zero) }
        }
        var sent: [Incarnation] = []
        while queues.hasWaiting {
            queues.sendWaiting { _, peer, _ in
                sent.append(peer)
                return true
            }
        }
        // A thousand bytes each with what a message takes besides; eight in all, and at most five for one.
        #expect(sent.count == 8)
        #expect((1...3).allSatisfy { peer in sent.contains(Incarnation(UInt128(peer))) })
    }

    @Test("A peer that takes nothing is given up, sooner where others wait for room; one that reads slowly is not")
    func stuck() {
        var queues = OutgoingQueues(limits)
        let held = Held()
        let silent = Incarnation(1)
        let slow = Incarnation(2)
        held.take(900, queues.counter(of: silent, at: .zero))
        queues.add(message(500), for: silent, at: .zero)
        let slowHeld = Held()
        for second in 0..<29 {
            slowHeld.frames.removeAll()
            slowHeld.take(400, queues.counter(of: slow, at: .zero))
            queues.add(message(1), for: slow, at: .seconds(second))
            #expect(queues.stuck(at: .seconds(second)) == [])
        }
        #expect(queues.stuck(at: .seconds(30)) == [silent])
        queues.forget(silent)
        #expect(queues.stuck(at: .seconds(40)) == [])

        var crowded = OutgoingQueues(limits)
        held.take(3_000, crowded.counter(of: silent, at: .zero))
        #expect(crowded.stuck(at: .seconds(4)) == [])
        #expect(crowded.stuck(at: .seconds(5)) == [silent])
    }
}
