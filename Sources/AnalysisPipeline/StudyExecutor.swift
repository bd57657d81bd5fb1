import ContentDigest
import DifferentialExpression
import JobEngine
import Synchronization

/// Computes the shards of a study in a worker process.
package final class StudyExecutor: ShardExecutor {
    private let decodedInputs = DecodedInputs()

    package init() {}

    package func execute(_ shard: Shard, inputs: [Blob], control: ShardControl) throws -> [UInt8] {
        guard let stage = Stage(rawValue: shard.stage) else {
            throw PayloadError(description: "there is no stage `\(shard.stage)`")
        }
        var writer = PayloadWriter()
        switch stage {
        case .geneWiseDispersions:
            let analysis = try analysis(inputs[1])
            let block = try countBlock(inputs[0], sampleCount: analysis.context.sampleCount)
            GeneWiseDispersions(estimating: block, in: analysis.context).encode(to: &writer)

        case .transforms:
            let transform = try decodedInputs.value(for: inputs[1]) { try CountTransform(decoding: $0) }
            let block = try countBlock(inputs[0], sampleCount: transform.context.sampleCount)
            writer.write(try transform.values(of: block, dispFit: inputs.dropFirst(2).first.map(doubles)))

        case .shrinkage:
            let shrinkage = try decodedInputs.value(for: inputs[1]) { try DecodedShrinkage(decoding: $0) }
            let block = try countBlock(inputs[0], sampleCount: shrinkage.context.sampleCount)
            try shrinkage.fit(block, dispersion: try doubles(inputs[2]), to: &writer)

        case .models:
            let analysis = try analysis(inputs[1])
            let block = try countBlock(inputs[0], sampleCount: analysis.context.sampleCount)
            var geneWise = PayloadReader(inputs[2].content)
            try fit(
                block, geneWise: try GeneWiseDispersions(decoding: &geneWise), analysis: analysis,
                model: DispersionModel(decoding: inputs[3].content)
            ).encode(to: &writer)

        case .replacedGenes:
            let analysis = try analysis(inputs[1])
            let block = try countBlock(inputs[0], sampleCount: analysis.context.sampleCount)
            let geneWise = GeneWiseDispersions(estimating: block, in: analysis.context)
            control.madeProgress()
            let fits = try fit(
                block, geneWise: geneWise, analysis: analysis, model: DispersionModel(decoding: inputs[2].content))
            geneWise.encode(to: &writer)
            fits.encode(to: &writer)

        case .geneSetNulls, .rareGeneSets, .desktopNulls, .phenotypeNulls:
            return try GeneSetShards(decodedInputs: decodedInputs, control: control)
                .execute(stage, shard, inputs: inputs)
        }
        return writer.bytes
    }

    private func fit(
        _ block: CountBlock, geneWise: GeneWiseDispersions, analysis: DecodedAnalysis, model: DispersionModel
    ) throws -> ShardFits {
        guard geneWise.baseMean.count == block.geneCount else {
            throw PayloadError(description: "gene-wise dispersions do not belong to these counts")
        }
        let fits = ModelFits(
            fitting: block, geneWise: geneWise, dispFit: model.dispFit(atMeans: geneWise.baseMean), prior: model.prior,
            contrasts: analysis.contrasts, in: analysis.context)
        let reduced = analysis.reducedContext.map {
            ReducedFits(FixedDispersionFits(fitting: block, dispersion: fits.dispersion, in: $0))
        }
        return ShardFits(model: fits, reduced: reduced)
    }

    private func doubles(_ blob: Blob) throws -> [Double] {
        var reader = PayloadReader(blob.content)
        return try reader.readDoubles()
    }

    private func countBlock(_ blob: Blob, sampleCount: Int) throws -> CountBlock {
        try CountBlock(decoding: blob.content, sampleCount: sampleCount)
    }

    /// Decodes a design once for all shards and threads: its factorisation is worth keeping.
    private func analysis(_ blob: Blob) throws -> DecodedAnalysis {
        try decodedInputs.value(for: blob) { content in
            let model = try AnalysisModel(decoding: content)
            let settings = model.settings()
            return DecodedAnalysis(
                context: ModelContext(design: model.design, sizeFactors: model.sizeFactors, settings: settings),
                contrasts: model.contrasts,
                reducedContext: model.reducedDesign.map {
                    ModelContext(design: $0, sizeFactors: model.sizeFactors, settings: settings)
                })
        }
    }
}

/// A design and its contrasts, ready to use.
struct DecodedAnalysis: Sendable {
    let context: ModelContext
    let contrasts: [ContrastWeights]

    /// Of the reduced model of a likelihood-ratio test.
    let reducedContext: ModelContext?
}

/// Keeps what was decoded from blobs, for all compute threads of a worker.
///
/// Holds as many values as a run has analyses and lists: tens, so nothing is ever dropped.
final class DecodedInputs: Sendable {
    private let values = Mutex<[SHA256Digest: any Sendable]>([:])

    /// Returns the decoded blob, decoding it at the first call.
    func value<Value: Sendable>(for blob: Blob, decode: ([UInt8]) throws -> Value) throws -> Value {
        if let value = values.withLock({ $0[blob.digest] }) as? Value { return value }
        // Two threads may decode the same blob at once; both get the same value.
        let value = try decode(blob.content)
        values.withLock { $0[blob.digest] = value }
        return value
    }
}
