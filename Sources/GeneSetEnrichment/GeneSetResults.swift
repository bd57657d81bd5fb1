import ExpressionData
import StatisticalKernels

/// The columns of `gene_sets.tsv`: one entry per matched set, in input order.
///
/// Input order, so that tables of two runs can be laid side by side; reports sort
/// by NES. A missing number is NaN, and `reason` says why.
package struct GeneSetResults: Sendable {
    package var name: [String] = []
    package var source: [String] = []

    /// Genes in the file, and those of them in the list.
    package var originalSize: [Int] = []
    package var size: [Int] = []

    package var enrichmentScore: [Double] = []

    /// ES over the mean of the same-sign null scores of its size.
    package var normalizedEnrichmentScore: [Double] = []

    package var pValue: [Double] = []
    package var pValueLow: [Double] = []
    package var pValueHigh: [Double] = []
    package var fdr: [Double] = []
    package var fdrLow: [Double] = []
    package var fdrHigh: [Double] = []
    package var fwer: [Double] = []

    /// Benjamini–Hochberg of `pValue`.
    package var adjustedPValue: [Double] = []

    package var rankAtMax: [Int] = []
    package var leadingEdgeTags: [Double] = []
    package var leadingEdgeList: [Double] = []
    package var leadingEdgeSignal: [Double] = []

    /// By rank, ascending.
    package var leadingEdgeGenes: [[String]] = []

    /// Whether the 99 % bounds of q lie on one side of the threshold.
    package var isSettled: [Bool] = []

    /// Empty, or why numbers are missing: `no-permutations`, `no-same-sign-draws`.
    package var reason: [String] = []

    package var count: Int { name.count }

    init(_ analysis: GeneSetAnalysis, _ state: GeneSetNull.State) {
        for (set, enrichment) in zip(analysis.matching.matched, analysis.enrichments) {
            append(set, of: analysis.sets, score: enrichment, list: analysis.list)
        }
        let statistics = GeneSetStatistics(plan: analysis.plan, enrichments: enrichmentScore, state: state)
        normalizedEnrichmentScore = statistics.normalizedEnrichmentScores
        pValue = statistics.pValues.map(\.value)
        pValueLow = statistics.pValues.map(\.low)
        pValueHigh = statistics.pValues.map(\.high)
        adjustedPValue = benjaminiHochberg(pValue)
        fdr = statistics.rates.map(\.value)
        fdrLow = statistics.rates.map(\.low)
        fdrHigh = statistics.rates.map(\.high)
        fwer = statistics.rates.map(\.familyWise)
        isSettled = statistics.rates.map { $0.isSettled(at: analysis.settings.fdrThreshold) }
        reason = statistics.rates.map {
            guard $0.value.isNaN else { return "" }
            return state.permutations == 0 ? "no-permutations" : "no-same-sign-draws"
        }
    }

    /// A table without rows.
    init() {}

    /// Adds a row's columns that need no null.
    mutating func append(
        _ set: MatchedGeneSet, of sets: [GeneSet], score: EnrichmentScore, list: RankedGeneList
    ) {
        let edge = LeadingEdge(ofMembers: set.members, score: score, geneCount: list.count)
        name.append(sets[set.index].name)
        source.append(sets[set.index].source)
        originalSize.append(set.originalSize)
        size.append(set.size)
        enrichmentScore.append(score.value)
        rankAtMax.append(edge.rankAtMax)
        leadingEdgeTags.append(edge.tags)
        leadingEdgeList.append(edge.list)
        leadingEdgeSignal.append(edge.signal)
        leadingEdgeGenes.append(edge.members.map { list.genes[Int($0)] })
    }

    /// Puts the estimates of multilevel splitting in the place of counted p-values.
    ///
    /// - Parameter estimates: By row; nil where the counted p-value stays.
    package mutating func replacePValues(by estimates: [MultilevelSplitting.Estimate?]) {
        for (row, estimate) in estimates.enumerated() {
            guard let estimate else { continue }
            pValue[row] = estimate.pValue
            pValueLow[row] = estimate.low
            pValueHigh[row] = estimate.high
        }
        adjustedPValue = benjaminiHochberg(pValue)
    }
}
