import ExpressionData
import EnrichmentNetwork
import StoredRuns

/// What a run found, in sentences.
struct Findings {
    let sentences: [String]

    init(_ run: StoredRun, settings: ReportSettings) {
        let percent = "\(Int((settings.significance * 100).rounded())) %"
        sentences =
            run.analyses.map { analysis in
                let genes = SignificantGenes(of: analysis, below: settings.significance)
                var parts = [Findings.split(genes.rows.count, "gene", up: genes.up, down: genes.down)]
                var changes = ""
                if let enrichment = analysis.enrichment {
                    let sets = SignificantSets(of: enrichment, settings: settings.network)
                    parts.append(Findings.split(sets.rows.count, "gene set", up: sets.up, down: sets.down))
                    if sets.unsettled > 0 {
                        changes = "; \(NumberWords.grouped(sets.unsettled)) of the sets may change with the seed"
                    }
                }
                let adjusted = Findings.covariates(of: analysis)
                let adjustment = adjusted.isEmpty ? "" : ", adjusted for \(Findings.list(adjusted))"
                let isOne = parts.count == 1 && genes.rows.count == 1
                return
                    "\(analysis.name): \(Findings.list(parts)) \(Findings.relation(of: analysis, in: run, isOne: isOne)) at \(percent) FDR\(adjustment)\(changes)."
            } + (run.enrichment.map { [Findings.ofList($0, settings: settings)] } ?? [])
    }

    /// What the genes do: follow a number, differ between levels, or depend on what a likelihood ratio tests.
    private static func relation(of analysis: StoredAnalysis, in run: StoredRun, isOne: Bool) -> String {
        if run.isLikelihoodRatio {
            return "\(isOne ? "depends" : "depend") on the terms left out of the reduced design"
        }
        if case .numeric? = run.samples.values(of: analysis.exposure) {
            return "\(isOne ? "follows" : "follow") \(analysis.exposure)"
        }
        if let (column, levels) = levels(of: analysis, in: run) {
            return
                "\(isOne ? "differs" : "differ") in \(column) between \(levels.0) and \(levels.1) (up: higher in \(levels.0))"
        }
        return "\(isOne ? "follows" : "follow") \(analysis.exposure)"
    }

    /// The factor and the levels that a test such as `condition_treated_vs_untreated` compares; nil for others.
    ///
    /// The names are those of the sample sheet: a test's has dots for what R's names cannot have.
    static func levels(
        of analysis: StoredAnalysis, in run: StoredRun
    ) -> (column: String, levels: (String, String))? {
        for (column, values) in run.samples.columns {
            guard case .factor(_, let levels) = values, analysis.test.hasPrefix(syntacticName(column + "_")) else {
                continue
            }
            for (above, below) in levels.flatMap({ above in levels.map { (above, $0) } })
            where syntacticName("\(column)_\(above)_vs_\(below)") == analysis.test {
                return (column, (above, below))
            }
        }
        return nil
    }

    private static func ofList(_ enrichment: StoredEnrichment, settings: ReportSettings) -> String {
        let sets = SignificantSets(of: enrichment, settings: settings.network)
        let changes =
            sets.unsettled > 0 ? "; \(NumberWords.grouped(sets.unsettled)) of them may change with the seed" : ""
        let tested = NumberWords.grouped(enrichment.names.count)
        let threshold = "q \(settings.network.maximumFalseDiscoveryRate)"
        guard !sets.rows.isEmpty else { return "No gene set of the \(tested) tested is enriched at \(threshold)." }
        return "\(split(sets.rows.count, "gene set", up: sets.up, down: sets.down)) of \(tested) tested "
            + "\(sets.rows.count == 1 ? "is" : "are") enriched at \(threshold)\(changes)."
    }

    /// The variables of the design beside the exposure.
    static func covariates(of analysis: StoredAnalysis) -> [String] {
        analysis.design.drop { $0 == "~" || $0 == " " }.split(separator: "+").map { $0.trimmed }
            .filter { $0 != analysis.exposure && !analysis.test.hasPrefix($0 + "_") && $0 != "0" && $0 != "1" }
    }

    private static func split(_ count: Int, _ noun: String, up: Int, down: Int) -> String {
        guard count > 0 else { return "no \(noun)" }
        let directions =
            down == 0
            ? "all up" : up == 0 ? "all down" : "\(NumberWords.grouped(up)) up, \(NumberWords.grouped(down)) down"
        return "\(NumberWords.counted(count, noun)) (\(count == 1 ? (up == 1 ? "up" : "down") : directions))"
    }

    static func list(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " and " + last
    }
}

/// The enriched sets of one analysis, as rows of its table.
struct SignificantSets {
    /// By ascending q, then p and position.
    let rows: [Int]
    let up: Int
    let down: Int
    let unsettled: Int

    init(of enrichment: StoredEnrichment, settings: NetworkSettings) {
        rows = enrichment.names.indices.filter { settings.admits(p: enrichment.pvalue[$0], q: enrichment.fdr[$0]) }
            .sorted {
                (enrichment.fdr[$0], enrichment.pvalue[$0], $0) < (enrichment.fdr[$1], enrichment.pvalue[$1], $1)
            }
        up = rows.count { enrichment.normalizedEnrichmentScore[$0] >= 0 }
        down = rows.count - up
        unsettled = rows.count { !enrichment.isSettled[$0] }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
