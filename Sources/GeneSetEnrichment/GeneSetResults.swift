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

    /// The ranks, from 0, of the genes in the leading edge: from the end of the list that the score points to.
    package var leadingEdges: [[Int32]] = []

    /// Whether bounds of q that hold at any number of permutations lie on one side of the threshold.
    package var isSettled: [Bool] = []

    /// About how many more permutations would settle the set: 0 where it is settled,
    /// infinite where no number would.
    package var permutationsToSettle: [Double] = []

    /// The standard error of log2(p) from multilevel splitting; NaN where p was counted.
    /// Empty unless splitting was asked for.
    package var log2Error: [Double] = []

    /// The lowest and highest NES over all orders of equal scores. Empty where no scores are equal.
    package var lowestNESOfTies: [Double] = []
    package var highestNESOfTies: [Double] = []

    /// p by Besag and Clifford's rule, and from the tail of the null. Empty unless samples were permuted.
    package var anytimePValue: [Double] = []
    package var tailPValue: [Double] = []

    /// Empty, or why numbers are missing or need care: `no-permutations`,
    /// `no-same-sign-draws`, `incomplete-splitting`, `below-eps`.
    package var reason: [String] = []

    package var count: Int { name.count }

    package init() {}

    /// How many sets lie below a threshold of q, and how many are not settled.
    package struct Counts: Equatable, Sendable {
        package var up = 0
        package var down = 0

        /// Of those up and down, the ones that another seed might leave out.
        package var upUnsettled = 0
        package var downUnsettled = 0

        /// Of all sets, those without a q among them.
        package var unsettled = 0
    }

    /// Counts sets by the sign of their score; at another threshold than the run's *settled* says nothing.
    package func counts(below threshold: Double) -> Counts {
        var counts = Counts()
        for row in fdr.indices {
            let isOpen = !isSettled[row]
            if isOpen { counts.unsettled += 1 }
            guard fdr[row] < threshold else { continue }
            if enrichmentScore[row] > 0 {
                counts.up += 1
                if isOpen { counts.upUnsettled += 1 }
            } else {
                counts.down += 1
                if isOpen { counts.downUnsettled += 1 }
            }
        }
        return counts
    }

    init(_ analysis: GeneSetAnalysis, _ state: GeneSetNull.State) {
        self.init(
            list: analysis.list, sets: analysis.sets, matching: analysis.matching, enrichments: analysis.enrichments)
        let statistics = GeneSetStatistics(plan: analysis.plan, enrichments: enrichmentScore, state: state)
        normalizedEnrichmentScore = statistics.normalizedEnrichmentScores
        fill(
            statistics.pValues, statistics.rates, permutations: state.permutations,
            fdrThreshold: analysis.settings.fdrThreshold)
        let ties = TieEffect(of: analysis, null: state, reported: normalizedEnrichmentScore)
        if ties.tiedGeneCount > 0 { (lowestNESOfTies, highestNESOfTies) = (ties.lowest, ties.highest) }
        reason = statistics.rates.map {
            guard $0.value.isNaN else { return "" }
            return state.permutations == 0 ? "no-permutations" : "no-same-sign-draws"
        }
    }

    /// Puts in p, its adjustment, q, FWER, and what is settled.
    ///
    /// - Parameters:
    ///   - pValues: By set.
    ///   - rates: By set.
    ///   - permutations: How many the numbers come from.
    mutating func fill(
        _ pValues: [NominalPValue], _ rates: [FalseDiscoveryRate], permutations: Int, fdrThreshold: Double
    ) {
        pValue = pValues.map(\.value)
        pValueLow = pValues.map(\.low)
        pValueHigh = pValues.map(\.high)
        adjustedPValue = benjaminiHochberg(pValue)
        fdr = rates.map(\.value)
        // A bound of p that only underflow keeps from being smaller leaves none of q.
        fdrLow = zip(rates, pValueLow).map { max($0.low, $1 > 0 ? .leastNonzeroMagnitude : 0) }
        fdrHigh = rates.map(\.high)
        fwer = rates.map(\.familyWise)
        isSettled = rates.map { $0.isSettled(at: fdrThreshold) }
        permutationsToSettle = rates.map { $0.permutationsToSettle(at: fdrThreshold, after: permutations) }
    }

    /// The columns that need no null.
    package init(
        list: RankedGeneList, sets: [GeneSet], matching: GeneSetMatching, enrichments: [EnrichmentScore]
    ) {
        for (set, enrichment) in zip(matching.matched, enrichments) {
            append(set, of: sets, score: enrichment, list: list)
        }
    }

    private mutating func append(
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
        leadingEdges.append(edge.members)
    }

    /// Puts the estimates of multilevel splitting in the place of counted p-values.
    ///
    /// An estimate that did not reach the observed score is an upper limit of p; its
    /// row says `incomplete-splitting`. Of a p below the smallest that is followed the row has that, and says
    /// `below-eps`. In both rows only the number of all sets bounds p from below.
    ///
    /// - Parameter estimates: By row; nil where the counted p-value stays.
    package mutating func replacePValues(by estimates: [MultilevelSplitting.Estimate?], geneCount: Int) {
        log2Error = estimates.map { $0.map { $0.isBelowFloor ? .nan : $0.log2Error } ?? .nan }
        for (row, estimate) in estimates.enumerated() {
            guard let estimate else { continue }
            // The observed set itself is one of the sets that are drawn. What underflows bounds nothing.
            let least = exp(-logNumberOfChoices(size[row], of: geneCount))
            pValue[row] = max(estimate.pValue, least)
            pValueLow[row] = max(estimate.low, least)
            pValueHigh[row] = max(estimate.high, least)
            if !estimate.isComplete { reason[row] = "incomplete-splitting" }
            if estimate.isBelowFloor { reason[row] = "below-eps" }
        }
        adjustedPValue = benjaminiHochberg(pValue)
    }
}
