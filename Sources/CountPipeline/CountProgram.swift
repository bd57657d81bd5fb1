import ExpressionData
import Foundation
import JobEngine
import ReadsToCounts
import Synchronization

/// Counting as a program of three stages: what is there, how the libraries were made, and the samples.
///
/// Called by one thread at a time, as `RunProgram` promises; the lock only tells the compiler so.
package final class CountProgram: RunProgram {
    private let plan: CountPlan
    private let state: Mutex<CountState>

    /// - Parameter finish: Takes what the run came to; called once, at the end.
    package init(_ plan: CountPlan, finish: @escaping @Sendable (CountEnding) throws -> Void) {
        self.plan = plan
        state = Mutex(CountState(plan: plan, finish: finish))
    }

    package func check(_ result: [UInt8], of shard: Shard) throws {
        let outcome = try TaskOutcome(result)
        let index = shard.range.lowerBound
        let isOfShard =
            switch (outcome, CountStage(rawValue: shard.stage)) {
            case (.refused, _), (.failed, _): true
            case (.reference(let found), .inputs): index == 0 && FileReference.sizes.contains(found.indexBytes)
            case (.reads(let found), .inputs):
                index > 0 && found.digests.count == plan.samples[index - 1].files.count && found.reads >= 0
            case (.strands, .strands): true
            case (.sample(let counted), .samples): counted.quality.sample == plan.samples[index].name
            default: false
            }
        guard isOfShard else { throw TaskRefusal("the result is of another shard than \(index) of \(shard.stage)") }
    }

    package func take(_ results: [[UInt8]]) throws { try state.withLock { try $0.take(results) } }

    package func nextStage(history: RunHistory) throws -> StagePlan? {
        try state.withLock { try $0.nextStage(history: history) }
    }
}

extension TaskRefusal: InputRefusal {}

/// What a run of counting is made of.
package struct CountPlan: Codable, Sendable {
    package var sheet: ReadSheet
    package var samples: [SampleTask]
    package var context: CountContext

    package init(sheet: ReadSheet, samples: [SampleTask], context: CountContext) {
        self.sheet = sheet
        self.samples = samples
        self.context = context
    }

    /// Bytes that stay in the folder of the results, as a bound: an index of two bytes a base (STAR: twelve), logs of 4 MiB for a
    /// file of reads, and alignments, where they are kept, as large as the reads.
    package var keptBytes: Int {
        let files = samples.flatMap(\.files)
        let alignments = context.settings.keepsAlignments ? files.reduce(0) { $0 + $1.bytes } : 0
        guard case .fasta(let genome) = context.reference else { return files.count << 22 + alignments }
        // A compressed genome has some four bases a byte.
        let bases = genome.path.hasSuffix(".gz") ? 4 * genome.bytes : genome.bytes
        return bases * (context.settings.aligner == .star ? 12 : 2) + files.count << 22 + alignments
    }
}

/// What a run of counting came to.
package enum CountEnding: Sendable {
    case counted(CountResults)

    /// Programs failed for some; what was done for the others is kept.
    case failed(CountFailure)
}

/// Counts and what belongs to them.
package struct CountResults: Sendable {
    package var samples: [SampleCounted]
    package var strandedness: Strandedness
    package var reference: ReferenceFound
    package var reads: [ReadsFound]
    package var history: RunHistory
}

/// The stages, by the names that shards carry.
enum CountStage: String {
    case inputs = "reads-inputs"
    case strands = "reads-strands"
    case samples = "reads-samples"

    var title: String {
        switch self {
        case .inputs: "reads, annotation and index"
        case .strands: "strandedness"
        case .samples: "samples"
        }
    }
}

private struct CountState {
    let plan: CountPlan
    let finish: @Sendable (CountEnding) throws -> Void
    private var current: CountStage?
    private var reference: ReferenceFound?
    private var reads: [ReadsFound] = []
    private var evidence: [StrandEvidence] = []
    private var strandedness = Strandedness.unstranded
    private var counted: [SampleCounted] = []

    init(plan: CountPlan, finish: @escaping @Sendable (CountEnding) throws -> Void) {
        self.plan = plan
        self.finish = finish
    }

    mutating func take(_ results: [[UInt8]]) throws {
        guard let current else { return }
        let outcomes = try results.map { try TaskOutcome($0) }
        var (refusals, failures): ([String], [StepFailure]) = ([], [])
        for outcome in outcomes {
            switch outcome {
            case .refused(let text): if !refusals.contains(text) { refusals.append(text) }
            case .failed(let failure): failures.append(failure)
            case .reference(let found): reference = found
            case .reads(let found): reads.append(found)
            case .strands(let found): evidence.append(found)
            case .sample(let sample): counted.append(sample)
            }
        }
        guard failures.isEmpty else {
            let failure = CountFailure(failures: failures, done: outcomes.count - failures.count - refusals.count)
            try finish(.failed(failure))
            throw failure
        }
        guard refusals.isEmpty else { throw TaskRefusal(refusals.joined(separator: "\n")) }
        if current == .strands {
            do {
                strandedness = try CohortStrandedness.settle(
                    plan.sheet.samples, evidence: evidence, sheet: plan.sheet.fileName)
            } catch let error as InputError {
                throw TaskRefusal(error.description)
            }
        }
    }

    mutating func nextStage(history: RunHistory) throws -> StagePlan? {
        let context = plan.context
        switch current {
        case nil:
            // The index takes longest, so it is begun first.
            return try stage(.inputs, [.reference(context)] + plan.samples.map { .reads(context, $0) })
        case .inputs:
            let reference = try found()
            return try stage(
                .strands, zip(plan.samples, reads).map { .strands(context, $0, $1, reference) })
        case .strands:
            let reference = try found()
            return try stage(
                .samples,
                plan.samples.indices.map { index in
                    .sample(context, plan.samples[index], reads[index], reference, strandedness, evidence[index])
                })
        case .samples:
            try finish(
                .counted(
                    CountResults(
                        samples: counted, strandedness: strandedness, reference: try found(), reads: reads,
                        history: history)))
            return nil
        }
    }

    private func found() throws -> ReferenceFound {
        guard let reference else { throw TaskRefusal("no worker has prepared the reference") }
        return reference
    }

    private mutating func stage(_ stage: CountStage, _ tasks: [CountTask]) throws -> StagePlan {
        current = stage
        let blobs = try tasks.map { Blob([UInt8](try canonicalJSON($0))) }
        var whole = StagePlan(
            title: stage.title, blobs: blobs,
            shards: blobs.indices.map { index in
                Shard(stage: stage.rawValue, range: index..<index + 1, inputs: [blobs[index].digest])
            })
        whole.runsPrograms = true
        return whole
    }
}

/// Ends a run in which programs failed.
package struct CountFailure: Error, CustomStringConvertible {
    package let failures: [StepFailure]

    /// The shards of the same stage that came to something.
    package let done: Int

    package var description: String {
        failures.map(\.description).joined(separator: "\n")
            + "\nWhat was done for \(done) others is kept: the same command does only the rest."
    }
}

extension CountProgram {
    /// The stages of a run, and about how long each takes beside the others.
    package static let expectedStages: [(title: String, weight: Double)] = [
        (CountStage.inputs.title, 1), (CountStage.strands.title, 0.2), (CountStage.samples.title, 5),
    ]
}
