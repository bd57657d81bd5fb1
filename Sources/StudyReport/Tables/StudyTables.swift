import ExpressionFormats
import StoredRuns

/// The tables of a finished run that people read, by file name without its ending; sorted, the strongest first.
struct StudyTables {
    typealias Table = (name: String, columns: [TableColumn])

    private(set) var tables: [Table] = []

    /// Nil for a run that did not begin with reads.
    let reads: StudyReads?

    private let run: StoredRun
    private let settings: ReportSettings

    /// - Throws: `RunStoreError`, `InputError`.
    init(of run: StoredRun, settings: ReportSettings, bothNulls: BothNulls?) throws {
        self.run = run
        self.settings = settings
        reads = try StudyReads(of: run)
        if let reads { tables.append(("reads", reads.columns)) }
        if !run.samples.names.isEmpty { tables.append(("cohort", CohortTable.columns(of: run.samples))) }
        for analysis in run.analyses {
            tables.append(("genes.\(analysis.fileName)", genes(of: analysis)))
            if let enrichment = analysis.enrichment {
                tables.append(("sets.\(analysis.fileName)", sets(of: enrichment)))
            }
        }
        if let enrichment = run.enrichment { tables.append(("sets.gsea", sets(of: enrichment))) }
        if run.analyses.count > 1 {
            tables.append(("genes_by_analysis", sharedGenes()))
            if run.analyses.contains(where: { $0.enrichment != nil }) {
                tables.append(("sets_by_analysis", sharedSets()))
            }
        }
        for analysis in bothNulls?.analyses ?? [] {
            guard let collection = run.collection else { continue }
            tables.append(
                (
                    "both_nulls.\(analysis.fileName)",
                    analysis.columns(names: collection.names, sources: collection.sources)
                ))
        }
        if !run.analyses.isEmpty { tables.append(("left_out", leftOut())) }
        if let counts = try normalizedCounts() { tables.append(("normalized_counts", counts)) }
        if run.analyses.contains(where: { $0.empirical != nil }) { tables.append(("empirical_null", empiricalNulls())) }
    }

    private func genes(of analysis: StoredAnalysis) -> [TableColumn] {
        ResultRows.genes(SignificantGenes(of: analysis, below: settings.significance).rows, of: analysis, in: run)
    }

    /// Counts of every gene that is significant anywhere, divided by size factors; all genes' are to be had from
    /// `modicum.h5`, and would be many times as large as everything else here.
    private func normalizedCounts() throws -> [TableColumn]? {
        let counts = try run.counts()
        guard !counts.isEmpty, !run.analyses.isEmpty else { return nil }
        let genes = run.genes.ids.count
        let factors = try run.layer("normalization_factors")
        let rows = Set(run.analyses.flatMap { SignificantGenes(of: $0, below: settings.significance).rows }).sorted()
        let positions = rows.map { run.genes.analysed[$0] }
        var columns = [TableColumn("gene_id", .strings(positions.map { run.genes.ids[$0] }))]
        if !run.genes.symbols.isEmpty {
            columns.append(TableColumn("symbol", .strings(positions.map { run.genes.symbols[$0] })))
        }
        for (sample, name) in run.samples.names.enumerated() {
            let values = positions.map { gene in
                Double(counts[sample * genes + gene])
                    / (factors?[sample * genes + gene] ?? run.samples.sizeFactors[sample])
            }
            columns.append(TableColumn(SpreadsheetText.defused(name), .doubles(values)))
        }
        return columns
    }

    private func significantSets(of enrichment: StoredEnrichment) -> [Int] {
        enrichment.names.indices.filter { settings.network.admits(p: enrichment.pvalue[$0], q: enrichment.fdr[$0]) }
            .sorted {
                (enrichment.fdr[$0], enrichment.pvalue[$0], $0) < (enrichment.fdr[$1], enrichment.pvalue[$1], $1)
            }
    }

    private func sets(of enrichment: StoredEnrichment) -> [TableColumn] {
        ResultRows.sets(significantSets(of: enrichment), of: enrichment, separator: ",")
    }

