import DifferentialExpression
import struct SamplePermutation.SamplePermutationSettings

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
        if let permutation = configuration.samplePermutation {
            if givenDispersions.isEmpty { stages.append((CovariateDispersionStage(), 1)) }
            stages.append((SamplePermutationStage(), 2))
            if ownExposureCount(permutation) > 1 { stages.append((PermutationFamilyStage(), 1)) }
        } else if let sets = configuration.geneSets {
            if sets.permutesSamples {
                stages.append((PhenotypeNullStage(), 2))
            } else {
                stages.append(sets.isDesktop ? (DesktopNullStage(), 1) : (GeneSetNullStage(), 1))
            }
        }
        return stages.map { ($0.title, $1) }
    }

    /// How many exposures are permuted: the coefficients of one factor are one.
    private func ownExposureCount(_ settings: SamplePermutationSettings) -> Int {
        var exposures: [PermutedExposure] = []
        for analysis in analyses {
            for test in analysis.tests {
                guard let exposure = try? permutedExposure(of: test, in: analysis, settings: settings) else { continue }
                let isKnown = exposures.contains {
                    exposure.columnCount > 1 && $0.asksTheSame(as: exposure) && $0.covariates == exposure.covariates
                }
                if !isKnown { exposures.append(exposure) }
            }
        }
        return exposures.count
    }
}
