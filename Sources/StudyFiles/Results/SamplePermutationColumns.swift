import AnalysisPipeline
import GeneSetEnrichment
import SamplePermutation
import StatisticalKernels

// What permutations of samples say: of genes, and of sets by further statistics.

extension ResultColumn {
    /// How `pvalue` of a set was counted.
    static func pValueDefinition(_ samples: SamplePermutationOutcome?) -> String {
        samples?.isEnumerated == true
            ? "exact p, b/m of all same-sign arrangements" : "nominal p, (b + 1)/(m + 1) of same-sign draws"
    }

    /// p-values of sets by other ways than counting.
    static func tailColumns(_ sets: [PermutedSetResult]) -> [ResultColumn] {
        [
            ResultColumn("pvalueAnytime", .doubles(sets.map(\.pAnytime)), anytimeDefinition),
            ResultColumn("pvalueGPD", .doubles(sets.map(\.pTail)), tailDefinition),
        ]
    }

    private static let anytimeDefinition =
        "p by Besag and Clifford's rule with 15 exceedances, valid however often one looked; NA where all were enumerated"
    private static let tailDefinition =
        "p from a generalized Pareto tail of the null, not below 1/(100 m); NA with ten exceedances or more"

    /// The columns of `gene_statistics.tsv` behind `gene_id`, one row per gene with a fit.
    static func geneStatistics(_ outcome: SamplePermutationOutcome) -> [ResultColumn] {
        let genes = outcome.results.genes
        func column(_ name: String, _ definition: String, _ value: (PermutedGeneResult) -> Double) -> ResultColumn {
            ResultColumn(name, .doubles(genes.map(value)), definition)
        }
        let counted = outcome.isEnumerated ? "b/m of all arrangements" : "(b + 1)/(m + 1)"
        return [
            column("statistic", "the observed \(outcome.statisticName)", \.z),
            outcome.isJoint
                ? ResultColumn(
                    "pvalueModel",
                    .doubles(
                        zip(genes, outcome.degreesOfFreedom).map {
                            chiSquareUpperTail($0.z, degreesOfFreedom: Double(max(1, $1)))
                        }), "chi-square p of the statistic, its degrees of freedom the rank of its variance")
                : column("pvalueModel", "two-sided normal p of the statistic") { 2 * normalUpperTail($0.z.magnitude) },
            column("pvaluePermutation", "two-sided p of the permutations, \(counted)", \.pValue),
            column("pvaluePermutationLow", "lower 95 % limit of pvaluePermutation", \.pLow),
            column("pvaluePermutationHigh", "upper 95 % limit of pvaluePermutation", \.pHigh),
            column("pvalueAnytime", anytimeDefinition, \.pAnytime),
            column("pvalueGPD", tailDefinition, \.pTail),
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
    static func furtherSets(
        _ sets: [PermutedSetResult], _ statistic: SetStatistic, of enrichment: EnrichmentResults, fdrThreshold: Double
    ) -> [ResultColumn] {
        func column(_ name: String, _ definition: String, _ value: (PermutedSetResult) -> Double) -> ResultColumn {
            ResultColumn(name, .doubles(sets.map(value)), definition)
        }
        let p = sets.map(\.pValue)
        return ResultColumn.geneSets(enrichment).filter {
            ["name", "source", "size_original", "size"].contains($0.name)
        } + [
            column("score", "the set's \(statistic.rawValue) of the statistics of its genes", \.score),
            column("NES", "score over the mean same-sign null score of the set", \.normalizedScore),
            ResultColumn("pvalue", .doubles(p), pValueDefinition(enrichment.samples)),
            column("pvalueLow", "lower 95 % limit of the p-value", \.pLow),
            column("pvalueHigh", "upper 95 % limit of the p-value", \.pHigh),
            column("fdr", "false discovery rate q, as of the enrichment scores", \.falseDiscoveryRate),
            column("fdrLow", "lower bound of q, 95 % at this look", \.fdrLow),
            column("fdrHigh", "upper bound of q, 95 % at this look", \.fdrHigh),
            column("fwer", "family-wise error rate", \.familyWise),
            ResultColumn("padj", .doubles(benjaminiHochberg(p)), "Benjamini-Hochberg of pvalue"),
            ResultColumn(
                "settled", .logicals(sets.map { $0.isSettled(at: fdrThreshold) }),
                "whether bounds of q that hold at any number of permutations lie on one side of the threshold"),
            ResultColumn("reason", .texts(sets.map(\.reason)), "why numbers are missing or need care"),
        ] + tailColumns(sets)
    }
}

extension SamplePermutationOutcome {
    /// What the genes were ranked by, in words.
    var statisticName: String {
        if isJoint { return "joint score statistic of \(columnCount) columns of \(exposure)" }
        return switch (statistic, scheme) {
        case (.wald, _): "Wald statistic"
        case (.score, .flip): "score statistic over the root of its variance under flips"
        case (.score, _): "score statistic"
        }
    }

    /// The set statistics behind GSEA's own, with their results.
    var furtherSets: [(statistic: SetStatistic, sets: [PermutedSetResult])] {
        Array(zip(setStatistics, results.sets).dropFirst().map { ($0, $1) })
    }
}
