import ContentDigest
import JobEngine

/// A run of several stages whose every result can be told in advance.
///
/// Each stage sums squares over ranges, and each stage's shards read the total of the stage before.
struct ToyProgram {
    let name: String
    let stages: Int
    let shardsPerStage: Int
    static let shardLength = 10

    /// Plans the next stage, or returns nil and the run's result.
    func nextStage(_ stage: Int, after results: [[UInt8]]) -> (plan: StagePlan?, result: UInt64) {
        let total = results.reduce(0 as UInt64) { $0 &+ ToyProgram.number(in: $1) }
        guard stage < stages else { return (nil, total) }
        // Larger than a piece, so that fetching takes several.
        var content = Array("\(name) \(stage) \(total)".utf8)
        content += [UInt8](repeating: UInt8(stage), count: 3_000)
        let blob = Blob(content)
        let shards = (0..<shardsPerStage).map { index in
            Shard(
                stage: "stage \(stage)", parameters: [UInt8(stage)],
                range: index * ToyProgram.shardLength..<(index + 1) * ToyProgram.shardLength, inputs: [blob.digest])
        }
        return (StagePlan(title: "sums \(stage)", blobs: [blob], shards: shards), total)
    }

    /// What a run without any failure gives.
    var expectedResult: UInt64 {
        var results: [[UInt8]] = []
        for stage in 0...stages {
            let (plan, result) = nextStage(stage, after: results)
            guard let plan else { return result }
            results = plan.shards.map { ToyProgram.compute($0, inputs: plan.blobs) }
        }
        return 0
    }

    /// The payload of one shard.
    static func compute(_ shard: Shard, inputs: [Blob]) -> [UInt8] {
        var sum: UInt64 = UInt64(inputs[0].content.count) &+ UInt64(inputs[0].digest.bytes[0])
        for index in shard.range {
            sum = sum &+ UInt64(index * index)
        }
        return withUnsafeBytes(of: sum.littleEndian) { Array($0) }
    }

    /// One to six seconds, by the shard's number.
    static func time(of shard: Shard) -> Duration {
        var generator = SeededGenerator(seed: UInt64(shard.range.lowerBound))
        return generator.duration(.seconds(1), .seconds(6))
    }

    private static func number(in payload: [UInt8]) -> UInt64 {
        payload.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
