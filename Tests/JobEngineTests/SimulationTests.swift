import JobEngine
import Testing

@Suite("Simulated clusters")
struct SimulationTests {
    /// Twenty-four blocks of twenty-five seeds each; a failure names its seed.
    @Test("Runs end with the right result whatever workers, network and disks do", arguments: 0..<24)
    func anyHistory(block: UInt64) {
        for seed in block * 25..<(block + 1) * 25 {
            var generator = SeededGenerator(seed: seed ^ 0xC0FFEE)
            var faults = SimulatedCluster.Faults()
            faults.loss = [0, 0.01, 0.05, 0.2].randomElement(using: &generator)!
            faults.duplication = [0, 0.02, 0.2].randomElement(using: &generator)!
            faults.delay = [0, 0.01, 0.1].randomElement(using: &generator)!
            faults.workerCrashEvery = [nil, .seconds(60), .seconds(15)].randomElement(using: &generator)!
            faults.coordinatorCrashEvery = [nil, nil, .seconds(50), .seconds(20)].randomElement(using: &generator)!
            faults.cutEvery = [nil, .seconds(30)].randomElement(using: &generator)!
            faults.pauseEvery = [nil, .seconds(30)].randomElement(using: &generator)!
            faults.hangs = [0, 0, 1, 2].randomElement(using: &generator)!
            faults.until = generator.duration(.seconds(20), .seconds(90))
            var policy = LeasePolicy()
            // Crashes hit shards that are not to blame.
            policy.maximumAttempts = 100
            policy.blobChunkBytes = 1 << 10
            policy.blobWindow = 2
            let workers = [1, 2, 3, 5, 8].randomElement(using: &generator)!
            let shards = Int.random(in: 1...40, using: &generator)
            let programs = (0..<Int.random(in: 1...2, using: &generator)).map {
                ToyProgram(name: "run \($0)", stages: 2, shardsPerStage: shards)
            }
            var cluster = SimulatedCluster(
                seed: seed, workers: workers, programs: programs, faults: faults, policy: policy)
            cluster.run(until: .seconds(3_600))
            #expect(cluster.broken.isEmpty, "seed \(seed): \(cluster.broken.prefix(3))")
            for (index, program) in programs.enumerated() {
                let run = RunID(UInt128(index + 1))
                #expect(cluster.outcomes[run] == .finished(disagreements: []), "seed \(seed)")
                #expect(cluster.results[run] == program.expectedResult, "seed \(seed)")
            }
            if !cluster.broken.isEmpty { return }
        }
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
