import ContentDigest
import Deflate
import GeneSetEnrichment
import JobEngine
import Payloads
import SamplePermutation

/// Statistics and set scores under shuffled samples, in shards of permutations: two passes with a barrier between them,
/// and beside the first the sign flips.
package struct SamplePermutationStage: ShardedStage {
    package static let name = "sample-permutations"
    package let title = "permuted samples"

    /// For the second pass, and until every set is settled, where that is asked for.
    package let isPlannedAgain = true

    package enum Input: String, ShardInput {
        /// Counts, covariates, dispersions, exposure and sets.
        case problem

        /// How large the summaries are.
        case shape

        /// The means of the null scores: of the second pass.
        case means

        /// Of the sign flips of the problem: `FlipTerms`.
        case flips

        /// Of a first pass whose scores are stored: they come behind its counts.
        case keep

        package static let optional: Set<Input> = [.means, .flips, .keep]
    }

    package enum Owner: Hashable, Sendable {
        case first(list: Int)
        case second(list: Int)
        case flips(list: Int)
    }

    package enum Output {
        /// With the scores of all sets, set after set, where they are stored.
        case first(PassOne, ScoreBytes?)
        case second(PassTwo)
    }

    package func isAsked(of study: StudyState) -> Bool { study.inputs.configuration.samplePermutation != nil }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Owner> {
        try study.enrichment.update(SamplePermutationRun.self) { _, run in try run.countStoredScores() }
        return try study.planPermutations(of: SamplePermutationRun.self) { list, run, shards in
            let shape = run.model.shape
            var inputs: [Input: Blob] = [.problem: run.problem, .shape: Blob(shape.encoded())]
            let missingFirst = run.missingFirst
            if run.storesScores {
                inputs[.keep] = Blob(Array("null scores".utf8))
                shards.largestResult = max(
                    shards.largestResult,
                    FirstPassPayload.largest(
                        counts: shape.largestEncoding,
                        scores: shape.scoresPerPermutation * (missingFirst.map(\.count).max() ?? 0)))
            }
            for range in missingFirst { try shards.add(range, for: .first(list: list), reading: inputs) }
            if let flips = run.flips {
                let inputs: [Input: Blob] = [
                    .problem: run.problem, .shape: Blob(flips.model.shape.encoded()), .flips: run.terms(of: flips),
                ]
                for range in run.missingFlips { try shards.add(range, for: .flips(list: list), reading: inputs) }
            }
            shards.largestResult = max(shards.largestResult, shape.largestEncoding)
            let missing = run.missingSecond
            guard !missing.isEmpty, let normalization = run.normalization, let means = run.means else { return }
            let secondShape = Blob(run.model.shape(normalization).encoded())
            for range in missing {
                try shards.add(
                    range, for: .second(list: list),
                    reading: [.problem: run.problem, .shape: secondShape, .means: means])
            }
        }
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        let model = try model(of: shard)
        guard !shard.range.isEmpty, shard.range.upperBound <= model.enumeratedCount ?? .max else {
            throw PayloadError(description: "permutations \(shard.range) are more than there are")
        }
        guard !shard.has(.means) else {
            return Deflate.compress(try secondPass(shard, model, control: control).encoded(), level: 1)
        }
        let (pass, scores) = try firstPass(shard, model, control: control)
        guard shard.has(.keep) else { return FirstPassPayload.encode(pass.encoded()) }
        return FirstPassPayload.encode(pass.encoded(), scores: scores, width: model.scoresPerPermutation)
    }

    /// Flips have the fits of the problem that they are of: what takes a second is done once for both.
    private static func model(of shard: StageShard<Input>) throws -> SamplePermutationModel {
        let model = try shard.shared(.problem) { try SamplePermutationModel(SamplePermutationInputs(decoding: $0)) }
        guard shard.has(.flips) else { return model }
        return try shard.shared(.flips) { bytes in
            try model.flipped().enumerating(FlipTerms(decoding: bytes).isEnumerated)
        }
    }

    /// - Returns: The counts, and the scores of all sets where they are stored or kept for the second pass.
    private static func firstPass(
        _ shard: StageShard<Input>, _ model: SamplePermutationModel, control: any ShardControl
    ) throws -> (PassOne, scores: [Float]) {
        let count = shard.range.count * model.scoresPerPermutation
        let isKept = !shard.has(.flips) && KeptSetScores.ofProcess.canKeep(count)
        guard isKept || shard.has(.keep) else {
            return (try model.countScores(shard.range, betweenBlocks: control.proceed), [])
        }
        var scores: [Float] = []
        scores.reserveCapacity(count)
        let pass = try model.countScores(
            shard.range, keeping: { scores.append(contentsOf: $0) }, betweenBlocks: control.proceed)
        if isKept { KeptSetScores.ofProcess.keep(scores, of: try shard.digest(.problem), shard.range) }
        return (pass, scores)
    }

    private static func secondPass(
        _ shard: StageShard<Input>, _ model: SamplePermutationModel, control: any ShardControl
    ) throws -> PassTwo {
        let normalization = try model.normalization(decoding: shard.content(.means))
        guard let kept = KeptSetScores.ofProcess.scores(of: try shard.digest(.problem), shard.range),
            kept.count == shard.range.count * model.scoresPerPermutation
        else { return try model.countNormalizedScores(shard.range, normalization, betweenBlocks: control.proceed) }
        try control.proceed()
        return kept.withUnsafeBufferPointer { model.countNormalizedScores(shard.range, normalization, kept: $0) }
    }

    /// - Throws: `DeflateError` where it unpacks to more than any summary of the shape has.
    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> Output {
        let shape = try shard.shared(.shape) { try SummaryShape(decoding: $0) }
        guard shard.has(.keep) else { return try read(result, scores: nil, of: shard, shape) }
        let (counts, scores) = try FirstPassPayload.split(
            result, scores: shard.range.count * shape.scoresPerPermutation)
        return try read(counts, scores: scores, of: shard, shape)
    }

    private static func read(
        _ result: [UInt8], scores: ScoreBytes?, of shard: StageShard<Input>, _ shape: SummaryShape
    ) throws -> Output {
        let bytes = try Deflate.inflate(result, sizeLimit: shape.largestEncoding)
        if shard.has(.means) {
            let pass = try PassTwo(decoding: bytes)
            try expect(pass.isOf(shard.range, shape), "normalized scores")
            return .second(pass)
        }
        let pass = try PassOne(decoding: bytes)
        try expect(pass.isOf(shard.range, shape), "counts of scores")
        return .first(pass, scores)
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        try study.enrichment.update(SamplePermutationRun.self) { list, run in
            try results.forEach(of: .first(list: list)) {
                if case .first(let part, let scores) = $0 { try run.takeFirst(part, scores) }
            }
            try results.forEach(of: .flips(list: list)) { if case .first(let part, _) = $0 { try run.takeFlips(part) } }
            try results.forEach(of: .second(list: list)) { if case .second(let part) = $0 { try run.takeSecond(part) } }
        }
    }
}

/// How the sign flips of a problem are gone through.
struct FlipTerms {
    /// Whether all of them are enumerated instead of drawn.
    let isEnumerated: Bool

    /// - Parameter problem: The digest of the problem that they are of, so that no other one has the same terms.
    func encoded(of problem: SHA256Digest) -> [UInt8] { Array("\(problem)".utf8) + [isEnumerated ? 1 : 0] }

    init(isEnumerated: Bool) { self.isEnumerated = isEnumerated }

    init(decoding bytes: [UInt8]) throws {
        guard let last = bytes.last, last <= 1 else { throw PayloadError(description: "flips without their terms") }
        isEnumerated = last == 1
    }
}
