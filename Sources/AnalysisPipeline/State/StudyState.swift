/// What a study has come to: what its stages read of one another.
package struct StudyState: Sendable {
    package internal(set) var inputs: StudyInputs

    /// The analysed genes: positions in the count table, ascending.
    package internal(set) var analysedGenes: [Int] = []

    /// The analysed genes cut into shards.
    package internal(set) var ranges: [Range<Int>] = []
    var sizeFactors: [Double] = []
    var analyses: [AnalysisState] = []
    var transform: TransformState?

    /// Where samples are permuted, once there is something to plan for them.
    var covariateModels: CovariateModels?
    var enrichment = EnrichmentState()

    /// All exposures under shared shuffles, while they are on their way, and what came of them.
    var permutationFamily: PermutationFamilyState?
    var familyOutcome: PermutationFamilyOutcome?

    /// The gene sets of a list that was given, at the end.
    var enrichmentOfList: EnrichmentResults?
    package internal(set) var kept = KeptBlobs()
    var warnings: [String] = []

    /// What every shard so far came to.
    var shards: [ShardRecord] = []

    init(inputs: StudyInputs) {
        self.inputs = inputs
    }

    /// Of the differential expression; nil for a study from a ranked list.
    var settings: StudyConfiguration.DifferentialExpression? { inputs.configuration.differentialExpression }

    /// What the study has come to when no stage is left.
    func results() -> StudyResults {
        StudyResults(
            inputs: inputs, analysedGenes: analysedGenes,
            sizeFactors: inputs.normalizationFactors.isEmpty ? sizeFactors : [],
            analyses: analyses.compactMap { $0.results() }, transformedCounts: transform?.values ?? [],
            enrichment: enrichmentOfList, family: familyOutcome, warnings: warnings, shards: shards)
    }
}
