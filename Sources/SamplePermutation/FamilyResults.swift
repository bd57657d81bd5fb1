/// What shared shuffles say of a family.
package struct FamilyResults: Equatable, Sendable {
    /// By member and fitted gene: the share of permutations in which any statistic of any member is as large.
    package let genes: [[Double]]

    /// By member and set: the share in which any set of any member has an NES of the sign that is as extreme; NaN for a
    /// set without an NES.
    package let sets: [[Double]]

    /// By comparison.
    package let geneOverlaps: [OverlapResult]
    package let setOverlaps: [OverlapResult]
    package let permutations: Int
    package let isEnumerated: Bool
}

extension PermutationFamily {
    /// - Throws: `SummaryProblem` where permutations before the last are missing.
    package func results(_ pass: FamilyPass) throws(SummaryProblem) -> FamilyResults {
        guard let (range, counts) = pass.ranges.whole, counts.hasShape(of: FamilyPass.Counts(self)) else {
            throw .incomplete(expected: 0..<(pass.ranges.segments.last?.range.upperBound ?? 1))
        }
        let draws = range.count
        let all = shares(genes, counts.genes, draws)
        let (up, down) = (shares(positive, counts.positive, draws), shares(negative, counts.negative, draws))
        var (gene, high, low) = (0, 0, 0)
        var genes: [[Double]] = []
        var sets: [[Double]] = []
        for member in members {
            genes.append(Array(all[gene..<gene + member.model.genes.count]))
            gene += member.model.genes.count
            sets.append(
                member.observedNormalizedScores.map { score in
                    if score >= 0 {
                        high += 1
                        return up[high - 1]
                    }
                    guard score < 0 else { return .nan }
                    low += 1
                    return down[low - 1]
                })
        }
        func overlaps(_ counts: [OverlapCounts], _ observed: [Int], _ length: (Member) -> Int) -> [OverlapResult] {
            comparisons.indices.map { place in
                counts[place].result(
                    lengths: comparisons[place].map { length(members[$0]) }, observed: observed[place],
                    permutations: draws, isEnumerated: isEnumerated)
            }
        }
        return FamilyResults(
            genes: genes, sets: sets, geneOverlaps: overlaps(counts.geneOverlaps, observedGenes, \.geneLength),
            setOverlaps: overlaps(counts.setOverlaps, observedSets, \.setLength), permutations: draws,
            isEnumerated: isEnumerated)
    }

    /// By position, how often the largest of a permutation reaches what was observed.
    private func shares(_ observed: ObservedGenes, _ largest: [UInt64], _ permutations: Int) -> [Double] {
        var shares = [Double](repeating: .nan, count: observed.z.count)
        var reached = 0
        for (place, position) in observed.order.enumerated() {
            reached += Int(largest[place])
            shares[position] =
                CountedPValue(asExtreme: reached, among: permutations, isEnumerated: isEnumerated).value
        }
        return shares
    }
}
