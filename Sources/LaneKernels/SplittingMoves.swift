import KernelArguments

// Moves of multilevel splitting on the positive side. A move swaps a member for
// another gene and stays if the running sum of the new set, times its total weight R,
// is somewhere above level · R. At a member with the misses m and the weight h up to and
// with it, the running sum is  h − c·m  with c = R / (N − k).
//
// Sums of weights are exact and rounding is monotonic, so that what is looked at first,
// a place seen before, then buckets by their bounds, decides nothing but the time taken.

/// A member swapped for another gene.
private struct Swap {
    let slot: Int
    let removed: Int
    let added: Int
    let removedWeight: Double
    let addedWeight: Double
    let removedBucket: Int
    let addedBucket: Int
    let total: Double
    let missStep: Double
}

/// What a running sum must pass for the score to lie above the level.
private struct Target {
    let level: Double
    let total: Double

    /// Not above, and not below, level · R, whatever the rounding.
    let floor: Double
    let ceiling: Double

    @inline(__always)
    init(level: Double, total: Double) {
        self.level = level
        self.total = total
        floor = level * total * (1 - 0x1p-50)
        ceiling = level * total * (1 + 0x1p-50)
    }

    /// As scores compare: an equal score is not above, and quotients of few different sets are often equal.
    @inline(__always)
    func isPassed(by deviation: Double) -> Bool {
        deviation > ceiling || deviation > floor && deviation / total > level
    }
}

/// Draws a particle's members; `isMember` must be all zero.
package func drawSplittingParticle(_ arguments: SplittingArguments, _ stream: inout SplittingStream) {
    var drawn = 0
    while drawn < arguments.size {
        let rank = nextIndex(below: arguments.geneCount, arguments, &stream)
        if isMember(rank, arguments) { continue }
        arguments.isMember[rank &>> 6] |= UInt64(1) &<< UInt64(rank & 63)
        arguments.members[drawn] = Int32(truncatingIfNeeded: rank)
        drawn &+= 1
    }
}

/// Tries so many moves of one particle and returns how many stayed.
package func moveSplittingParticle(
    _ arguments: SplittingArguments, _ particle: inout SplittingParticle, _ stream: inout SplittingStream,
    attempts: Int, level: Double
) -> Int {
    var moves = 0
    for _ in 0..<attempts {
        let slot = nextIndex(below: arguments.size, arguments, &stream)
        let added = nextIndex(below: arguments.geneCount, arguments, &stream)
        // A gene swapped for one that is there would count as a move and change nothing.
        if isMember(added, arguments) { continue }
        let removed = Int(arguments.members[slot])
        let removedWeight = Double(arguments.weights[removed])
        let addedWeight = Double(arguments.weights[added])
        let total = particle.total - removedWeight + addedWeight
        let swap = Swap(
            slot: slot, removed: removed, added: added, removedWeight: removedWeight, addedWeight: addedWeight,
            removedBucket: removed &>> arguments.bucketShift, addedBucket: added &>> arguments.bucketShift,
            total: total, missStep: total / Double(arguments.geneCount &- arguments.size))
        let stays =
            total > 0
            ? tryMove(swap, arguments, &particle, level) : tryWeightlessMove(swap, arguments, &particle, level)
        if stays { moves &+= 1 }
    }
    return moves
}

/// Returns the extremes of a particle's running sum over its total weight.
///
/// Members that all weigh nothing count alike.
package func splittingExtremes(_ arguments: SplittingArguments, total: Double) -> SplittingExtremes {
    let countsAlike = total <= 0
    let total = countsAlike ? Double(arguments.size) : total
    let missStep = total / Double(arguments.geneCount &- arguments.size)
    var hits = 0.0
    var highest = 0.0
    var lowest = 0.0
    var above = 0
    for word in 0..<(arguments.geneCount &+ 63) &>> 6 {
        var bits = arguments.isMember[word]
        while bits != 0 {
            let rank = word &* 64 &+ bits.trailingZeroBitCount
            bits &= bits &- 1
            let misses = missStep * Double(rank &- above)
            let before = hits - misses
            if before < lowest { lowest = before }
            hits += countsAlike ? 1 : Double(arguments.weights[rank])
            let after = hits - misses
            if after > highest { highest = after }
            above &+= 1
        }
    }
    return SplittingExtremes(highest: highest / total, depth: -lowest / total)
}

