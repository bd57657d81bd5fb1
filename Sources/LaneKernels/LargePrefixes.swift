import KernelArguments

/// Scores the sizes of one permutation that sweeps do not serve.
///
/// Up to `floatSizeLimit` each is sorted through a bit per gene and scored as an observed set is, to
/// the bits that a sweep gives; from there on sums are exact (`BlockedPrefixes.swift`).
///
/// - Parameters:
///   - sizes: Ascending, at most `drawCount`.
///   - scores: Receives the score of size `sizes[s]` at `s * scoreStride`.
package func scoreLargePrefixes(
    _ arguments: NestedPrefixArguments, weighted: Bool, sizes: UnsafePointer<Int32>, sizeCount: Int,
    scores: UnsafeMutablePointer<Double>
) {
    let wordCount = (arguments.geneCount &+ 63) &>> 6
    var drawn = 0
    var row = 0
    while row < sizeCount && sizes[row] <= NestedPrefixArguments.floatSizeLimit {
        let size = Int(sizes[row])
        while drawn < size {
            let rank = Int(arguments.drawnRanks[drawn])
            arguments.seen[rank &>> 6] |= UInt64(1) &<< UInt64(rank & 63)
            drawn &+= 1
        }
        var member = 0
        for word in 0..<wordCount {
            var bits = arguments.seen[word]
            while bits != 0 {
                arguments.members[member] = Int32(truncatingIfNeeded: word &* 64 &+ bits.trailingZeroBitCount)
                bits &= bits &- 1
                member &+= 1
            }
        }
        let extremes =
            weighted
            ? weightedSetExtremes(
                members: arguments.members, count: size, weights: arguments.weights, geneCount: arguments.geneCount)
            : unweightedSetExtremes(members: arguments.members, count: size, geneCount: arguments.geneCount)
        scores[row &* arguments.scoreStride] = extremes.score
        row &+= 1
    }
    if row < sizeCount {
        scoreBlockedPrefixes(
            arguments, weighted: weighted, sizes: sizes, firstRow: row, sizeCount: sizeCount, drawn: drawn,
            scores: scores)
    }
    for word in 0..<wordCount { arguments.seen[word] = 0 }
}
