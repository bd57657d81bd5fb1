import NetworkFormats
import StoredRuns

extension ReportPage {
    func sets(
        _ enrichment: StoredEnrichment, of sets: PageSets, by statistics: [Double], _ payload: inout PagePayload
    ) -> JSONValue {
        let significant = SignificantSets(of: enrichment, settings: settings.network)
        let sources = Set(enrichment.sources).sorted()
        let placeOfSource = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1, Int32($0)) })
        let peaks = enrichment.leadingEdges.indices.map { row in
            (enrichment.normalizedEnrichmentScore[row] >= 0
                ? enrichment.leadingEdges[row].max() : enrichment.leadingEdges[row].min()) ?? -1
        }
        return .object([
            "order": payload.add(places: sets.order(of: enrichment, by: statistics)),
            "rows": payload.add(places: sets.sets(of: enrichment)),
            "least": .number(1 / Double(max(run.configuration.geneSets?.permutations ?? 1, 1))),
            "scores": payload.add(enrichment.scores), "sourceNames": Self.texts(sources),
            "sources": payload.add(places: enrichment.sources.map { placeOfSource[$0] ?? 0 }),
            "nes": payload.add(enrichment.normalizedEnrichmentScore),
            "logp": payload.add(probabilities: enrichment.pvalue),
            "logq": payload.add(probabilities: enrichment.fdr),
            "logqLow": payload.add(probabilities: enrichment.fdrLow),
            "logqHigh": payload.add(probabilities: enrichment.fdrHigh),
            "settled": payload.add(enrichment.isSettled.map { $0 ? UInt8(1) : 0 }), "peaks": payload.add(places: peaks),
            "significant": .array(significant.rows.map { .integer($0) }),
            "pictured": .array(significant.rows.prefix(10).map { .integer($0) }),
            "up": .integer(significant.up), "down": .integer(significant.down),
            "unsettled": .integer(significant.unsettled),
        ])
    }
}
