import DifferentialExpression
import JobEngine
import Payloads

/// Coefficients under a prior, where they were asked for, in shards of genes.
package struct ShrinkageStage: ShardedStage {
    package static let name = "shrunken-coefficients"
    package let title = "shrunken coefficients"
    package let reads: Set<KeptBlobs.Kind> = [.counts]

    package enum Input: String, ShardInput {
        case counts

        /// The prior and its design.
        case prior

        /// Of each gene.
        case dispersions
    }

    package struct Owner: Hashable, Sendable {
        let analysis: Int

        /// The position of the prior among those of the analysis.
        let fit: Int

        /// Whether the shard has the genes with replaced outliers.
        let isRefit: Bool
    }

    package enum Output {
        case normal(FixedDispersionFits)

        /// The estimates, whose `sValue` are still the false sign rates.
        case cauchy(ShrunkenEstimates)
    }

    package func isAsked(of study: StudyState) -> Bool {
        guard let settings = study.settings else { return false }
        return settings.shrink != .off || settings.betaPrior
    }

    package func plan(_ study: inout StudyState) throws -> StageShards<Input, Owner> {
        var shards = StageShards<Input, Owner>()
        guard let settings = study.settings else { return shards }
        let blocks = try study.geneBlocks()
        for index in study.analyses.indices {
            let model = try AnalysisModel(decoding: study.analyses[index].modelBlob.content)
            let shrinkage = ShrinkageState(study.analyses[index], model: model, settings: settings)
            study.analyses[index].shrinkage = shrinkage
            guard let shrinkage else { continue }
            let refits = study.blocks(ofReplaced: shrinkage.refittedGenes)
            for (fit, prior) in shrinkage.priorBlobs.enumerated() {
                func add(_ range: Range<Int>, _ counts: Blob, isRefit: Bool, dispersions: [Double]) throws {
                    try shards.add(
                        range, for: Owner(analysis: index, fit: fit, isRefit: isRefit),
                        reading: [.counts: counts, .prior: prior, .dispersions: Blob(doubles: dispersions)])
                }
                for (range, counts) in blocks {
                    try add(range, counts, isRefit: false, dispersions: Array(shrinkage.dispersion[range]))
                }
                for (range, counts) in refits {
                    let genes = shrinkage.refittedGenes[range].map(\.gene)
                    try add(range, counts, isRefit: true, dispersions: genes.map { shrinkage.dispersion[$0] })
                }
            }
        }
        return shards
    }

    package static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        let shrinkage = try shard.shared(.prior) { try DecodedShrinkage(decoding: $0) }
        var writer = PayloadWriter()
        try shrinkage.fit(
            shard.countBlock(.counts, sampleCount: shrinkage.context.sampleCount),
            dispersion: shard.doubles(.dispersions), to: &writer)
        return writer.bytes
    }

    package static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> Output {
        let shrinkage = try shard.shared(.prior) { try ShrinkageModel(decoding: $0) }
        let genes = shard.range.count
        var reader = PayloadReader(result)
        switch shrinkage.prior {
        case .cauchy:
            let estimates = ShrunkenEstimates(
                log2FoldChange: try reader.readDoubles(), standardError: try reader.readDoubles(),
                sValue: try reader.readDoubles())
            try reader.finish()
            try expect(
                [estimates.log2FoldChange, estimates.standardError, estimates.sValue]
                    .allSatisfy { $0.count == genes }, "shrunken fold changes")
            return .cauchy(estimates)
        case .normal:
            let fits = try FixedDispersionFits(decodingColumns: &reader)
            try reader.finish()
            try fits.checkColumns(
                genes: genes, coefficients: shrinkage.model.columnNames.count,
                contrasts: shrinkage.model.allZeroSamples.count)
            return .normal(fits)
        }
    }

    package func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        for index in study.analyses.indices {
            guard let shrinkage = study.analyses[index].shrinkage else { continue }
            let fits = try shrinkage.take(testCount: study.analyses[index].input.tests.count) { fit, isRefit in
                try results.of(Owner(analysis: index, fit: fit, isRefit: isRefit))
            }
            study.analyses[index].takeShrinkage(fits, settings: study.settings)
        }
    }
}
