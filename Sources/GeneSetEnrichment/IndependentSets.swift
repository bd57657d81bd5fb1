import ExpressionData
import StatisticalKernels

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
        let weights = HitWeights(scores: list.scores, exponent: exponent)
        var redundantWith: [Int?] = []
        var independent: [Int] = []
        // By rank: whether the set in question has the gene.
        var isMember = [Bool](repeating: false, count: list.count)
        for row in ordered {
            for member in members[row] { isMember[Int(member)] = true }
            let isPositive = normalizedScores[row] >= 0
            let stronger = independent.first { other in
                guard (normalizedScores[other] >= 0) == isPositive else { return false }
                let sharedCount = members[other].count { isMember[Int($0)] }
                // A set that shares little stands by itself.
                guard 4 * sharedCount >= min(members[row].count, members[other].count) else { return false }
                return !Remainder(of: members[row], without: members[other], weights: weights)
                    .isEnriched(isPositive: isPositive, seed: seed)
            }
            for member in members[row] { isMember[Int(member)] = false }
            redundantWith.append(stronger)
            if stronger == nil { independent.append(row) }
        }
        self.rows = ordered
        self.redundantWith = redundantWith
    }
}

/// What a set has beyond another one, in the list without the other's genes.
private struct Remainder {
    /// Random sets that the remainder is compared with.
    static let draws = 999

    /// Ranks in the list that is left, ascending.
    private let members: [Int32]

    /// Of the list that is left.
    private let weights: HitWeights

    init(of set: [Int32], without removed: [Int32], weights: HitWeights) {
        var isRemoved = [Bool](repeating: false, count: weights.values.count)
        for member in removed { isRemoved[Int(member)] = true }
        var members: [Int32] = []
        var values: [Double] = []
        values.reserveCapacity(weights.values.count - removed.count)
        var next = 0
        for rank in isRemoved.indices {
            let isOfSet = next < set.count && Int(set[next]) == rank
            if isOfSet { next += 1 }
            if isRemoved[rank] { continue }
            if isOfSet { members.append(Int32(values.count)) }
            values.append(weights.values[rank])
        }
        self.members = members
        self.weights = HitWeights(values: values, areUnit: weights.areUnit)
    }

    /// Whether fewer than 5 % of random sets with the remainder's sign score as high.
    ///
    /// Draws end where 5 % of all of them are as extreme, and where of the first 200 with the sign at
    /// most one is: of a remainder with p = 0.05 that happens once in 2,500 times.
    func isEnriched(isPositive: Bool, seed: UInt64) -> Bool {
        let geneCount = weights.values.count
        guard !members.isEmpty, members.count < geneCount else { return false }
        let observed = EnrichmentScore(ofMembers: members, weights: weights).value
        guard (observed >= 0) == isPositive else { return false }
        var drawn = members
        var isDrawn = [UInt64](repeating: 0, count: (geneCount + 63) / 64)
        var asExtreme = 0
        var sameSign = 0
        for draw in 0..<Remainder.draws {
            var stream = PhiloxStream(seed: seed, stream: UInt64(draw))
            var count = 0
            while count < drawn.count {
                let rank = stream.next(below: geneCount)
                if isDrawn[rank / 64] >> UInt64(rank % 64) & 1 == 1 { continue }
                isDrawn[rank / 64] |= 1 << UInt64(rank % 64)
                count += 1
            }
            count = 0
            for word in isDrawn.indices where isDrawn[word] != 0 {
                var bits = isDrawn[word]
                isDrawn[word] = 0
                while bits != 0 {
                    drawn[count] = Int32(64 * word + bits.trailingZeroBitCount)
                    bits &= bits - 1
                    count += 1
                }
            }
            let score = EnrichmentScore(ofMembers: drawn, weights: weights).value
            guard (score >= 0) == isPositive else { continue }
            sameSign += 1
            if score.magnitude >= observed.magnitude { asExtreme += 1 }
            if 20 * (asExtreme + 1) >= Remainder.draws + 1 { return false }
            if sameSign == 200, asExtreme <= 1 { return true }
        }
        return 20 * (asExtreme + 1) < sameSign + 1
    }
}
