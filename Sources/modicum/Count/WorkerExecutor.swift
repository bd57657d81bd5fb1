import AnalysisPipeline
import Calibration
import CountPipeline
import JobEngine

/// Does whatever shards a worker is given: statistics always, programs only where its owner allowed them.
struct WorkerExecutor: ShardExecutor {
    private let study = StudyExecutor()
    private let calibration = CalibrationExecutor()

    /// Nil: no program is ever started.
    let programs: CountExecutor?

    func execute(_ shard: Shard, inputs: [Blob], control: ShardControl) throws -> [UInt8] {
        if shard.stage == CalibrationExecutor.stage {
            return try calibration.execute(shard, inputs: inputs, control: control)
        }
        guard shard.stage.hasPrefix(CountExecutor.stagePrefix) else {
            return try study.execute(shard, inputs: inputs, control: control)
        }
        guard let programs else {
            return try TaskOutcome.refused(
                "a worker does not run programs. Start it with --allow-programs and the --root folders that it may use."
            ).encoded()
        }
        return try programs.execute(shard, inputs: inputs, control: control)
    }
}
