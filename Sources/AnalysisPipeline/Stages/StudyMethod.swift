/// The stages of a study, in order: this list is the method.
///
/// A sharded stage runs on the workers. A reducing stage runs where the study is planned, because it needs every gene
/// or every permutation at once. A stage with nothing to do is passed over.
package enum StudyMethod {
    package static let stages: [any StudyStage] = [
        NormalizationStage(),
        GeneWiseDispersionStage(),
        DispersionTrendStage(),
        ModelStage(),
        ReplacedGeneStage(),
        ShrinkageStage(),
        TransformStage(),
        TestingStage(),
        CovariateDispersionStage(),
        RankingStage(),
        GeneSetNullStage(),
        RareGeneSetStage(),
        DesktopNullStage(),
        PhenotypeNullStage(),
        SamplePermutationStage(),
        PermutationFamilyStage(),
        EnrichmentStage(),
    ]
}
