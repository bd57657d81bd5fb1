import KernelArguments

// Prefixes of more than `NestedPrefixArguments.floatSizeLimit` members. A float32 sweep over so many
// members would add up its rounding, and cost a step per member for every size. Here sums are exact
// (weights are multiples of 2⁻ᵍ) and a deviation is rounded twice, so that it does not matter in which
// order members are looked at. From one size to the next only the buckets of ranks that received a
// member are looked through; the others are bounded by what was found when they were.
//
// The running sum times the total weight R is  a·h − c·m  for the weight h and the number of misses m
// so far, with a = 1 and c = R / (N − k); for weight 0  a = N − k and c = k, in whole numbers.

/// How one size is scored.
private struct Scale {
    let hit: Double
    let miss: Double
    let total: Double

    /// Members that all weigh nothing count alike.
    let countsAlike: Bool

    @inline(__always)
    init(size: Int, total: Double, geneCount: Int, weighted: Bool) {
        let misses = geneCount &- size
        countsAlike = total == 0
        if weighted {
            self.total = countsAlike ? Double(size) : total
            hit = 1
            miss = misses == 0 ? 0 : self.total / Double(misses)
        } else {
            self.total = 1
            hit = Double(misses)
            miss = Double(size)
        }
    }
}

/// The extremes of a running sum, and the members where they are met first.
private struct Extremes {
    var highest = 0.0
    var lowest = 0.0
    var highestRank = 0
    var lowestRank = 0

    /// Goes past a member: the running sum just before and at it. In any order of members.
    @inline(__always)
    mutating func visit(before: Double, at: Double, rank: Int) {
        if before < lowest || (before == lowest && rank < lowestRank) {
            lowest = before
            lowestRank = rank
        }
        if at > highest || (at == highest && rank < highestRank) {
            highest = at
            highestRank = rank
        }
    }

    @inline(__always)
    func over(_ total: Double) -> SetExtremes {
        // At one member the running sum is low before it is high.
        SetExtremes(
            highest: highest / total, lowest: lowest / total, highestCameFirst: highestRank < lowestRank)
    }
}

/// Returns the extremes of one large set, in the arithmetic of `scoreBlockedPrefixes`.
///
/// - Parameters:
///   - members: Ranks, ascending.
///   - weights: By rank; not read for weight 0.
package func largeSetExtremes(
    members: UnsafePointer<Int32>, count: Int, weights: UnsafePointer<Float>, geneCount: Int, weighted: Bool
) -> SetExtremes {
    var total = 0.0
    for member in 0..<count { total += weighted ? Double(weights[Int(members[member])]) : 1 }
    let scale = Scale(size: count, total: total, geneCount: geneCount, weighted: weighted)
    let countsAlike = scale.countsAlike || !weighted
    var extremes = Extremes()
    var hits = 0.0
    for member in 0..<count {
        let rank = Int(members[member])
        let misses = scale.miss * Double(rank &- member)
        let before = scale.hit * hits - misses
        hits += countsAlike ? 1 : Double(weights[rank])
        extremes.visit(before: before, at: scale.hit * hits - misses, rank: rank)
    }
    return extremes.over(scale.total)
}

/// What is kept of each bucket of ranks from size to size.
private struct Buckets {
    let count: Int
    let shift: Int
    let weights: UnsafeMutablePointer<Double>
    let members: UnsafeMutablePointer<Double>

    /// How far the running sum rises above its value before the bucket, and how low it falls, over `hit`,
    /// for misses that weigh `missWeights`; this is negative where the bucket is to be looked through.
    let peaks: UnsafeMutablePointer<Double>
    let troughs: UnsafeMutablePointer<Double>
    let missWeights: UnsafeMutablePointer<Double>

    @inline(__always)
    init(_ arguments: NestedPrefixArguments) {
        shift = arguments.bucketShift
        count = ((arguments.geneCount &- 1) &>> arguments.bucketShift) &+ 1
        weights = arguments.buckets
        members = weights + count
        peaks = members + count
        troughs = peaks + count
        missWeights = troughs + count
        for bucket in 0..<count {
            weights[bucket] = 0
            members[bucket] = 0
            missWeights[bucket] = -1
        }
    }

    @inline(__always)
    func add(_ rank: Int, weight: Double) {
        let bucket = rank &>> shift
        weights[bucket] += weight
        members[bucket] += 1
        missWeights[bucket] = -1
    }