// MARK: Moves

@inline(__always)
private func tryMove(
    _ swap: Swap, _ arguments: SplittingArguments, _ particle: inout SplittingParticle, _ level: Double
) -> Bool {
    let target = Target(level: level, total: swap.total)
    var hits = particle.witnessHits
    var members = particle.witnessMembers
    if swap.removed < particle.witnessGenes {
        hits -= swap.removedWeight
        members &-= 1
    }
    if swap.added < particle.witnessGenes {
        hits += swap.addedWeight
        members &+= 1
    }
    let isWitnessAbove = target.isPassed(by: hits - swap.missStep * Double(particle.witnessGenes &- members))
    toggle(swap, arguments)
    count(swap, arguments)
    if isWitnessAbove {
        particle.witnessHits = hits
        particle.witnessMembers = members
    } else if !search(swap, arguments, &particle, target) {
        toggle(swap, arguments)
        takeBack(swap, arguments)
        return false
    }
    keep(swap, arguments, &particle)
    return true
}

/// Moves to a set whose members all weigh nothing, which count alike then.
@inline(never)
private func tryWeightlessMove(
    _ swap: Swap, _ arguments: SplittingArguments, _ particle: inout SplittingParticle, _ level: Double
) -> Bool {
    toggle(swap, arguments)
    guard splittingExtremes(arguments, total: 0).highest > level else {
        toggle(swap, arguments)
        return false
    }
    count(swap, arguments)
    particle.witnessGenes = 0
    particle.witnessMembers = 0
    particle.witnessHits = 0
    keep(swap, arguments, &particle)
    return true
}

@inline(__always)
private func isMember(_ rank: Int, _ arguments: SplittingArguments) -> Bool {
    (arguments.isMember[rank &>> 6] &>> UInt64(rank & 63)) & 1 != 0
}

/// Swaps the two genes' bits, there and back again.
@inline(__always)
private func toggle(_ swap: Swap, _ arguments: SplittingArguments) {
    arguments.isMember[swap.removed &>> 6] ^= UInt64(1) &<< UInt64(swap.removed & 63)
    arguments.isMember[swap.added &>> 6] ^= UInt64(1) &<< UInt64(swap.added & 63)
}

@inline(__always)
private func keep(_ swap: Swap, _ arguments: SplittingArguments, _ particle: inout SplittingParticle) {
    arguments.members[swap.slot] = Int32(truncatingIfNeeded: swap.added)
    particle.total = swap.total
    let peak = arguments.peaks[swap.addedBucket]
    // Misses weigh less than this when the peaks are next used, or they are computed anew.
    let missStep = arguments.peakSlack * particle.peakMissStep
    arguments.peaks[swap.addedBucket] = raised(peak, by: swap.addedWeight, missStep: missStep)
}

/// Bounds a bucket's peak after a member came: its own step up, and a miss less for those behind it.
///
/// A member that goes only lowers the running sum of its bucket.
@inline(__always)
private func raised(_ peak: Double, by weight: Double, missStep: Double) -> Double {
    (peak > 0 ? peak : 0) + weight + missStep
}

/// Brings the weights and misses of the two buckets to what they are after the swap.
@inline(__always)
private func count(_ swap: Swap, _ arguments: SplittingArguments) {
    arguments.bucketWeights[swap.removedBucket] -= swap.removedWeight
    arguments.bucketWeights[swap.addedBucket] += swap.addedWeight
    arguments.bucketMisses[swap.removedBucket] += 1
    arguments.bucketMisses[swap.addedBucket] -= 1
}

/// Undoes `count`, exactly.
@inline(__always)
private func takeBack(_ swap: Swap, _ arguments: SplittingArguments) {
    arguments.bucketWeights[swap.addedBucket] -= swap.addedWeight
    arguments.bucketWeights[swap.removedBucket] += swap.removedWeight
    arguments.bucketMisses[swap.addedBucket] += 1
    arguments.bucketMisses[swap.removedBucket] -= 1
}

