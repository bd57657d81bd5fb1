import JobEngine

/// One history of a cluster, drawn from a seed: its size, its runs, and everything that goes wrong.
struct RandomHistory {
    let seed: UInt64
    private(set) var cluster: SimulatedCluster
    private let programs: [ToyProgram]

    /// - Parameter workers: How many there are at first, with three shards each in every stage; drawn as well unless given.
    init(seed: UInt64, workers: Int? = nil) {
        var generator = SeededGenerator(seed: seed ^ 0xC0FFEE)
        let drawn = workers ?? RandomHistory.workers(of: seed, using: &generator)
        // What a large cluster suffers grows with it.
        let mean = { (seconds: Int) -> Duration in .seconds(seconds) / max(1, drawn / 10) }
        var faults = SimulatedCluster.Faults()
        faults.loss = [0, 0.01, 0.05, 0.2].randomElement(using: &generator)!
        faults.duplication = [0, 0.02, 0.2].randomElement(using: &generator)!
        faults.delay = [0, 0.01, 0.1].randomElement(using: &generator)!
        faults.slowDisk = [0, 0, 0.05, 0.5].randomElement(using: &generator)!
        faults.stragglers = [0, 10, 50].randomElement(using: &generator)!
        faults.workerCrashEvery = [nil, mean(60), mean(15)].randomElement(using: &generator)!
        faults.coordinatorCrashEvery = [nil, nil, .seconds(50), .seconds(20)].randomElement(using: &generator)!
        faults.cutEvery = [nil, mean(30)].randomElement(using: &generator)!
        faults.pauseEvery = [nil, mean(30)].randomElement(using: &generator)!
        faults.fullDiskEvery = [nil, nil, .seconds(30)].randomElement(using: &generator)!
        faults.hangs = [0, 0, 1, 2].randomElement(using: &generator)!
        faults.until = generator.duration(.seconds(10), .seconds(60))
        var policy = LeasePolicy()
        // Crashes hit shards that are not to blame.
        policy.maximumAttempts = 100
        policy.blobChunkBytes = 1 << 10
        policy.blobWindow = 2
        // Results have eight bytes: all in one message, or all in pieces, a few at a time.
        policy.inlineResultBytes = [8, 8, 0].randomElement(using: &generator)!
        policy.maximumFetchedBytes = 100
        policy.replicatedShare = [0, 0, 0, 0.3, 1].randomElement(using: &generator)!
        let most = max(25, 3 * drawn)
        let shards = workers == nil ? Int.random(in: 1...most, using: &generator) : most
        programs = (0..<Int.random(in: 1...2, using: &generator)).map {
            ToyProgram(name: "run \($0)", stages: 2, shardsPerStage: shards)
        }
        self.seed = seed
        cluster = SimulatedCluster(seed: seed, workers: drawn, programs: programs, faults: faults, policy: policy)
    }

    /// A handful of workers, and hundreds for one seed in a thousand.
    private static func workers(of seed: UInt64, using generator: inout SeededGenerator) -> Int {
        seed % 1_000 == 999
            ? Int.random(in: 100...600, using: &generator) : [1, 2, 3, 5, 8].randomElement(using: &generator)!
    }

    /// Lives through it, and returns in words what was not as it must be; always nothing.
    mutating func contradictions() -> [String] {
        cluster.run(until: .seconds(3_600))
        var found = cluster.broken
        for (index, program) in programs.enumerated() where found.isEmpty {
            let run = RunID(UInt128(index + 1))
            if cluster.outcomes[run] != .finished(disagreements: []) {
                found.append("run \(index) ended as \(cluster.outcomes[run].map { "\($0)" } ?? "nothing")")
            } else if cluster.results[run] != program.expectedResult {
                found.append("run \(index) has a wrong result")
            }
        }
        return found
    }
}
