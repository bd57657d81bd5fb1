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

/// One size being swept: what the sweep has found so far.
private struct Sweep {
    var hits = SIMD8<Float>(repeating: 0)
    var highest = SIMD8<Float>(repeating: 0)
    var lowest = SIMD8<Float>(repeating: 0)

    /// Goes past one member.
    ///
    /// - Parameters:
    ///   - missesAbove: r − j.
    ///   - missStep: c.
    @inline(__always)
    mutating func visit(missesAbove: SIMD8<Float>, weight: SIMD8<Float>, missStep: SIMD8<Float>) {
        let misses = missStep * missesAbove
        let before = hits - misses
        hits += weight
        let at = hits - misses
        lowest = lowest.replacing(with: before, where: before .< lowest)
        highest = highest.replacing(with: at, where: at .> highest)
    }
}

/// A member on its way to its place among the sorted ones.
///
/// Ranks are bit patterns of floats, which order as integers do: that spreads
/// the work over the integer and the floating-point units.
private struct Newcomer {
    var rank: SIMD8<Int32>
    var weight: SIMD8<UInt32>

    /// Leaves the smaller of this and the given member in place and carries the larger on.
    @inline(__always)
    mutating func pass(_ otherRank: inout SIMD8<Int32>, _ otherWeight: inout SIMD8<UInt32>) {
        // All bits set where the newcomer belongs here: selecting by bits stays in
        // vector registers, selecting by mask is taken apart lane by lane.
        let isSmaller = unsafeBitCast(rank .< otherRank, to: SIMD8<UInt32>.self)
        let kept = otherRank.replacing(with: rank, where: rank .< otherRank)
        rank = otherRank.replacing(with: rank, where: rank .> otherRank)
        otherRank = kept
        let keptWeight = (weight & isSmaller) | (otherWeight & ~isSmaller)
        weight = (otherWeight & isSmaller) | (weight & ~isSmaller)
        otherWeight = keptWeight
    }
}

/// Scores every nested prefix whose size occurs, by inserting two drawn members at a time.
package func scoreNestedPrefixes(_ arguments: NestedPrefixArguments) {
    let members = arguments.sortedMembers
    let indices = UnsafeRawPointer(arguments.indices)
    var size = 0
    while size < arguments.sweptCount {
        // The last one of an odd number is inserted alone.
        let isPair = size + 2 <= arguments.sweptCount
        let scoresFirst = arguments.rowOfSize[size + 1] >= 0
        let scoresSecond = isPair && arguments.rowOfSize[size + 2] >= 0
        var first = newcomer(size, arguments)
        var second = newcomer(isPair ? size + 1 : size, arguments)
        if !scoresFirst && !scoresSecond {
            for member in 0..<size {
                let place = members + 64 &* member
                var rank = loadRanks(place)
                var weight = loadWeights(place)
                first.pass(&rank, &weight)
                second.pass(&rank, &weight)
                store(rank, weight, at: place)
            }
            var rank = first.rank
            var weight = first.weight
            second.pass(&rank, &weight)
            store(rank, weight, at: members + 64 &* size)
            store(second.rank, second.weight, at: members + 64 &* (size + 1))
            size += 2
            continue
        }
        let missSteps = UnsafeRawPointer(arguments.missSteps + 8 &* size)
        // Behind the last of an odd number there are no steps: its own stand in for those of a second one.
        let secondStep = isPair ? 32 : 0
        var sweepFirst = Sweep()
        var sweepSecond = Sweep()
        for member in 0..<size {
            // The steps and indices are read again at every member: sixteen vector
            // registers hold the rest of the loop, and nothing of it is spilled.
            let place = members + 64 &* member
            let hitsAbove = indices.loadUnaligned(fromByteOffset: 32 &* member, as: SIMD8<Float>.self)
            var rank = loadRanks(place)
            var weight = loadWeights(place)
            first.pass(&rank, &weight)
            sweepFirst.visit(
                missesAbove: floats(rank) - hitsAbove, weight: floats(weight),
                missStep: missSteps.loadUnaligned(as: SIMD8<Float>.self))
            second.pass(&rank, &weight)
            sweepSecond.visit(
                missesAbove: floats(rank) - hitsAbove, weight: floats(weight),
                missStep: missSteps.loadUnaligned(fromByteOffset: secondStep, as: SIMD8<Float>.self))
            store(rank, weight, at: place)
        }
        let hitsAbove = indices.loadUnaligned(fromByteOffset: 32 &* size, as: SIMD8<Float>.self)
        sweepFirst.visit(
            missesAbove: floats(first.rank) - hitsAbove, weight: floats(first.weight),
            missStep: missSteps.loadUnaligned(as: SIMD8<Float>.self))
        if scoresFirst { record(sweepFirst, size: size + 1, arguments) }
        if isPair {
            let missStep = missSteps.loadUnaligned(fromByteOffset: secondStep, as: SIMD8<Float>.self)
            var rank = first.rank
            var weight = first.weight
            second.pass(&rank, &weight)
            sweepSecond.visit(
                missesAbove: floats(rank) - hitsAbove, weight: floats(weight), missStep: missStep)
            sweepSecond.visit(
                missesAbove: floats(second.rank) - (hitsAbove + 1), weight: floats(second.weight), missStep: missStep)
            if scoresSecond { record(sweepSecond, size: size + 2, arguments) }
            store(rank, weight, at: members + 64 &* size)
            store(second.rank, second.weight, at: members + 64 &* (size + 1))
        }
        size += 2
    }
}

