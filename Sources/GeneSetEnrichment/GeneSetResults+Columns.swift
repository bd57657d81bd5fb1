import ExpressionData

/// Where the null distribution of a table of gene sets comes from: the words of some columns depend on it.
package enum NullOrigin: Sendable {
    /// Random gene sets, or permuted phenotypes.
    case setsOrPhenotypes

    /// Samples, permuted within their count model.
    case permutedSamples

    /// All arrangements of the samples there are.
    case enumeratedSamples
}

/// A column of the table of gene sets.
///
/// Described once: by this description it is written to `gene_sets.tsv` and to the store with its unit and its meaning,
/// and read back from there.
package struct GeneSetColumn: Sendable {
    package typealias Path<Value> = WritableKeyPath<GeneSetResults, [Value]> & Sendable

    package enum Values: Sendable {
        /// The names of the rows.
        case names(Path<String>)

        /// Texts of which few differ.
        case words(Path<String>)
        case whole(Path<Int>)
        case doubles(Path<Double>)

        /// Doubles of which infinity is NA.
        case finite(Path<Double>)
        case logicals(Path<Bool>)

        /// Ranks in the list, which a table shows by the genes' names and the store keeps as lists.
        case genes(Path<[Int32]>)
    }

    /// Which tables have the column.
    package enum Presence: Sendable {
        case always

        /// Those in which it has values.
        case whereFilled
        case underPermutedSamples
    }

    package let name: String
    package let values: Values
    package let unit: ColumnUnit
    package let presence: Presence

    /// Whether it says something of a running sum, which other statistics of a set do not have.
    package let isOfRunningSum: Bool
    package let meaning: @Sendable (NullOrigin) -> String

    init(
        _ name: String, _ values: Values, unit: ColumnUnit = .none, only presence: Presence = .always,
        ofRunningSum isOfRunningSum: Bool = false, meaning: @escaping @Sendable (NullOrigin) -> String
    ) {
        self.name = name
        self.values = values
        self.unit = unit
        self.presence = presence
        self.isOfRunningSum = isOfRunningSum
        self.meaning = meaning
    }

    init(
        _ name: String, _ values: Values, unit: ColumnUnit = .none, only presence: Presence = .always,
        ofRunningSum isOfRunningSum: Bool = false, _ meaning: String
    ) {
        self.init(name, values, unit: unit, only: presence, ofRunningSum: isOfRunningSum) { _ in meaning }
    }
}

extension GeneSetResults {
    /// The columns of `gene_sets.tsv`, in their order: another one is a property and a line here.
    package static var columns: [GeneSetColumn] { columnsOfSets + columnsOfRunningSums + columnsOfDecisions }

    private static var columnsOfSets: [GeneSetColumn] {
        [
            GeneSetColumn("name", .names(\.name), "gene set"),
            GeneSetColumn("source", .words(\.source), "file of the gene set"),
            GeneSetColumn("size_original", .whole(\.originalSize), unit: .genes, "genes in the file"),
            GeneSetColumn("size", .whole(\.size), unit: .genes, "genes in the list"),
            GeneSetColumn("ES", .doubles(\.enrichmentScore), "enrichment score"),
            GeneSetColumn("NES", .doubles(\.normalizedEnrichmentScore)) {
                "ES over the mean same-sign null ES of " + ($0 == .setsOrPhenotypes ? "its size" : "the set")
            },
            GeneSetColumn("pvalue", .doubles(\.pValue), unit: .probability) {
                $0 == .enumeratedSamples
                    ? "exact p, b/m of all same-sign arrangements" : "nominal p, (b + 1)/(m + 1) of same-sign draws"
            },
            GeneSetColumn("pvalueLow", .doubles(\.pValueLow), unit: .probability, "lower 95 % limit of the p-value"),
            GeneSetColumn("pvalueHigh", .doubles(\.pValueHigh), unit: .probability, "upper 95 % limit of the p-value"),
            GeneSetColumn("fdr", .doubles(\.fdr), unit: .probability, "GSEA's false discovery rate q"),
            GeneSetColumn("fdrLow", .doubles(\.fdrLow), unit: .probability, "lower bound of q, 95 % at this look"),
            GeneSetColumn("fdrHigh", .doubles(\.fdrHigh), unit: .probability, "upper bound of q, 95 % at this look"),
            GeneSetColumn("fwer", .doubles(\.fwer), unit: .probability, "family-wise error rate"),
            GeneSetColumn("padj", .doubles(\.adjustedPValue), unit: .probability, "Benjamini-Hochberg of pvalue"),
        ]
    }

    private static var columnsOfRunningSums: [GeneSetColumn] {
        [
            GeneSetColumn(
                "rankAtMax", .whole(\.rankAtMax), unit: .placeInList, ofRunningSum: true,
                "rank at the extreme of the running sum"),
            GeneSetColumn(
                "leadingEdgeTags", .doubles(\.leadingEdgeTags), unit: .share, ofRunningSum: true,
                "share of the set in the leading edge"),
            GeneSetColumn(
                "leadingEdgeList", .doubles(\.leadingEdgeList), unit: .share, ofRunningSum: true,
                "share of the list up to the extreme"),
            GeneSetColumn(
                "leadingEdgeSignal", .doubles(\.leadingEdgeSignal), unit: .share, ofRunningSum: true, "GSEA's signal"),
            GeneSetColumn(
                "leadingEdgeGenes", .genes(\.leadingEdges), ofRunningSum: true,
                "genes of the leading edge, from the top of the list on, or from its end on where ES is negative"),
        ]
    }

    private static var columnsOfDecisions: [GeneSetColumn] {
        [
            GeneSetColumn(
                "settled", .logicals(\.isSettled),
                "whether bounds of q that hold at any number of permutations lie on one side of the threshold"),
            GeneSetColumn("reason", .words(\.reason), "why numbers are missing or need care"),
            GeneSetColumn(
                "permutationsToSettle", .finite(\.permutationsToSettle), unit: .permutations, ofRunningSum: true,
                "about how many more permutations would settle the set; NA where none would"),
            GeneSetColumn(
                "pvalueAnytime", .doubles(\.anytimePValue), unit: .probability, only: .underPermutedSamples,
                anytimePValueMeaning),
            GeneSetColumn(
                "pvalueGPD", .doubles(\.tailPValue), unit: .probability, only: .underPermutedSamples, tailPValueMeaning),
            GeneSetColumn(
                "NESTiesLow", .doubles(\.lowestNESOfTies), only: .whereFilled, ofRunningSum: true,
                "the lowest NES over all orders of equal scores"),
            GeneSetColumn(
                "NESTiesHigh", .doubles(\.highestNESOfTies), only: .whereFilled, ofRunningSum: true,
                "the highest NES over all orders of equal scores"),
            GeneSetColumn(
                "log2err", .doubles(\.log2Error), unit: .log2, only: .whereFilled, ofRunningSum: true,
                "standard error of log2(pvalue); NA where it was counted"),
        ]
    }

    // Of genes under permuted samples, too.
    package static let anytimePValueMeaning =
        "p by Besag and Clifford's rule with 15 exceedances, valid however often one looked; NA where all were enumerated"
    package static let tailPValueMeaning =
        "p from a generalized Pareto tail of the null, not below 1/(100 m); NA with ten exceedances or more"
}
