import ExpressionFormats
import StoredRuns
import StudyOutput
import StudyReport

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
        let rows = Self.order(analysis.significance, analysis.empirical?.pvalue ?? analysis.pvalue)
        return ResultRows.genes(rows, of: analysis, in: run)
            + [TableColumn("reason", .strings(rows.map { analysis.reason[$0] }))]
    }

    /// All tested sets by q, then by p; those without last.
    private func sets(of enrichment: StoredEnrichment) -> [TableColumn] {
        ResultRows.sets(Self.order(enrichment.fdr, enrichment.pvalue), of: enrichment, separator: ", ")
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