@inline(__always)
private func floats(_ bits: SIMD8<Int32>) -> SIMD8<Float> { unsafeBitCast(bits, to: SIMD8<Float>.self) }

@inline(__always)
private func floats(_ bits: SIMD8<UInt32>) -> SIMD8<Float> { unsafeBitCast(bits, to: SIMD8<Float>.self) }

@inline(__always)
private func loadRanks(_ place: UnsafeMutableRawPointer) -> SIMD8<Int32> {
    place.loadUnaligned(as: SIMD8<Int32>.self)
}

@inline(__always)
private func loadWeights(_ place: UnsafeMutableRawPointer) -> SIMD8<UInt32> {
    place.loadUnaligned(fromByteOffset: 32, as: SIMD8<UInt32>.self)
}

@inline(__always)
private func store(_ ranks: SIMD8<Int32>, _ weights: SIMD8<UInt32>, at place: UnsafeMutableRawPointer) {
    place.storeBytes(of: ranks, as: SIMD8<Int32>.self)
    place.storeBytes(of: weights, toByteOffset: 32, as: SIMD8<UInt32>.self)
}

@inline(__always)
private func newcomer(_ draw: Int, _ arguments: NestedPrefixArguments) -> Newcomer {
    let ranks = UnsafeRawPointer(arguments.drawnRanks + 8 &* draw).loadUnaligned(as: SIMD8<Int32>.self)
    let weights = UnsafeRawPointer(arguments.drawnWeights + 8 &* draw).loadUnaligned(as: SIMD8<UInt32>.self)
    return Newcomer(rank: unsafeBitCast(SIMD8<Float>(ranks), to: SIMD8<Int32>.self), weight: weights)
}

/// Writes ES = extreme / R for the extreme of larger magnitude.
@inline(__always)
private func record(_ sweep: Sweep, size: Int, _ arguments: NestedPrefixArguments) {
    let isHigh = sweep.highest .> -sweep.lowest
    let totals = UnsafeRawPointer(arguments.totals + 8 &* (size - 1)).loadUnaligned(as: SIMD8<Float>.self)
    let extreme = sweep.lowest.replacing(with: sweep.highest, where: isHigh)
    var score = extreme / totals
    // Two equal extremes, or no weight at all: rare, and settled from the members themselves.
    let undecided = sweep.highest .== -sweep.lowest
    if isAnySet(undecided) {
        for lane in 0..<NestedPrefixArguments.lanes where undecided[lane] {
            sortMembers(size: size, lane: lane, arguments)
            let extremes = weightedSetExtremes(
                members: arguments.members, count: size, weights: arguments.weights, geneCount: arguments.geneCount)
            score[lane] = Float(extremes.score)
        }
    }
    let one = SIMD8<Float>(repeating: 1)
    // Rounding may carry a score an ulp past its limits.
    score = score.replacing(with: one, where: score .> one)
    score = score.replacing(with: -one, where: score .< -one)
    let row =
        arguments.scores.assumingMemoryBound(to: Float.self)
        + Int(arguments.rowOfSize[size]) &* arguments.scoreStride
    UnsafeMutableRawPointer(row).storeBytes(of: score, as: SIMD8<Float>.self)
}
