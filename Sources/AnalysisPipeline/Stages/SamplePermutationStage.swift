import Deflate
import JobEngine
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

        package static let optional: Set<Input> = [.means]
    }

    package enum Owner: Hashable, Sendable {
        case first(list: Int)
        case second(list: Int)
        case flips(list: Int)
    }

    package enum Output {
        case first(PassOne)
        case second(PassTwo)
    }

    package func isAsked(of study: StudyState) -> Bool { study.inputs.configuration.samplePermutation != nil }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Owner> {
        try study.planPermutations(of: SamplePermutationRun.self) { list, run, shards in
            let shape = run.model.shape
            let inputs: [Input: Blob] = [.problem: run.problem, .shape: Blob(shape.encoded())]
            for range in run.missingFirst { try shards.add(range, for: .first(list: list), reading: inputs) }
            if let flips = run.flips {
                let inputs: [Input: Blob] = [.problem: flips.problem, .shape: Blob(flips.model.shape.encoded())]
                for range in run.missingFlips { try shards.add(range, for: .flips(list: list), reading: inputs) }
            }
            shards.largestResult = max(shards.largestResult, shape.largestEncoding)
            let missing = run.missingSecond
            guard !missing.isEmpty, let normalization = run.normalization else { return }
            let means = Blob(normalization.encoded())
            let secondShape = Blob(run.model.shape(normalization).encoded())
            for range in missing {
                try shards.add(
                    range, for: .second(list: list),
                    reading: [.problem: run.problem, .shape: secondShape, .means: means])
            }
        }
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        let model = try shard.shared(.problem) { bytes in
            try SamplePermutationModel(SamplePermutationInputs(decoding: bytes))
        }
        guard !shard.range.isEmpty, shard.range.upperBound <= model.enumeratedCount ?? .max else {
            throw PayloadError(description: "permutations \(shard.range) are more than there are")
        }
        let bytes: [UInt8]
        if shard.has(.means) {
            let normalization = try model.normalization(decoding: shard.content(.means))
            bytes = try model.countNormalizedScores(shard.range, normalization, betweenBlocks: control.proceed)
                .encoded()
        } else {
            bytes = try model.countScores(shard.range, betweenBlocks: control.proceed).encoded()
        }
        return Deflate.compress(bytes, level: 1)
    }

    /// - Throws: `DeflateError` where it unpacks to more than any summary of the shape has.
    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> Output {
        let shape = try shard.shared(.shape) { try SummaryShape(decoding: $0) }
        let bytes = try Deflate.inflate(result, sizeLimit: shape.largestEncoding)
        if shard.has(.means) {
            let pass = try PassTwo(decoding: bytes)
            try expect(pass.isOf(shard.range, shape), "normalized scores")
            return .second(pass)
        }
        let pass = try PassOne(decoding: bytes)
        try expect(pass.isOf(shard.range, shape), "counts of scores")
        return .first(pass)
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        try study.enrichment.update(SamplePermutationRun.self) { list, run in
            try results.forEach(of: .first(list: list)) { if case .first(let part) = $0 { try run.takeFirst(part) } }
            try results.forEach(of: .flips(list: list)) { if case .first(let part) = $0 { try run.takeFlips(part) } }
            try results.forEach(of: .second(list: list)) { if case .second(let part) = $0 { try run.takeSecond(part) } }
        }
    }
}
