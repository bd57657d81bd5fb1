/// The members that carry a set's enrichment score, and GSEA's three shares of them.
package struct LeadingEdge: Equatable, Sendable {
    /// The ranks of the members at or above the extreme of a non-negative score, from the top of the
    /// list on; or of those at or below that of a negative one, from the end of the list on, as in fgsea.
    package let members: [Int32]

    /// GSEA's RANK AT MAX: genes between the extreme and its end of the list.
    ///
    /// The extreme's rank from 0 for ES ≥ 0, and N minus it otherwise.
    package let rankAtMax: Int

    /// The share of the set's members that are in the leading edge.
    package let tags: Double

    /// `rankAtMax` as a share of the list.
    package let list: Double

    /// tags / (1 − list) × (N − k)/N: 1 for a set that fills the top of the list, near 0 for one spread out.
    package let signal: Double

    /// - Parameters:
    ///   - members: The set's ranks, ascending.
    ///   - score: The set's enrichment score.
    ///   - geneCount: N, the length of the list.
    package init(ofMembers members: [Int32], score: EnrichmentScore, geneCount: Int) {
        self.members =
            score.value >= 0
            ? members.filter { $0 <= score.rank } : members.reversed().filter { $0 >= score.rank }
        rankAtMax = score.value >= 0 ? score.rank : geneCount - score.rank
        tags = Double(self.members.count) / Double(members.count)
        list = Double(rankAtMax) / Double(geneCount)
        signal = tags / (1 - list) * (Double(geneCount - members.count) / Double(geneCount))
    }
}
