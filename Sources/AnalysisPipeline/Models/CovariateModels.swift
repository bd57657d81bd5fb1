import DifferentialExpression
import ExpressionData
import JobEngine
import SamplePermutation

/// The designs without their exposures, of which score statistics take the dispersions.
///
/// Exposures with the same covariates have one of them.
struct CovariateModels: Sendable {
    struct Model: Sendable {
        var analysis: AnalysisState

        /// The gene-wise dispersions as they came, one blob per range of genes.
        var geneWise: [Blob] = []

        /// By analysed gene; empty until it is known.
        var dispersion: [Double] = []
    }

    /// An exposure, and whose list it ranks.
    struct Entry: Sendable {
        /// Positions of the analysis and its test; nil where a finished run is gone on with.
        let place: (analysis: Int, test: Int)?
        let exposure: PermutedExposure

        /// Its covariates among `models`.
        let model: Int

        /// Other tests that ask the same: those of a factor's other coefficients.
        var others: [(analysis: Int, test: Int)] = []
    }

    var models: [Model] = []
    var entries: [Entry] = []

    init(of study: StudyState) throws {
        let inputs = study.inputs
        guard let permutation = inputs.configuration.samplePermutation else { return }
        let given = study.givenDispersions ?? []
        if let run = inputs.exposureOfRun {
            try add(run.exposure, of: nil, label: run.exposure.name, settings: run.settings, given, study)
            return
        }
        guard let settings = study.settings else { return }
        for (index, analysis) in inputs.analyses.enumerated() {
            for (position, test) in analysis.tests.enumerated() {
                let exposure = try inputs.permutedExposure(of: test, in: analysis, settings: permutation)
                let label = analysis.name.isEmpty ? exposure.name : analysis.name
                try add(exposure, of: (index, position), label: label, settings: settings, given, study)
            }
        }
    }

    private mutating func add(
        _ exposure: PermutedExposure, of place: (analysis: Int, test: Int)?, label: String,
        settings: AnalysisSettings, _ given: [Double], _ study: StudyState
    ) throws {
        var settings = settings
        // As the statistics, the dispersions are of the counts as they are.
        settings.minReplicatesForReplace = .never
        settings.betaPrior = false
        let input = StudyInputs.AnalysisInput(
            name: "\(label) without the exposure", formula: "", design: exposure.covariates, tests: [])
        let state = try AnalysisState(
            input: input, model: AnalysisModel(input, sizeFactors: study.sizeFactors, settings: settings))
        let known = models.firstIndex { $0.analysis.modelBlob.digest == state.modelBlob.digest }
        if let known, let place, exposure.columnCount > 1,
            let same = entries.firstIndex(where: { $0.model == known && $0.exposure.asksTheSame(as: exposure) })
        {
            entries[same].others.append(place)
            return
        }
        if known == nil { models.append(Model(analysis: state, dispersion: given)) }
        entries.append(Entry(place: place, exposure: exposure, model: known ?? models.count - 1))
    }
}
