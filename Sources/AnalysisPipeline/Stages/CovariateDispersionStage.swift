import DifferentialExpression
import JobEngine
import Payloads

/// The dispersions of the designs without their exposures, in shards of genes: gene-wise ones, and after the barrier of
/// their trend the final ones.
///
/// They are of the covariates alone, so that they do not change with the exposure that is shuffled.
package struct CovariateDispersionStage: ShardedStage {
    package static let name = "covariate-dispersions"
    package let title = "dispersions without the exposure"
    package let reads: Set<KeptBlobs.Kind> = [.counts]
    package let isPlannedAgain = true

    package enum Input: String, ShardInput {
        case counts
        case design

        // Of the second pass.
        case geneWise = "gene-wise"
        case dispersionModel = "dispersion-model"

        package static let optional: Set<Input> = [.geneWise, .dispersionModel]
    }

    package enum Owner: Hashable, Sendable {
        case geneWise(model: Int)
        case dispersion(model: Int)
    }

    package enum Output {
        case geneWise(GeneWiseDispersions)
        case dispersion([Double])
    }

    package func isAsked(of study: StudyState) -> Bool { study.inputs.configuration.samplePermutation != nil }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Owner> {
        let state = try study.covariateModels ?? CovariateModels(of: study)
        study.covariateModels = state
        var shards = StageShards<Input, Owner>()
        let blocks = try study.geneBlocks()
        for (index, model) in state.models.enumerated() where model.dispersion.isEmpty {
            for (position, (range, counts)) in blocks.enumerated() {
                var inputs: [Input: Blob] = [.counts: counts, .design: model.analysis.modelBlob]
                if let trend = model.analysis.dispersionModel {
                    inputs[.geneWise] = model.geneWise[position]
                    inputs[.dispersionModel] = Blob(trend.encoded())
                    try shards.add(range, for: .dispersion(model: index), reading: inputs)
                } else {
                    try shards.add(range, for: .geneWise(model: index), reading: inputs)
                }
            }
        }
        return shards
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        let context = try shard.analysis(.design).context
        let block = try shard.countBlock(.counts, sampleCount: context.sampleCount)
        var writer = PayloadWriter()
        guard shard.has(.dispersionModel) else {
            GeneWiseDispersions(estimating: block, in: context).encodeColumns(to: &writer)
            return writer.bytes
        }
        var reader = PayloadReader(try shard.content(.geneWise))
        let geneWise = try GeneWiseDispersions(decodingColumns: &reader)
        try geneWise.checkColumns(genes: block.geneCount, coefficients: context.coefficientCount, contrasts: 0)
        let model = try DispersionModel(decoding: shard.content(.dispersionModel))
        writer.write(
            ModelFits.dispersions(
                of: block, geneWise: geneWise, dispFit: model.dispFit(atMeans: geneWise.baseMean), prior: model.prior,
                in: context))
        return writer.bytes
    }

    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> Output {
        var reader = PayloadReader(result)
        if shard.has(.dispersionModel) {
            let dispersion = try reader.readDoubles()
            try reader.finish()
            try expect(dispersion.count == shard.range.count, "dispersions")
            return .dispersion(dispersion)
        }
        let geneWise = try GeneWiseDispersions(decodingColumns: &reader)
        try reader.finish()
        let coefficients = try shard.model(.design).columnNames.count
        try geneWise.checkColumns(genes: shard.range.count, coefficients: coefficients, contrasts: 0)
        return .geneWise(geneWise)
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        guard var state = study.covariateModels else { return }
        let kind = study.permutedTrend
        for index in state.models.indices {
            let geneWise = try results.of(.geneWise(model: index)).compactMap { output in
                if case .geneWise(let part) = output { part } else { nil }
            }
            if !geneWise.isEmpty {
                state.models[index].analysis.geneWise = GeneWiseDispersions(joining: geneWise)
                state.models[index].geneWise = results.payloads(of: .geneWise(model: index)).map { Blob($0) }
                try state.models[index].analysis.fitTrend(kind, &study.warnings)
            }
            let dispersion = try results.of(.dispersion(model: index)).flatMap { output in
                if case .dispersion(let part) = output { part } else { [Double]() }
            }
            if !dispersion.isEmpty {
                state.models[index].dispersion = dispersion
                state.models[index].geneWise = []
            }
        }
        study.covariateModels = state
    }
}

extension StudyState {
    /// The kind of trend of dispersions where samples are permuted: the study's, or of the finished run.
    var permutedTrend: DispersionTrend.Kind {
        (settings ?? inputs.exposureOfRun?.settings)?.dispersionTrend ?? .parametric
    }
}
