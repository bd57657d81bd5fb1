import ExpressionData
import StatisticalKernels

/// How far the order of genes with equal scores decides the result.
///
/// A list keeps equal scores in the order of its file, and another order would do
/// as well. The null does not depend on it, for it draws ranks; a set's score is
/// highest where its members stand first among their equals, and lowest where they stand last.
package struct TieEffect: Equatable, Sendable {
    /// Genes whose score another gene has, too.
    package let tiedGeneCount: Int

    /// By matched set: the lowest and highest NES over all orders of equal scores.
    package let lowest: [Double]
    package let highest: [Double]

    /// The largest distance of any NES from the one that is reported.
    package let largestMove: Double

    /// - Precondition: The state is of the analysis's plan.
    package init(of analysis: GeneSetAnalysis, null state: GeneSetNull.State, reported: [Double]) {
        let scores = analysis.list.scores
        let count = scores.count
        // By rank: the first and last rank of its equals.
        var first = [Int32](repeating: 0, count: count)
        var last = first
        var start = 0
        var tied = 0
        while start < count {
            var end = start
            while end + 1 < count, scores[end + 1] == scores[start] { end += 1 }
            if end > start { tied += end - start + 1 }
            for rank in start...end {
                first[rank] = Int32(start)
                last[rank] = Int32(end)
            }
            start = end + 1
        }
        tiedGeneCount = tied
        guard tied > 0 else {
            (lowest, highest, largestMove) = (reported, reported, 0)
            return
        }
        let weights = HitWeights(scores: scores, exponent: analysis.settings.weight)
        let means = analysis.plan.sizes.indices.map { index in
            let above = state.mean(sizeIndex: index, isPositive: true)
            let below = state.mean(sizeIndex: index, isPositive: false)
            return analysis.isMirrored ? (positive: below, negative: above) : (positive: above, negative: below)
        }
        var low: [Double] = []
        var high: [Double] = []
        for (row, set) in analysis.matching.matched.enumerated() {
            // The order of ties says nothing to a set that has none of them, or every gene.
            guard set.size < count, set.members.contains(where: { first[Int($0)] != last[Int($0)] }) else {
                low.append(reported[row])
                high.append(reported[row])
                continue
            }
            let means = means[analysis.plan.thresholds.histogramOfSet[row] / 2]
            func normalized(_ members: [Int32]) -> Double {
                let score = EnrichmentScore(ofMembers: members, weights: weights).value
                return score / (score >= 0 ? means.positive : means.negative)
            }
            high.append(normalized(TieEffect.packed(set.members, towards: first, step: 1)))
            low.append(normalized(TieEffect.packed(set.members.reversed(), towards: last, step: -1).reversed()))
        }
        (lowest, highest) = (low, high)
        var largest = 0.0
        for row in reported.indices where !reported[row].isNaN {
            for move in [high[row] - reported[row], reported[row] - low[row]] where move > largest { largest = move }
        }
        largestMove = largest
    }

    /// Moves members to one end of their equals, keeping them apart.
    private static func packed(_ members: [Int32], towards end: [Int32], step: Int32) -> [Int32] {
        var place: Int32?
        var group: Int32?
        return members.map { member in
            let here = end[Int(member)]
            place = here == group ? place! + step : here
            group = here
            return place!
        }
    }
}
