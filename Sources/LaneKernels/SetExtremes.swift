import KernelArguments

/// Returns the extremes of one weighted set in the arithmetic of the null's sweep.
///
/// Bit for bit what the lanes compute for the same members. Where all members
/// have weight 0 they count alike, as if each had the same small score.
///
/// - Parameters:
///   - members: Ranks, ascending.
///   - weights: Scaled weight by rank, as in `NestedPrefixArguments`.
package func weightedSetExtremes(
    members: UnsafePointer<Int32>, count: Int, weights: UnsafePointer<Float>, geneCount: Int
) -> SetExtremes {
    if count > NestedPrefixArguments.floatSizeLimit {
        return largeSetExtremes(members: members, count: count, weights: weights, geneCount: geneCount, weighted: true)
    }
    var sum = 0.0
    for member in 0..<count { sum += Double(weights[Int(members[member])]) }
    let countsAlike = sum == 0
    let total = countsAlike ? Float(count) : Float(sum)
    let missStep = total * reciprocalOfMisses(geneCount &- count)
    var hits: Float = 0
    var highest: Float = 0
    var lowest: Float = 0
    var highestMember = 0
    var lowestMember = 0
    for member in 0..<count {
        let rank = Int(members[member])
        let misses = missStep * (Float(rank) - Float(member))
        let before = hits - misses
        hits += countsAlike ? 1 : weights[rank]
        let at = hits - misses
        if before < lowest {
            lowest = before
            lowestMember = member
        }
        if at > highest {
            highest = at
            highestMember = member
        }
    }
    return SetExtremes(
        highest: Double(withinOne(highest / total)), lowest: Double(withinOne(lowest / total)),
        // At one member the running sum is low before it is high.
        highestCameFirst: highestMember < lowestMember)
}

/// Returns the extremes of one unweighted set, exactly: hits × (N − k) − misses × k.
///
/// - Parameter members: Ranks, ascending.
package func unweightedSetExtremes(
    members: UnsafePointer<Int32>, count: Int, geneCount: Int
) -> SetExtremes {
    let hitStep = Int64(geneCount &- count)
    let missStep = Int64(count)
    var highest: Int64 = 0
    var lowest: Int64 = 0
    var highestMember = 0
    var lowestMember = 0
    for member in 0..<count {
        let misses = missStep &* (Int64(members[member]) &- Int64(member))
        let before = hitStep &* Int64(member) &- misses
        let at = before &+ hitStep
        if before < lowest {
            lowest = before
            lowestMember = member
        }
        if at > highest {
            highest = at
            highestMember = member
        }
    }
    return SetExtremes(
        highest: Double(highest), lowest: Double(lowest), highestCameFirst: highestMember < lowestMember)
}

/// Zero where every gene is a member: there is no miss to step over.
@inline(__always)
func reciprocalOfMisses(_ misses: Int) -> Float {
    misses == 0 ? 0 : 1 / Float(misses)
}

/// Rounding may carry a score an ulp past its limits.
@inline(__always)
private func withinOne(_ score: Float) -> Float {
    score > 1 ? 1 : (score < -1 ? -1 : score)
}

/// Copies the first `size` drawn ranks of one lane to `arguments.members`, ascending.
@inline(__always)
func sortMembers(size: Int, lane: Int, _ arguments: NestedPrefixArguments) {
    let members = arguments.members
    for draw in 0..<size {
        let rank = arguments.drawnRanks[draw &* NestedPrefixArguments.lanes &+ lane]
        var place = draw
        while place > 0 && members[place &- 1] > rank {
            members[place] = members[place &- 1]
            place &-= 1
        }
        members[place] = rank
    }
}

/// Whether any lane of a mask is set.
///
/// Not the library's `any(_:)`: its specialisation is a weak symbol, and the
/// linker might keep the one compiled for the newer CPU.
@inline(__always)
func isAnySet(_ mask: SIMDMask<SIMD8<Int32>>) -> Bool {
    let words = unsafeBitCast(mask, to: SIMD4<UInt64>.self)
    return (words[0] | words[1] | words[2] | words[3]) != 0
}

/// Whether any lane of a mask is set.
@inline(__always)
func isAnySet(_ mask: LaneMask) -> Bool {
    let words = unsafeBitCast(mask, to: SIMD8<UInt64>.self)
    return (words[0] | words[1] | words[2] | words[3] | words[4] | words[5] | words[6] | words[7]) != 0
}
