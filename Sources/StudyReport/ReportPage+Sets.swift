import NetworkFormats
import StoredRuns

extension ReportPage {
    func sets(_ enrichment: StoredEnrichment, _ payload: inout PagePayload) -> JSONValue {
        let significant = SignificantSets(of: enrichment, settings: settings.network)
        let sources = Set(enrichment.sources).sorted()
        let placeOfSource = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1, Int32($0)) })
        var ends: [Int32] = []
        var steps: [Int32] = []
        for members in enrichment.members {
            var previous: Int32 = -1
            for rank in members {
                steps.append(rank - previous)
                previous = rank
            }
            ends.append(Int32(steps.count))
        }
        let peaks = enrichment.leadingEdges.indices.map { row in
            (enrichment.normalizedEnrichmentScore[row] >= 0
                ? enrichment.leadingEdges[row].max() : enrichment.leadingEdges[row].min()) ?? -1
        }
        let isShort = steps.allSatisfy { $0 <= Int32(UInt16.max) }
        return .object([
            "names": Self.texts(enrichment.names), "genes": Self.texts(enrichment.rankedGenes),
            "least": .number(1 / Double(max(run.configuration.geneSets?.permutations ?? 1, 1))),
            "scores": payload.add(enrichment.scores), "sourceNames": Self.texts(sources),
            "sources": payload.add(enrichment.sources.map { placeOfSource[$0] ?? 0 }),
            "sizes": payload.add(enrichment.members.map { Int32($0.count) }),
            "nes": payload.add(enrichment.normalizedEnrichmentScore),
            "logp": payload.add(probabilities: enrichment.pvalue),
            "logq": payload.add(probabilities: enrichment.fdr),
            "logqLow": payload.add(probabilities: enrichment.fdrLow),
            "logqHigh": payload.add(probabilities: enrichment.fdrHigh),
            "settled": payload.add(enrichment.isSettled.map { $0 ? UInt8(1) : 0 }), "memberEnds": payload.add(ends),
            "memberSteps": isShort ? payload.add(steps.map { UInt16($0) }) : payload.add(steps),
            "peaks": payload.add(peaks), "significant": .array(significant.rows.map { .integer($0) }),
            "pictured": .array(significant.rows.prefix(10).map { .integer($0) }),
            "up": .integer(significant.up), "down": .integer(significant.down),
            "unsettled": .integer(significant.unsettled),
        ])
    }
}
