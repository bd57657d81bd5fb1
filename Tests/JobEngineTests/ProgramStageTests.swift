import ContentDigest
import JobEngine
import Testing

@Suite("Stages that run external programs")
struct ProgramStageTests {
    @Test("Their shards go to workers that run programs, one at a time each; other stages go to all again")
    func placement() {
        var bench = CoordinatorBench()
        bench.join(1, credits: 4)
        bench.join(2, credits: 4, runsPrograms: true)
        bench.join(3, credits: 4, runsPrograms: true)
        let started = bench.start(shards: 4, runsPrograms: true)
        #expect(bench.lent(started, to: 1) == [])
        #expect(bench.lent(started, to: 2) == [0] && bench.lent(started, to: 3) == [1])
        #expect(bench.lent(bench.complete(0, from: 2)) == [2])
        #expect(bench.lent(bench.complete(1, from: 3)) == [3])
        #expect(bench.coordinator.contradictions() == [])
        bench.complete(2, from: 2)
        bench.complete(3, from: 3)
        let next = bench.planStage(1, shards: 12)
        #expect((1...3).allSatisfy { bench.lent(next, to: $0).count == 4 })
    }

    @Test("A shard whose worker is lost waits for another that runs programs, whoever else is there")
    func lostWorker() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.join(2, runsPrograms: true)
        bench.start(shards: 1, runsPrograms: true)
        let lost = bench.handle(.connectionClosed(Incarnation(2))) + bench.pass(.seconds(40), beating: [1: []])
        #expect(bench.lent(lost, to: 1) == [])
        #expect(bench.lent(bench.join(3, runsPrograms: true), to: 3) == [0])
        #expect(bench.coordinator.contradictions() == [])
    }

    @Test("A worker that lacks something gets none of the run any more; others do what it was lent")
    func unfitWorker() {
        var bench = CoordinatorBench()
        for worker in 1...3 { bench.join(worker, runsPrograms: true) }
        bench.start(shards: 3, runsPrograms: true)
        for worker in 1...2 {
            let actions = bench.complain(of: worker - 1, from: worker, "no folder /shared on node\(worker)")
            #expect(bench.outcome(actions) == nil && bench.lent(actions, to: worker) == [])
        }
        #expect(bench.lent(bench.complete(2, from: 3)) == [0])
        #expect(bench.lent(bench.complete(0, from: 3)) == [1])
        #expect(bench.coordinator.contradictions() == [])
        bench.complete(1, from: 3)
        let next = bench.planStage(1, shards: 3, runsPrograms: true)
        #expect(bench.lent(next) == [0] && bench.lent(next, to: 3) == [0])
    }

    @Test("Where every worker lacks something the run is refused, and says what")
    func unfitWorkers() {
        var bench = CoordinatorBench()
        for worker in 1...2 { bench.join(worker, runsPrograms: true) }
        bench.join(3)
        bench.start(shards: 2, runsPrograms: true)
        #expect(bench.outcome(bench.complain(of: 0, from: 1, "no folder")) == nil)
        #expect(bench.outcome(bench.complain(of: 1, from: 2, "another version")) == .refused(reason: "another version"))
        #expect(bench.coordinator.contradictions() == [])
    }

    @Test("Where nobody runs programs, that is what the run waits for, and says so")
    func blocked() {
        var bench = CoordinatorBench()
        var blockers: [String] { bench.coordinator.status(at: bench.now).blockers }
        bench.start(shards: 1, runsPrograms: true)
        #expect(blockers == ["no worker has connected"])
        bench.join(1)
        #expect(
            blockers == [
                "waiting for a worker that runs programs: the one that is connected does not; start some with worker "
                    + "--allow-programs --root FOLDER"
            ])
        bench.join(2)
        #expect(blockers.first?.contains("none of the 2 that are connected does; start some") == true)
        bench.join(3, runsPrograms: true)
        #expect(!blockers.contains { $0.contains("runs programs") })
    }

    @Test("What was found instead of made may be told in a second result: the first one counts, without a dispute")
    func secondResult() {
        var policy = LeasePolicy()
        policy.replicatedShare = 1
        var bench = CoordinatorBench(policy: policy)
        bench.join(1, runsPrograms: true)
        bench.join(2, runsPrograms: true)
        bench.start(shards: 2, runsPrograms: true)
        // The first worker is taken for lost, and its result comes after all, while the other's is being stored.
        bench.pass(.seconds(20), beating: [2: [1]])
        bench.complete(1, from: 2)
        _ = bench.deliver(0, from: 2)
        let late = bench.deliver(0, from: 1, wrong: 9)
        #expect(!late.contains { if case .persist = $0 { true } else { false } })
        let ended = bench.handle(.persisted(bench.run, bench.ids[0]))
        #expect(ended.contains { if case .planStage(_, 1, _) = $0 { true } else { false } })
        // Nor does one matter that comes when the stage is over.
        _ = bench.deliver(1, from: 1, wrong: 9)
        #expect(bench.coordinator.status(at: bench.now).runs[0].failures == [])
    }
}
