import NetworkFormats
import StoredRuns

extension ReportPage {
    /// The gene sets under two nulls, as the page has them.
    func content(of both: BothNulls, among pageSets: PageSets, _ payload: inout PagePayload) -> JSONValue {
        .object([
            "words": .string(both.words.used),
            "analyses": .array(
                both.analyses.map { analysis in
                    let sets = analysis.sets
                    func numbers(
                        _ null: SetNullWords.Null, _ found: SetsUnderBothNulls.Numbers, _ least: Double,
                        _ short: String
                    ) -> JSONValue {
                        .object([
                            "name": .string(null.name), "short": .string(short), "alone": .string(null.alone),
                            "least": .number(least),
                            "nes": payload.add(found.normalizedEnrichmentScore),
                            "logp": payload.add(probabilities: found.pvalue),
                            "logq": payload.add(probabilities: found.fdr),
                        ])
                    }
                    return .object([
                        "name": .string(analysis.name), "words": .string(analysis.words),
                        "rows": payload.add(places: pageSets.places(ofRows: sets.rows)),
                        "verdicts": payload.add(sets.verdicts.map(\.rawValue)),
                        "counts": .array(
                            [.both, .here, .there, .neither].map { .integer(sets.count($0)) }),
                        "nulls": .array([
                            numbers(
                                analysis.nulls.here, sets.here, analysis.least.here,
                                analysis.nulls.here.short(beside: analysis.nulls.there)),
                            numbers(
                                analysis.nulls.there, sets.there, analysis.least.there,
                                analysis.nulls.there.short(beside: analysis.nulls.here)),
                        ]),
                    ])
                }),
        ])
    }
}
