import ContentDigest
import JobEngine
import Testing

@Suite("Coordinator")
struct CoordinatorTests {
    // MARK: Lending

    @Test("Shards are lent in plan order, and never more than a worker asked for")
    func planOrder() {
        var bench = CoordinatorBench()
        bench.join(1, credits: 3)
        let actions = bench.start(shards: 5)
        #expect(bench.lent(actions) == [0, 1, 2])
        #expect(bench.lent(bench.deliver(1, from: 1)) == [3])
        #expect(bench.lent(bench.say(.ready(credits: 4), from: 1)) == [4])
    }

    @Test("Workers get shards in turn")
    func inTurn() {
        var bench = CoordinatorBench()
        bench.join(1, credits: 2)
        bench.join(2, credits: 2)
        let actions = bench.start(shards: 4)
        #expect(bench.lent(actions, to: 1) == [0, 2])
        #expect(bench.lent(actions, to: 2) == [1, 3])
    }

    @Test("A repeated READY asks for nothing more")
    func repeatedReady() {
        var bench = CoordinatorBench()
        bench.join(1, credits: 1)
        bench.start(shards: 5)
        #expect(bench.lent(bench.say(.ready(credits: 1), from: 1)) == [])
    }

    @Test("A worker near its end of life gets no shard that takes longer")
    func endOfLife() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 3)
        bench.complete(0, from: 1)
        bench.pass(.seconds(1), beating: [1: [1]])
        var hello = CoordinatorBench.hello(host: "short")
        hello.lifetime = .milliseconds(900)
        _ = bench.say(.hello(hello), from: 2)
        #expect(bench.lent(bench.say(.ready(credits: 1), from: 2)) == [])
    }

    // MARK: Results

    @Test("A result is acknowledged when it is durable, not before")
    func acknowledgement() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 2)
        let delivered = bench.deliver(0, from: 1)
        #expect(!bench.said(delivered, to: 1).contains(.acknowledge(bench.ids[0])))
        #expect(
            delivered.contains(
                .persist(
                    PersistOrder(
                        run: bench.run, stage: 0, shard: bench.ids[0], digest: CoordinatorBench.digest(of: 0),
                        payload: CoordinatorBench.payload(of: 0), host: "host1", elapsed: .seconds(1)))))
        let confirmed = bench.handle(.persisted(bench.run, bench.ids[0]))
        #expect(bench.said(confirmed, to: 1) == [.acknowledge(bench.ids[0])])
    }

    @Test("A repeated result is acknowledged again and counted once")
    func duplicate() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 2)
        _ = bench.deliver(0, from: 1)
        #expect(!bench.deliver(0, from: 1).contains { if case .persist = $0 { true } else { false } })
        _ = bench.handle(.persisted(bench.run, bench.ids[0]))
        #expect(bench.said(bench.deliver(0, from: 1), to: 1) == [.acknowledge(bench.ids[0])])
        #expect(bench.coordinator.status(at: bench.now).runs[0].done == 1)
    }

    @Test("A payload without the digest it claims is dropped")
    func wrongDigest() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        let actions = bench.say(
            .result(
                ShardResult(
                    shard: bench.ids[0], lease: bench.lease(of: 0, to: 1), digest: CoordinatorBench.digest(of: 0),
                    elapsed: .zero, payload: [0])), from: 1)
        #expect(!actions.contains { if case .persist = $0 { true } else { false } })
    }

    @Test("A complete stage is handed on in plan order, whatever the order of results")
    func stageComplete() {
        var bench = CoordinatorBench()
        bench.join(1, credits: 3)
        bench.start(shards: 3)
        for index in [2, 0] {
            bench.complete(index, from: 1)
        }
        #expect(bench.complete(1, from: 1).contains(.planStage(bench.run, stage: 1, after: bench.ids)))
    }

    @Test("Journalled results are not computed again")
    func resume() {
        var bench = CoordinatorBench()
        bench.join(1, credits: 9)
        let actions = bench.start(shards: 4, known: [0, 2])
        #expect(bench.lent(actions) == [1, 3])
    }

    @Test("A stage whose results are all known, or without shards, is complete at once")
    func nothingToDo() {
        var bench = CoordinatorBench()
        #expect(bench.start(shards: 2, known: [0, 1]).contains(.planStage(bench.run, stage: 1, after: bench.ids)))
        #expect(bench.planStage(1, shards: 0).contains(.planStage(bench.run, stage: 2, after: [])))
        let ended = bench.handle(.runFinished(bench.run))
        #expect(ended.contains(.runEnded(bench.run, .finished(disagreements: []))))
    }

    // MARK: Lost workers

    @Test("A silent worker keeps its shard for 15 seconds, then another gets it")
    func lostWorker() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.join(2)
        bench.start(shards: 2)
        #expect(bench.lent(bench.complete(1, from: 2)) == [])
        let early = bench.pass(.milliseconds(14_500), beating: [2: []])
        #expect(!early.contains { if case .report(.workerLost) = $0 { true } else { false } })
        // It was copied to the idle worker meanwhile, so nothing else is lent when the first is lost.
        #expect(bench.lent(early) == [0])
        let late = bench.pass(.seconds(1), beating: [2: [0]])
        #expect(late.contains { if case .report(.workerLost) = $0 { true } else { false } })
    }

    @Test("A child that has ended loses its leases at once")
    func processEnded() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        bench.join(2)
        #expect(bench.lent(bench.handle(.processEnded(Incarnation(1))), to: 2) == [0])
    }

    @Test("A closed connection costs the leases unless the worker is heard from again")
    func connectionClosed() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        _ = bench.handle(.connectionClosed(Incarnation(1)))
        bench.pass(.milliseconds(300))
        bench.beat(1, holding: [0])
        #expect(bench.coordinator.status(at: bench.now).workers[0].phase == .serving)
        _ = bench.handle(.connectionClosed(Incarnation(1)))
        bench.pass(.milliseconds(500))
        #expect(bench.coordinator.status(at: bench.now).workers[0].phase == .lost)
    }

    @Test("The late result of a lost worker counts, and the worker must greet again")
    func lateResult() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        bench.pass(.seconds(16))
        #expect(bench.rejection(bench.beat(1))?.reason == .helloNeeded)
        let actions = bench.deliver(0, from: 1)
        #expect(actions.contains { if case .persist = $0 { true } else { false } })
        #expect(bench.rejection(actions)?.reason == .helloNeeded)
        #expect(bench.said(bench.handle(.persisted(bench.run, bench.ids[0])), to: 1) == [.acknowledge(bench.ids[0])])
    }

    @Test("A worker that comes back keeps what nobody else has, and is told to drop the rest")
    func returningWorker() {
        var bench = CoordinatorBench()
        bench.join(1, credits: 2)
        bench.start(shards: 2)
        bench.pass(.seconds(16))
        bench.join(2)
        bench.complete(0, from: 2)
        bench.pass(.seconds(16))
        var hello = CoordinatorBench.hello(host: "host1")
        hello.leases = [0, 1].map {
            HeldLease(
                run: bench.run, shard: bench.ids[$0], lease: bench.lease(of: $0, to: 1), isStarted: true, progress: 4)
        }
        let actions = bench.say(.hello(hello), from: 1)
        #expect(bench.lent(actions, to: 1) == [1])
        #expect(bench.said(actions, to: 1).contains(.cancel(bench.ids[0])))
    }

    @Test("A lease that never arrived is queued again, without blame")
    func lostLease() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        #expect(bench.lent(bench.pass(.seconds(14), beating: [1: []])) == [])
        #expect(bench.lent(bench.pass(.seconds(2), beating: [1: []])) == [0])
    }

    @Test("Messages of strangers change nothing and are answered with the wish for a HELLO")
    func stranger() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        let actions = bench.deliver(0, from: 9)
        #expect(bench.rejection(actions)?.reason == .helloNeeded)
        #expect(actions.count == 1)
    }

    @Test("After a restart a result is neither acknowledged nor dropped before its stage is planned again")
    func resultBeforePlan() {
        var bench = CoordinatorBench(epoch: 2)
        bench.start(shards: 1)
        let ids = bench.ids
        var restarted = CoordinatorBench(epoch: 3)
        _ = restarted.handle(.runAdded(restarted.run, title: "run"))
        var hello = CoordinatorBench.hello()
        hello.results = [HeldResult(run: restarted.run, shard: ids[0], digest: CoordinatorBench.digest(of: 0))]
        let actions = restarted.say(.hello(hello), from: 1)
        #expect(!restarted.said(actions, to: 1).contains(.acknowledge(ids[0])))
        #expect(!restarted.said(actions, to: 1).contains(.cancel(ids[0])))
        restarted.planStage(shards: 1)
        #expect(restarted.deliver(0, from: 1).contains { if case .persist = $0 { true } else { false } })
    }

    @Test("After a restart, results in the journal are acknowledged by their digest alone")
    func acknowledgedByDigest() {
        var bench = CoordinatorBench()
        bench.start(shards: 2, known: [0])
        var hello = CoordinatorBench.hello()
        hello.results = [
            HeldResult(run: bench.run, shard: bench.ids[0], digest: CoordinatorBench.digest(of: 0)),
            HeldResult(run: RunID(99), shard: bench.ids[1], digest: CoordinatorBench.digest(of: 1)),
        ]
        let said = bench.said(bench.say(.hello(hello), from: 1), to: 1)
        #expect(said.contains(.acknowledge(bench.ids[0])))
        #expect(said.contains(.cancel(bench.ids[1])))
    }

    // MARK: Shards that fail

    @Test("A shard that kills three workers is given up, named, and blamed alone; the others finish")
    func poisonedShard() {
        var bench = CoordinatorBench()
        var actions = bench.start(shards: 4)
        var ended: RunOutcome?
        for worker in 1...20 where ended == nil {
            actions = bench.join(worker, threads: 2, credits: 4)
            var held = bench.lent(actions, to: worker)
            while ended == nil, let index = held.first {
                if index == 1 {
                    actions = bench.handle(.processEnded(Incarnation(UInt128(worker))))
                    ended = bench.outcome(actions)
                    break
                }
                actions = bench.complete(index, from: worker)
                ended = bench.outcome(actions)
                held = held.dropFirst() + bench.lent(actions, to: worker)
            }
        }
        guard case .failed(_, let shards, _)? = ended else {
            Issue.record("the run did not fail: \(String(describing: ended))")
            return
        }
        #expect(shards.map(\.range) == [8..<16])
        #expect(shards[0].attempts == 3)
        #expect(bench.coordinator.contradictions() == [])
    }

    @Test("What workers said of their memory stands with the shard that they vanished with")
    func memoryOfTheLost() {
        var bench = CoordinatorBench()
        bench.start(shards: 1)
        var ended: RunOutcome?
        for worker in 1...3 {
            var hello = CoordinatorBench.hello(host: "node-\(worker)")
            hello.memory = 500 << 20
            _ = bench.say(.hello(hello), from: worker)
            _ = bench.say(.ready(credits: 1), from: worker)
            _ = bench.say(.beat(Beat(credits: 1, memory: 480 << 20)), from: worker)
            ended = bench.outcome(bench.handle(.processEnded(Incarnation(UInt128(worker)))))
        }
        guard case .failed(_, let shards, _)? = ended else {
            Issue.record("the run did not fail: \(String(describing: ended))")
            return
        }
        #expect(shards.count == 1)
        #expect(shards[0].text.hasPrefix("node-3: "))
        let memory =
            "; it had 480 MiB of memory in use when it was last heard, and its job or container may use 500 MiB in all"
        #expect(shards[0].text.hasSuffix(memory))
    }

    @Test("A shard's last attempt is made by a worker that has nothing else")
    func lastAttemptAlone() {
        var bench = CoordinatorBench()
        bench.start(shards: 9)
        for worker in 1...2 {
            #expect(bench.lent(bench.join(worker, credits: 1)) == [0])
            _ = bench.handle(.processEnded(Incarnation(UInt128(worker))))
        }
        #expect(bench.lent(bench.join(3, credits: 4)) == [0])
        #expect(bench.lent(bench.complete(0, from: 3)) == [1, 2, 3, 4])
    }

    @Test("A busy worker is emptied for a last attempt")
    func reservedWorker() {
        var bench = CoordinatorBench()
        bench.join(3, credits: 2)
        bench.start(shards: 9)
        for worker in 4...5 {
            let held = bench.lent(bench.join(worker, credits: 1), to: worker)
            #expect(held == [2])
            _ = bench.handle(.processEnded(Incarnation(UInt128(worker))))
        }
        #expect(bench.lent(bench.complete(0, from: 3)) == [])
        #expect(bench.lent(bench.complete(1, from: 3)) == [2])
        #expect(bench.lent(bench.complete(2, from: 3)) == [3, 4])
    }

    @Test("An error that would come everywhere ends the run, after the other shards")
    func deterministicFault() {
        var bench = CoordinatorBench()
        bench.join(1, credits: 2)
        bench.start(shards: 2)
        let fault = ShardFault(shard: bench.ids[0], code: .badInput, text: "no such gene", isRetriable: false)
        #expect(bench.outcome(bench.say(.fail(fault), from: 1)) == nil)
        guard case .failed(_, let shards, _)? = bench.outcome(bench.complete(1, from: 1)) else {
            Issue.record("the run did not fail")
            return
        }
        #expect(shards.map(\.text) == ["host1: no such gene"])
    }

    @Test("What fails on one machine is tried on another")
    func retriableFault() {
        var bench = CoordinatorBench()
        bench.join(1, credits: 1)
        bench.join(2, credits: 1)
        bench.start(shards: 2)
        let fault = ShardFault(shard: bench.ids[0], code: .disk, text: "disk full", isRetriable: true)
        #expect(bench.lent(bench.say(.fail(fault), from: 1)) == [])
        #expect(bench.lent(bench.complete(1, from: 2), to: 2) == [0])
        // The same words again are about nothing any more.
        #expect(bench.lent(bench.say(.fail(fault), from: 1)) == [])
    }

    @Test("A machine where one shard after the other fails is drained")
    func blackHole() {
        var bench = CoordinatorBench()
        bench.join(1, credits: 1)
        bench.join(2, credits: 1)
        bench.start(shards: 9)
        var drained = false
        var held = 0
        for _ in 0..<3 {
            let fault = ShardFault(shard: bench.ids[held], code: .other, text: "broken", isRetriable: true)
            let actions = bench.say(.fail(fault), from: 1)
            drained = bench.said(actions, to: 1).contains { if case .drain = $0 { true } else { false } }
            held = bench.lent(actions, to: 1).first ?? held
        }
        #expect(drained)
    }

    @Test("Leases given back are queued without blame", arguments: [true, false])
    func givenBack(byLeaving: Bool) {
        var bench = CoordinatorBench()
        bench.join(1, credits: 1)
        bench.start(shards: 1)
        _ = bench.say(.ready(credits: 0), from: 1)
        _ = bench.say(byLeaving ? .goodbye(reason: "told to stop") : .giveBack([bench.ids[0]]), from: 1)
        let actions = bench.join(2)
        guard case .lease(let offer)? = bench.said(actions, to: 2).last else {
            Issue.record("not lent again")
            return
        }
        #expect(offer.attempt == 0)
    }

    // MARK: Copies

    @Test("At a stage's end idle workers copy the oldest leases; the first result wins")
    func backup() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.join(2)
        bench.start(shards: 2)
        bench.complete(1, from: 2)
        #expect(bench.lent(bench.pass(.seconds(1), beating: [1: [0], 2: []])) == [])
        #expect(bench.lent(bench.pass(.seconds(2), beating: [1: [0], 2: []]), to: 2) == [0])
        bench.join(3)
        #expect(bench.lent(bench.pass(.seconds(5), beating: [1: [0], 2: [0], 3: []])) == [])
        #expect(bench.said(bench.deliver(0, from: 2), to: 1).contains(.cancel(bench.ids[0])))
    }

    @Test("A lease without progress is copied even while others are queued, and reported")
    func stall() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 3)
        bench.join(2)
        bench.complete(1, from: 2)
        var actions: [CoordinatorAction] = []
        var progress: UInt64 = 0
        for _ in 0..<130 {
            progress += 1
            bench.now += .milliseconds(500)
            actions += bench.beat(1, holding: [0], progress: 1)
            actions += bench.beat(2, credits: 1, holding: [2], progress: progress)
            actions += bench.handle(.tick)
        }
        #expect(actions.contains { if case .report(.shardStalled) = $0 { true } else { false } })
        #expect(bench.lent(bench.complete(2, from: 2), to: 2) == [0])
    }

    // MARK: Disagreement

    @Test("When two machines disagree, a third decides, and both are named")
    func disagreement() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.join(2)
        bench.start(shards: 2)
        bench.complete(1, from: 2)
        bench.pass(.seconds(3), beating: [1: [0], 2: []])
        bench.join(3)
        // The broken machine is first, and its answer goes into the journal.
        _ = bench.deliver(0, from: 2, wrong: 66)
        _ = bench.deliver(0, from: 1)
        let disputed = bench.handle(.persisted(bench.run, bench.ids[0]))
        #expect(disputed.contains { if case .report(.disagreement) = $0 { true } else { false } })
        #expect(bench.lent(disputed) == [0] && bench.lent(disputed, to: 3) == [0])
        let decided = bench.deliver(0, from: 3)
        #expect(
            decided.contains {
                if case .persist(let order) = $0 { order.digest == CoordinatorBench.digest(of: 0) } else { false }
            })
        let complete = bench.handle(.persisted(bench.run, bench.ids[0]))
        #expect(complete.contains(.planStage(bench.run, stage: 1, after: bench.ids)))
        guard case .finished(let disagreements)? = bench.outcome(bench.handle(.runFinished(bench.run))) else {
            Issue.record("the run did not finish")
            return
        }
        #expect(disagreements.map(\.hosts) == [["host2", "host1"]])
        #expect(disagreements.map(\.range) == [0..<8])
    }

    @Test("A contradiction to a result that was used already is reported")
    func lateDisagreement() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        bench.complete(0, from: 1)
        bench.join(2)
        #expect(
            bench.deliver(0, from: 2, wrong: 1).contains { if case .report(.disagreement) = $0 { true } else { false } }
        )
    }

    // MARK: Admission

    @Test("Workers whose results could differ, or who cannot be understood, are turned away with both sides named")
    func rejections() {
        var bench = CoordinatorBench()
        var hello = CoordinatorBench.hello()
        hello.protocols = 3...4
        #expect(
            bench.rejection(bench.say(.hello(hello), from: 1))
                == Rejection(.protocolVersion, "coordinator speaks 2-2, this worker 3-4"))
        hello = CoordinatorBench.hello()
        hello.numericContract = 8
        #expect(bench.rejection(bench.say(.hello(hello), from: 1))?.reason == .numericContract)
        hello = CoordinatorBench.hello()
        hello.build = "0.9"
        #expect(bench.rejection(bench.say(.hello(hello), from: 1))?.reason == .build)
        #expect(bench.coordinator.status(at: .zero).workers.isEmpty)
    }

    @Test("No more workers are admitted than fit; those admitted stay")
    func full() {
        var policy = LeasePolicy()
        policy.maximumWorkers = 1
        var bench = CoordinatorBench(policy: policy)
        bench.join(1)
        #expect(bench.rejection(bench.say(.hello(CoordinatorBench.hello()), from: 2))?.reason == .full)
        #expect(bench.rejection(bench.say(.hello(CoordinatorBench.hello()), from: 1)) == nil)
        // Lost ones make room.
        bench.pass(.seconds(15))
        #expect(bench.rejection(bench.say(.hello(CoordinatorBench.hello()), from: 2)) == nil)
    }

    @Test("Ten unreadable messages of a worker end its service")
    func badFrames() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        for _ in 0..<9 {
            #expect(bench.rejection(bench.handle(.receivedGarbage(from: Incarnation(1), reason: "noise"))) == nil)
        }
        let actions = bench.handle(.receivedGarbage(from: Incarnation(1), reason: "noise"))
        #expect(bench.rejection(actions)?.reason == .badFrames)
        #expect(bench.coordinator.status(at: .zero).badFrames == 10)
        #expect(bench.lent(bench.join(2)) == [0])
    }

    @Test("When the work is over workers are sent home, late ones too")
    func shutdown() {
        var bench = CoordinatorBench()
        bench.join(1)
        #expect(bench.said(bench.handle(.shutdown(reason: "done")), to: 1) == [.goodbye(reason: "done")])
        #expect(bench.said(bench.beat(1), to: 1) == [.goodbye(reason: "done")])
        #expect(bench.rejection(bench.join(2))?.reason == .finished)
    }

    // MARK: Brakes

    @Test("While results cannot be stored nothing is lent, and afterwards it goes on by itself")
    func storageBlocked() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 2)
        _ = bench.handle(.storageBlocked(reason: "disk full"))
        #expect(bench.lent(bench.deliver(0, from: 1)) == [])
        #expect(bench.coordinator.status(at: .zero).blocker == "waiting for space: disk full")
        #expect(bench.lent(bench.handle(.storageRestored)) == [1])
    }

    @Test("Results that wait for the journal are bounded")
    func unstored() {
        var policy = LeasePolicy()
        policy.maximumUnstoredBytes = 4
        var bench = CoordinatorBench(policy: policy)
        bench.join(1)
        bench.start(shards: 2)
        #expect(bench.lent(bench.deliver(0, from: 1)) == [])
        #expect(bench.lent(bench.handle(.persisted(bench.run, bench.ids[0]))) == [1])
    }

    @Test("A coordinator that stops lends nothing and still takes results")
    func stopping() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 2)
        _ = bench.handle(.stopDispatching)
        let actions = bench.complete(0, from: 1)
        #expect(bench.lent(actions) == [])
        #expect(bench.said(actions, to: 1) == [.acknowledge(bench.ids[0])])
    }

    // MARK: Runs

    @Test("A plan that cannot be computed ends the run with the reason")
    func impossiblePlans() {
        for fault in ["twice", "input"] {
            var bench = CoordinatorBench()
            _ = bench.handle(.runAdded(bench.run, title: "run"))
            var plan = CoordinatorBench.plan(shards: 2)
            if fault == "twice" { plan.shards.append(plan.shards[0]) } else { plan.blobs = [] }
            guard
                case .failed(let reason, _, _)? = bench.outcome(
                    bench.handle(.stagePlanned(bench.run, plan, known: [:])))
            else {
                Issue.record("the plan was taken")
                continue
            }
            #expect(reason.contains(fault))
        }
    }

    @Test("Runs follow each other in the order of submission")
    func queuedRuns() {
        var bench = CoordinatorBench()
        bench.start(shards: 1)
        let second = RunID(2)
        #expect(bench.handle(.runAdded(second, title: "second")) == [])
        let actions = bench.handle(.runCancelled(bench.run))
        #expect(bench.outcome(actions) == .cancelled)
        #expect(actions.contains(.planStage(second, stage: 0, after: [])))
    }

    @Test("A cancelled run takes its leases back; what comes for it later is not wanted")
    func cancelledRun() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        #expect(bench.said(bench.handle(.runCancelled(bench.run)), to: 1) == [.cancel(bench.ids[0])])
        #expect(bench.said(bench.deliver(0, from: 1), to: 1) == [.cancel(bench.ids[0])])
        #expect(bench.handle(.persisted(bench.run, bench.ids[0])) == [])
        #expect(bench.coordinator.contradictions() == [])
    }

    @Test("The program's error is the run's reason")
    func programThrows() {
        var bench = CoordinatorBench()
        _ = bench.handle(.runAdded(bench.run, title: "run"))
        let actions = bench.handle(.runFailed(bench.run, reason: "design is collinear"))
        #expect(
            bench.outcome(actions) == .failed(reason: "design is collinear", shards: [], disagreements: []))
    }

    @Test("So is its refusal, which is no failure")
    func programRefuses() {
        var bench = CoordinatorBench()
        _ = bench.handle(.runAdded(bench.run, title: "run"))
        let actions = bench.handle(.runRefused(bench.run, reason: "no gene varies"))
        #expect(bench.outcome(actions) == .refused(reason: "no gene varies"))
        let status = bench.coordinator.status(at: .zero).runs[0]
        #expect(status.phase == .failed && status.failures == ["no gene varies"])
    }

    // MARK: Inputs

    @Test("Workers get the run's inputs and nothing else")
    func blobs() {
        var bench = CoordinatorBench()
        bench.join(1)
        bench.start(shards: 1)
        let blob = bench.plan.blobs[0]
        let asked = BlobRequest(digest: blob.digest, offset: 3, length: 1 << 30)
        guard case .sendBlobChunk(let order)? = bench.say(.blobRequest(asked), from: 1).first else {
            Issue.record("not served")
            return
        }
        #expect(
            order.offset == 3 && order.length == LeasePolicy().blobChunkBytes && order.incarnation == Incarnation(1))
        guard case .blobChunk(let chunk) = order.message(content: [1], size: 9).body else {
            Issue.record("not a piece")
            return
        }
        #expect(chunk == BlobChunk(digest: blob.digest, offset: 3, size: 9, content: [1]))
        let other = BlobRequest(digest: SHA256Digest(of: "/etc/passwd"), offset: 0, length: 10)
        #expect(
            bench.said(bench.say(.blobRequest(other), from: 1), to: 1)
                == [.blobChunk(BlobChunk(digest: other.digest, offset: 0, size: nil, content: []))])
    }

    // MARK: Status

    @Test("Status says what is done, who works, and what is in the way")
    func status() {
        var bench = CoordinatorBench()
        bench.start(shards: 4, known: [3])
        #expect(bench.coordinator.status(at: .zero).blocker == "no worker has connected")
        bench.join(1, host: "node7", threads: 3)
        bench.pass(.seconds(2), beating: [1: [0]])
        bench.complete(0, from: 1)
        let status = bench.coordinator.status(at: bench.now)
        #expect(status.runs[0].done == 2 && status.runs[0].reused == 1 && status.runs[0].shards == 4)
        #expect(status.runs[0].rate == 0.5)
        #expect(status.runs[0].remaining == .seconds(4))
        #expect(status.workers.map(\.host) == ["node7"])
        #expect(status.workers[0].done == 1 && status.workers[0].leases == 1)
        #expect(status.blocker == nil)
    }
}
