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

    /// Larger sets are not asked: they share genes with all others, and drawing them takes long.
    package static let sizeLimit = 2_000

    /// By position in `rows`: the row of the set that makes it redundant; nil for an independent one.
    package let redundantWith: [Int?]

    /// - Parameters:
    ///   - rows: The enriched sets among the matched ones; those above `sizeLimit` are left out.
    ///   - limit: More sets than these are not compared: those with the smallest |NES| are left out.
    ///   - normalizedScores: By matched set.
    package init(
        rows: [Int], limit: Int, list: RankedGeneList, members: [[Int32]], normalizedScores: [Double], exponent: Double,
        seed: UInt64
    ) {
        let ordered = Array(
            rows.filter { members[$0].count <= IndependentSets.sizeLimit }.sorted {
                (-normalizedScores[$0].magnitude, $0) < (-normalizedScores[$1].magnitude, $1)
            }.prefix(limit))
        let weights = HitWeights(scores: list.scores, exponent: exponent)
        let orders = RandomOrders(geneCount: list.count, count: Remainder.draws, seed: seed)
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
                    .isEnriched(isPositive: isPositive, among: orders)
            }
            for member in members[row] { isMember[Int(member)] = false }
            redundantWith.append(stronger)
            if stronger == nil { independent.append(row) }
        }
        self.rows = ordered
        self.redundantWith = redundantWith
    }
}

/// Random orders of the list's ranks, each drawn as far as it was asked for.
private final class RandomOrders {
    private let geneCount: Int
    private var streams: [PhiloxStream]
    private var isDrawn: [[UInt64]]
    private var orders: [[Int32]]

    init(geneCount: Int, count: Int, seed: UInt64) {
        self.geneCount = geneCount
        streams = (0..<count).map { PhiloxStream(seed: seed, stream: UInt64($0)) }
        isDrawn = [[UInt64]](repeating: [], count: count)
        orders = [[Int32]](repeating: [], count: count)
    }

    /// At least the first `length` ranks of one order.
    func order(_ index: Int, length: Int) -> [Int32] {
        if orders[index].count >= length { return orders[index] }
        // Some more, as the next one to ask will have other genes to leave out.
        let length = min(geneCount, 2 * length)
        var order = orders[index]
        var stream = streams[index]
        var drawn = isDrawn[index]
        if drawn.isEmpty { drawn = [UInt64](repeating: 0, count: (geneCount + 63) / 64) }
        orders[index] = []
        isDrawn[index] = []
        while order.count < length {
            let rank = stream.next(below: geneCount)
            if drawn[rank / 64] >> UInt64(rank % 64) & 1 == 1 { continue }
            drawn[rank / 64] |= 1 << UInt64(rank % 64)
            order.append(Int32(rank))
        }
        streams[index] = stream
        isDrawn[index] = drawn
        orders[index] = order
        return order
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

    /// By rank in the whole list: the rank in the list that is left, or −1.
    private let newRank: [Int32]

    init(of set: [Int32], without removed: [Int32], weights: HitWeights) {
        var newRank = [Int32](repeating: 0, count: weights.values.count)
        for member in removed { newRank[Int(member)] = -1 }
        self.weights = weights.keeping { newRank[$0] == 0 }
        var left: Int32 = 0
        for rank in newRank.indices where newRank[rank] == 0 {
            newRank[rank] = left
            left += 1
        }
        members = set.map { newRank[Int($0)] }.filter { $0 >= 0 }
        self.newRank = newRank
    }

    /// Whether fewer than 5 % of random sets with the remainder's sign score as high.
    ///
    /// Of a random order those ranks that are left make a random order of them. Draws end where 15 of
    /// at most 100 with the sign are as extreme, or none of 150: of a remainder with p = 0.05 either
    /// happens once in 2,000 times or less.
    func isEnriched(isPositive: Bool, among orders: RandomOrders) -> Bool {
        let geneCount = weights.values.count
        guard !members.isEmpty, members.count < geneCount else { return false }
        let observed = EnrichmentScore(ofMembers: members, weights: weights).value
        guard (observed >= 0) == isPositive else { return false }
        let draw = RandomRemainder(count: members.count, weights: weights)
        var asExtreme = 0
        var sameSign = 0
        for index in 0..<Remainder.draws {
            var order = orders.order(index, length: members.count)
            while !draw.take(from: order, newRank: newRank) {
                order = orders.order(index, length: order.count + 1)
            }
            guard draw.score(nearTo: observed, isPositive: isPositive) else { continue }
            sameSign += 1
            if draw.isAsExtreme { asExtreme += 1 }
            if sameSign <= 100 && asExtreme == 15 { return false }
            if 20 * (asExtreme + 1) >= Remainder.draws + 1 { return false }
            if sameSign == 150, asExtreme == 0 { return true }
        }
        return 20 * (asExtreme + 1) < sameSign + 1
    }
}

/// A random set of genes of the list that is left, and how its score compares.
private final class RandomRemainder {
    /// Whether the last draw's score has at least the observed magnitude.
    private(set) var isAsExtreme = false

