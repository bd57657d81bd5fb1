import ContentDigest
import JobEngine
import Testing

@Suite("Results too large for one message")
struct ArrivalTests {
    private static let size = 10_000

    private func payload(of index: Int) -> [UInt8] {
        (0..<Self.size).map { UInt8(truncatingIfNeeded: $0 &* (index + 3)) }
    }

    private func bench(budget: Int = 1 << 20) -> CoordinatorBench {
        var policy = LeasePolicy()
        policy.blobChunkBytes = 1_024
        policy.blobWindow = 3
        policy.maximumFetchedBytes = budget
        return CoordinatorBench(policy: policy)
    }

    private func announcement(of index: Int, from worker: Int, in bench: CoordinatorBench) -> ShardResult {
        let payload = payload(of: index)
        return ShardResult(
            shard: bench.ids[index], lease: bench.lease(of: index, to: worker), digest: SHA256Digest(of: payload),
            elapsed: .seconds(1), payload: payload
        ).announcement
    }

    private func requests(_ actions: [CoordinatorAction], to worker: Int) -> [BlobRequest] {
        actions.compactMap { action in
            guard case .send(let message) = action, message.incarnation == Incarnation(UInt128(worker)),
                case .blobRequest(let request) = message.body
            else { return nil }
            return request
        }
    }

    /// Answers what is asked of a worker, and returns all that is called for besides.
    private func serve(
        _ actions: [CoordinatorAction], _ content: [UInt8], from worker: Int, in bench: inout CoordinatorBench
    ) -> [CoordinatorAction] {
        var open = requests(actions, to: worker)
        var others: [CoordinatorAction] = []
        while !open.isEmpty {
            let request = open.removeFirst()
            let start = Int(request.offset)
            let piece = Array(content[start..<min(start + request.length, content.count)])
            let taken = bench.say(
                .blobChunk(
                    BlobChunk(
                        digest: request.digest, offset: request.offset, size: UInt64(content.count), content: piece)),
                from: worker)
            open += requests(taken, to: worker)
            others += taken
        }
        return others
    }

    private func persisted(_ actions: [CoordinatorAction]) -> [[UInt8]] {
        actions.compactMap { if case .persist(let order) = $0 { order.payload } else { nil } }
    }

    @Test("An announced result is brought in pieces, a few at a time, and then counts as any other")
    func brought() {
        var bench = bench()
        bench.join(1)
        bench.start(shards: 2)
        let announced = bench.say(.result(announcement(of: 0, from: 1, in: bench)), from: 1)
        #expect(requests(announced, to: 1).count == 1 && persisted(announced) == [])
        // Said again, it changes nothing.
        #expect(requests(bench.say(.result(announcement(of: 0, from: 1, in: bench)), from: 1), to: 1) == [])
        #expect(persisted(serve(announced, payload(of: 0), from: 1, in: &bench)) == [payload(of: 0)])
        let confirmed = bench.handle(.persisted(bench.run, bench.ids[0]))
        #expect(bench.said(confirmed, to: 1).contains(.acknowledge(bench.ids[0])))
    }

    @Test("What comes beyond the bound waits for its turn, and its shard is not lost meanwhile")
    func bounded() {
        var bench = bench(budget: Self.size + 1)
        bench.join(1)
        bench.join(2)
        bench.start(shards: 2)
        let first = bench.say(.result(announcement(of: 0, from: 1, in: bench)), from: 1)
        let second = bench.say(.result(announcement(of: 1, from: 2, in: bench)), from: 2)
        #expect(requests(first, to: 1).count == 1 && requests(second, to: 2) == [])
        let done = serve(first, payload(of: 0), from: 1, in: &bench)
        #expect(persisted(done) == [payload(of: 0)])
        #expect(persisted(serve(done, payload(of: 1), from: 2, in: &bench)) == [payload(of: 1)])
    }

    @Test("A result larger than the bound is brought alone")
    func largerThanBound() {
        var bench = bench(budget: 10)
        bench.join(1)
        bench.start(shards: 1)
        let announced = bench.say(.result(announcement(of: 0, from: 1, in: bench)), from: 1)
        #expect(persisted(serve(announced, payload(of: 0), from: 1, in: &bench)) == [payload(of: 0)])
    }

