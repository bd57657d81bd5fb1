import ExpressionData

/// Which of many enriched sets say something that a stronger one does not.
///
/// Sets are taken by descending |NES|. A set is redundant with an independent one
/// of its sign that shares genes with it, if what it has beyond that set is not
/// enriched: without the genes of the other, in the set and in the list, its
/// score has p ≥ 0.05 among random sets of the genes left.
package struct IndependentSets: Equatable, Sendable {
    /// The rows that were compared, by descending |NES|.
    package let rows: [Int]

    /// By position in `rows`: the row of the set that makes it redundant; nil for an independent one.
    package let redundantWith: [Int?]

    /// Random sets that a remainder is compared with.
    static let draws = 999

    /// - Parameters:
    ///   - rows: The enriched sets among the matched ones.
    ///   - limit: More sets than these are not compared: those with the smallest |NES| are left out.
    ///   - normalizedScores: By matched set.
    package init(
        rows: [Int], limit: Int, list: RankedGeneList, members: [[Int32]], normalizedScores: [Double], exponent: Double,
        seed: UInt64
    ) {
        let ordered = Array(
            rows.sorted {
                (-normalizedScores[$0].magnitude, $0) < (-normalizedScores[$1].magnitude, $1)
            }.prefix(limit))
        var redundantWith: [Int?] = []
        var independent: [Int] = []
        for row in ordered {
            let genes = Set(members[row])
            let stronger = independent.first { other in
                guard (normalizedScores[other] >= 0) == (normalizedScores[row] >= 0) else { return false }
                let shared = genes.intersection(members[other])
                // A set that shares little stands by itself.
                guard 4 * shared.count >= min(genes.count, members[other].count) else { return false }
                let rest = members[row].filter { !shared.contains($0) }
                return !IndependentSets.isEnriched(
                    rest, without: members[other], list: list, isPositive: normalizedScores[row] >= 0,
                    exponent: exponent, seed: seed)
            }
            redundantWith.append(stronger)
            if stronger == nil { independent.append(row) }
        }
        self.rows = ordered
        self.redundantWith = redundantWith
    }

    /// Whether a set's remaining genes are still enriched on the set's side.
    private static func isEnriched(
        _ members: [Int32], without removed: [Int32], list: RankedGeneList, isPositive: Bool, exponent: Double,
        seed: UInt64
    ) -> Bool {
        guard !members.isEmpty, list.count > removed.count + members.count else { return false }
        var isRemoved = [Bool](repeating: false, count: list.count)
        for member in removed { isRemoved[Int(member)] = true }
        var newRank = [Int32](repeating: 0, count: list.count)
        var scores: [Double] = []
        scores.reserveCapacity(list.count)
        for rank in 0..<list.count {
            newRank[rank] = Int32(scores.count)
            if !isRemoved[rank] { scores.append(list.scores[rank]) }
        }
        let ranks = members.map { newRank[Int($0)] }
        let weights = HitWeights(scores: scores, exponent: exponent)
        let enrichment = EnrichmentScore(ofMembers: ranks, weights: weights)
        guard (enrichment.value >= 0) == isPositive else { return false }
        let observed = GeneSetNull.ObservedSet(
            members: ranks, weights: weights, scaledWeights: weights.scaledForNull(), enrichment: enrichment)
        let plan = GeneSetNull.Plan(scores: scores, exponent: exponent, observed: [observed], seed: seed)
        let counts = plan.state(permutations: 0..<draws).exceedances(ofSet: 0, in: plan)
        return 20 * (counts.beyond + counts.equal + 1) < counts.sameSign + 1
    }
}
