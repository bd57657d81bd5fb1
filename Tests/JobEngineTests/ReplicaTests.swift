import ContentDigest
import JobEngine
import Testing

@Suite("Shards that are computed twice")
struct ReplicaTests {
    private func bench(share: Double = 1) -> CoordinatorBench {
        var policy = LeasePolicy()
        policy.replicatedShare = share
        return CoordinatorBench(policy: policy)
    }

    private func isComplete(_ actions: [CoordinatorAction]) -> Bool {
        actions.contains { if case .planStage(_, 1, _) = $0 { true } else { false } }
    }

    @Test("Which shards are compared follows from their names and a secret: none, all, and about as many as asked")
    func share() {
        let ids = (0..<4_000).map { ShardID(SHA256Digest(of: "shard \($0)")) }
        func chosen(_ share: Double, _ key: LeaseKey = LeaseKey([1])) -> Set<ShardID> {
            Set(ids.filter { key.chooses($0, forShare: share) })
        }
        #expect(chosen(0).isEmpty && chosen(1).count == ids.count)
        // Four standard deviations of a binomial count.
        #expect((1_084...1_316).contains(chosen(0.3).count))
        #expect(chosen(0.3).isSubset(of: chosen(0.6)))
        // Nobody without the secret knows which; a third of a third is common to two secrets.
        #expect(chosen(0.3).intersection(chosen(0.3, LeaseKey([2]))).count < 480)
    }

    @Test("A shard is done when two machines have computed it alike")
    func twoMachines() {
        var bench = bench()
        bench.join(1, host: "a")
        bench.join(2, host: "a")
        bench.start(shards: 1)
        let first = bench.complete(0, from: 1)
        #expect(bench.said(first, to: 1).contains(.acknowledge(bench.ids[0])), "it is durable")
        #expect(bench.coordinator.status(at: bench.now).runs[0].done == 0)
        // The other machine comes.
        #expect(!isComplete(first))
        #expect(bench.coordinator.contradictions() == [])
        let lent = bench.join(3, host: "b")
        if bench.lent(first).isEmpty { #expect(bench.lent(lent, to: 3) == [0]) }
    }

    @Test("The second machine gets it, not the first machine's other worker")
    func otherMachine() {
        var bench = bench()
        bench.join(1, host: "a")
        bench.join(2, host: "a", credits: 0)
        bench.join(3, host: "b", credits: 0)
        bench.start(shards: 1)
        _ = bench.deliver(0, from: 1)
        _ = bench.say(.ready(credits: 1), from: 2)
        _ = bench.say(.ready(credits: 1), from: 3)
        let stored = bench.handle(.persisted(bench.run, bench.ids[0]))
        #expect(bench.lent(stored) == [0] && bench.lent(stored, to: 3) == [0])
        #expect(!isComplete(stored))
        // The first result once more is no comparison.
        #expect(!isComplete(bench.deliver(0, from: 1)))
        #expect(isComplete(bench.deliver(0, from: 3)))
        #expect(bench.outcome(bench.handle(.runFinished(bench.run))) == .finished(disagreements: []))
    }

    @Test("Where the two differ a third decides, and both machines are named")
    func mismatch() {
        var bench = bench()
        for (worker, host) in [(1, "a"), (2, "b"), (3, "c")] { bench.join(worker, host: host) }
        bench.start(shards: 1)
        _ = bench.deliver(0, from: 1, wrong: 66)
        let stored = bench.handle(.persisted(bench.run, bench.ids[0]))
        #expect(bench.lent(stored, to: 2) == [0])
        let disputed = bench.deliver(0, from: 2)
        #expect(disputed.contains { if case .report(.disagreement) = $0 { true } else { false } })
        #expect(bench.lent(disputed, to: 3) == [0])
        #expect(bench.coordinator.contradictions() == [])
        let decided = bench.deliver(0, from: 3)
        #expect(
            decided.contains {
                if case .persist(let order) = $0 { order.digest == CoordinatorBench.digest(of: 0) } else { false }
            })
        #expect(isComplete(bench.handle(.persisted(bench.run, bench.ids[0]))))
        guard case .finished(let disagreements)? = bench.outcome(bench.handle(.runFinished(bench.run))) else {
            Issue.record("the run did not finish")
            return
        }
        #expect(disagreements.map(\.hosts) == [["a", "b"]])
    }

    @Test("On one machine they are compared all the same, and it is said once how little that shows")
    func oneMachine() {
        var bench = bench()
        bench.join(1, host: "a")
        var actions = bench.start(shards: 2)
        var lent: [Int] = []
        var notices = 0
        while !isComplete(actions), let next = bench.lent(actions, to: 1).first {
            lent.append(next)
            actions = bench.deliver(next, from: 1)
            actions += bench.handle(.persisted(bench.run, bench.ids[next]))
            notices += actions.count { if case .report(.replicasOnOneMachine) = $0 { true } else { false } }
        }
        #expect(lent.sorted() == [0, 0, 1, 1] && isComplete(actions))
        #expect(notices == 1)
    }

    @Test("Where the second machine hangs, the first computes the shard again rather than nobody")
    func hangingMachine() {
        var bench = bench()
        bench.join(1, host: "a")
        bench.join(2, host: "b", credits: 0)
        bench.start(shards: 1)
        _ = bench.deliver(0, from: 1)
        _ = bench.say(.ready(credits: 1), from: 2)
        let stored = bench.handle(.persisted(bench.run, bench.ids[0]))
        #expect(bench.lent(stored, to: 2) == [0])
        // It beats and does not get on.
        var lent: [Int] = []
        for _ in 0..<140 {
            bench.now += .milliseconds(500)
            _ = bench.beat(2, holding: [0], progress: 1)
            lent += bench.lent(bench.beat(1) + bench.handle(.tick), to: 1)
        }
        #expect(lent == [0])
        #expect(isComplete(bench.deliver(0, from: 1)))
    }

    @Test("A run may ask for more than its coordinator, and the journal's results stand as they are")
    func runsOwnShare() {
        var bench = bench(share: 0)
        bench.join(1)
        bench.join(2)
        _ = bench.handle(.runAdded(bench.run, title: "run", replicatedShare: 1))
        bench.planStage(shards: 2, known: [0])
        _ = bench.deliver(1, from: 1)
        let stored = bench.handle(.persisted(bench.run, bench.ids[1]))
        #expect(bench.lent(stored, to: 2) == [1])
        #expect(isComplete(bench.deliver(1, from: 2)))
    }

    @Test("A submission carries its share, and one that is no share is no message")
    func wire() throws {
        for (share, isRead) in [(0.25, true), (1.0, true), (1.5, false), (-1, false), (.nan, false)] {
            let submission = Submission(title: "t", blobs: [], request: [1], replicatedShare: share)
            let encoded = Message(
                run: RunID(1), epoch: 0, incarnation: Incarnation(1), sequence: 1, body: .submit(submission)
            ).encoded()
            let decoded = try? Message(head: encoded.head, payload: encoded.payload)
            #expect((decoded?.body == .submit(submission)) == isRead, "\(share)")
        }
    }
}
