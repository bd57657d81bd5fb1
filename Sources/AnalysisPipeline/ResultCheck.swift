import ContentDigest
import Deflate
import DifferentialExpression
import GeneSetEnrichment
import JobEngine

/// Whether the result of a shard can be taken, as the shard's own inputs tell.
///
/// Results come from other machines: one that does not decode, or is of another number of genes, samples, coefficients or
/// permutations, would end the reduction that takes it. Its numbers are taken at their word.
struct ResultCheck: Sendable {
    private let inputs: [SHA256Digest: Blob]
    private let decodedInputs = DecodedInputs()

    /// - Parameter inputs: What the stage's shards read.
    init(inputs: [Blob]) {
        self.inputs = Dictionary(inputs.map { ($0.digest, $0) }) { first, _ in first }
    }

    /// - Throws: `PayloadError`, or the error of the part that could not decode it.
    func check(_ result: [UInt8], of shard: Shard) throws {
        guard let stage = Stage(rawValue: shard.stage) else {
            throw PayloadError(description: "there is no stage `\(shard.stage)`")
        }
        let genes = shard.range.count
        var reader = PayloadReader(result)
        switch stage {
        case .geneWiseDispersions:
            try check(GeneWiseDispersions(decoding: &reader), genes: genes, model: model(shard.inputs, 1))
        case .models:
            try check(ShardFits(decoding: &reader), genes: genes, model: model(shard.inputs, 1))
        case .replacedGenes:
            let model = try model(shard.inputs, 1)
            try check(GeneWiseDispersions(decoding: &reader), genes: genes, model: model)
            try check(ShardFits(decoding: &reader), genes: genes, model: model)
        case .shrinkage:
            try checkShrinkage(&reader, genes: genes, prior: input(shard.inputs, 1))
        case .transforms:
            let transform = try decoded(shard.inputs, 1) { try CountTransform(decoding: $0) }
            try expect(reader.readDoubles().count == genes * transform.context.sampleCount, "transformed counts")
        case .geneSetNulls:
            return try checkState(result, permutations: genes, inputs: shard.inputs)
        case .rareGeneSets:
            let rare = try decoded(shard.inputs, 1) { try RareGeneSets(decoding: $0) }
            guard shard.range.upperBound <= rare.climbs.count else { throw mismatch("climbs to rare gene sets") }
            for climb in shard.range {
                for _ in rare.climbs[climb].sets { _ = try MultilevelSplitting.Reach(decoding: &reader) }
            }
        case .desktopNulls:
            let plan = try decoded(shard.inputs, 0) { try DesktopPlan(decoding: $0) }
            return try expect(
                NullScorePayload.scores(in: result).count == genes * plan.permutations, "null scores")
        case .phenotypeNulls:
            let plan = try decoded(shard.inputs, 0) { try PhenotypePlan(decoding: $0) }
            return try expect(NullScorePayload.scores(in: result).count == genes * plan.sets.count, "null scores")
        }
        guard reader.isAtEnd else { throw PayloadError(description: "bytes follow behind the result") }
    }

    private func check(_ geneWise: GeneWiseDispersions, genes: Int, model: AnalysisModel) throws {
        try expect(geneWise.baseMean.count == genes, "gene-wise dispersions")
        // Without a fit the means are linear, and have no coefficients.
        let coefficients = geneWise.meanCoefficients.count
        try expect(coefficients == 0 || coefficients == genes * model.columnNames.count, "coefficients of means")
    }

    private func check(_ fits: ShardFits, genes: Int, model: AnalysisModel) throws {
        let model = (columns: model.columnNames.count, samples: model.sampleCount, whole: model)
        let own = fits.model
        let columns = [
            own.dispMAP.count, own.dispersion.count, own.dispIter.count, own.dispOutlier.count, own.betaConv.count,
            own.betaIter.count, own.deviance.count, own.maxCooks.count, own.maxCooksOfNonReplaceable.count,
            own.worstCooksExempt.count, own.replace.count,
        ]
        try expect(columns.allSatisfy { $0 == genes }, "fits")
        try expect(
            [own.beta.count, own.standardError.count].allSatisfy { $0 == genes * model.columns }, "coefficients")
        let contrasts = [own.contrastEstimate.count, own.contrastStandardError.count, own.contrastAllZero.count]
        try expect(contrasts.allSatisfy { $0 == genes * model.whole.allZeroSamples.count }, "contrasts")
        try expect((fits.reduced == nil) == model.whole.reducedColumnNames.isEmpty, "fits of a reduced model")
        let replaced = own.replacedCounts
        try expect(
            replaced.allSatisfy {
                (0..<genes).contains($0.gene) && $0.counts.count == model.samples && $0.counts.allSatisfy { $0 >= 0 }
            } && zip(replaced, replaced.dropFirst()).allSatisfy { $0.gene < $1.gene }, "replaced counts")
    }

    private func checkShrinkage(_ reader: inout PayloadReader, genes: Int, prior: Blob) throws {
        let shrinkage = try decodedInputs.value(for: prior) { try ShrinkageModel(decoding: $0) }
        switch shrinkage.prior {
        case .cauchy:
            for _ in 0..<3 { try expect(reader.readDoubles().count == genes, "shrunken fold changes") }
        case .normal:
            let fits = try PriorFits(decoding: &reader)
            let contrasts = genes * shrinkage.model.allZeroSamples.count
            try expect(
                fits.deviance.count == genes && fits.beta.count == genes * shrinkage.model.columnNames.count
                    && fits.contrastEstimate.count == contrasts, "fits under a prior")
        }
    }

    private func checkState(_ result: [UInt8], permutations: Int, inputs: [SHA256Digest]) throws {
        let plan = try decoded(inputs, 0) { try GeneSetNull.Plan(decoding: $0) }
        let state = try GeneSetNull.State(deflated: result, of: plan)
        try expect(state.holds(permutations, of: plan), "null distributions")
    }

    private func model(_ inputs: [SHA256Digest], _ index: Int) throws -> AnalysisModel {
        try decoded(inputs, index) { try AnalysisModel(decoding: $0) }
    }

    private func decoded<Value: Sendable>(
        _ inputs: [SHA256Digest], _ index: Int, decode: ([UInt8]) throws -> Value
    ) throws -> Value {
        try decodedInputs.value(for: input(inputs, index), decode: decode)
    }

    private func input(_ digests: [SHA256Digest], _ index: Int) throws -> Blob {
        guard digests.indices.contains(index), let blob = inputs[digests[index]] else {
            throw PayloadError(description: "the shard names an input that its stage does not have")
        }
        return blob
    }

    private func expect(_ condition: Bool, _ what: String) throws {
        if !condition { throw mismatch(what) }
    }

    private func mismatch(_ what: String) -> PayloadError {
        PayloadError(description: "\(what) that are not those of the shard")
    }
}

extension GeneSetNull.State {
    /// Reads a shard's result.
    ///
    /// - Throws: `DeflateError` where it unpacks to more than any state of the plan has.
    init(deflated bytes: [UInt8], of plan: GeneSetNull.Plan) throws {
        try self.init(decoding: Deflate.inflate(bytes, sizeLimit: Self.largestEncoding(of: plan)))
    }
}
