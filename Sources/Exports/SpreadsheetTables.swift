import ExpressionFormats
import StoredRuns
import StudyFiles

/// Tables for spreadsheets: one row per gene or set, the strongest first, and no cell that is taken for a formula, a
/// date or another number than it is.
struct SpreadsheetTables {
    private let run: StoredRun

    init(of run: StoredRun) {
        self.run = run
    }

    var files: [ExportFile] {
        var tables: [(label: String, columns: () -> [TableColumn])] = []
        if !run.samples.names.isEmpty { tables.append(("samples", { samples })) }
        for analysis in run.analyses {
            let name = RunExport.flat(analysis.name)
            tables.append((name + ".genes", { genes(of: analysis) }))
            if let enrichment = analysis.enrichment { tables.append((name + ".gene_sets", { sets(of: enrichment) })) }
        }
        if let enrichment = run.enrichment { tables.append(("gene_sets", { sets(of: enrichment) })) }
        let names = FileNames.names(for: tables.map(\.label), suffix: ".tsv")
        return zip(names, tables).map { name, table in
            ExportFile(name, table: { table.columns().map(\.safeInSpreadsheets) })
        }
    }

    private var samples: [TableColumn] {
        [TableColumn("sample", .strings(run.samples.names))]
            + run.samples.columns.map { name, values in
                switch values {
                case .numeric(let numbers): TableColumn(name, .doubles(numbers))
                case .factor(let codes, let levels):
                    TableColumn(name, .strings(codes.map { $0 < 0 ? "NA" : levels[$0] }))
                }
            }
    }

    /// All analysed genes by what *significant* refers to, then by p; those without a p last.
    private func genes(of analysis: StoredAnalysis) -> [TableColumn] {
        let pvalue = analysis.empirical?.pvalue ?? analysis.pvalue
        let rows = Self.order(analysis.significance, pvalue)
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
        return columns + [TableColumn("reason", .strings(rows.map { analysis.reason[$0] }))]
    }

    /// All tested sets by q, then by p; those without last.
    private func sets(of enrichment: StoredEnrichment) -> [TableColumn] {
        let rows = Self.order(enrichment.fdr, enrichment.pvalue)
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
                enrichment.leadingEdges[row].map { enrichment.rankedGenes[Int($0)] }.joined(separator: ", ")
            },
        ]
    }

    /// Rows by ascending values, ties by the second, then as they stand; NaN last.
    private static func order(_ first: [Double], _ second: [Double]) -> [Int] {
        func key(_ value: Double) -> Double { value.isNaN ? .infinity : value }
        return first.indices.sorted {
            (key(first[$0]), key(second[$0]), $0) < (key(first[$1]), key(second[$1]), $1)
        }
    }
}

extension TableColumn {
    /// The column with its heading and its text as they may stand in a spreadsheet.
    var safeInSpreadsheets: TableColumn {
        guard case .strings(let texts) = values else { return TableColumn(SpreadsheetText.defused(name), values) }
        return TableColumn(SpreadsheetText.defused(name), .strings(texts.map(SpreadsheetText.defused)))
    }
}
