import EnrichmentNetwork
import StoredRuns
import NetworkFormats

/// The enrichment networks of a finished run: one for each analysis, and one for all of them.
package struct StudyNetworks: Sendable {
    /// By file name without its ending, such as `main.stir_volume` and `all`.
    package let networks: [(file: String, content: NetworkContent)]

    package init(of run: StoredRun, settings: NetworkSettings) {
        var names: [String] = []
        var numbers: [String: Int32] = [:]
        func number(_ gene: String) -> Int32 {
            if let known = numbers[gene] { return known }
            numbers[gene] = Int32(names.count)
            names.append(gene)
            return Int32(names.count - 1)
        }
        func analyzed(_ name: String, _ enrichment: StoredEnrichment) -> AnalyzedSets {
            let genes = enrichment.rankedGenes.map(number)
            return AnalyzedSets(
                name: name,
                sets: enrichment.names.indices.map { row in
                    AnalyzedSets.TestedSet(
                        name: enrichment.names[row],
                        description: StudyNetworks.description(enrichment.descriptions[row], of: enrichment.names[row]),
                        source: enrichment.sources[row], genes: enrichment.members[row].map { genes[Int($0)] }.sorted(),
                        statistics: SetStatistics(
                            enrichmentScore: enrichment.enrichmentScore[row],
                            normalizedEnrichmentScore: enrichment.normalizedEnrichmentScore[row],
                            pValue: enrichment.pvalue[row], falseDiscoveryRate: enrichment.fdr[row],
                            familyWiseErrorRate: enrichment.fwer[row]))
                }, rankedGenes: enrichment.rankedGenes.count)
        }
        var analyses: [AnalyzedSets] = []
        var files: [String] = []
        for analysis in run.analyses {
            guard let enrichment = analysis.enrichment else { continue }
            analyses.append(analyzed(analysis.name, enrichment))
            files.append(analysis.fileName)
        }
        if let enrichment = run.enrichment {
            analyses.append(analyzed("gsea", enrichment))
            files.append("gsea")
        }
        func content(_ name: String, _ chosen: [AnalyzedSets]) -> NetworkContent {
            let network = EnrichmentNetwork(of: chosen, settings: settings)
            return NetworkContent(name: name, network: network, layout: NetworkLayout(of: network), geneNames: names)
        }
        var networks = zip(files, analyses).map { file, analysis in (file, content(analysis.name, [analysis])) }
        if analyses.count > 1 { networks.append(("all", content("all analyses", analyses))) }
        self.networks = networks
    }

    /// The text that clusters are labelled from: the description, or the name's first part in words where the
    /// description is empty or an address.
    package static func description(_ description: String, of name: String) -> String {
        let isMissing = description.isEmpty || description.lowercased() == "na" || description.contains("://")
        guard isMissing else { return description }
        return String(name.split(separator: "%").first ?? Substring(name)).map { $0 == "_" ? " " : String($0) }.joined()
    }
}
