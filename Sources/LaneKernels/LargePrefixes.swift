import KernelArguments

/// Scores the prefixes that are too large for the sweep, one permutation at a time.
///
/// A sweep costs a step per member for every size below the largest; where the
/// large sizes are few, sorting each through a bit per gene costs less. Same bits
/// as the sweep, up to the size from which on sums are exact (`BlockedPrefixes.swift`).
///
/// - Parameters:
///   - sizes: Ascending, at most `drawCount`.
///   - scores: Receives the score of size `sizes[s]` and lane `l` at `s * scoreStride + l`.
package func scoreLargePrefixes(
    _ arguments: NestedPrefixArguments, weighted: Bool, sizes: UnsafePointer<Int32>, sizeCount: Int,
    scores: UnsafeMutablePointer<Double>
) {
    let lanes = NestedPrefixArguments.lanes
    let wordCount = (arguments.geneCount &+ 63) &>> 6
    for lane in 0..<lanes {
        var drawn = 0
        var row = 0
        while row < sizeCount && sizes[row] <= NestedPrefixArguments.floatSizeLimit {
            let size = Int(sizes[row])
            while drawn < size {
                let rank = Int(arguments.drawnRanks[drawn &* lanes &+ lane])
                arguments.seen[rank &>> 6] |= UInt64(1) &<< UInt64(rank & 63)
                drawn &+= 1
            }
            var member = 0
            for word in 0..<wordCount {
                var bits = arguments.seen[word]
                while bits != 0 {
                    arguments.members[member] = Int32(
                        truncatingIfNeeded: word &* 64 &+ bits.trailingZeroBitCount)
                    bits &= bits &- 1
                    member &+= 1
                }
            }
            let extremes =
                weighted
                ? weightedSetExtremes(
                    members: arguments.members, count: size, weights: arguments.weights,
                    geneCount: arguments.geneCount)
                : unweightedSetExtremes(
                    members: arguments.members, count: size, geneCount: arguments.geneCount)
            scores[row &* arguments.scoreStride &+ lane] = extremes.score
            row &+= 1
        }
        if row < sizeCount {
            scoreBlockedPrefixes(
                arguments, weighted: weighted, lane: lane, sizes: sizes, firstRow: row, sizeCount: sizeCount,
                drawn: drawn, scores: scores)
        }
        for word in 0..<wordCount { arguments.seen[word] = 0 }
    }
}
