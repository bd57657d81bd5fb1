// The two passes over permuted labels, a range at a time.

extension PhenotypePlan {
    /// Counts a range of permutations.
    ///
    /// - Parameters:
    ///   - keep: Gets the scores of all sets, permutation after permutation, for the second pass.
    ///   - betweenPermutations: Called before each; may throw to stop.
    package func firstPass(
        _ permutations: Range<Int>, keeping keep: (UnsafeBufferPointer<Float>) -> Void,
        betweenPermutations: () throws -> Void
    ) rethrows -> PairedPassOne {
        let observed = observedScores().map { Float($0.value) }
        var pass = PairedPassOne(setCount: sets.count)
        try forEachPermutation(permutations, betweenPermutations) { scores in
            pass.add(scores, observed: observed)
            keep(scores)
        }
        return pass
    }

    /// Holds a range of permutations against thresholds.
    ///
    /// - Parameter betweenPermutations: Called before each; may throw to stop.
    /// - Precondition: The thresholds are of as many sets.
    package func secondPass(
        _ permutations: Range<Int>, _ thresholds: PairedThresholds, betweenPermutations: () throws -> Void
    ) rethrows -> PairedPassTwo {
        precondition(thresholds.setCount == sets.count)
        var counter = PairedCounter(thresholds)
        try forEachPermutation(permutations, betweenPermutations) { counter.add($0) }
        return counter.pass
    }

    /// The same from scores that the first pass kept.
    ///
    /// - Precondition: They are the scores of as many sets.
    package func secondPass(kept scores: [Float], _ thresholds: PairedThresholds) -> PairedPassTwo {
        precondition(thresholds.setCount == sets.count && scores.count.isMultiple(of: sets.count))
        var counter = PairedCounter(thresholds)
        scores.withUnsafeBufferPointer { scores in
            for first in stride(from: 0, to: scores.count, by: sets.count) {
                counter.add(UnsafeBufferPointer(rebasing: scores[first..<first + sets.count]))
            }
        }
        return counter.pass
    }

    /// The ranges in which permutations are counted.
    ///
    /// Of about a second and at least 16 permutations, so that what the coordinator gathers is small beside the scores
    /// themselves; sixteen of a length, then eight each of twice that, up to sixteen times as long: few in a run of
    /// millions. Where they fall depends on the data alone, so that a run that is raised plans the shards it has again.
    package func countedRanges(of permutations: Range<Int>) -> [Range<Int>] {
        var shortest = 1 << 10
        while shortest > 16, shortest * costOfPermutation > 1_000_000_000 { shortest /= 2 }
        var ranges: [Range<Int>] = []
        var first = permutations.lowerBound
        while first < permutations.upperBound {
            var length = shortest
            while length < 16 * shortest, first >= 16 * length { length *= 2 }
            let end = min(permutations.upperBound, (first / length + 1) * length)
            ranges.append(first..<end)
            first = end
        }
        return ranges
    }
}
