import AnalysisPipeline
import GeneSetEnrichment

extension ResultColumn {
    /// The columns of `gene_sets.tsv`, one row per set that passed the size filter, in input order.
    static func geneSets(_ enrichment: EnrichmentResults) -> [ResultColumn] {
        let table = enrichment.table
        let genes = enrichment.list.genes
        let whole = { (values: [Int]) in Values.integers(values.map { Int32($0) }) }
        var columns = [
            ResultColumn("name", .texts(table.name), "gene set"),
            ResultColumn("source", .texts(table.source), "file of the gene set"),
            ResultColumn("size_original", whole(table.originalSize), "genes in the file"),
            ResultColumn("size", whole(table.size), "genes in the list"),
            ResultColumn("ES", .doubles(table.enrichmentScore), "enrichment score"),
            ResultColumn(
                "NES", .doubles(table.normalizedEnrichmentScore),
                enrichment.samples == nil
                    ? "ES over the mean same-sign null ES of its size" : "ES over the mean same-sign null ES of the set"
            ),
            ResultColumn("pvalue", .doubles(table.pValue), pValueDefinition(enrichment.samples)),
            ResultColumn("pvalueLow", .doubles(table.pValueLow), "lower 95 % limit of the p-value"),
            ResultColumn("pvalueHigh", .doubles(table.pValueHigh), "upper 95 % limit of the p-value"),
            ResultColumn("fdr", .doubles(table.fdr), "GSEA's false discovery rate q"),
            ResultColumn("fdrLow", .doubles(table.fdrLow), "lower bound of q, 95 % at this look"),
            ResultColumn("fdrHigh", .doubles(table.fdrHigh), "upper bound of q, 95 % at this look"),
            ResultColumn("fwer", .doubles(table.fwer), "family-wise error rate"),
            ResultColumn("padj", .doubles(table.adjustedPValue), "Benjamini-Hochberg of pvalue"),
            ResultColumn("rankAtMax", whole(table.rankAtMax), "rank at the extreme of the running sum"),
            ResultColumn("leadingEdgeTags", .doubles(table.leadingEdgeTags), "share of the set in the leading edge"),
            ResultColumn("leadingEdgeList", .doubles(table.leadingEdgeList), "share of the list up to the extreme"),
            ResultColumn("leadingEdgeSignal", .doubles(table.leadingEdgeSignal), "GSEA's signal"),
            ResultColumn(
                "leadingEdgeGenes",
                .texts(table.leadingEdges.map { edge in edge.map { genes[Int($0)] }.joined(separator: ",") }),
                "genes of the leading edge, from the top of the list on, or from its end on where ES is negative"),
            ResultColumn(
                "settled", .logicals(table.isSettled),
                "whether bounds of q that hold at any number of permutations lie on one side of the threshold"),
            ResultColumn("reason", .texts(table.reason), "why numbers are missing or need care"),
            ResultColumn(
                "permutationsToSettle", .doubles(table.permutationsToSettle.map { $0.isFinite ? $0 : .nan }),
                "about how many more permutations would settle the set; NA where none would"),
        ]
        if let sets = enrichment.samples?.results.sets.first { columns += tailColumns(sets) }
        if !table.lowestNESOfTies.isEmpty {
            columns += [
                ResultColumn(
                    "NESTiesLow", .doubles(table.lowestNESOfTies), "the lowest NES over all orders of equal scores"),
                ResultColumn(
                    "NESTiesHigh", .doubles(table.highestNESOfTies), "the highest NES over all orders of equal scores"),
            ]
        }
        if !table.log2Error.isEmpty {
            columns.append(
                ResultColumn(
                    "log2err", .doubles(table.log2Error), "standard error of log2(pvalue); NA where it was counted"))
        }
        return columns
    }
}

extension EnrichmentResults {
    var rankedGenes: [String] { list.genes }
    var rankedScores: [Double] { list.scores }

    /// The leading edge of a matched set, as positions in the ranked list.
    func leadingEdge(ofSet row: Int) -> [Int32] {
        LeadingEdge(ofMembers: matching.matched[row].members, score: enrichments[row], geneCount: list.count).members
    }
}
