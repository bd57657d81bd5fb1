/// How the genes of a matrix are cut into shards.
package enum GeneShards {
    /// Returns the ranges, from the shape of the matrix alone.
    ///
    /// A shard has about 131,072 counts, so that 96 samples make some twenty
    /// shards of 26,000 genes: few enough for the cost of a message not to matter.
    /// The last four are cut into quarters, so that all threads end at nearly the
    /// same time. Lengths are multiples of eight, the number of genes side by side
    /// in the kernels.
    package static func ranges(geneCount: Int, sampleCount: Int) -> [Range<Int>] {
        let length = max(64, min(4096, 131_072 / max(1, sampleCount) / 8 * 8))
        let quarter = max(64, length / 4 / 8 * 8)
        var ranges: [Range<Int>] = []
        var first = 0
        while first < geneCount {
            let rest = geneCount - first
            let end = first + min(rest, rest > 4 * length ? length : quarter)
            ranges.append(first..<end)
            first = end
        }
        return ranges
    }
}

/// How a number of permutations is cut into shards.
package enum PermutationShards {
    /// Returns the ranges, from the number of permutations and what one costs.
    ///
    /// Results do not depend on the cut. Where it falls does not depend on the number,
    /// so that a run that is raised to more permutations plans the shards it
    /// has again: blocks of 8,192 for the first quarter of a million, of 32,768 up to
    /// a million, and of 131,072, a second or less, from there on. Where permutations
    /// are dear, blocks are halved until they take no more than four seconds.
    ///
    /// - Parameter cost: About how many nanoseconds a permutation takes.
    package static func ranges(of permutations: Range<Int>, cost: Double = 0) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var first = permutations.lowerBound
        while first < permutations.upperBound {
            var length = first < 1 << 18 ? 1 << 13 : first < 1 << 20 ? 1 << 15 : 1 << 17
            while length > 256 && Double(length) * cost > 4e9 { length /= 2 }
            let end = min(permutations.upperBound, (first / length + 1) * length)
            ranges.append(first..<end)
            first = end
        }
        return ranges
    }
}
