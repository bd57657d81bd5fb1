/// The running sum of one set at its members: what an enrichment plot draws.
///
/// Between two members it falls by 1/(N − k) a gene, so these values are all of it.
package struct RunningSum: Equatable, Sendable {
    /// Just at each member, in the order of their ranks.
    package let atMembers: [Double]

    /// - Parameters:
    ///   - members: The members' ranks, from 0, ascending; at least one.
    ///   - weights: What each rank weighs as a hit.
    package init(ofMembers members: [Int32], weights: HitWeights) {
        let count = weights.values.count
        var total = 0.0
        for member in members { total += weights.values[Int(member)] }
        // Members that all weigh nothing count alike, as in `EnrichmentScore`.
        let own = weights.areUnit ? nil : weights.ownWeights(ofMembers: members, total: total)
        if let own { total = own.reduce(0, +) }
        let isUnit = weights.areUnit || total == 0
        if isUnit { total = Double(members.count) }
        let missStep = count > members.count ? 1 / Double(count - members.count) : 0
        var hits = 0.0
        atMembers = members.enumerated().map { hitsAbove, member in
            hits += isUnit ? 1 : own?[hitsAbove] ?? weights.values[Int(member)]
            return hits / total - Double(Int(member) - hitsAbove) * missStep
        }
    }
}
