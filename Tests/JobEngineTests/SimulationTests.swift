import Glibc
import JobEngine
import Testing

@Suite("Simulated clusters")
struct SimulationTests {
    /// Ten thousand, or those of `MODICUM_SEEDS=FIRST-LAST`, as `ops/soak` sets it.
    static let seeds: ClosedRange<UInt64> = {
        guard let text = getenv("MODICUM_SEEDS").map({ String(cString: $0) }) else { return 0...9_999 }
        let bounds = text.split(separator: "-").compactMap { UInt64($0) }
        precondition(bounds.count == 2 && bounds[0] <= bounds[1], "MODICUM_SEEDS is FIRST-LAST, not \(text)")
        return bounds[0]...bounds[1]
    }()

    static let blockLength: UInt64 = 100

    /// A failure names its seed, and `ops/soak --seed` lives through it again.
    @Test(
        "Runs end with the right result whatever workers, network and disks do",
        arguments: stride(from: seeds.lowerBound, through: seeds.upperBound, by: Int(blockLength)).map { $0 })
    func anyHistory(first: UInt64) {
        for seed in first...min(first + Self.blockLength - 1, Self.seeds.upperBound) {
            var history = RandomHistory(seed: seed)
            let found = history.contradictions()
            #expect(found.isEmpty, "seed \(seed): \(found.prefix(3))")
        }
    }

    /// `MODICUM_SEEDS` is for the small histories: one of these takes as long as a thousand of them.
    @Test("Ten thousand workers, thirty thousand shards and everything that may fail", arguments: [1] as [UInt64])
    func tenThousandWorkers(seed: UInt64) {
        var history = RandomHistory(seed: seed, workers: 10_000)
        let found = history.contradictions()
        #expect(found.isEmpty, "seed \(seed): \(found.prefix(3))")
    }

    @Test("Shards that kill their workers end as named failures, and no other shard does", arguments: 0..<40)
    func poison(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var faults = SimulatedCluster.Faults()
        faults.poison = [0, 30]
        faults.until = .seconds(60)
        let workers = Int.random(in: 1...6, using: &generator)
        let program = ToyProgram(name: "poisoned", stages: 2, shardsPerStage: 20)
        var cluster = SimulatedCluster(seed: seed, workers: workers, programs: [program], faults: faults)
        cluster.run(until: .seconds(3_600))
        #expect(cluster.broken.isEmpty, "seed \(seed): \(cluster.broken.prefix(3))")
        guard case .failed(_, let shards, _)? = cluster.outcomes[RunID(1)] else {
            Issue.record("seed \(seed): the run did not fail")
            return
        }
        #expect(shards.map(\.range.lowerBound) == [0, 30], "seed \(seed)")
    }

    @Test("Without faults nothing is computed twice", arguments: 0..<10)
    func noWaste(seed: UInt64) {
        var faults = SimulatedCluster.Faults()
        faults.until = .seconds(1)
        let program = ToyProgram(name: "calm", stages: 3, shardsPerStage: 200)
        var cluster = SimulatedCluster(seed: seed, workers: 3, programs: [program], faults: faults)
        cluster.run(until: .seconds(3_600))
        #expect(cluster.broken.isEmpty, "seed \(seed): \(cluster.broken.prefix(3))")
        #expect(cluster.results[RunID(1)] == program.expectedResult)
        // Copies at a stage's end, of slow workers' shards, are wanted.
        #expect(cluster.computations <= 660, "seed \(seed): \(cluster.computations)")
    }

    @Test("Fifty workers, two hundred shards and everything that may fail", arguments: 0..<3)
    func large(seed: UInt64) {
        var faults = SimulatedCluster.Faults()
        faults.loss = 0.05
        faults.duplication = 0.05
        faults.delay = 0.01
        faults.workerCrashEvery = .seconds(2)
        faults.coordinatorCrashEvery = .seconds(20)
        faults.cutEvery = .seconds(5)
        faults.pauseEvery = .seconds(5)
        faults.until = .seconds(60)
        var policy = LeasePolicy()
        policy.maximumAttempts = 100
        let program = ToyProgram(name: "large", stages: 2, shardsPerStage: 200)
        var cluster = SimulatedCluster(
            seed: seed, workers: 50, programs: [program], faults: faults, policy: policy)
        cluster.run(until: .seconds(3_600))
        #expect(cluster.broken.isEmpty, "seed \(seed): \(cluster.broken.prefix(3))")
        #expect(cluster.results[RunID(1)] == program.expectedResult)
    }

    @Test("An additional worker never makes a run longer")
    func makespan() {
        var last = Duration.seconds(1_000_000)
        for workers in 1...16 {
            var faults = SimulatedCluster.Faults()
            faults.until = .seconds(1)
            faults.stragglers = 0
            faults.areTimesFixed = true
            let program = ToyProgram(name: "work", stages: 2, shardsPerStage: 100)
            var cluster = SimulatedCluster(seed: 3, workers: workers, programs: [program], faults: faults)
            cluster.run(until: .seconds(3_600))
            #expect(cluster.broken.isEmpty, "\(workers): \(cluster.broken.prefix(3))")
            // When workers start and how long plans take is drawn, up to seven seconds in all; the rest is the same.
            #expect(cluster.endedAt <= last + .seconds(7), "\(workers) workers: \(cluster.endedAt), one less: \(last)")
            last = cluster.endedAt
        }
        // 200 shards of three and a half seconds on 32 threads.
        #expect(last < .seconds(200 * 3.5 / 32 + 20))
    }

    @Test("A seed tells the whole history")
    func replay() {
        func history() -> (Int, Int, Duration) {
            var faults = SimulatedCluster.Faults()
            faults.loss = 0.1
            faults.workerCrashEvery = .seconds(10)
            faults.until = .seconds(30)
            var cluster = SimulatedCluster(
                seed: 5, workers: 4, programs: [ToyProgram(name: "again", stages: 2, shardsPerStage: 30)],
                faults: faults)
            cluster.run(until: .seconds(3_600))
            return (cluster.events, cluster.computations, cluster.now)
        }
        #expect(history() == history())
    }
}
