import JobEngine

/// A step of the method, as a value.
///
/// A stage is a file of this folder and a line of `StudyMethod.stages`. It is a `ShardedStage` or a `ReducingStage`.
package protocol StudyStage: Sendable {
    /// What a person sees while the stage runs.
    var title: String { get }

    /// What the stage reads of the blobs that are kept between stages.
    ///
    /// They are kept until no stage to come reads them, and a stage gets none that it does not name here.
    var reads: Set<KeptBlobs.Kind> { get }

    /// Whether the stage may have anything to do in this study.
    ///
    /// What a stage reads is not kept for it where it has not.
    func isAsked(of study: StudyState) -> Bool

    /// Whether the stage is planned again once its results were taken, until it plans no shards.
    ///
    /// So does a stage of several passes with a barrier between them, or one that goes on until enough is known.
    var isPlannedAgain: Bool { get }

    /// Reduces, or plans shards; a kind of stage implements it once.
    ///
    /// - Returns: Nil when there is nothing for workers to do.
    func start(_ study: inout StudyState) throws -> PlannedStage?
}

extension StudyStage {
    package var reads: Set<KeptBlobs.Kind> { [] }
    package var isPlannedAgain: Bool { false }
    package func isAsked(of study: StudyState) -> Bool { true }
}

/// A stage that needs every gene or every permutation at once.
package protocol ReducingStage: StudyStage {
    func reduce(_ study: inout StudyState) throws
}

extension ReducingStage {
    package func start(_ study: inout StudyState) throws -> PlannedStage? {
        try reduce(&study)
        return nil
    }
}

/// A stage whose shards are computed by workers.
///
/// Its type is both ends of its wire: a worker computes a shard by `execute`, and what came back is checked and taken
/// by `read`.
package protocol ShardedStage: StudyStage {
    /// The names of what a shard reads.
    associatedtype Input: ShardInput

    /// Whom a shard is planned for, such as the position of an analysis.
    associatedtype Owner: Hashable & Sendable = Int

    /// What a shard comes to.
    associatedtype Output

    /// On the wire and in the journal.
    static var name: String { get }

    /// The shards of the stage; none: nothing to do.
    ///
    /// Depends on nothing but the study, so that the same shards are planned when a run is resumed.
    func plan(_ study: inout StudyState) throws -> StageShards<Input, Owner>

    /// Computes a shard in a worker process, the same bytes on every machine.
    static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8]

    /// Decodes what a shard came to.
    ///
    /// Results come from other machines: one that does not decode, or is of another number of genes, samples,
    /// coefficients or permutations than its shard asks for, is refused here. Its numbers are taken at their word.
    static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> Output

    func take(_ results: StageResults<Self>, into study: inout StudyState) throws
}

extension ShardedStage {
    package func start(_ study: inout StudyState) throws -> PlannedStage? {
        let shards = try plan(&study)
        return shards.isEmpty ? nil : PlannedStage(self, shards)
    }

    /// Computes a shard from what a worker received.
    static func execute(
        _ shard: Shard, inputs: [Blob], decoded: DecodedInputs, control: any ShardControl
    ) throws -> [UInt8] {
        try execute(StageShard<Input>(shard, inputs: inputs, decoded: decoded), control: control)
    }
}

extension ShardControl {
    /// Says that work went on, and stops it where nobody wants it any longer.
    func proceed() throws {
        if isCancelled { throw ShardCancelled() }
        madeProgress()
    }
}

/// A stage does not keep to what it says of itself: a mistake of the program, and not of its inputs.
package struct StageError: Error, Equatable, CustomStringConvertible {
    package let description: String
}
