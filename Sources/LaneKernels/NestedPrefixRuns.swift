import KernelArguments

// Weight 0, in exact integers. Every hit lifts the running sum by N − k and
// every miss lowers it by k, so that k·(N − k) times the enrichment score is a
// whole number. The sweep is that of NestedPrefixScores.swift without weights.

private struct Sweep {
    let hitStep: Int32
    let missStep: Int32
    var highest = SIMD8<Int32>(repeating: 0)
    var lowest = SIMD8<Int32>(repeating: 0)

    @inline(__always)
    init(size: Int, geneCount: Int) {
        hitStep = Int32(truncatingIfNeeded: geneCount &- size)
        missStep = Int32(truncatingIfNeeded: size)
    }

    @inline(__always)
    mutating func visit(rank: SIMD8<Int32>, hitsAbove: Int32) {
        let misses = (rank &- hitsAbove) &* missStep
        let before = SIMD8<Int32>(repeating: hitsAbove &* hitStep) &- misses
        let at = before &+ hitStep
        lowest = smaller(lowest, before)
        highest = larger(highest, at)
    }
}

@inline(__always)
private func smaller(_ a: SIMD8<Int32>, _ b: SIMD8<Int32>) -> SIMD8<Int32> {
    b.replacing(with: a, where: a .< b)
}

@inline(__always)
private func larger(_ a: SIMD8<Int32>, _ b: SIMD8<Int32>) -> SIMD8<Int32> {
    b.replacing(with: a, where: a .> b)
}

/// Leaves the smaller rank in place and carries the larger on.
@inline(__always)
private func pass(_ newcomer: inout SIMD8<Int32>, _ rank: inout SIMD8<Int32>) {
    let kept = smaller(newcomer, rank)
    newcomer = larger(newcomer, rank)
    rank = kept
}

/// Scores every nested prefix whose size occurs, for weight 0.
///
/// - Precondition: k·(N − k) < 2³¹ for every size up to `sweptCount`.
package func scoreUnweightedNestedPrefixes(_ arguments: NestedPrefixArguments) {
    let sorted = arguments.sortedMembers
    for size in 0..<arguments.sweptCount {
        var newcomer = load(UnsafeRawPointer(arguments.drawnRanks), size)
        if arguments.rowOfSize[size + 1] >= 0 {
            var sweep = Sweep(size: size + 1, geneCount: arguments.geneCount)
            for member in 0..<size {
                var rank = load(UnsafeRawPointer(sorted), member)
                pass(&newcomer, &rank)
                sweep.visit(rank: rank, hitsAbove: Int32(truncatingIfNeeded: member))
                store(rank, at: sorted, member)
            }
            sweep.visit(rank: newcomer, hitsAbove: Int32(truncatingIfNeeded: size))
            record(sweep, size: size + 1, arguments)
        } else {
            for member in 0..<size {
                var rank = load(UnsafeRawPointer(sorted), member)
                pass(&newcomer, &rank)
                store(rank, at: sorted, member)
            }
        }
        store(newcomer, at: sorted, size)
    }
}

@inline(__always)
private func load(_ base: UnsafeRawPointer, _ index: Int) -> SIMD8<Int32> {
    base.loadUnaligned(fromByteOffset: 32 &* index, as: SIMD8<Int32>.self)
}

@inline(__always)
private func store(_ value: SIMD8<Int32>, at base: UnsafeMutableRawPointer, _ index: Int) {
    base.storeBytes(of: value, toByteOffset: 32 &* index, as: SIMD8<Int32>.self)
}

@inline(__always)
private func record(_ sweep: Sweep, size: Int, _ arguments: NestedPrefixArguments) {
    let mirrored = SIMD8<Int32>(repeating: 0) &- sweep.lowest
    var score = sweep.lowest.replacing(with: sweep.highest, where: sweep.highest .> mirrored)
    let undecided = sweep.highest .== mirrored
    if isAnySet(undecided) {
        for lane in 0..<NestedPrefixArguments.lanes where undecided[lane] {
            sortMembers(size: size, lane: lane, arguments)
            let extremes = unweightedSetExtremes(
                members: arguments.members, count: size, geneCount: arguments.geneCount)
            score[lane] = Int32(extremes.score)
        }
    }
    let row =
        arguments.scores.assumingMemoryBound(to: Int32.self)
        + Int(arguments.rowOfSize[size]) &* arguments.scoreStride
    UnsafeMutableRawPointer(row).storeBytes(of: score, as: SIMD8<Int32>.self)
}
