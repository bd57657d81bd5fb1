import ClusterRuntime
import JobEngine
import Testing
import ZeroMQ

@Suite("Peers that are no workers")
struct HostilePeerTests {
    @Test("Garbage from a raw peer disturbs nothing")
    func garbage() throws {
        let folder = try TemporaryFolder()
        let cluster = try TestCluster(in: folder, encryption: .insecurePlaintext)
        let peer = try Socket(.dealer)
        try peer.connect(to: cluster.service.endpoints[0])
        var generator = SplitMix(state: 20_260_101)
        for size in 0..<200 {
            let frames = (0..<Int(generator.next() % 5)).map { _ in
                (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            }
            _ = try peer.send(frames.isEmpty ? [[]] : frames)
        }
        // A real message with one flipped bit, under the right kind of name.
        let named = try Socket(.dealer)
        let incarnation = Incarnation(77)
        try named.set(.routingID, bytes: PeerRoute.bytes(of: incarnation))
        try named.connect(to: cluster.service.endpoints[0])
        let hello = Message(run: .none, epoch: 0, incarnation: incarnation, sequence: 1, body: .hello(Hello()))
        let encoded = hello.encoded()
        var damaged = encoded.head
        damaged[damaged.count / 2] ^= 4
        for _ in 0..<20 { _ = try named.send([damaged, encoded.payload]) }
        // Another's name in a sound message.
        let other = Message(run: .none, epoch: 0, incarnation: Incarnation(78), sequence: 1, body: .goodbye(reason: ""))
        _ = try named.send([other.encoded().head, other.encoded().payload])

        try cluster.addWorker()
        #expect(cluster.finish()?.outcome == .finished(disagreements: []))
        #expect(cluster.program.answer == cluster.program.expected)
    }
}

/// A small generator with a fixed seed.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
