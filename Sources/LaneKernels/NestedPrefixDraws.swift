import KernelArguments

/// Draws one sequence of distinct ranks.
///
/// Permutation π reads the words of the Philox stream with the run's seed as
/// key and π as stream, in order. A word `u` becomes the rank ⌊u·N / 2³²⌋
/// unless the low half of `u·N` is below 2³² mod N (Lemire, 2019: what is left
/// is exactly uniform); such words, and words that give a rank already drawn,
/// are skipped. So a sequence is a function of seed, π and N, and a longer
/// sequence begins with the shorter one.
package func drawNestedPrefixes(_ arguments: NestedPrefixArguments, weighted: Bool) {
    let geneCount = UInt64(arguments.geneCount)
    let rejectedBelow = (UInt64(1) &<< 32) % geneCount
    let seen = arguments.seen
    let ranks = arguments.drawnRanks
    let drawCount = arguments.drawCount
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 32) { buffer in
        let words = buffer.baseAddress!
        var block: UInt64 = 0
        var drawn = 0
        while drawn < drawCount {
            writePhiloxBlocks(key: arguments.seed, block: block, stream: arguments.permutation, into: words)
            block &+= 8
            var used = 0
            while used < 32 && drawn < drawCount {
                let product = UInt64(words[used]) &* geneCount
                used &+= 1
                let rank = Int(product &>> 32)
                let bit = UInt64(1) &<< UInt64(rank & 63)
                // One rarely taken branch for both reasons to skip a word.
                if (product & 0xFFFF_FFFF) < rejectedBelow || seen[rank &>> 6] & bit != 0 { continue }
                seen[rank &>> 6] |= bit
                ranks[drawn] = Int32(truncatingIfNeeded: rank)
                drawn &+= 1
            }
        }
    }
    for draw in 0..<drawCount { seen[Int(ranks[draw]) &>> 6] = 0 }
    if weighted { sumWeights(arguments) }
}

/// Sums the drawn members' weights.
///
/// The weights are multiples of 2⁻³⁶ that are at most 1, so a sum of fewer than
/// 2¹⁷ of them is exact in a double: the total of a set does not depend on the
/// order in which its members were drawn. It is rounded to a float once.
@inline(__always)
private func sumWeights(_ arguments: NestedPrefixArguments) {
    var sum = 0.0
    for draw in 0..<arguments.drawCount {
        sum += Double(arguments.weights[Int(arguments.drawnRanks[draw])])
        arguments.totals[draw] = Float(sum)
    }
}