    /// Looks through the members of a bucket.
    @inline(__always)
    func look(
        through bucket: Int, above: Double, misses missesAbove: Double, _ scale: Scale, countsAlike: Bool,
        _ arguments: NestedPrefixArguments, _ extremes: inout Extremes
    ) {
        let missWeight = scale.miss / scale.hit
        let wordCount = (arguments.geneCount &+ 63) &>> 6
        let firstWord = bucket &<< (shift &- 6)
        let nextWord = (bucket &+ 1) &<< (shift &- 6)
        let endWord = nextWord < wordCount ? nextWord : wordCount
        var hits = above
        // The rank less the members so far is the misses so far.
        var offset = missesAbove - Double(bucket &<< shift)
        var peak = -Double.infinity
        var trough = Double.infinity
        for word in firstWord..<endWord {
            var bits = arguments.seen[word]
            while bits != 0 {
                let rank = word &* 64 &+ bits.trailingZeroBitCount
                bits &= bits &- 1
                let missCount = offset + Double(rank)
                let misses = scale.miss * missCount
                let local = missWeight * (missCount - missesAbove)
                let before = scale.hit * hits - misses
                let fall = hits - above - local
                hits += countsAlike ? 1 : Double(arguments.weights[rank])
                let rise = hits - above - local
                extremes.visit(before: before, at: scale.hit * hits - misses, rank: rank)
                if fall < trough { trough = fall }
                if rise > peak { peak = rise }
                offset -= 1
            }
        }
        peaks[bucket] = peak
        troughs[bucket] = trough
        missWeights[bucket] = scale.countsAlike ? -1 : missWeight
    }

    /// Whether a bucket that did not change may hold an extreme.
    @inline(__always)
    func mayReach(
        _ extremes: Extremes, _ bucket: Int, above: Double, misses: Double, _ scale: Scale, slack: Double
    ) -> Bool {
        let start = scale.hit * above - scale.miss * misses
        // A miss weighs more at every size: a rise found before is no less than it is now, and a fall
        // deepens by no more than a bucket's misses.
        let deeper = (scale.miss / scale.hit - missWeights[bucket]) * Double(1 &<< shift)
        return start + scale.hit * peaks[bucket] + slack >= extremes.highest
            || start + scale.hit * (troughs[bucket] - deeper) - slack <= extremes.lowest
    }
}

/// Scores the prefixes of one permutation that are too large for float32.
///
/// - Parameters:
///   - sizes: Ascending.
///   - rows: The large ones among them.
///   - drawn: How many draws are marked in `seen` already.
///   - scores: As in `scoreLargePrefixes`.
@inline(__always)
func scoreBlockedPrefixes(
    _ arguments: NestedPrefixArguments, weighted: Bool, lane: Int, sizes: UnsafePointer<Int32>, firstRow: Int,
    sizeCount: Int, drawn: Int, scores: UnsafeMutablePointer<Double>
) {
    let lanes = NestedPrefixArguments.lanes
    let buckets = Buckets(arguments)
    var total = 0.0
    var next = 0
    for row in firstRow..<sizeCount {
        let size = Int(sizes[row])
        while next < size {
            let rank = Int(arguments.drawnRanks[next &* lanes &+ lane])
            if next >= drawn { arguments.seen[rank &>> 6] |= UInt64(1) &<< UInt64(rank & 63) }
            let weight = weighted ? Double(arguments.weights[rank]) : 1
            buckets.add(rank, weight: weight)
            total += weight
            next &+= 1
        }
        let scale = Scale(size: size, total: total, geneCount: arguments.geneCount, weighted: weighted)
        let countsAlike = scale.countsAlike || !weighted
        // For rounding, of which there are a few units in the last place of numbers up to this one.
        let slack = 0x1p-40 * scale.hit * (total + 1)
        var extremes = Extremes()
        // First the buckets that changed, then those that may reach as far.
        var hasChanged = true
        for _ in 0..<2 {
            var above = 0.0
            var members = 0.0
            for bucket in 0..<buckets.count {
                let misses = Double(bucket &<< buckets.shift) - members
                let isNew = buckets.missWeights[bucket] < 0
                let isDue =
                    hasChanged
                    ? isNew
                    : !isNew && buckets.missWeights[bucket] != scale.miss / scale.hit
                        && buckets.mayReach(extremes, bucket, above: above, misses: misses, scale, slack: slack)
                if isDue {
                    buckets.look(
                        through: bucket, above: above, misses: misses, scale, countsAlike: countsAlike, arguments,
                        &extremes)
                }
                above += scale.countsAlike ? buckets.members[bucket] : buckets.weights[bucket]
                members += buckets.members[bucket]
            }
            hasChanged = false
        }
        scores[row &* arguments.scoreStride &+ lane] = extremes.over(scale.total).score
    }
}
