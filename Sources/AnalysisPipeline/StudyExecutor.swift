import JobEngine
import Payloads

/// Computes the shards of a study in a worker process.
package final class StudyExecutor: ShardExecutor {
    private let stages: [String: any ShardedStage.Type]
    private let decodedInputs = DecodedInputs()

    package init(stages: [any StudyStage] = StudyMethod.stages) {
        let sharded = stages.compactMap { ($0 as? any ShardedStage).map { type(of: $0) } }
        self.stages = Dictionary(uniqueKeysWithValues: sharded.map { ($0.name, $0) })
    }

    package func execute(_ shard: Shard, inputs: [Blob], control: any ShardControl) throws -> [UInt8] {
        guard let stage = stages[shard.stage] else {
            throw PayloadError(description: "there is no stage `\(shard.stage)`")
        }
        return try stage.execute(shard, inputs: inputs, decoded: decodedInputs, control: control)
    }
}
