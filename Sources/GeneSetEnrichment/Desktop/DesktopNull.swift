/// The null scores of a GSEA desktop run: one generator, drawn from set by set.
///
/// For every set in file order, every permutation draws ranks until it has k
/// distinct ones. So a set's null depends on the number and sizes of the sets
/// before it, and cannot be sharded.
struct DesktopNull: Sendable {
    /// By set: the null scores in order of drawing.
    private(set) var scores: [[Float]] = []

    /// - Parameter betweenSets: Called before each set; may throw to stop.
    init(
        sizes: [Int], permutations: Int, seed: Int64, scoring: DesktopScores, betweenSets: () throws -> Void
    ) rethrows {
        var generator = JavaRandom(seed: seed)
        let geneCount = scoring.geneCount
        var seen = [UInt64](repeating: 0, count: (geneCount + 63) / 64)
        for size in sizes {
            try betweenSets()
            var members = [Int32](repeating: 0, count: size)
            var null: [Float] = []
            null.reserveCapacity(permutations)
            for _ in 0..<permutations {
                if size == geneCount {
                    for rank in 0..<geneCount { members[rank] = Int32(rank) }
                } else {
                    var drawn = 0
                    while drawn < size {
                        let rank = generator.next(below: geneCount)
                        let bit = UInt64(1) << UInt64(rank % 64)
                        if seen[rank / 64] & bit != 0 { continue }
                        seen[rank / 64] |= bit
                        drawn += 1
                    }
                    DesktopNull.drain(&seen, into: &members)
                }
                let total = scoring.totalOfDraw(members)
                null.append(members.withUnsafeBufferPointer { scoring.score($0, total: total).value })
            }
            scores.append(null)
        }
    }

    /// Moves the set bits to `members`, ascending, and clears them.
    private static func drain(_ seen: inout [UInt64], into members: inout [Int32]) {
        var member = 0
        for word in seen.indices where seen[word] != 0 {
            var bits = seen[word]
            while bits != 0 {
                members[member] = Int32(word * 64 + bits.trailingZeroBitCount)
                bits &= bits - 1
                member += 1
            }
            seen[word] = 0
        }
    }
}
