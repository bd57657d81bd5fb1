import AnalysisPipeline
import ExpressionData
import GeneSetEnrichment
import RunStore
import SamplePermutation

/// What shuffles that all exposures share say, as tables of the whole run.
struct FamilyTables {
    private let family: PermutationFamilyOutcome

    /// - Returns: Nil where there is no family.
    init?(_ results: StudyResults) {
        guard let family = results.family else { return nil }
        self.family = family
    }

    struct Table {
        let name: String

        /// Below `permutation_family` in the store.
        let place: String
        let rowCount: Int
        let columns: [ResultColumn]
    }

    /// The largest first.
    var tables: [Table] {
        let (geneCount, setCount) = family.members.reduce((0, 0)) {
            ($0.0 + $1.geneIDs.count, $0.1 + $1.setNames.count)
        }
        var tables = [Table(name: "family.genes.tsv", place: "genes", rowCount: geneCount, columns: genes)]
        if setCount > 0 {
            tables.append(Table(name: "family.gene_sets.tsv", place: "gene_sets", rowCount: setCount, columns: sets))
        }
        if !family.overlaps.isEmpty {
            tables.append(
                Table(
                    name: "overlaps.tsv", place: "overlaps", rowCount: family.overlaps.count, columns: overlaps))
        }
        return tables
    }

    private var genes: [ResultColumn] {
        [
            analyses(of: \.geneIDs), ResultColumn("gene_id", .texts(family.members.flatMap(\.geneIDs)), "gene"),
            ResultColumn(
                "statistic", .doubles(family.members.flatMap(\.statistics)), "as in gene_statistics.tsv of the analysis"
            ),
            ResultColumn(
                "fwerFamily", .doubles(family.members.flatMap(\.geneFamilyWise)),
                "share of permutations whose largest statistic over all analyses and genes is as large",
                unit: .probability),
        ]
    }

    private var sets: [ResultColumn] {
        [
            analyses(of: \.setNames), ResultColumn("name", .texts(family.members.flatMap(\.setNames)), "gene set"),
            ResultColumn(
                "NES", .doubles(family.members.flatMap(\.normalizedScores)), "as in gene_sets.tsv of the analysis"),
            ResultColumn(
                "fwerFamily", .doubles(family.members.flatMap(\.setFamilyWise)),
                "share of permutations in which any set of any analysis has an NES of the sign that is as extreme",
                unit: .probability),
        ]
    }

    private func analyses(of rows: (PermutationFamilyOutcome.Member) -> [String]) -> ResultColumn {
        ResultColumn(
            "analysis",
            .texts(
                family.members.flatMap { member in [String](repeating: member.analysis, count: rows(member).count) }),
            "adjustment set and exposure")
    }

    private var overlaps: [ResultColumn] {
        let rows = family.overlaps
        func texts(_ name: String, _ definition: String, _ value: (PermutationFamilyOutcome.Overlap) -> String)
            -> ResultColumn
        {
            ResultColumn(name, .texts(rows.map(value)), definition)
        }
        func numbers(
            _ name: String, _ definition: String, unit: ColumnUnit = .none, _ value: (OverlapResult) -> Double
        ) -> ResultColumn {
            ResultColumn(name, .doubles(rows.map { value($0.result) }), definition, unit: unit)
        }
        return [
            texts("kind", "genes, or gene_sets", \.kind.rawValue),
            texts("adjustment", "adjustment set", \.adjustment),
            texts("exposures", "whose lists are compared") { $0.exposures.joined(separator: ",") },
            texts(
                "null",
                "joint: the rows of all exposures shuffled together; conditional: one kept, one shuffled given it"
            ) {
                if case .joint = $0.null { "joint" } else { "conditional" }
            },
            texts("kept", "the exposure that stays as it was observed") {
                if case .conditional(let kept, _) = $0.null { kept } else { "" }
            },
            texts("shuffled", "the exposure whose residuals on the kept one and the covariates are shuffled") {
                if case .conditional(_, let shuffled) = $0.null { shuffled } else { "" }
            },
            texts("lengths", "how many entries each list has, under every shuffle") {
                $0.result.lengths.map(String.init).joined(separator: ",")
            },
            numbers("observed", "entries that all lists share", { Double($0.observed) }),
            numbers("expected", "their mean number under the null", \.expected),
            numbers("pvalue", "that so many or more are shared under the null", unit: .probability, \.pValue),
            numbers("pvalueLow", "lower 95 % limit of the p-value", unit: .probability, \.pLow),
            numbers("pvalueHigh", "upper 95 % limit of the p-value", unit: .probability, \.pHigh),
            numbers("permutations", "how many there were", unit: .permutations, { Double($0.permutations) }),
        ]
    }

    /// Adds the tables to the store.
    func add(to document: inout RunDocument) {
        for table in tables {
            document.addTable(
                "uns/permutation_family/" + table.place, index: "row",
                rows: (0..<table.rowCount).map { "\($0 + 1)" }, columns: table.columns.map(ResultStore.storedColumn),
                attributes: [
                    "definition": "what shuffles that all exposures share say",
                    "permutations": .integer(Int64(family.permutations)), "enumerated": .bool(family.isEnumerated),
                ])
        }
    }
}
