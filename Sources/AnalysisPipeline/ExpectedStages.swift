import DifferentialExpression

extension StudyInputs {
    /// The stages that a run of these has, by their titles, and about how long each takes beside the others.
    ///
    /// It is known before anything is planned, so that progress can be told of the whole run.
    package var expectedStages: [(title: String, weight: Double)] {
        var stages: [(any StudyStage, Double)] = []
        if let models = configuration.differentialExpression {
            stages += [(GeneWiseDispersionStage(), 1), (ModelStage(), 1)]
            if models.shrink != .off || models.betaPrior { stages.append((ShrinkageStage(), 0.6)) }
        }
        if configuration.samplePermutation != nil {
            if givenDispersions.isEmpty { stages.append((CovariateDispersionStage(), 1)) }
            stages.append((SamplePermutationStage(), 2))
            if analyses.reduce(0, { $0 + $1.tests.count }) > 1 { stages.append((PermutationFamilyStage(), 1)) }
        } else if let sets = configuration.geneSets {
            if sets.permutesSamples {
                stages.append((PhenotypeNullStage(), 2))
            } else {
                stages.append(sets.isDesktop ? (DesktopNullStage(), 1) : (GeneSetNullStage(), 1))
            }
        }
        return stages.map { ($0.title, $1) }
    }
}
