import DifferentialExpression
import GeneSetEnrichment
import StoredRuns

/// The publications that the methods of a run come from, in the order in which one would describe it; the program last.
package struct RunReferences: Sendable {
    package private(set) var references: [Reference] = []

    package init(of run: StoredRun) {
        let configuration = run.configuration
        if let models = configuration.differentialExpression, !run.analyses.isEmpty { add(models) }
        if let sets = configuration.geneSets {
            add(sets, hasEnrichment: run.hasEnrichment, permutationSchemes: run.permutationSchemes)
        }
        if !run.analyses.isEmpty || run.hasEnrichment { references.append(.benjaminiHochberg) }
        references.append(.modicum(version: run.record.version, numericContract: configuration.numericContract))
    }

    private mutating func add(_ models: AnalysisSettings) {
        references.append(.deseq2)
        let isGiven = [.file, .normalizationFactors].contains(models.sizeFactors)
        if !isGiven || models.transform == .varianceStabilization { references.append(.deseq) }
        if [.ratioWithLengths, .poscountsWithLengths].contains(models.sizeFactors) { references.append(.tximport) }
        if models.dispersionTrend == .local { references.append(.localRegression) }
        if models.independentFiltering { references.append(.independentFiltering) }
        if models.empiricalNull == .fdrtool { references += [.falseDiscoveryRate, .fdrtool] }
        if models.shrink == .apeglm { references.append(.apeglm) }
    }

    private mutating func add(_ sets: GeneSetSettings, hasEnrichment: Bool, permutationSchemes: Set<String>) {
        let isOfPermutedSamples = sets.ranking.isOfPermutedSamples
        guard hasEnrichment || isOfPermutedSamples else { return }
        if hasEnrichment { references += [.gsea, .firstGSEA] }
        if isOfPermutedSamples {
            // Sign flips are computed beside every scheme.
            references.append(.exchangeability)
            if permutationSchemes.contains("residual") { references.append(.residualPermutation) }
            references += [.signFlips, .standardizedSignFlips, .maxT, .anytimePValues, .paretoTail]
        }
        // The desktop program counts b / n, has no intervals, and its own generator.
        if sets.compatibility == .off {
            references += [.permutationPValues, .binomialInterval, .confidenceSequence, .philox]
        }
        if sets.nominal == .multilevel { references += [.splitting, .fgsea] }
        if hasEnrichment { references += [.enrichmentMap, .autoAnnotate, .markovClustering] }
    }
}
