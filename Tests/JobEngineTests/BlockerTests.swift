import ContentDigest
import JobEngine
import Testing

@Suite("What blocks a run")
struct BlockerTests {
    private func blockers(_ bench: CoordinatorBench) -> [String] {
        bench.coordinator.status(at: bench.now).blockers
    }

    @Test("Nothing blocks a coordinator without a run")
    func idle() {
        #expect(blockers(CoordinatorBench()).isEmpty)
    }

    @Test("A worker that says nothing is named from the third missed beat on, with what it holds and for how long")
    func silentWorker() {
        var bench = CoordinatorBench()
        bench.start(shards: 6)
        for worker in 1...3 { bench.join(worker) }
        bench.pass(.seconds(5), beating: [1: [0], 2: [1], 3: [2]])
        #expect(blockers(bench).isEmpty)
        bench.pass(.milliseconds(5_500), beating: [1: [0], 3: [2]])
        #expect(blockers(bench).isEmpty)
        bench.pass(.milliseconds(500), beating: [1: [0], 3: [2]])
        #expect(
            blockers(bench) == [
                "worker host2 has not been heard of for 6 s: stopped, or cut off; its shard goes to others after 15 s"
            ])
        bench.pass(.seconds(10), beating: [1: [0], 3: [2]])
        #expect(
            blockers(bench) == [
                "worker host2 has not been heard of for 16 s: stopped, or cut off; its shards went to others"
            ])
        // It goes on: nothing is said any more.
        _ = bench.say(.hello(CoordinatorBench.hello(host: "host2")), from: 2)
        #expect(blockers(bench).isEmpty)
    }

    @Test("A worker whose connection ended is gone, and blocks nothing")
    func goneWorker() {
        var bench = CoordinatorBench()
        bench.start(shards: 6)
        for worker in 1...2 { bench.join(worker) }
        _ = bench.handle(.connectionClosed(Incarnation(2)))
        bench.pass(.seconds(20), beating: [1: [0]])
        #expect(bench.coordinator.status(at: bench.now).workers.count { $0.phase == .lost } == 1)
        #expect(blockers(bench).isEmpty)
    }

    @Test("Where all workers are silent or lost, that comes first")
    func nobodyLeft() {
        var bench = CoordinatorBench()
        bench.start(shards: 20)
        #expect(blockers(bench) == ["no worker has connected"])
        for worker in 1...7 { bench.join(worker) }
        bench.pass(.seconds(30))
        let found = blockers(bench)
        #expect(found.first == "no worker is left: 7 lost, 0 leaving; start others")
        #expect(found.count == 7 && found.last == "2 more workers have not been heard of either")
    }

    @Test("A barrier, a full disk, the last shards and a stop are told as what they are")
    func otherReasons() {
        var bench = CoordinatorBench()
        bench.start(shards: 2)
        bench.join(1, host: "node1")
        bench.join(2, host: "node2")
        #expect(blockers(bench) == ["waiting for the last 2 shards, on node1, node2"])
        bench.complete(1, from: 2)
        #expect(blockers(bench) == ["waiting for the last shard, on node1"])
        _ = bench.handle(.storageBlocked(reason: "journal: cannot write"))
        #expect(blockers(bench) == ["waiting for space: journal: cannot write"])
        _ = bench.handle(.storageRestored)
        bench.complete(0, from: 1)
        #expect(blockers(bench) == ["stage 1 is reduced and stage 2 planned; workers wait for it"])
        bench.planStage(1, shards: 9)
        #expect(blockers(bench).isEmpty)
        #expect(bench.coordinator.status(at: bench.now).runs[0].stages.map(\.title) == ["stage 0"])
        _ = bench.handle(.stopDispatching)
        #expect(blockers(bench) == ["the coordinator is stopping"])
    }
}
