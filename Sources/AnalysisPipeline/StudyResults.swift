import DifferentialExpression
import GeneSetEnrichment

/// Everything a finished run has to say, whole vectors in gene order.
package struct StudyResults: Sendable {
    package let inputs: StudyInputs

    /// The analysed genes: positions in the count table, ascending.
    package let analysedGenes: [Int]

    /// One per sample; empty for a run from a ranked list.
    package let sizeFactors: [Double]

    package let analyses: [AnalysisResults]

    /// The gene sets of a run from a ranked list.
    package let enrichment: EnrichmentResults?

    /// What happened on the way that the user should read.
    package let warnings: [String]
}

/// One design's fits, over the analysed genes, and its tests.
package struct AnalysisResults: Sendable {
    package let input: StudyInputs.AnalysisInput

    /// After replacement, where counts were replaced.
    package let geneWise: GeneWiseDispersions

    package let trend: DispersionTrendFit
    package let prior: DispersionPrior
    package let dispFit: [Double]

    /// After replacement, where counts were replaced; `replace` and the Cook's distances of the first fit.
    package let fits: ModelFits

    /// `maxCooks` as DESeq2 reports it after replacement; NaN is NA.
    package let maxCooks: [Double]
    package let cooksCutoff: Double

    /// Genes whose counts were all replaced by zero.
    package let isNewlyAllZero: [Bool]

    package let tests: [TestResults]
}

/// One coefficient or contrast.
package struct TestResults: Sendable {
    package let name: String
    package let table: ResultsTable
    package var enrichment: EnrichmentResults?
}

/// The gene sets of one ranked list.
package struct EnrichmentResults: Sendable {
    package let analysis: GeneSetAnalysis
    package let table: GeneSetResults

    /// The merged null distributions: what `extend` goes on from.
    package let null: GeneSetNull.State
}
