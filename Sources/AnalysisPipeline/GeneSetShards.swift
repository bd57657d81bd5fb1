import Deflate
import GeneSetEnrichment
import JobEngine

/// Computes the shards of the gene sets' stages in a worker process.
struct GeneSetShards {
    let decodedInputs: DecodedInputs
    let control: ShardControl

    func execute(_ stage: Stage, _ shard: Shard, inputs: [Blob]) throws -> [UInt8] {
        switch stage {
        case .geneSetNulls:
            let state = try sizePlan(inputs[0]).state(permutations: shard.range, betweenBlocks: proceed)
            return Deflate.compress(state.encoded(), level: 1)
        case .rareGeneSets:
            let plan = try sizePlan(inputs[0])
            let rare = try decodedInputs.value(for: inputs[1]) { try RareGeneSets(decoding: $0) }
            guard rare.fits(plan), shard.range.upperBound <= rare.climbs.count else {
                throw PayloadError(description: "rare gene sets do not belong to this list")
            }
            var writer = PayloadWriter()
            let splitting = MultilevelSplitting(plan)
            for climb in shard.range {
                for reach in try rare.reaches(ofClimb: climb, by: splitting, betweenLevels: proceed) {
                    reach.encode(to: &writer)
                }
            }
            return writer.bytes
        case .desktopNulls:
            let plan = try decodedInputs.value(for: inputs[0]) { try DesktopPlan(decoding: $0) }
            guard shard.range.upperBound <= plan.sizes.count else {
                throw PayloadError(description: "a shard of sets that the plan does not have")
            }
            return NullScorePayload.encode(try plan.nullScores(ofSets: shard.range, betweenDraws: proceed))
        case .phenotypeNulls:
            let plan = try decodedInputs.value(for: inputs[0]) { try PhenotypePlan(decoding: $0) }
            return NullScorePayload.encode(
                try plan.nullScores(permutations: shard.range, betweenPermutations: proceed))
        case .geneWiseDispersions, .models, .replacedGenes, .shrinkage, .transforms:
            throw PayloadError(description: "`\(stage.rawValue)` is no stage of gene sets")
        }
    }

    private func sizePlan(_ blob: Blob) throws -> GeneSetNull.Plan {
        try decodedInputs.value(for: blob) { try GeneSetNull.Plan(decoding: $0) }
    }

    private func proceed() throws {
        if control.isCancelled { throw ShardCancelled() }
        control.madeProgress()
    }
}
