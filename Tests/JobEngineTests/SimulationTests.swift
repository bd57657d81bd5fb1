import JobEngine
import Testing

@Suite("Simulated clusters")
struct SimulationTests {
    /// Twenty blocks of twenty-five seeds each; a failure names its seed.
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
}
