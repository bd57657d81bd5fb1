import KernelArguments

/// Draws one sequence of distinct ranks per lane.
///
/// Permutation π reads the words of the Philox stream with the run's seed as
/// key and π as stream, in order. A word `u` becomes the rank ⌊u·N / 2³²⌋
/// unless the low half of `u·N` is below 2³² mod N (Lemire, 2019: what is left
/// is exactly uniform); such words, and words that give a rank already drawn,
/// are skipped. So a sequence is a function of seed, π and N, and a longer
/// sequence begins with the shorter one.
package func drawNestedPrefixes(_ arguments: NestedPrefixArguments, weighted: Bool) {
    let lanes = NestedPrefixArguments.lanes
    let geneCount = UInt64(arguments.geneCount)
    let rejectedBelow = (UInt64(1) &<< 32) % geneCount
    let seen = arguments.seen
    let ranks = arguments.drawnRanks
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 32) { buffer in
        let words = buffer.baseAddress!
        for lane in 0..<lanes {
            let permutation = arguments.firstPermutation &+ UInt64(lane)
            var block: UInt64 = 0
            var used = 32
            var drawn = 0
            while drawn < arguments.drawCount {
                if used == 32 {
                    writePhiloxBlocks(key: arguments.seed, block: block, stream: permutation, into: words)
                    block &+= 8
                    used = 0
                }
                let product = UInt64(words[used]) &* geneCount
                used &+= 1
                let rank = Int(product &>> 32)
                let bit = UInt64(1) &<< UInt64(rank & 63)
                // One rarely taken branch for both reasons to skip a word.
                if (product & 0xFFFF_FFFF) < rejectedBelow || seen[rank &>> 6] & bit != 0 { continue }
                seen[rank &>> 6] |= bit
                ranks[drawn &* lanes &+ lane] = Int32(truncatingIfNeeded: rank)
                drawn &+= 1
            }
            for draw in 0..<arguments.drawCount {
                seen[Int(ranks[draw &* lanes &+ lane]) &>> 6] = 0
            }
        }
    }
    if weighted { lookUpWeights(arguments) }
}

/// Looks up the drawn members' weights and sums them.
///
/// The weights are multiples of 2⁻³⁶ that are at most 1, so a sum of fewer than
/// 2¹⁷ of them is exact in a double: the total of a set does not depend on the
/// order in which its members were drawn. It is rounded to a float once.
@inline(__always)
private func lookUpWeights(_ arguments: NestedPrefixArguments) {
    let lanes = NestedPrefixArguments.lanes
    let ranks = arguments.drawnRanks
    let weights = arguments.weights
    var sums = SIMD8<Double>(repeating: 0)
    for draw in 0..<arguments.drawCount {
        var drawn = SIMD8<Float>(repeating: 0)
        for lane in 0..<lanes {
            drawn[lane] = weights[Int(ranks[draw &* lanes &+ lane])]
        }
        sums += SIMD8<Double>(drawn)
        store(drawn, at: arguments.drawnWeights, draw)
        let total = SIMD8<Float>(sums)
        store(total, at: arguments.totals, draw)
        store(total * reciprocalOfMisses(arguments.geneCount &- draw &- 1), at: arguments.missSteps, draw)
    }
}

@inline(__always)
private func store(_ value: SIMD8<Float>, at base: UnsafeMutablePointer<Float>, _ draw: Int) {
    UnsafeMutableRawPointer(base + 8 &* draw).storeBytes(of: value, as: SIMD8<Float>.self)
}
