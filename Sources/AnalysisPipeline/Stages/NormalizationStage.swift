import DifferentialExpression
import ExpressionData

/// The gene filter and the size factors, and the counts of the analysed genes cut into blobs.
package struct NormalizationStage: ReducingStage {
    package let title = "size factors"

    package func isAsked(of study: StudyState) -> Bool { study.inputs.counts != nil }

    package func reduce(_ study: inout StudyState) throws {
        let inputs = study.inputs
        guard let counts = inputs.counts else { return }
        let samples = counts.sampleCount
        let genes = counts.geneIDs.indices.filter { inputs.exclusions.isEmpty || inputs.exclusions[$0] == nil }
        let analysed =
            genes.count == counts.geneCount
            ? counts
            : CountMatrix(
                geneIDs: genes.map { counts.geneIDs[$0] }, sampleNames: counts.sampleNames,
                counts: genes.flatMap { counts.counts(ofGene: $0) })
        let sizeFactors = try inputs.sizeFactors(of: analysed, genes: genes)
        study.analysedGenes = genes
        study.sizeFactors = sizeFactors
        study.ranges = GeneShards.ranges(geneCount: analysed.geneCount, sampleCount: samples)
        study.kept.keep(
            study.ranges.map { range in
                inputs.blockBlob(
                    counts: Array(analysed.counts[range.lowerBound * samples..<range.upperBound * samples]),
                    ofGenes: genes[range])
            }, as: .counts)
        guard let settings = study.settings else { return }
        study.analyses = try inputs.analyses.map { input in
            try AnalysisState(
                input: input, model: AnalysisModel(input, sizeFactors: sizeFactors, settings: settings))
        }
        study.transform = TransformState(inputs: inputs, analysed: analysed, genes: genes, sizeFactors: sizeFactors)
    }
}
