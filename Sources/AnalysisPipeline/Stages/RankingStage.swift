import DifferentialExpression
import ExpressionData
import GeneSetEnrichment
import SamplePermutation

/// Ranks the genes of every test, or takes the list that was given, and chooses the null of its gene sets.
package struct RankingStage: ReducingStage {
    package let title = "ranked lists"

    package func isAsked(of study: StudyState) -> Bool { study.inputs.configuration.geneSets != nil }

    package func reduce(_ study: inout StudyState) throws {
        guard let settings = study.inputs.configuration.geneSets else { return }
        if let permutation = study.inputs.configuration.samplePermutation {
            return try addPermutedSamples(to: &study, settings: settings, permutation: permutation)
        }
        if let list = study.inputs.rankedList {
            if let phenotype = study.inputs.phenotype {
                study.enrichment.add(
                    analysis: nil, test: nil,
                    PhenotypeRun(
                        phenotype, list: list, sets: study.inputs.geneSets, settings: settings,
                        showsScores: study.inputs.writesGSEAFolder,
                        prior: study.inputs.priorNulls.first { $0.analysis == nil }))
                return
            }
            study.enrichment.add(
                analysis: nil, test: nil, run(of: list, in: &study, settings: settings, place: nil))
            return
        }
        let names = study.inputs.counts?.rankedNames(of: study.analysedGenes, annotation: study.inputs.annotation) ?? []
        for (index, analysis) in study.analyses.enumerated() {
            for (testIndex, test) in analysis.tests.enumerated() {
                guard case .metric(let metric) = settings.ranking else {
                    preconditionFailure(
                        "a list of a model's genes is ranked by one of its columns, not by \(settings.ranking.name)")
                }
                let list = metric.rankedList(of: test.table, names: names)
                let run = run(of: list, in: &study, settings: settings, place: (analysis.input.name, test.name))
                study.enrichment.add(analysis: index, test: testIndex, run)
            }
        }
    }

    /// Ranks the genes by the statistic that is computed under every shuffle, the observed one among them.
    private func addPermutedSamples(
        to study: inout StudyState, settings: StudyConfiguration.GeneSets, permutation: SamplePermutationSettings
    ) throws {
        guard let models = study.covariateModels, let counts = study.inputs.counts else { return }
        let inputs = study.inputs
        let genes = study.analysedGenes
        let names = counts.rankedNames(of: genes, annotation: inputs.annotation)
        let ids = genes.map { counts.geneIDs[$0] }
        let rows = genes.flatMap { counts.counts(ofGene: $0) }
        let factors = inputs.rows(of: inputs.normalizationFactors, genes: genes)
        for entry in models.entries {
            let place = entry.place.map { place in
                (
                    analysis: study.analyses[place.analysis].input.name,
                    test: study.analyses[place.analysis].input.tests[place.test].name
                )
            }
            let run = try SamplePermutationRun(
                of: entry.exposure,
                genes: PermutedGenes(
                    counts: rows, sizeFactors: study.sizeFactors, normalizationFactors: factors,
                    dispersion: models.models[entry.model].dispersion, dispersionTrend: study.permutedTrend,
                    ids: ids, names: names),
                sets: inputs.geneSets, settings: settings, permutation: permutation,
                prior: inputs.priorNulls.first { $0.analysis == place?.analysis && $0.test == place?.test })
            study.enrichment.add(analysis: entry.place?.analysis, test: entry.place?.test, run)
            for other in entry.others {
                study.enrichment.share(list: study.enrichment.count - 1, analysis: other.analysis, test: other.test)
            }
        }
    }

    /// - Parameter place: The names of the list's analysis and test; nil for a list that was given.
    private func run(
        of list: RankedGeneList, in study: inout StudyState, settings: StudyConfiguration.GeneSets,
        place: (analysis: String, test: String)?
    ) -> any EnrichmentRun {
        let inputs = study.inputs
        let prior = inputs.priorNulls.first { $0.analysis == place?.analysis && $0.test == place?.test }
        if settings.isDesktop, let scheme = DesktopScheme(exponent: settings.weight) {
            return DesktopRun(list: list, sets: inputs.geneSets, scheme: scheme, settings: settings, prior: prior)
        }
        let run = SizeNullRun(list: list, sets: inputs.geneSets, settings: settings, prior: prior)
        if let warning = run.weightsWarning {
            study.warnings.append((place.map { "\($0.analysis): " } ?? "") + warning)
        }
        return run
    }
}
