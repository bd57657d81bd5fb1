import ContentDigest
import JobEngine

/// Computes some shards of a finished run once more, from its inputs, and compares them with what they came to.
///
/// The stages plan the run as they did. Of a stage that others build on every shard is computed; of the last one that a
/// chosen shard is of, the chosen ones alone.
package struct StudyReplay: Sendable {
    /// Computes shards that read some blobs; one result for each.
    package typealias Computing = (
        _ shards: [Shard], _ compute: @Sendable (Shard) throws -> [UInt8]
    ) throws -> [[UInt8]]

    package enum Difference: Equatable, Sendable {
        /// The shard came to something else.
        case result(ShardRecord, found: String)

        /// Nothing that was planned reads what the shard read: a shard before it differs, or the inputs do.
        case inputs(ShardRecord)
    }

    private var progress: StudyProgress
    private let executor: StudyExecutor
    private let records: [ShardRecord]

    /// - Parameters:
    ///   - inputs: With the permutations that the run came to.
    ///   - records: Of all its shards.
    package init(inputs: StudyInputs, records: [ShardRecord], stages: [any StudyStage] = StudyMethod.stages) {
        var inputs = inputs
        // It is known where the run ended, and nothing is gone on from.
        inputs.settling = nil
        inputs.priorNulls = []
        progress = StudyProgress(study: StudyState(inputs: inputs), stages: stages)
        executor = StudyExecutor(stages: stages)
        self.records = records
    }

    /// - Parameter chosen: Positions among the records.
    /// - Returns: The first difference; nil where all agree.
    package mutating func firstDifference(of chosen: Set<Int>, computing: Computing) throws -> Difference? {
        var open = chosen
        while !open.isEmpty, let plan = try progress.next() {
            let blobs = Dictionary(plan.blobs.map { ($0.digest, $0) }) { first, _ in first }
            let here = open.sorted().compactMap { position -> (position: Int, shard: Shard)? in
                guard let shard = records[position].shard, shard.stage == plan.shards.first?.stage,
                    shard.inputs.allSatisfy({ blobs[$0] != nil })
                else { return nil }
                return (position, shard)
            }
            open.subtract(here.map(\.position))
            let planned = open.isEmpty ? [] : plan.shards
            let isPlanned = Set(planned)
            let shards = planned + here.map(\.shard).filter { !isPlanned.contains($0) }
            let executor = executor
            let results = try computing(shards) { shard in
                try executor.execute(shard, inputs: shard.inputs.compactMap { blobs[$0] }, control: Unhurried())
            }
            let found = Dictionary(zip(shards, results)) { first, _ in first }
            for (position, shard) in here {
                let digest = SHA256Digest(of: found[shard] ?? []).description
                if digest != records[position].sha256 { return .result(records[position], found: digest) }
            }
            if !planned.isEmpty { try progress.take(Array(results.prefix(planned.count))) }
        }
        return open.min().map { .inputs(records[$0]) }
    }
}
