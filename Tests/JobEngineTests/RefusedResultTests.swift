import ContentDigest
import JobEngine
import Testing

@Suite("Results that nobody can read")
struct RefusedResultTests {
    private func refuse(_ index: Int, _ bench: inout CoordinatorBench) -> [CoordinatorAction] {
        bench.handle(.resultRefused(bench.run, bench.ids[index], reason: "it ends early"))
    }

    @Test("The shard goes to another worker, and the machine is named")
    func elsewhere() throws {
        var bench = CoordinatorBench()
        bench.join(1, host: "bad")
        bench.start(shards: 3)
        _ = bench.deliver(0, from: 1)
        bench.join(2, host: "good")
        let actions = refuse(0, &bench)
        #expect(bench.said(actions, to: 1).contains(.cancel(bench.ids[0])))
        #expect(!bench.said(actions, to: 1).contains(.acknowledge(bench.ids[0])))
        #expect(bench.coordinator.contradictions().isEmpty)
        let status = try #require(bench.coordinator.status(at: bench.now).runs.first)
        #expect(status.done == 0)
        #expect(status.failures.contains { $0.contains("bad") && $0.contains("it ends early") }, "\(status.failures)")
        // The second worker has shard 2 in hand; then it gets the first again.
        let next = bench.complete(2, from: 2)
        #expect(bench.lent(next, to: 2) == [0])
        #expect(bench.said(bench.complete(0, from: 2), to: 2).contains(.acknowledge(bench.ids[0])))
    }

    @Test("A worker that sends nothing else is turned away, one that also sends good ones is not")
    func turnedAway() throws {
        for isMixed in [true, false] {
            var bench = CoordinatorBench()
            bench.join(1, host: "bad")
            bench.start(shards: 9)
            var rejection: Rejection?
            for index in 0..<5 {
                _ = bench.deliver(index, from: 1)
                if isMixed, index % 2 == 1 {
                    _ = bench.handle(.persisted(bench.run, bench.ids[index]))
                    continue
                }
                let actions = refuse(index, &bench)
                rejection = rejection ?? bench.rejection(actions)
                #expect(bench.coordinator.contradictions().isEmpty)
                if rejection != nil { break }
                // The shard that was refused waits, so that the worker goes on to the next.
            }
            #expect((rejection?.reason == .badResults) == !isMixed, "\(String(describing: rejection))")
        }
    }

    @Test("A worker whose payloads never have their digests is turned away as one whose messages cannot be read")
    func otherDigest() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        var rejection: Rejection?
        for _ in 0..<10 where rejection == nil {
            let result = ShardResult(
                shard: bench.ids[0], lease: LeaseID(epoch: 1, number: 1), digest: SHA256Digest(of: "other"),
                elapsed: .seconds(1), payload: [1])
            rejection = bench.rejection(bench.say(.result(result), from: 1))
        }
        #expect(rejection?.reason == .badFrames)
        #expect(bench.coordinator.contradictions().isEmpty)
    }

    @Test("A shard of which nobody's result can be read fails by its name after the usual attempts")
    func everywhere() throws {
        var bench = CoordinatorBench()
        bench.start(shards: 1)
        var outcome: RunOutcome?
        for worker in 1...3 {
            bench.join(worker)
            _ = bench.deliver(0, from: worker)
            outcome = bench.outcome(refuse(0, &bench))
        }
        guard case .failed(_, let shards, _) = outcome else {
            Issue.record("\(String(describing: outcome))")
            return
        }
        #expect(shards.map(\.shard) == bench.ids && shards[0].text.contains("cannot be read"))
    }

    @Test("A different result that waited behind it is looked at in its place")
    func rival() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.join(2)
        bench.start(shards: 1)
        _ = bench.deliver(0, from: 1, wrong: 9)
        _ = bench.deliver(0, from: 2)
        let actions = refuse(0, &bench)
        #expect(
            actions.contains { action in
                if case .persist(let order) = action { order.payload == CoordinatorBench.payload(of: 0) } else { false }
            })
        #expect(
            bench.said(bench.handle(.persisted(bench.run, bench.ids[0])), to: 2).contains(.acknowledge(bench.ids[0])))
    }

    @Test("A payload in the journal without its digest is no result, until a later one has it")
    func replay() throws {
        let digest = SHA256Digest(of: [1, 2])
        let shard = ShardID(SHA256Digest(of: "shard"))
        func done(_ payload: [UInt8]) -> JournalRecord {
            .shardDone(
                JournaledResult(
                    shard: shard, stage: 0, digest: digest, host: "h", elapsed: .seconds(1), payload: payload))
        }
        let opened = JournalRecord.runOpened(
            RunOpening(run: RunID(1), title: "t", numericContract: 1, configuration: digest))
        let damaged = try JournalReplay([opened, done([1, 2]), done([1, 3])])
        #expect(damaged.results.isEmpty && damaged.damaged == [shard])
        let mended = try JournalReplay([opened, done([1, 3]), done([1, 2])])
        #expect(mended.results.count == 1 && mended.damaged.isEmpty)
    }
}
