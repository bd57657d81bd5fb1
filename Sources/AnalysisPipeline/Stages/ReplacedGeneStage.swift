import DifferentialExpression
import JobEngine
import Payloads

/// Genes whose outliers were replaced: gene-wise dispersions and models again, on the new counts.
package struct ReplacedGeneStage: ShardedStage {
    package static let name = "replaced-genes"
    package let title = "refit of replaced genes"

    package enum Input: String, ShardInput {
        /// After replacement.
        case counts
        case design
        case dispersionModel = "dispersion-model"
    }

    package typealias Output = (geneWise: GeneWiseDispersions, fits: ShardFits)

    package func isAsked(of study: StudyState) -> Bool { study.settings != nil }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Int> {
        var shards = StageShards<Input, Int>()
        for (index, analysis) in study.analyses.enumerated() {
            guard let model = analysis.dispersionModel, let replaced = analysis.fits?.replacedCounts, !replaced.isEmpty
            else { continue }
            let modelBlob = Blob(model.encoded())
            let design = try refitDesign(of: analysis, in: study, replaced: replaced)
            for (range, counts) in study.blocks(ofReplaced: replaced) {
                try shards.add(
                    range, for: index, reading: [.counts: counts, .design: design, .dispersionModel: modelBlob])
            }
        }
        return shards
    }

    /// The design of a refit: with normalization factors their means are those of the refitted genes, as in DESeq2.
    private func refitDesign(
        of analysis: AnalysisState, in study: StudyState, replaced: [ModelFits.ReplacedCounts]
    ) throws -> Blob {
        let counted = replaced.filter { $0.counts.contains { $0 != 0 } }.map { study.analysedGenes[$0.gene] }
        guard !study.inputs.normalizationFactors.isEmpty, !counted.isEmpty else { return analysis.modelBlob }
        var model = try AnalysisModel(decoding: analysis.modelBlob.content)
        model.sizeFactors = study.inputs.meanFactors(ofGenes: counted)
        return Blob(model.encoded())
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        let analysis = try shard.analysis(.design)
        let block = try shard.countBlock(.counts, sampleCount: analysis.context.sampleCount)
        let geneWise = GeneWiseDispersions(estimating: block, in: analysis.context)
        control.madeProgress()
        let fits = try ShardFits(
            fitting: block, geneWise: geneWise, analysis: analysis,
            model: DispersionModel(decoding: shard.content(.dispersionModel)))
        var writer = PayloadWriter()
        geneWise.encodeColumns(to: &writer)
        fits.encode(to: &writer)
        return writer.bytes
    }

    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> Output {
        var reader = PayloadReader(result)
        let output = (
            geneWise: try GeneWiseDispersions(decodingColumns: &reader), fits: try ShardFits(decoding: &reader)
        )
        try reader.finish()
        let model = try shard.model(.design)
        try output.geneWise.checkColumns(
            genes: shard.range.count, coefficients: model.columnNames.count, contrasts: 0)
        try output.fits.check(genes: shard.range.count, model: model)
        return output
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        for index in study.analyses.indices {
            let refits = try results.of(index)
            guard !refits.isEmpty else { continue }
            study.analyses[index].putInRefits(
                GeneWiseDispersions(joining: refits.map(\.geneWise)), ShardFits(joining: refits.map(\.fits)))
        }
    }
}