// MARK: Search

/// Looks for a place above the target after the swap, and makes it the witness.
@inline(__always)
private func search(
    _ swap: Swap, _ arguments: SplittingArguments, _ particle: inout SplittingParticle, _ target: Target
) -> Bool {
    if swap.missStep < particle.peakMissStep || swap.missStep > arguments.peakSlack * particle.peakMissStep {
        // Peaks for another weight of a miss hold no longer, or are too loose.
        particle.peakMissStep = swap.missStep / arguments.peakSlack.squareRoot()
        for bucket in 0..<arguments.bucketCount { arguments.peaks[bucket] = .infinity }
    }
    // Bounds and deviations are rounded in different places.
    let floor = target.floor * (1 - 0x1p-40)
    let raisedPeak = raised(arguments.peaks[swap.addedBucket], by: swap.addedWeight, missStep: swap.missStep)
    var above = 0.0
    var misses = 0.0
    for bucket in 0..<arguments.bucketCount {
        let peak = bucket == swap.addedBucket ? raisedPeak : arguments.peaks[bucket]
        if above + peak - swap.missStep * misses > floor
            && scan(bucket, above: above, misses: misses, swap, arguments, &particle, target)
        {
            return true
        }
        above += arguments.bucketWeights[bucket]
        misses += arguments.bucketMisses[bucket]
    }
    return false
}

/// Looks for a place above the target among the members of one bucket.
@inline(__always)
private func scan(
    _ bucket: Int, above: Double, misses missesAbove: Double, _ swap: Swap, _ arguments: SplittingArguments,
    _ particle: inout SplittingParticle, _ target: Target
) -> Bool {
    let firstWord = bucket &<< (arguments.bucketShift &- 6)
    let wordCount = (arguments.geneCount &+ 63) &>> 6
    let nextWord = (bucket &+ 1) &<< (arguments.bucketShift &- 6)
    let endWord = nextWord < wordCount ? nextWord : wordCount
    var hits = above
    // The rank less the members so far is the misses so far.
    var misses = missesAbove - Double(firstWord &* 64)
    var peak = -Double.infinity
    var word = firstWord
    while word < endWord {
        var bits = arguments.isMember[word]
        while bits != 0 {
            let rank = word &* 64 &+ bits.trailingZeroBitCount
            bits &= bits &- 1
            hits += Double(arguments.weights[rank])
            let missCount = misses + Double(rank)
            if target.isPassed(by: hits - swap.missStep * missCount) {
                particle.witnessGenes = rank &+ 1
                particle.witnessMembers = rank &+ 1 &- Int(missCount)
                particle.witnessHits = hits
                return true
            }
            let rise = (hits - above) - particle.peakMissStep * (missCount - missesAbove)
            if rise > peak { peak = rise }
            misses -= 1
        }
        word &+= 1
    }
    // Of the state before the move this says nothing where the swap changed the bucket.
    if bucket != swap.removedBucket && bucket != swap.addedBucket { arguments.peaks[bucket] = peak }
    return false
}

// MARK: Random numbers

/// Returns a whole number from 0 ..< `bound`, each exactly as probable (Lemire, 2019).
@inline(__always)
private func nextIndex(below bound: Int, _ arguments: SplittingArguments, _ stream: inout SplittingStream) -> Int {
    while true {
        if stream.used == SplittingStream.wordCount {
            writePhiloxBlocks(
                key: arguments.seed, block: stream.block, stream: arguments.stream, into: arguments.words)
            stream.block &+= 8
            stream.used = 0
        }
        let product = UInt64(arguments.words[stream.used]) &* UInt64(bound)
        stream.used &+= 1
        let low = product & 0xFFFF_FFFF
        // The remainder is below the bound, so the division is rarely needed.
        if low >= UInt64(bound) || low >= (UInt64(1) &<< 32) % UInt64(bound) { return Int(product &>> 32) }
    }
}
