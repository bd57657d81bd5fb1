import KernelArguments

// The heart of the gene-set null. Goals, in this order: a score is a function
// of the set alone, so that it does not matter which other sizes are scored or
// by which route; the same bits on every CPU; speed.
//
// A sweep runs over the members by ascending rank. At member j (counted from 0),
// with rank r, j hits and r − j misses lie above it, so the running sum times the total
// weight R is  h − c·(r − j)  just before the member and  h + w − c·(r − j)  at it, where h is
// the weight of the hits above and c = R / (N − k). Everything is float32,
// rounded at each of these operations; (r − j) is exact.

/// Eight sizes being swept: what the sweep has found so far.
///
/// Sizes and c are read again at every member: sixteen vector registers hold the rest of two sweeps,
/// and nothing of it is spilled.
private struct Sweep {
    let sizes: UnsafeRawPointer
    let missSteps: UnsafeRawPointer

    /// The float 2²³ + j.
    var hitCounts = SIMD8<Int32>(repeating: wholeFloatBits)
    var hits = SIMD8<Float>(repeating: 0)
    var highest = SIMD8<Float>(repeating: 0)
    var lowest = SIMD8<Float>(repeating: 0)

    /// - Parameters:
    ///   - row: The first of the eight.
    ///   - half: Which half of the room for c to use.
    @inline(__always)
    init(row: Int, half: Int, _ arguments: NestedPrefixArguments) {
        sizes = UnsafeRawPointer(arguments.sweptSizes + row)
        let place = UnsafeMutableRawPointer(arguments.missSteps + 8 &* half)
        missSteps = UnsafeRawPointer(place)
        let misses = SIMD8<Float>(
            SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: arguments.geneCount)) &- load(sizes))
        let zero = SIMD8<Float>(repeating: 0)
        let reciprocals = (SIMD8<Float>(repeating: 1) / misses).replacing(with: zero, where: misses .== zero)
        place.storeBytes(of: totals(arguments) * reciprocals, as: SIMD8<Float>.self)
    }

    @inline(__always)
    private func totals(_ arguments: NestedPrefixArguments) -> SIMD8<Float> {
        let sizes = load(sizes)
        var totals = SIMD8<Float>(repeating: 0)
        for lane in 0..<8 { totals[lane] = arguments.totals[Int(sizes[lane]) &- 1] }
        return totals
    }

    /// Goes past one gene, a member of the sizes above its arrival.
    ///
    /// Elsewhere it is a miss. There the running sum is no higher than it was at the member above, and
    /// no lower than it will be before the one below; after the last member it is zero but for rounding,
    /// while the extreme of a set with any weight is at least 1/2k.
    @inline(__always)
    mutating func visit(_ entry: NestedPrefixEntry) {
        let isMember = unsafeBitCast(
            SIMD8<Int32>(repeating: entry.arrival) .< load(sizes), to: SIMD8<Int32>.self)
        let misses =
            floats(load(missSteps))
            * (floats(SIMD8<Int32>(repeating: entry.wholeRank)) - floats(hitCounts))
        let before = hits - misses
        hits += floats(SIMD8<Int32>(repeating: entry.weight) & isMember)
        let at = hits - misses
        lowest = lowest.replacing(with: before, where: before .< lowest)
        highest = highest.replacing(with: at, where: at .> highest)
        // The mask is −1 where it is set.
        hitCounts = hitCounts &- isMember
    }

    /// Writes ES = extreme / R for the extreme of larger magnitude.
    @inline(__always)
    func record(rows: Range<Int>, _ arguments: NestedPrefixArguments) {
        let isHigh = highest .> -lowest
        let extreme = lowest.replacing(with: highest, where: isHigh)
        var scores = extreme / totals(arguments)
        // Two equal extremes, or no weight at all: rare, and settled from the members themselves.
        let undecided = highest .== -lowest
        if isAnySet(undecided) {
            let sizes = load(sizes)
            for lane in 0..<rows.count where undecided[lane] {
                sortMembers(size: Int(sizes[lane]), arguments)
                let extremes = weightedSetExtremes(
                    members: arguments.members, count: Int(sizes[lane]), weights: arguments.weights,
                    geneCount: arguments.geneCount)
                scores[lane] = Float(extremes.score)
            }
        }
        let one = SIMD8<Float>(repeating: 1)
        // Rounding may carry a score an ulp past its limits.
        scores = scores.replacing(with: one, where: scores .> one)
        scores = scores.replacing(with: -one, where: scores .< -one)
        let target = arguments.scores.assumingMemoryBound(to: Float.self)
        for row in rows { target[row &* arguments.scoreStride] = scores[row &- rows.lowerBound] }
    }
}

@inline(__always)
private func load(_ place: UnsafeRawPointer) -> SIMD8<Int32> { place.loadUnaligned(as: SIMD8<Int32>.self) }

@inline(__always)
private func floats(_ bits: SIMD8<Int32>) -> SIMD8<Float> { unsafeBitCast(bits, to: SIMD8<Float>.self) }

/// Scores the swept sizes of one permutation.
package func scoreNestedPrefixes(_ arguments: NestedPrefixArguments) {
    var end = arguments.sweptSizeCount
    guard end > 0 else { return }
    let count = Int(arguments.sweptSizes[end &- 1])
    writeNestedPrefixEntries(arguments, count: count, weighted: true)
    let step = NestedPrefixEntry.byteCount
    var endPlace = arguments.entries + step &* count
    while end > 0 {
        let first = end > 16 ? end &- 16 : 0
        // What the next sweep goes through: the members of its largest size.
        let nextSize = first > 0 ? arguments.sweptSizes[first &- 1] : 0
        var smaller = Sweep(row: first, half: 0, arguments)
        var larger = Sweep(row: first &+ 8, half: 1, arguments)
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
