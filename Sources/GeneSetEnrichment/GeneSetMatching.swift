import ExpressionData

/// A set that takes part in the analysis.
package struct MatchedGeneSet: Equatable, Sendable {
    /// Its index among the input sets.
    package let index: Int

    /// The number of genes in its file.
    package let originalSize: Int

    /// The ranks, from 0, of its genes in the list, ascending.
    package let members: [Int32]

    package var size: Int { members.count }
}

/// A set that was left out, and why.
package struct RejectedGeneSet: Equatable, Sendable {
    package enum Reason: String, Sendable {
        case noGeneInList = "no-gene-in-list"
        case fewerThanMinimum = "fewer-than-minimum"
        case moreThanMaximum = "more-than-maximum"
    }

    /// Its index among the input sets.
    package let index: Int

    package let originalSize: Int

    /// The number of its genes in the list.
    package let size: Int

    package let reason: Reason
}

/// The sets of an analysis, cut to the genes of the list and filtered by size.
///
/// The size that counts is k, that of the intersection with the list: minimum ≤
/// k ≤ maximum. (The GSEA desktop also drops sets with fewer than the minimum of
/// genes in their file, which changes nothing, as k is no larger.)
package struct GeneSetMatching: Equatable, Sendable {
    /// In input order.
    package let matched: [MatchedGeneSet]

    /// In input order.
    package let rejected: [RejectedGeneSet]

    /// - Parameters:
    ///   - sets: The input sets.
    ///   - genes: The list's gene names, best first.
    ///   - minimumSize: The smallest k kept; at least 1.
    ///   - maximumSize: The largest k kept.
    package init(of sets: [GeneSet], with genes: [String], minimumSize: Int, maximumSize: Int) {
        var rankOfGene: [String: Int32] = [:]
        rankOfGene.reserveCapacity(genes.count)
        for (rank, gene) in genes.enumerated() { rankOfGene[gene] = Int32(rank) }
        var matched: [MatchedGeneSet] = []
        var rejected: [RejectedGeneSet] = []
        for (index, set) in sets.enumerated() {
            let members = set.genes.compactMap { rankOfGene[$0] }.sorted()
            let reason: RejectedGeneSet.Reason? =
                if members.isEmpty {
                    .noGeneInList
                } else if members.count < minimumSize {
                    .fewerThanMinimum
                } else if members.count > maximumSize {
                    .moreThanMaximum
                } else {
                    nil
                }
            if let reason {
                rejected.append(
                    RejectedGeneSet(
                        index: index, originalSize: set.genes.count, size: members.count, reason: reason))
            } else {
                matched.append(
                    MatchedGeneSet(index: index, originalSize: set.genes.count, members: members))
            }
        }
        self.matched = matched
        self.rejected = rejected
    }
}