    private let count: Int
    private let weights: HitWeights
    private let missStep: Double

    /// A bit per gene that is drawn, and a bit per word of these that is not zero.
    private let isDrawn: UnsafeMutablePointer<UInt64>
    private let isUsed: UnsafeMutablePointer<UInt64>
    private let usedCount: Int

    /// The drawn ranks, ascending once they are scored.
    private let ranks: UnsafeMutablePointer<Int32>
    private var total = 0.0

    init(count: Int, weights: HitWeights) {
        self.count = count
        self.weights = weights
        let geneCount = weights.values.count
        missStep = 1 / Double(geneCount - count)
        let wordCount = (geneCount + 63) / 64
        usedCount = (wordCount + 63) / 64
        isDrawn = .allocate(capacity: wordCount)
        isDrawn.initialize(repeating: 0, count: wordCount)
        isUsed = .allocate(capacity: usedCount)
        isUsed.initialize(repeating: 0, count: usedCount)
        ranks = .allocate(capacity: count)
    }

    deinit {
        isDrawn.deallocate()
        isUsed.deallocate()
        ranks.deallocate()
    }

    /// Takes the first genes of a random order that are left; false if it ends before.
    func take(from order: [Int32], newRank: [Int32]) -> Bool {
        var taken = 0
        var total = 0.0
        order.withUnsafeBufferPointer { order in
            newRank.withUnsafeBufferPointer { newRank in
                weights.values.withUnsafeBufferPointer { weights in
                    var position = 0
                    while taken < count && position < order.count {
                        let rank = newRank[Int(order[position])]
                        position += 1
                        if rank < 0 { continue }
                        ranks[taken] = rank
                        total += weights[Int(rank)]
                        taken += 1
                    }
                }
            }
        }
        self.total = total
        return taken == count
    }

    /// Whether the draw's enrichment score has the sign; sets `isAsExtreme`.
    ///
    /// The running sum is followed without a division per gene. Where that leaves open how the
    /// `EnrichmentScore` of the same genes compares, this is computed.
    func score(nearTo observed: Double, isPositive: Bool) -> Bool {
        sortRanks()
        let rounding = 1e-9 * total
        let miss = missStep * total
        var hits = 0.0
        var highest = 0.0
        var lowest = 0.0
        weights.values.withUnsafeBufferPointer { weights in
            for member in 0..<count {
                let rank = Int(ranks[member])
                let before = hits - Double(rank - member) * miss
                let weight = weights[rank]
                hits += weight
                lowest = min(lowest, before)
                highest = max(highest, before + weight)
            }
        }
        let extreme = max(highest, -lowest)
        // Of a total next to zero the products above have lost their digits.
        if total >= HitWeights.leastExactTotal && (highest + lowest).magnitude > rounding
            && (extreme - observed.magnitude * total).magnitude > rounding
        {
            isAsExtreme = extreme > observed.magnitude * total
            return (highest > -lowest) == isPositive
        }
        let score = EnrichmentScore(
            ofMembers: Array(UnsafeBufferPointer(start: ranks, count: count)), weights: weights
        ).value
        isAsExtreme = score.magnitude >= observed.magnitude
        return (score >= 0) == isPositive
    }

    /// Sorts the ranks through a bit per gene.
    private func sortRanks() {
        for member in 0..<count {
            let rank = Int(ranks[member])
            let word = rank / 64
            isDrawn[word] |= 1 << UInt64(rank % 64)
            isUsed[word / 64] |= 1 << UInt64(word % 64)
        }
        var member = 0
        for group in 0..<usedCount {
            var used = isUsed[group]
            isUsed[group] = 0
            while used != 0 {
                let word = 64 * group + used.trailingZeroBitCount
                used &= used - 1
                var bits = isDrawn[word]
                isDrawn[word] = 0
                while bits != 0 {
                    ranks[member] = Int32(64 * word + bits.trailingZeroBitCount)
                    bits &= bits - 1
                    member += 1
                }
            }
        }
    }
}
