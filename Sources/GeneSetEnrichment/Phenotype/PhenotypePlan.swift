import StatisticalKernels

/// Everything that a shard of label permutations needs.
///
/// A permutation shuffles the labels, ranks all genes again and scores every set:
/// the correlation between genes stays.
package struct PhenotypePlan: Sendable, Equatable {
    package let comparison: PhenotypeComparison

    /// By set: its genes, in the order of the set's file.
    package let sets: [[Int32]]

    /// The exponent p of the hit weights.
    package let exponent: Double
    package let shuffles: PhenotypeShuffles

    package init(
        comparison: PhenotypeComparison, sets: [[Int32]], exponent: Double, shuffles: PhenotypeShuffles
    ) {
        self.comparison = comparison
        self.sets = sets
        self.exponent = exponent
        self.shuffles = shuffles
    }

    /// The scheme of the desktop's arithmetic, or nil for ours.
    private var scheme: DesktopScheme? {
        guard case .desktop = shuffles else { return nil }
        return DesktopScheme(exponent: exponent)
    }

    /// A score that cannot be computed counts as zero; the desktop puts it at the bottom.
    private var missingScore: Double { scheme == nil ? 0 : .nan }

    /// The probability that a shuffle gives the observed labels; 0 where none does.
    package var leastProbability: Double {
        let count = comparison.sampleCount
        if case .balanced = shuffles { return 0 }
        switch comparison.phenotype {
        case .classes(let sizeOfFirst): return probabilityOfOneChoice(sizeOfFirst, of: count)
        case .profile: return max(exp(-logGamma(Double(count + 1))), .leastNonzeroMagnitude)
        }
    }

    /// The genes by rank and their scores, as they are observed.
    package func observedRanking() -> (genes: [Int32], scores: [Double]) {
        let ranking = comparison.ranking(
            source: Array(0..<comparison.sampleCount), missingScore: missingScore)
        return (ranking.genes, ranking.scores)
    }

    /// The observed enrichment scores, in the plan's arithmetic.
    package func observedScores() -> [EnrichmentScore] {
        scores(under: Array(0..<comparison.sampleCount))
    }

    /// Returns the null scores of a range of permutations, set by set.
    ///
    /// - Parameter betweenPermutations: Called before each; may throw to stop.
    package func nullScores(
        permutations: Range<Int>, betweenPermutations: () throws -> Void
    ) rethrows -> [[Float]] {
        var null = [[Float]](repeating: [], count: sets.count)
        try forEachPermutation(permutations, betweenPermutations) { scores in
            for (set, score) in scores.enumerated() { null[set].append(score) }
        }
        return null
    }

    /// Goes through permutations in their order, each time with the scores of all sets.
    func forEachPermutation(
        _ permutations: Range<Int>, _ betweenPermutations: () throws -> Void,
        _ body: (UnsafeBufferPointer<Float>) -> Void
    ) rethrows {
        var sizeOfFirst: Int?
        if case .classes(let size) = comparison.phenotype { sizeOfFirst = size }
        let sources = shuffles.sources(permutations, sampleCount: comparison.sampleCount, sizeOfFirst: sizeOfFirst)
        for source in sources {
            try betweenPermutations()
            scores(under: source).map { Float($0.value) }.withUnsafeBufferPointer(body)
        }
    }

    private func scores(under source: [Int]) -> [EnrichmentScore] {
        let ranking = comparison.ranking(source: source, missingScore: missingScore)
        var rankOfGene = [Int32](repeating: 0, count: ranking.genes.count)
        for (rank, gene) in ranking.genes.enumerated() { rankOfGene[Int(gene)] = Int32(rank) }
        if let scheme {
            let scoring = DesktopScores(scores: ranking.scores, scheme: scheme)
            return sets.map { set in
                let members = set.map { rankOfGene[Int($0)] }
                let total = scoring.total(ofMembers: members)
                let score = members.sorted().withUnsafeBufferPointer { scoring.score($0, total: total) }
                return EnrichmentScore(value: Double(score.value), rank: score.rank)
            }
        }
        let weights = HitWeights(scores: ranking.scores, exponent: exponent)
        return sets.map { EnrichmentScore(ofMembers: $0.map { rankOfGene[Int($0)] }.sorted(), weights: weights) }
    }

    /// About how many nanoseconds a permutation takes.
    var costOfPermutation: Int {
        let members = sets.reduce(0) { $0 + $1.count }
        return max(1, comparison.geneCount * (comparison.sampleCount + 100) + 20 * members)
    }

    /// The ranges in which permutations are handed out whose scores are brought.
    ///
    /// They begin at multiples of a length that depends on the data alone, so that
    /// a run that is raised plans the shards it has again.
    package func ranges(of permutations: Range<Int>) -> [Range<Int>] {
        let length = max(4, min(1024, 100_000_000 / costOfPermutation))
        var ranges: [Range<Int>] = []
        var first = permutations.lowerBound
        while first < permutations.upperBound {
            let end = min(permutations.upperBound, (first / length + 1) * length)
            ranges.append(first..<end)
            first = end
        }
        return ranges
    }
}
