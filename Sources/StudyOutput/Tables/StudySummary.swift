import AnalysisPipeline
import ExpressionFormats

/// How much each analysis of a study found: the rows of `summary.tsv`.
package struct StudySummary: Sendable {
    package struct Row: Sendable, Equatable {
        package var analysis: String
        package var test: String

        /// Genes with an adjusted p-value below 0.05 and 0.10: the model's, and the empirical null's.
        package var genesBelow05: Int
        package var genesBelow10: Int
        package var empiricalGenesBelow05: Int?
        package var empiricalGenesBelow10: Int?

        /// Of the empirical null.
        package var nullStandardDeviation: Double?
        package var nullShare: Double?

        /// Gene sets below the study's FDR threshold, by the sign of their score.
        package var setsUp: Int?
        package var setsDown: Int?
        package var setsTested: Int?

        /// Sets on either side of the threshold that another seed might put on the other.
        package var setsUnsettled: Int?

        /// Those of `setsUp` and `setsDown` among them.
        package var setsUpUnsettled: Int?
        package var setsDownUnsettled: Int?
    }

    package let rows: [Row]

    package init(_ results: StudyResults) {
        let threshold = results.inputs.configuration.fdrThreshold
        rows = results.analyses.flatMap { analysis in
            analysis.tests.map { test in
                let below = { (values: [Double], level: Double) in values.count { $0 < level } }
                let empirical = test.table.empiricalNull?.adjustedPValues
                let null = test.table.empiricalNull?.parameters
                let sets = test.enrichment?.table.counts(below: threshold)
                return Row(
                    analysis: analysis.input.name, test: test.name,
                    genesBelow05: below(test.table.adjustedPValues, 0.05),
                    genesBelow10: below(test.table.adjustedPValues, 0.1),
                    empiricalGenesBelow05: empirical.map { below($0, 0.05) },
                    empiricalGenesBelow10: empirical.map { below($0, 0.1) },
                    nullStandardDeviation: null?.standardDeviation, nullShare: null?.eta0, setsUp: sets?.up,
                    setsDown: sets?.down, setsTested: test.enrichment?.table.count, setsUnsettled: sets?.unsettled,
                    setsUpUnsettled: sets?.upUnsettled, setsDownUnsettled: sets?.downUnsettled)
            }
        }
    }

    package var columns: [TableColumn] {
        func numbers(_ name: String, _ value: (Row) -> Int?) -> TableColumn {
            TableColumn(name, .doubles(rows.map { value($0).map(Double.init) ?? .nan }))
        }
        return [
            TableColumn("analysis", .strings(rows.map(\.analysis))), TableColumn("test", .strings(rows.map(\.test))),
            numbers("genes_padj_below_0.05") { $0.genesBelow05 }, numbers("genes_padj_below_0.10") { $0.genesBelow10 },
            numbers("genes_padjEmpirical_below_0.05") { $0.empiricalGenesBelow05 },
            numbers("genes_padjEmpirical_below_0.10") { $0.empiricalGenesBelow10 },
            TableColumn("empirical_null_sd", .doubles(rows.map { $0.nullStandardDeviation ?? .nan })),
            TableColumn("empirical_null_eta0", .doubles(rows.map { $0.nullShare ?? .nan })),
            numbers("sets_tested") { $0.setsTested }, numbers("sets_up") { $0.setsUp },
            numbers("sets_down") { $0.setsDown }, numbers("sets_unsettled") { $0.setsUnsettled },
            numbers("sets_up_unsettled") { $0.setsUpUnsettled },
            numbers("sets_down_unsettled") { $0.setsDownUnsettled },
        ]
    }
}

extension StudyConfiguration {
    /// Below which q a gene set is counted; the usual one where genes alone are tested.
    package var fdrThreshold: Double { (geneSets ?? .init()).fdrThreshold }
}
