import KernelArguments

// Weight 0, in exact integers. Every hit lifts the running sum by N − k and
// every miss lowers it by k, so that k·(N − k) times the enrichment score is a
// whole number. The sweep is that of NestedPrefixScores.swift without weights: before a gene of
// rank r with h hits above it the running sum is  h·(N − k) − (r − h)·k = h·N − r·k.

private struct Sweep {
    let sizes: SIMD8<Int32>
    let geneCount: SIMD8<Int32>

    /// h·N; it wraps around, and the differences do not.
    var hits = SIMD8<Int32>(repeating: 0)

    /// After a gene, of ranks up to r, a further k is taken off: here at the end.
    var highest: SIMD8<Int32>
    var lowest = SIMD8<Int32>(repeating: 0)

    @inline(__always)
    init(row: Int, _ arguments: NestedPrefixArguments) {
        sizes = UnsafeRawPointer(arguments.sweptSizes + row).loadUnaligned(as: SIMD8<Int32>.self)
        geneCount = SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: arguments.geneCount))
        highest = sizes
    }

    /// Goes past one gene: a hit of the sizes above its arrival, a miss of the others.
    @inline(__always)
    mutating func visit(_ entry: NestedPrefixEntry) {
        let isMember = unsafeBitCast(
            SIMD8<Int32>(repeating: entry.arrival) .< sizes, to: SIMD8<Int32>.self)
        let misses = SIMD8<Int32>(repeating: entry.rank) &* sizes
        let before = hits &- misses
        hits = hits &+ (geneCount & isMember)
        let after = hits &- misses
        lowest = lowest.replacing(with: before, where: before .< lowest)
        highest = highest.replacing(with: after, where: after .> highest)
    }

    @inline(__always)
    func record(rows: Range<Int>, _ arguments: NestedPrefixArguments) {
        let highest = highest &- sizes
        let mirrored = SIMD8<Int32>(repeating: 0) &- lowest
        var scores = lowest.replacing(with: highest, where: highest .> mirrored)
        let undecided = highest .== mirrored
        if isAnySet(undecided) {
            for lane in 0..<rows.count where undecided[lane] {
                sortMembers(size: Int(sizes[lane]), arguments)
                let extremes = unweightedSetExtremes(
                    members: arguments.members, count: Int(sizes[lane]), geneCount: arguments.geneCount)
                scores[lane] = Int32(extremes.score)
            }
        }
        let target = arguments.scores.assumingMemoryBound(to: Int32.self)
        for row in rows { target[row &* arguments.scoreStride] = scores[row &- rows.lowerBound] }
    }
}

/// Scores the swept sizes of one permutation for weight 0.
///
/// - Precondition: k·(N − k) + k < 2³¹ for every swept size.
package func scoreUnweightedNestedPrefixes(_ arguments: NestedPrefixArguments) {
    var end = arguments.sweptSizeCount
    guard end > 0 else { return }
    let count = Int(arguments.sweptSizes[end &- 1])
    writeNestedPrefixEntries(arguments, count: count, weighted: false)
    let step = NestedPrefixEntry.byteCount
    var endPlace = arguments.entries + step &* count
    while end > 0 {
        let first = end > 16 ? end &- 16 : 0
        // What the next sweep goes through: the members of its largest size.
        let nextSize = first > 0 ? arguments.sweptSizes[first &- 1] : 0
        var smaller = Sweep(row: first, arguments)
        var larger = Sweep(row: first &+ 8, arguments)
        NestedPrefixEntry.end(arguments.geneCount).store(at: endPlace)
        var place = arguments.entries
        var kept = arguments.entries
        while place < endPlace {
            let entry = NestedPrefixEntry(at: place)
            entry.keep(ifIn: nextSize, at: &kept)
            smaller.visit(entry)
            larger.visit(entry)
            // What is kept is stored at the entry's own place or above: this one is as it was.
            let next = NestedPrefixEntry(at: place + step)
            next.keep(ifIn: nextSize, at: &kept)
            smaller.visit(next)
            larger.visit(next)
            place += 2 &* step
        }
        let middle = first &+ 8 < end ? first &+ 8 : end
        smaller.record(rows: first..<middle, arguments)
        larger.record(rows: middle..<end, arguments)
        endPlace = kept
        end = first
    }
}
