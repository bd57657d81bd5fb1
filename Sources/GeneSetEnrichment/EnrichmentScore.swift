/// The enrichment score of one set: the running sum's largest deviation from zero.
///
///     run(i) = Σ_{j ≤ i, j ∈ S} |r_j|^p / R  −  #{j ≤ i, j ∉ S} / (N − k)
///
/// with R the sum over all k members (Subramanian et al., 2005). Computed in
/// doubles, or for unit weights as a quotient of whole numbers. Of deviations of
/// equal size, the one met first on the way down the list counts.
///
/// A set of all N genes has no misses; its score is 1. Members that all have
/// weight zero count alike, as if each had the same small score.
package struct EnrichmentScore: Equatable, Sendable {
    /// ES, in −1...1.
    package let value: Double

    /// The rank, from 0, at which the running sum reaches ES: a member's own rank
    /// if ES is positive, the rank just before a member's if it is negative.
    package let rank: Int

    /// - Parameters:
    ///   - members: The members' ranks, from 0, ascending; at least one.
    ///   - weights: What each rank weighs as a hit.
    package init(ofMembers members: [Int32], weights: HitWeights) {
        if weights.areUnit {
            self.init(unitMembers: members, geneCount: weights.values.count)
            return
        }
        let count = weights.values.count
        var total = 0.0
        for member in members { total += weights.values[Int(member)] }
        if let own = weights.ownWeights(ofMembers: members, total: total) {
            self.init(members, geneCount: count, total: own.reduce(0, +)) { own[$0] }
        } else if total > 0 {
            self.init(members, geneCount: count, total: total) { weights.values[Int(members[$0])] }
        } else {
            self.init(unitMembers: members, geneCount: count)
        }
    }

    /// - Parameter weight: What a member weighs, by its place among them.
    @inline(__always)
    private init(_ members: [Int32], geneCount: Int, total: Double, weight: (Int) -> Double) {
        let missStep = geneCount > members.count ? 1 / Double(geneCount - members.count) : 0
        var extreme = 0.0
        var extremeRank = 0
        var hits = 0.0
        for (hitsAbove, member) in members.enumerated() {
            let rank = Int(member)
            let misses = Double(rank - hitsAbove) * missStep
            let before = hits / total - misses
            if before.magnitude > extreme.magnitude {
                extreme = before
                extremeRank = rank - 1
            }
            hits += weight(hitsAbove)
            let at = hits / total - misses
            if at.magnitude > extreme.magnitude {
                extreme = at
                extremeRank = rank
            }
        }
        self.init(value: extreme, rank: extremeRank)
    }

    package init(value: Double, rank: Int) {
        self.value = value
        self.rank = rank
    }

    /// Every hit counts 1/k: in units of 1/(k·(N − k)), hits × (N − k) − misses × k.
    private init(unitMembers members: [Int32], geneCount: Int) {
        let hitStep = geneCount - members.count
        guard hitStep > 0 else {
            self.init(value: 1, rank: geneCount - 1)
            return
        }
        let missStep = members.count
        var extreme = 0
        var extremeRank = 0
        for (hitsAbove, member) in members.enumerated() {
            let rank = Int(member)
            let before = hitsAbove * hitStep - (rank - hitsAbove) * missStep
            if before.magnitude > extreme.magnitude {
                extreme = before
                extremeRank = rank - 1
            }
            let at = before + hitStep
            if at.magnitude > extreme.magnitude {
                extreme = at
                extremeRank = rank
            }
        }
        self.init(value: Double(extreme) / Double(hitStep * missStep), rank: extremeRank)
    }
}