    @Test("Pieces that nobody asked for change nothing")
    func unasked() {
        var bench = bench()
        bench.join(1)
        bench.join(2)
        bench.start(shards: 2)
        let digest = SHA256Digest(of: payload(of: 0))
        let chunk = BlobChunk(digest: digest, offset: 0, size: UInt64(Self.size), content: [1, 2, 3])
        #expect(bench.say(.blobChunk(chunk), from: 1) == [])
        _ = bench.say(.result(announcement(of: 0, from: 1, in: bench)), from: 1)
        #expect(bench.say(.blobChunk(chunk), from: 2) == [], "another's")
        #expect(
            bench.say(
                .blobChunk(BlobChunk(digest: digest, offset: 4_096, size: UInt64(Self.size), content: [1])), from: 1)
                == [], "not yet asked for")
    }

    @Test("Content that is not what was announced never counts, and the shard goes to another")
    func wrongContent() {
        var bench = bench()
        bench.join(1)
        bench.start(shards: 1)
        bench.join(2)
        let announced = bench.say(.result(announcement(of: 0, from: 1, in: bench)), from: 1)
        let actions = serve(announced, payload(of: 7), from: 1, in: &bench)
        #expect(persisted(actions) == [])
        #expect(bench.lent(actions, to: 2) == [0])
    }

    @Test("An announcement whose pieces do not come gives its room to others")
    func stuck() {
        var bench = bench(budget: Self.size)
        bench.join(1)
        bench.join(2)
        bench.start(shards: 2)
        _ = bench.say(.result(announcement(of: 0, from: 1, in: bench)), from: 1)
        #expect(requests(bench.say(.result(announcement(of: 1, from: 2, in: bench)), from: 2), to: 2) == [])
        var actions: [CoordinatorAction] = []
        for _ in 0..<70 {
            bench.now += .milliseconds(500)
            actions += bench.beat(1)
            actions += bench.beat(2)
            actions += bench.say(.result(announcement(of: 1, from: 2, in: bench)), from: 2)
            actions += bench.handle(.tick)
        }
        #expect(!requests(actions, to: 2).isEmpty)
        #expect(bench.coordinator.contradictions() == [])
    }

    @Test("A result larger than its stage allows is not brought, whoever computes it")
    func tooLarge() {
        var bench = bench()
        bench.join(1)
        bench.start(shards: 1)
        var announcement = announcement(of: 0, from: 1, in: bench)
        announcement.size = StagePlan(title: "", blobs: [], shards: []).largestResult + 1
        let actions = bench.say(.result(announcement), from: 1)
        #expect(requests(actions, to: 1) == [])
        guard case .failed(_, let shards, _)? = bench.outcome(actions) else {
            Issue.record("the run goes on")
            return
        }
        #expect(shards.map(\.text).joined().contains("its stage allows"))
    }

    @Test("What a lost worker announced is forgotten with it")
    func lostWorker() {
        var bench = bench(budget: Self.size)
        bench.join(1)
        bench.start(shards: 1)
        bench.join(2)
        _ = bench.say(.result(announcement(of: 0, from: 1, in: bench)), from: 1)
        let lost = bench.handle(.processEnded(Incarnation(1)))
        #expect(bench.lent(lost, to: 2) == [0])
        #expect(requests(bench.say(.result(announcement(of: 0, from: 2, in: bench)), from: 2), to: 2).count == 1)
    }

    @Test("A worker sends small results, announces large ones, and gives pieces of what it holds")
    func worker() {
        var configuration = WorkerConfiguration(
            incarnation: Incarnation(1), build: "1.0", numericContract: 7, host: "a", threads: 1)
        configuration.policy.inlineResultBytes = 100
        var agent = WorkerAgent(configuration)
        _ = agent.handle(.started, at: .zero)
        func say(_ body: MessageBody) -> [MessageBody] {
            agent.handle(
                .received(Message(run: RunID(1), epoch: 1, incarnation: Incarnation(1), sequence: 1, body: body)),
                at: .zero
            ).compactMap { if case .send(let message) = $0 { message.body } else { nil } }
        }
        _ = say(
            .welcome(
                Welcome(protocolVersion: 2, beatInterval: .seconds(2), lostAfter: .seconds(15), blobs: [])))
        for (number, size) in [(1, 100), (2, 101)] {
            let shard = Shard(stage: "fit", range: 0..<number, inputs: [])
            let offer = LeaseOffer(
                lease: LeaseID(epoch: 1, number: UInt64(number), proof: 5), id: ShardID(of: shard, numericContract: 7),
                attempt: 0, deadline: .seconds(15), shard: shard)
            _ = say(.lease(offer))
            let payload = [UInt8](repeating: UInt8(number), count: size)
            let digest = SHA256Digest(of: payload)
            let sent = agent.handle(
                .computeFinished(ComputeID(UInt64(number)), payload: payload, digest: digest, elapsed: .seconds(1)),
                at: .zero)
            let whole = ShardResult(
                shard: offer.id, lease: offer.lease, digest: digest, elapsed: .seconds(1), payload: payload)
            #expect(
                sent.contains { action in
                    guard case .send(let message) = action else { return false }
                    return message.body == .result(size <= 100 ? whole : whole.announcement)
                })
            let piece = say(.blobRequest(BlobRequest(digest: digest, offset: 90, length: 50)))
            #expect(
                piece == [
                    .blobChunk(
                        BlobChunk(
                            digest: digest, offset: 90, size: UInt64(size), content: Array(payload[90...].prefix(50))))
                ])
            #expect(say(.blobRequest(BlobRequest(digest: digest, offset: 500, length: 1))).count == 1)
        }
    }
}
