import Deflate
import JobEngine
import Payloads
import SamplePermutation

/// All exposures of a study under shuffles that they share, in shards of permutations: family-wise errors over all of them,
/// and the overlaps of their lists; and beside these the overlaps with one exposure kept.
///
/// It comes behind the permutations of each exposure, whose means make NES of scores and whose lists have a length.
package struct PermutationFamilyStage: ShardedStage {
    package static let name = "permutation-family"
    package let title = "exposures permuted together"

    package enum Input: String, ShardInput {
        /// Of the first exposure, whose counts all have; or of the one that is shuffled.
        case problem

        /// All exposures, and how large the counts are.
        case family
        case shape

        /// The exposure that is kept, the other's means, and the lengths of its lists.
        case kept
        case means
        case lists

        package static let optional: Set<Input> = [.family, .shape, .kept, .means, .lists]
    }

    package enum Owner: Hashable, Sendable {
        case family
        case pair(Int)
    }

    package enum Output {
        case family(FamilyPass)
        case pair(OverlapPass)
    }

    package func isAsked(of study: StudyState) -> Bool { study.inputs.configuration.samplePermutation != nil }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Owner> {
        var shards = StageShards<Input, Owner>()
        guard let state = PermutationFamilyState(of: study) else { return shards }
        study.permutationFamily = state
        let family = state.family
        let inputs: [Input: Blob] = [
            .problem: state.problems[0], .family: Blob(FamilyInputs(family).encoded()),
            .shape: Blob(family.shape.encoded()),
        ]
        shards.largestResult = family.shape.largestEncoding
        for range in SamplePermutationShards.ranges(of: 0..<state.permutations, cost: family.permutationCost) {
            try shards.add(range, for: .family, reading: inputs)
        }
        for (index, pair) in state.pairs.enumerated() {
            let member = family.members[pair.shuffled]
            var inputs: [Input: Blob] = [
                .problem: state.problems[pair.shuffled], .kept: Blob(pair.overlap.kept.encoded()),
                .lists: Blob(ListLengths(member, permutations: state.pairDraws).encoded()),
            ]
            if let normalization = member.normalization { inputs[.means] = Blob(normalization.encoded()) }
            let cost = pair.overlap.permutationCost
            for range in SamplePermutationShards.ranges(of: 0..<pair.permutations, cost: cost) {
                try shards.add(range, for: .pair(index), reading: inputs)
            }
        }
        return shards
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        guard !shard.range.isEmpty else { throw PayloadError(description: "a shard of no permutations") }
        if shard.has(.family) {
            let family = try shard.shared(.family) { bytes in
                let first = try SamplePermutationInputs(decoding: shard.content(.problem))
                return try PermutationFamily(FamilyInputs(decoding: bytes, sharing: first))
            }
            guard shard.range.upperBound <= family.permutationCount(asked: .max) else {
                throw PayloadError(description: "permutations \(shard.range) are more than there are")
            }
            let pass = try family.count(shard.range, betweenBlocks: control.proceed)
            return Deflate.compress(pass.encoded(), level: 1)
        }
        let model = try shard.shared(.problem) { bytes in
            try SamplePermutationModel(SamplePermutationInputs(decoding: bytes))
        }
        let lists = try ListLengths(decoding: shard.content(.lists))
        let member = try PermutationFamily.Member(
            model, normalization: shard.has(.means) ? model.normalization(decoding: shard.content(.means)) : nil, lists)
        let kept = try ConditionalOverlap.Kept(decoding: shard.content(.kept))
        guard let overlap = ConditionalOverlap(of: member, kept, permutations: lists.permutations) else {
            throw PayloadError(description: "nothing of the exposure is left beside the one that is kept")
        }
        let pass = try overlap.count(shard.range, betweenBlocks: control.proceed)
        return Deflate.compress(pass.encoded(), level: 1)
    }

    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> Output {
        guard shard.has(.family) else {
            let pass = try OverlapPass(decoding: Deflate.inflate(result, sizeLimit: 1024))
            try expect(pass.isOf(shard.range), "overlaps")
            return .pair(pass)
        }
        let shape = try shard.shared(.shape) { try FamilyShape(decoding: $0) }
        let pass = try FamilyPass(decoding: Deflate.inflate(result, sizeLimit: shape.largestEncoding))
        try expect(pass.isOf(shard.range, shape), "counts of a family")
        return .family(pass)
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        guard var state = study.permutationFamily else { return }
        try results.forEach(of: .family) { if case .family(let part) = $0 { try state.pass.merge(part) } }
        for index in state.pairs.indices {
            try results.forEach(of: .pair(index)) {
                if case .pair(let part) = $0 { try state.pairs[index].pass.merge(part) }
            }
        }
        study.familyOutcome = try state.outcome()
        study.permutationFamily = nil
    }
}
