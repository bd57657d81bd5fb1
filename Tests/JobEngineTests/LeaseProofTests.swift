import ContentDigest
import JobEngine
import Testing

@Suite("Results of shards that were lent, and of others")
struct LeaseProofTests {
    private func persisted(_ actions: [CoordinatorAction]) -> [SHA256Digest] {
        actions.compactMap { if case .persist(let order) = $0 { order.digest } else { nil } }
    }

    private func forge(_ index: Int, _ lease: LeaseID, in bench: CoordinatorBench, payload: [UInt8] = [6, 6, 6])
        -> MessageBody
    {
        .result(
            ShardResult(
                shard: bench.ids[index], lease: lease, digest: SHA256Digest(of: payload), elapsed: .seconds(1),
                payload: payload))
    }

    @Test("A member hands in nothing that it was never lent, whatever it says of itself")
    func forgedResults() {
        var bench = CoordinatorBench()
        bench.join(1, credits: 1)
        bench.start(shards: 3)
        // It holds the first shard, and has no lease of the others.
        bench.join(2, credits: 0)
        let proof = bench.lease(of: 0, to: 1).proof
        let forged = [
            LeaseID(epoch: 1, number: 1), LeaseID(epoch: 1, number: 1, proof: 1),
            // Another's proof, another shard's, and one made with another secret.
            LeaseID(epoch: 1, number: 1, proof: proof), bench.lease(of: 1, to: 2),
            bench.lease(of: 0, to: 2, key: LeaseKey([9])),
        ]
        for lease in forged {
            let actions = bench.say(forge(0, lease, in: bench), from: 2)
            #expect(persisted(actions) == [])
            #expect(bench.said(actions, to: 2).contains(.cancel(bench.ids[0])))
        }
        #expect(bench.coordinator.status(at: bench.now).badFrames == forged.count)
        #expect(persisted(bench.deliver(0, from: 1)) == [CoordinatorBench.digest(of: 0)])
    }

    @Test("Forged results turn their sender away at the tenth")
    func persistence() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        bench.join(2)
        let answers = (0..<10).map { _ in bench.say(forge(0, LeaseID(epoch: 1, number: 1), in: bench), from: 2) }
        #expect(answers.dropLast().allSatisfy { bench.rejection($0) == nil })
        #expect(bench.rejection(answers[9])?.reason == .badFrames)
    }

    @Test("A member gets no lease by claiming to compute a shard", arguments: [true, false])
    func claimedLeases(inGreeting: Bool) {
        var bench = CoordinatorBench()
        bench.join(1, credits: 0)
        bench.start(shards: 2)
        let held = HeldLease(
            run: bench.run, shard: bench.ids[1], lease: LeaseID(epoch: 1, number: 2), isStarted: true, progress: 1)
        var hello = CoordinatorBench.hello(host: "liar")
        if inGreeting { hello.leases = [held] }
        var actions = bench.say(.hello(hello), from: 2)
        if !inGreeting { actions += bench.say(.beat(Beat(leases: [held])), from: 2) }
        #expect(bench.lent(actions, to: 2) == [])
        #expect(bench.said(actions, to: 2).contains(.cancel(bench.ids[1])))
    }

    @Test("A worker that was lent a shard hands it in late, and after a restart with the same secret")
    func lateResults() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        bench.pass(.seconds(16))
        #expect(persisted(bench.deliver(0, from: 1)) == [CoordinatorBench.digest(of: 0)])

        var restarted = CoordinatorBench(epoch: 2)
        restarted.start(shards: 1)
        restarted.join(1, credits: 0)
        #expect(persisted(restarted.deliver(0, from: 1)) == [CoordinatorBench.digest(of: 0)])
    }

    @Test("A forged contradiction to a result opens no dispute")
    func forgedDispute() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.join(2, credits: 0)
        bench.start(shards: 2)
        bench.complete(0, from: 1)
        let actions = bench.say(forge(0, LeaseID(epoch: 1, number: 1), in: bench), from: 2)
        #expect(!actions.contains { if case .report(.disagreement) = $0 { true } else { false } })
    }

    @Test("Whoever contradicts has one vote, however often it repeats it")
    func oneVote() {
        var bench = CoordinatorBench()
        for worker in 1...3 { bench.join(worker) }
        bench.start(shards: 3)
        for (shard, worker) in [(1, 2), (2, 3)] { bench.complete(shard, from: worker) }
        bench.complete(0, from: 1)
        // The stage is over; the next one has the same course with its shard still open.
        bench.planStage(1, shards: 2)
        bench.complete(0, from: 1)
        // Worker 2 was lent it once, says something else, and says it again.
        #expect(persisted(bench.deliver(0, from: 2, wrong: 66)) == [])
        #expect(persisted(bench.deliver(0, from: 2, wrong: 66)) == [])
        #expect(persisted(bench.deliver(0, from: 2, wrong: 66)) == [])
        #expect(persisted(bench.deliver(0, from: 3)) == [CoordinatorBench.digest(of: 0)])
    }
}
