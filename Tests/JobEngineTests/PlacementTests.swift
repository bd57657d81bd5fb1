import JobEngine
import Testing

/// Two passes over the same data, the second of which goes to who did the first.
@Suite("Shards laid aside for who worked on their data")
struct PlacementTests {
    /// A bench whose workers did the first pass: worker 1 the even shards and worker 2 the odd ones.
    private func bench(shards: Int, credits: Int = 1) -> CoordinatorBench {
        var bench = CoordinatorBench()
        bench.join(1, credits: credits)
        bench.join(2, credits: credits)
        bench.start(shards: shards)
        for index in 0..<shards { bench.complete(index, from: 1 + index % 2) }
        return bench
    }

    @Test("A second pass goes to whoever did the first, though others are free")
    func secondPass() {
        var bench = bench(shards: 6)
        let actions = bench.planSecondPass(shards: 6)
        #expect(bench.lent(actions, to: 1) == [0] && bench.lent(actions, to: 2) == [1])
        for index in [0, 2] { #expect(bench.lent(bench.complete(index, from: 1)) == [index + 2]) }
        // Worker 1 has none left, and leaves those of worker 2 alone.
        #expect(bench.lent(bench.complete(4, from: 1)) == [])
        for index in [1, 3] { #expect(bench.lent(bench.complete(index, from: 2)) == [index + 2]) }
        #expect(bench.complete(5, from: 2).contains(.planStage(bench.run, stage: 2, after: bench.ids)))
    }

    @Test("Shards of other data go to anybody, in plan order")
    func otherData() {
        var bench = bench(shards: 2)
        let actions = bench.planSecondPass(shards: 4)
        #expect(bench.lent(actions, to: 1) == [0] && bench.lent(actions, to: 2) == [1])
        #expect(bench.lent(bench.complete(1, from: 2)) == [2])
        #expect(bench.lent(bench.complete(0, from: 1)) == [3])
    }

    @Test("What was laid aside for a worker that is lost, gone or silent goes to the others", arguments: 0..<3)
    func lostWorker(kind: Int) {
        var bench = bench(shards: 6)
        bench.planSecondPass(shards: 6)
        for index in [0, 2, 4] { bench.complete(index, from: 1) }
        let actions =
            switch kind {
            case 0: bench.handle(.processEnded(Incarnation(2)))
            case 1: bench.say(.goodbye(reason: "its time is up"), from: 2)
            default: bench.pass(.seconds(7), beating: [1: []])
            }
        var left: Set = [1, 3, 5]
        #expect(bench.lent(actions, to: 1).first.map(left.contains) == true)
        var held = Set(bench.lent(actions, to: 1))
        while let index = held.popFirst() {
            left.remove(index)
            held.formUnion(bench.lent(bench.complete(index, from: 1), to: 1))
        }
        // Silence alone does not take a lease away before its time.
        #expect(left.isEmpty || (kind == 2 && left == [1]))
    }

    @Test("A worker that is slow with what was laid aside for it is helped, and one that is quick is not")
    func sharing() {
        var bench = bench(shards: 40)
        bench.planSecondPass(shards: 40)
        for index in stride(from: 0, to: 40, by: 2) { bench.complete(index, from: 1) }
        // The first pass took a second for each, and so does the second: nothing was kept.
        #expect(bench.lent(bench.pass(.milliseconds(500), beating: [1: [], 2: [1]]), to: 1) == [39])

        var quick = self.bench(shards: 40)
        quick.planSecondPass(shards: 40)
        for index in stride(from: 0, to: 40, by: 2) { quick.complete(index, from: 1, after: .milliseconds(10)) }
        for index in stride(from: 1, to: 5, by: 2) { quick.complete(index, from: 2, after: .milliseconds(10)) }
        #expect(quick.lent(quick.pass(.milliseconds(500), beating: [1: [], 2: [5]])) == [])
    }

    @Test("A worker that takes nothing of what was laid aside for it does not keep it for long")
    func silence() {
        var bench = bench(shards: 6)
        bench.planSecondPass(shards: 6)
        for index in [0, 2, 4] { bench.complete(index, from: 1, after: .milliseconds(10)) }
        let early = bench.pass(.seconds(2), beating: [1: [], 2: [1]])
        #expect(bench.lent(early) == [])
        #expect(bench.lent(bench.pass(.milliseconds(500), beating: [1: [], 2: [1]]), to: 1) == [3])
        #expect(bench.lent(bench.complete(3, from: 1)) == [5])
    }

    @Test("Shards that run programs are laid aside for nobody")
    func programs() {
        var bench = CoordinatorBench()
        bench.join(1, runsPrograms: true)
        bench.start(shards: 2, runsPrograms: true)
        for index in 0..<2 { bench.complete(index, from: 1) }
        bench.join(2, runsPrograms: true)
        let actions = bench.planSecondPass(shards: 2, runsPrograms: true)
        #expect(bench.lent(actions, to: 1) == [0] && bench.lent(actions, to: 2) == [1])
    }
}
