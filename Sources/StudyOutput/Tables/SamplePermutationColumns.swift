import AnalysisPipeline
import ExpressionData
import GeneSetEnrichment
import SamplePermutation
import StatisticalKernels

// What permutations of samples say: of genes, and of sets by further statistics.

extension ResultColumn {
    /// The columns of `gene_statistics.tsv` behind `gene_id`, one row per gene with a fit.
    package static func geneStatistics(_ outcome: SamplePermutationOutcome) -> [ResultColumn] {
        let genes = outcome.results.genes
        func column(
            _ name: String, _ definition: String, unit: ColumnUnit = .probability,
            _ value: (PermutedGeneResult) -> Double
        ) -> ResultColumn {
            ResultColumn(name, .doubles(genes.map(value)), definition, unit: unit)
        }
        let counted = outcome.isEnumerated ? "b/m of all arrangements" : "(b + 1)/(m + 1)"
        return [
            column("statistic", "the observed \(outcome.statisticName)", unit: .standardErrors, \.z),
            ResultColumn(
                "pvalueModel", .doubles(outcome.modelPValues),
                outcome.isJoint
                    ? "chi-square p of the statistic, its degrees of freedom the rank of its variance"
                    : "two-sided normal p of the statistic", unit: .probability),
            column("pvaluePermutation", "two-sided p of the permutations, \(counted)", \.pValue),
            column("pvaluePermutationLow", "lower 95 % limit of pvaluePermutation", \.pLow),
            column("pvaluePermutationHigh", "upper 95 % limit of pvaluePermutation", \.pHigh),
            column("pvalueAnytime", GeneSetResults.anytimePValueMeaning, \.pAnytime),
            column("pvalueGPD", GeneSetResults.tailPValueMeaning, \.pTail),
            column("padjPermutation", "Benjamini-Hochberg of pvaluePermutation", \.adjustedPValue),
            column(
                "fwerPermutation", "share of permutations whose largest |statistic| is as large (max-T)", \.familyWise),
            ResultColumn(
                "dispersion", .doubles(outcome.dispersion), "dispersion of the design without the exposure"),
        ]
    }

    /// The columns of a table of sets by a statistic that is not GSEA's, one row per set that was tested.
    ///
    /// - Parameter sets: In the order of the table of gene sets.
    package static func furtherSets(
        _ sets: [PermutedSetResult], _ statistic: SetStatistic, of enrichment: EnrichmentResults, fdrThreshold: Double
    ) -> [ResultColumn] {
        var table = enrichment.table
        table.fill(
            sets, fdrThreshold: fdrThreshold, permutations: enrichment.samples?.results.permutations ?? 0)
        table.enrichmentScore = sets.map(\.score)
        // What another statistic's numbers are called by, where that is not what the enrichment score's are.
        let words = [
            "ES": ("score", "the set's \(statistic.rawValue) of the statistics of its genes"),
            "NES": ("NES", "score over the mean same-sign null score of the set"),
            "fdr": ("fdr", "false discovery rate q, as of the enrichment scores"),
        ]
        return GeneSetResults.columns.filter { !$0.isOfRunningSum }
            .compactMap { $0.shown(of: table, in: enrichment) }
            .map { column in
                let (name, meaning) = words[column.name] ?? (column.name, column.definition)
                return ResultColumn(name, column.values, meaning, unit: column.unit)
            }
    }
}

extension SamplePermutationOutcome {
    /// By gene with a fit, the p that the model gives its statistic: two-sided normal, or of a joint statistic chi-square.
    package var modelPValues: [Double] {
        guard isJoint else { return results.genes.map { 2 * normalUpperTail($0.z.magnitude) } }
        return zip(results.genes, degreesOfFreedom).map {
            chiSquareUpperTail($0.z, degreesOfFreedom: Double(max(1, $1)))
        }
    }

    /// What the genes were ranked by, in words.
    package var statisticName: String {
        if isJoint { return "joint score statistic of \(columnCount) columns of \(exposure)" }
        return switch (statistic, scheme) {
        case (.wald, _): "Wald statistic"
        case (.score, .flip): "score statistic over the root of its variance under flips"
        case (.score, _): "score statistic"
        }
    }

    /// The set statistics behind GSEA's own, with their results.
    package var furtherSets: [(statistic: SetStatistic, sets: [PermutedSetResult])] {
        Array(zip(setStatistics, results.sets).dropFirst().map { ($0, $1) })
    }
}
