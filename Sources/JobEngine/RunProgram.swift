import ContentDigest

/// One shard of a sharded stage, complete in itself.
///
/// A shard's result depends on nothing but this value and the content of the
/// blobs it names, so its identity is a digest over all of it. That makes resume
/// simple: a journalled result is good if, and only if, the same shard is
/// planned again.
package struct Shard: Hashable, Sendable {
    /// The stage's name, such as `gene-wise-dispersion`. The executor knows it.
    package var stage: String

    /// Whatever else the executor needs, in the pipeline's own encoding.
    package var parameters: [UInt8]

    /// Genes, or permutations: the half-open range this shard covers.
    package var range: Range<Int>

    /// The blobs the shard reads, in the order its executor expects them.
    package var inputs: [SHA256Digest]

    package init(stage: String, parameters: [UInt8] = [], range: Range<Int>, inputs: [SHA256Digest]) {
        self.stage = stage
        self.parameters = parameters
        self.range = range
        self.inputs = inputs
    }
}

/// A content-addressed input: bytes and their SHA-256.
package struct Blob: Sendable {
    package let digest: SHA256Digest
    package let content: [UInt8]

    package init(_ content: [UInt8]) {
        self.digest = SHA256Digest(of: content)
        self.content = content
    }
}

/// A sharded stage, ready to be handed out.
package struct StagePlan: Sendable {
    /// What a person sees in progress and status, such as `gene-wise dispersions`.
    package var title: String

    /// The content that the shards name. What an earlier stage brought is brought again: it is let go with its stage.
    package var blobs: [Blob]

    /// Fixed before dispatch, and never dependent on the number of workers.
    package var shards: [Shard]

    /// The bytes that a result may have. The default is 48 MiB, far above what the shards of most stages come to.
    ///
    /// A coordinator brings no larger one, so that a worker cannot make it hold what the stage never asks for.
    package var largestResult = 48 << 20

    /// Whether the shards run external programs.
    ///
    /// Such shards go only to workers that may run programs, and one at a time to each, because a program takes all cores of
    /// its worker. Their results tell also what was done, and what was there already, so that two of one shard may differ:
    /// the first counts, and none is computed again to be compared.
    package var runsPrograms = false

    package init(title: String, blobs: [Blob], shards: [Shard]) {
        self.title = title
        self.blobs = blobs
        self.shards = shards
    }
}

/// A run told as a sequence of sharded stages with a reduction before, between and after them.
///
/// The machinery calls `take` and then `nextStage` once per stage and `check` for each result, on a thread of its own
/// that may compute and read and write files, never on the thread that serves sockets.
/// A program is a pure function of its inputs: the same program with the same
/// results plans the same shards.
package protocol RunProgram: AnyObject, Sendable {
    /// Checks that a result of the stage in hand can be taken: that it decodes, and has the shape that its shard asks for.
    ///
    /// Results come from other machines. One that is refused here counts for nothing, and the shard is computed again;
    /// what is wrong with one that was taken ends the run.
    ///
    /// - Throws: What is wrong with it.
    func check(_ result: [UInt8], of shard: Shard) throws

    /// Takes the results of the stage before. The payloads are let go when it returns.
    ///
    /// - Parameter results: One payload per shard of the stage before, in the
    ///   order of its plan; empty at the first call.
    /// - Throws: As `nextStage`.
    func take(_ results: [[UInt8]]) throws

    /// Plans the next stage.
    ///
    /// - Parameter history: The stages so far, and the workers; for the record, never for the results.
    /// - Returns: The next stage, or nil when the run is complete and its results are written.
    /// - Throws: An error that ends the run; its description is shown to the user.
    func nextStage(history: RunHistory) throws -> StagePlan?
}

/// An error of a run's program that says that the inputs cannot be analysed, and not that something broke.
package protocol InputRefusal: Error {}

/// Computes shards in a worker process.
///
/// Called from several compute threads at once. The executor may keep decoded
/// inputs between calls, keyed by digest.
package protocol ShardExecutor: Sendable {
    /// Computes one shard.
    ///
    /// - Parameters:
    ///   - shard: What to compute.
    ///   - inputs: The content of `shard.inputs`, in that order, already verified.
    ///   - control: Receives progress and says whether the result is still wanted.
    /// - Returns: The payload, the same bytes on every machine.
    func execute(_ shard: Shard, inputs: [Blob], control: ShardControl) throws -> [UInt8]
}

/// What a running shard and its worker tell each other.
package protocol ShardControl: Sendable {
    /// Says that work went on. Cheap enough to call every few milliseconds.
    func madeProgress()

    /// Whether the lease was cancelled; the executor then throws `ShardCancelled`.
    var isCancelled: Bool { get }
}

/// Thrown by an executor whose worker lacks something that shards which run programs need: a folder, a program, its version,
/// memory.
///
/// The worker gets no more of them in the run, and others compute what it was lent. Where no other may, the run is refused in
/// these words.
package struct UnfitWorker: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Thrown by an executor that stopped because its lease was cancelled.
package struct ShardCancelled: Error {
    package init() {}
}
