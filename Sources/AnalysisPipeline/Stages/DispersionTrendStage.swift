import DifferentialExpression

/// The trend of the dispersions and the prior about it, of each analysis and of the transform.
package struct DispersionTrendStage: ReducingStage {
    package let title = "dispersion trend"

    package func isAsked(of study: StudyState) -> Bool { study.settings != nil }

    package func reduce(_ study: inout StudyState) throws {
        guard let settings = study.settings else { return }
        for index in study.analyses.indices {
            do {
                try study.analyses[index].fitTrend(settings.dispersionTrend, &study.warnings)
            } catch is DispersionTrendError where !study.inputs.givenDispersions.isEmpty {
                // It is told beside the dispersions that are given, which need none.
                try study.analyses[index].fitTrend(.mean, &study.warnings)
            }
            if settings.useT {
                study.analyses[index].takeDegreesOfFreedom(
                    weights: study.inputs.rows(of: study.inputs.observationWeights, genes: study.analysedGenes))
            }
            noteFailingWeights(&study.analyses[index], study.inputs, genes: study.analysedGenes, &study.warnings)
        }
        guard let ofDesign = study.analyses.first?.geneWise, var transform = study.transform else { return }
        try transform.fitTrend(
            to: transform.blindGeneWise ?? ofDesign, inputs: study.inputs, genes: study.analysedGenes,
            sizeFactors: study.sizeFactors)
        study.transform = transform
        study.warnings += transform.warnings
    }

    private func noteFailingWeights(
        _ analysis: inout AnalysisState, _ inputs: StudyInputs, genes: [Int], _ warnings: inout [String]
    ) {
        analysis.weightsFail = inputs.weightsFail(allZero: analysis.geneWise?.allZero ?? [], genes: genes)
        if let warning = inputs.warning(ofFailing: analysis.weightsFail, genes: genes) {
            warnings.append("\(analysis.label): \(warning)")
        }
    }
}

extension AnalysisState {
    /// Fits the trend to the gene-wise dispersions, and the prior about it.
    mutating func fitTrend(_ kind: DispersionTrend.Kind, _ warnings: inout [String]) throws {
        guard let geneWise else { return }
        let fit = try DispersionTrendFit(kind, toGeneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean)
        let design = input.design
        let prior = DispersionPrior(
            about: fit, geneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean,
            residualDegreesOfFreedom: design.sampleCount - design.columnCount)
        if let fallback = fit.fallback {
            warnings.append(
                "\(label): the parametric dispersion trend could not be fitted (\(fallback)); "
                    + "a local trend was used instead")
        }
        trend = fit
        dispersionModel = DispersionModel(trend: fit.trend, prior: prior)
    }
}
