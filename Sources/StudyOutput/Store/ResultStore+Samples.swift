import AnalysisPipeline
import GeneSetEnrichment
import RunStore
import SamplePermutation

// What permutations of samples leave in the store.

extension ResultStore {
    static func add(
        _ samples: SamplePermutationOutcome, of enrichment: EnrichmentResults, at place: String, fdrThreshold: Double,
        to document: inout RunDocument
    ) {
        document.addTable(
            place + "/gene_statistics", index: "gene_id", rows: samples.geneIDs,
            columns: ResultColumn.geneStatistics(samples).map(storedColumn),
            attributes: [
                "definition": "the genes with a fit under permuted samples",
                "scheme": .string(samples.scheme.description), "statistic": .string(samples.statistic.rawValue),
                "permutations": .integer(Int64(samples.results.permutations)),
                "enumerated": .bool(samples.isEnumerated),
                "smallestPossibleP": .double(samples.results.smallestPossibleP),
            ])
        for (statistic, sets) in samples.furtherSets {
            let columns = ResultColumn.furtherSets(sets, statistic, of: enrichment, fdrThreshold: fdrThreshold)
            document.addTable(
                place + "/gene_sets_" + statistic.rawValue, index: "name", rows: enrichment.table.name,
                columns: columns.filter { $0.name != "name" }.map(storedColumn))
        }
        let null = samples.results.nullOfZ
        document.add(
            place + "/null_statistics", .uint64s(null.bins),
            attributes: [
                "definition": "how many null statistics of all genes and permutations lie in bins of 1/128 from -16 on",
                "mean": .double(null.mean), "standardDeviation": .double(null.standardDeviation),
            ])
    }

    /// What the first pass counted: `extend` goes on from it.
    static func addFirstPass(of enrichment: EnrichmentResults, at place: String, to document: inout RunDocument) {
        guard case .bySamples(let pass, _) = enrichment.null, pass.permutations > 0 else { return }
        document.add(
            place + "/" + firstPassName, .int8s(pass.encoded().map { Int8(bitPattern: $0) }),
            attributes: [
                "definition": "what the first pass over the permutations counted, in Modicum's own encoding",
                "plan": .string(enrichment.planDigest),
            ])
    }

    static let firstPassName = "first_pass"

    /// The null scores of all sets, where they are kept: of each set statistic a matrix, sets by permutations.
    static func addNullScores(of enrichment: EnrichmentResults, at place: String, to document: inout RunDocument) {
        guard case .bySamples(_, let scores) = enrichment.null, let samples = enrichment.samples else { return }
        for (statistic, null) in scores where null.permutations > 0 {
            document.add(
                place + "/" + nullScoresName(statistic), shape: [null.setCount, null.permutations],
                attributes: [
                    "definition":
                        "the null scores: a row per set, as gene_sets; a column per permutation, in the seed's order",
                    "statistic": .string(statistic.rawValue), "scheme": .string(samples.scheme.description),
                    "enumerated": .bool(samples.isEnumerated),
                ],
                rows: StoredRows(
                    rowsOfBlock: 128, columnsOfBlock: 1_024, rows: { null.scores(ofSets: $0) },
                    beforeGivingUp: { null.prepareToGiveUp() }, giveUp: { null.giveUp(setsBefore: $0) }))
        }
    }

    static func nullScoresName(_ statistic: SetStatistic) -> String {
        statistic == .ks ? "null_scores" : "null_scores_" + statistic.rawValue
    }
}
