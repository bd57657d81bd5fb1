import DifferentialExpression
import ExpressionData
import JobEngine
import Synchronization

/// A study as a program: its stages one after another.
///
/// Called by one thread at a time, as `RunProgram` promises; the lock only tells
/// the compiler so.
package final class StudyProgram: RunProgram {
    private let progress: Mutex<StudyProgress>
    private let finish: @Sendable (StudyResults, RunHistory) throws -> Void

    /// - Parameters:
    ///   - stages: The method.
    ///   - finish: Writes the results and the record; called once, at the end.
    package init(
        inputs: StudyInputs, stages: [any StudyStage] = StudyMethod.stages,
        finish: @escaping @Sendable (StudyResults, RunHistory) throws -> Void
    ) {
        progress = Mutex(StudyProgress(study: StudyState(inputs: inputs), stages: stages))
        self.finish = finish
    }

    package func check(_ result: [UInt8], of shard: Shard) throws {
        try progress.withLock { try $0.check(result, of: shard) }
    }

    package func take(_ results: [[UInt8]]) throws {
        try progress.withLock { try $0.take(results) }
    }

    package func nextStage(history: RunHistory) throws -> StagePlan? {
        try progress.withLock { progress in
            if let plan = try progress.next() { return plan }
            try finish(progress.study.results(), history)
            return nil
        }
    }
}

// What the data themselves are refused for, by whoever finds it.
extension InputError: InputRefusal {}
extension SizeFactorError: InputRefusal {}
extension DispersionTrendError: InputRefusal {}
extension EmpiricalNullError: InputRefusal {}

/// A study on its way through its stages.
struct StudyProgress: Sendable {
    private(set) var study: StudyState

    /// Those to come, the first of them perhaps for another time.
    private var remaining: ArraySlice<any StudyStage>

    /// The stage whose results come next; nil before the first and after the last.
    private var planned: PlannedStage?

    init(study: StudyState, stages: [any StudyStage]) {
        self.study = study
        remaining = stages[...]
    }

    func check(_ result: [UInt8], of shard: Shard) throws {
        guard let planned else { throw StageError(description: "a result comes while no stage is in hand") }
        try planned.check(result, shard)
    }

    mutating func take(_ results: [[UInt8]]) throws {
        guard let stage = planned else { return }
        planned = nil
        study.shards += zip(stage.plan.shards, results).map { ShardRecord($0, result: $1) }
        try stage.take(results, &study)
    }

    /// Goes on to the first stage that has something for workers to do.
    ///
    /// - Returns: Nil when no stage is left.
    mutating func next() throws -> StagePlan? {
        while let stage = remaining.first {
            study.kept.serve(stage.reads)
            planned = stage.isAsked(of: study) ? try stage.start(&study) : nil
            if planned == nil || !stage.isPlannedAgain { remaining.removeFirst() }
            study.kept.keep(only: stillRead)
            if let planned { return planned.plan }
        }
        return nil
    }

    /// What the stages to come read of what is kept.
    private var stillRead: Set<KeptBlobs.Kind> {
        remaining.reduce(into: []) { kinds, stage in
            if stage.isAsked(of: study) { kinds.formUnion(stage.reads) }
        }
    }
}