    /// Every gene that is significant anywhere: in how many analyses, and its numbers in each.
    private func sharedGenes() -> [TableColumn] {
        let lists = run.analyses.map { Set(SignificantGenes(of: $0, below: settings.significance).rows) }
        let rows = run.genes.analysed.indices.filter { row in lists.contains { $0.contains(row) } }.sorted { a, b in
            let (countA, countB) = (lists.count { $0.contains(a) }, lists.count { $0.contains(b) })
            return (-countA, a) < (-countB, b)
        }
        let positions = rows.map { run.genes.analysed[$0] }
        var columns = [TableColumn("gene_id", .strings(positions.map { run.genes.ids[$0] }))]
        if !run.genes.symbols.isEmpty {
            columns.append(TableColumn("symbol", .strings(positions.map { run.genes.symbols[$0] })))
        }
        columns += [
            TableColumn("analyses", .integers(rows.map { row in lists.count { $0.contains(row) } })),
            TableColumn(
                "significant_in",
                .strings(
                    rows.map { row in
                        zip(run.analyses, lists).filter { $1.contains(row) }.map(\.0.name).joined(separator: "; ")
                    })),
        ]
        for analysis in run.analyses {
            columns.append(
                TableColumn("log2FoldChange \(analysis.name)", .doubles(rows.map { analysis.log2FoldChange[$0] })))
            columns.append(TableColumn("padj \(analysis.name)", .doubles(rows.map { analysis.significance[$0] })))
        }
        return columns
    }

    /// Every set that is significant anywhere: in how many analyses, and its NES and q in each.
    private func sharedSets() -> [TableColumn] {
        let analyses = run.analyses.compactMap { analysis in analysis.enrichment.map { (analysis.name, $0) } }
        var rowOfSet: [[String: Int]] = []
        var counts: [String: Int] = [:]
        for (_, enrichment) in analyses {
            rowOfSet.append(Dictionary(enrichment.names.enumerated().map { ($1, $0) }) { first, _ in first })
            for row in significantSets(of: enrichment) { counts[enrichment.names[row], default: 0] += 1 }
        }
        let names = counts.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.map(\.key)
        var columns = [
            TableColumn("name", .strings(names)), TableColumn("analyses", .integers(names.map { counts[$0] ?? 0 })),
        ]
        for (index, (name, enrichment)) in analyses.enumerated() {
            func numbers(_ values: [Double]) -> TableColumn.Values {
                .doubles(names.map { rowOfSet[index][$0].map { values[$0] } ?? .nan })
            }
            columns.append(TableColumn("NES \(name)", numbers(enrichment.normalizedEnrichmentScore)))
            columns.append(TableColumn("fdr \(name)", numbers(enrichment.fdr)))
        }
        return columns
    }

    /// How many genes have no p-value or no adjusted one, by reason.
    private func leftOut() -> [TableColumn] {
        var rows: [(analysis: String, reason: String, genes: Int)] = []
        for analysis in run.analyses {
            let filtered = run.genes.ids.count - run.genes.analysed.count
            rows.append((analysis.name, "gene-filter", filtered))
            let counts = Dictionary(grouping: analysis.reason.filter { !$0.isEmpty }) { $0 }.mapValues(\.count)
            for (reason, count) in counts.sorted(by: { $0.key < $1.key }) {
                rows.append((analysis.name, reason, count))
            }
            let replaced = analysis.dispersions.isReplaced.count { $0 }
            rows.append((analysis.name, "counts-replaced (kept)", replaced))
        }
        return [
            TableColumn("analysis", .strings(rows.map(\.analysis))),
            TableColumn("reason", .strings(rows.map(\.reason))),
            TableColumn("genes", .integers(rows.map(\.genes))),
        ]
    }

    private func empiricalNulls() -> [TableColumn] {
        let analyses = run.analyses.filter { $0.empirical != nil }
        func numbers(_ name: String, _ value: (StoredAnalysis.EmpiricalColumns) -> Double) -> TableColumn {
            TableColumn(name, .doubles(analyses.map { $0.empirical.map(value) ?? .nan }))
        }
        return [
            TableColumn("analysis", .strings(analyses.map(\.name))), numbers("sd", \.standardDeviation),
            numbers("eta0", \.eta0), numbers("cutoff", \.cutoff),
        ]
    }
}
