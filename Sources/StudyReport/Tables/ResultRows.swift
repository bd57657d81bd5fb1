import ExpressionFormats
import StoredRuns

/// Rows of a run's genes and sets, with the columns that tables for people have.
package enum ResultRows {
    /// - Parameter rows: Positions among the analysed genes, in the table's order.
    package static func genes(_ rows: [Int], of analysis: StoredAnalysis, in run: StoredRun) -> [TableColumn] {
        let positions = rows.map { run.genes.analysed[$0] }
        func numbers(_ name: String, _ values: [Double]) -> TableColumn {
            TableColumn(name, .doubles(rows.map { values[$0] }))
        }
        var columns = [TableColumn("gene_id", .strings(positions.map { run.genes.ids[$0] }))]
        for (name, values) in [
            ("symbol", run.genes.symbols), ("chromosome", run.genes.chromosomes), ("biotype", run.genes.biotypes),
        ] where !values.isEmpty { columns.append(TableColumn(name, .strings(positions.map { values[$0] }))) }
        columns += [
            numbers("baseMean", analysis.baseMean), numbers("log2FoldChange", analysis.log2FoldChange),
            numbers("lfcSE", analysis.lfcSE), numbers("stat", analysis.stat), numbers("pvalue", analysis.pvalue),
            numbers("padj", analysis.padj),
        ]
        if let empirical = analysis.empirical {
            columns += [
                numbers("pvalueEmpirical", empirical.pvalue), numbers("padjEmpirical", empirical.padj),
                numbers("lfdr", empirical.lfdr),
            ]
        }
        return columns
    }

    /// - Parameters:
    ///   - rows: Positions among the tested sets, in the table's order.
    ///   - separator: Between the genes of a leading edge.
    package static func sets(_ rows: [Int], of enrichment: StoredEnrichment, separator: String) -> [TableColumn] {
        func texts(_ name: String, _ text: (Int) -> String) -> TableColumn {
            TableColumn(name, .strings(rows.map(text)))
        }
        func numbers(_ name: String, _ values: [Double]) -> TableColumn {
            TableColumn(name, .doubles(rows.map { values[$0] }))
        }
        return [
            texts("name") { enrichment.names[$0] }, texts("description") { enrichment.descriptions[$0] },
            texts("source") { enrichment.sources[$0] },
            TableColumn("size", .integers(rows.map { enrichment.members[$0].count })),
            numbers("ES", enrichment.enrichmentScore), numbers("NES", enrichment.normalizedEnrichmentScore),
            numbers("pvalue", enrichment.pvalue), numbers("fdr", enrichment.fdr), numbers("fdrLow", enrichment.fdrLow),
            numbers("fdrHigh", enrichment.fdrHigh), numbers("fwer", enrichment.fwer),
            TableColumn("settled", .booleans(rows.map { enrichment.isSettled[$0] })),
            texts("leadingEdgeGenes") { row in
                enrichment.leadingEdges[row].map { enrichment.rankedGenes[Int($0)] }.joined(separator: separator)
            },
        ]
    }
}
