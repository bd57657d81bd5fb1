import EnrichmentNetwork
import StoredRuns

/// What a run found, as the last lines of a command: as `summary` of DESeq2's results says it, and for gene sets.
package struct FoundLines: Sendable {
    package let lines: [String]

    /// So many analyses have a line of their own; the others are in `summary.tsv`.
    private static let most = 24

    package init(of run: StoredRun, settings: ReportSettings) {
        var rows = run.analyses.prefix(Self.most).map { analysis -> [String] in
            var row = [
                analysis.name, Self.comparison(of: analysis, in: run),
                Self.genes(of: analysis, in: run, settings: settings),
            ]
            if let enrichment = analysis.enrichment { row.append(Self.sets(of: enrichment, settings: settings)) }
            return row
        }
        if let enrichment = run.enrichment {
            rows.append(["ranked list", "up: from the top", Self.sets(of: enrichment, settings: settings)])
        }
        var lines = Self.aligned(rows)
        if run.analyses.count > Self.most {
            lines.append(
                "… and \(NumberWords.counted(run.analyses.count - Self.most, "analysis", plural: "analyses")) more, in summary.tsv"
            )
        }
        self.lines = lines
    }

    /// What was tested, and which way is up.
    static func comparison(of analysis: StoredAnalysis, in run: StoredRun) -> String {
        if run.isLikelihoodRatio {
            return "likelihood ratio, fold changes of \(analysis.coefficients.last ?? analysis.test)"
        }
        if case .numeric? = run.samples.values(of: analysis.exposure) { return "per unit of \(analysis.exposure)" }
        if let (column, levels) = Findings.levels(of: analysis, in: run) {
            return "\(column): \(levels.0) over \(levels.1)"
        }
        return analysis.test
    }

    private static func genes(of analysis: StoredAnalysis, in run: StoredRun, settings: ReportSettings) -> String {
        let significant = SignificantGenes(of: analysis, below: settings.significance)
        let tested = analysis.pvalue.count { $0.isFinite }
        var text =
            "\(NumberWords.grouped(significant.rows.count)) of \(NumberWords.counted(tested, "gene")) below "
            + "\(settings.significance) (\(NumberWords.grouped(significant.up)) up, \(NumberWords.grouped(significant.down)) down)"
        let reasons = Dictionary(grouping: analysis.reason) { $0 }.mapValues(\.count)
        let outliers = reasons["cooks-outlier"] ?? 0
        text +=
            ", \(NumberWords.counted(outliers, "outlier")), \(NumberWords.counted(reasons["low-mean"] ?? 0, "low count"))"
        if let empirical = analysis.empirical {
            let model = analysis.padj.count { $0 < settings.significance }
            text +=
                " · empirical null sd \(NumberWords.decimals(empirical.standardDeviation, 2)) (\(NumberWords.counted(model, "gene")) by the model's own p)"
        }
        return text
    }

    private static func sets(of enrichment: StoredEnrichment, settings: ReportSettings) -> String {
        let sets = SignificantSets(of: enrichment, settings: settings.network)
        let changes = sets.unsettled > 0 ? ", \(NumberWords.grouped(sets.unsettled)) may change with the seed" : ""
        return "\(NumberWords.counted(sets.up, "set")) up, \(NumberWords.grouped(sets.down)) down of "
            + "\(NumberWords.grouped(enrichment.names.count)) at q \(settings.network.maximumFalseDiscoveryRate)\(changes)"
    }

    /// The first two cells of each row below each other, the rest behind.
    private static func aligned(_ rows: [[String]]) -> [String] {
        let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let heads = zip(row.prefix(2), widths).map { text, width in
                text + String(repeating: " ", count: width - text.count)
            }
            return heads.joined(separator: "  ") + "  " + row.dropFirst(2).joined(separator: " · ")
        }
    }
}
