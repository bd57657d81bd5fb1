import KernelArguments
import StatisticalKernels

extension GeneSetNull {
    /// Everything a shard of permutations needs; built once and shared by all threads.
    package struct Plan: Sendable {
        package let scores: [Double]

        /// The exponent p of the hit weights.
        package let exponent: Double

        package let seed: UInt64

        /// The sizes that occur, ascending.
        package let sizes: [Int]

        /// The observed sets, in the caller's order.
        package let observed: [ObservedSet]

        let hasUnitWeights: Bool
        let scaledWeights: [Float]

        /// How many of `sizes` the sweep serves; the larger ones are scored one by one.
        let sweptSizeCount: Int

        /// About how many nanoseconds a permutation takes.
        package let permutationCost: Double

        /// By size 0...sizes[sweptSizeCount − 1]: its index in `sizes`, or −1.
        let rowOfSize: [Int32]

        let thresholds: Thresholds
        let kernels: NestedPrefixKernels

        /// - Parameters:
        ///   - scores: The ranked scores, best first.
        ///   - exponent: The weight p ≥ 0.
        ///   - observed: The observed sets; their sizes are those the null is computed for.
        ///   - seed: The run's seed.
        ///   - kernels: The kernels to use. All give the same bits.
        package init(
            scores: [Double], exponent: Double, observed: [ObservedSet], seed: UInt64,
            kernels: NestedPrefixKernels = .current
        ) {
            self.scores = scores
            self.exponent = exponent
            self.seed = seed
            self.observed = observed
            self.kernels = kernels
            let weights = HitWeights(scores: scores, exponent: exponent)
            hasUnitWeights = weights.areUnit
            scaledWeights = weights.scaledForNull()
            scoreOfAllGenes = observed.contains { $0.size == scores.count && !$0.isPositive } ? -1 : 1
            let sizes = Set(observed.map(\.size)).sorted()
            precondition(sizes.allSatisfy { 1...max(1, scores.count) ~= $0 }, "A set has between 1 and N members.")
            self.sizes = sizes
            let sweep = Plan.sweep(sizes: sizes, geneCount: scores.count, unitWeights: weights.areUnit)
            let swept = sweep.sizeCount
            sweptSizeCount = swept
            permutationCost = sweep.cost
            var rows = [Int32](repeating: -1, count: swept == 0 ? 1 : sizes[swept - 1] + 1)
            for row in 0..<swept { rows[sizes[row]] = Int32(row) }
            rowOfSize = rows
            thresholds = Thresholds(
                observed: observed, sizes: sizes, geneCount: scores.count, unitWeights: weights.areUnit)
        }

        package var geneCount: Int { scores.count }

        /// What every draw of all genes scores: with no misses 1, and −1 where the list is a mirrored one.
        let scoreOfAllGenes: Double

        /// The state of no permutations.
        package var emptyState: State { State(sizeCount: sizes.count, setCount: observed.count) }

        /// In units of which whole number a kernel's score of this size is an enrichment score.
        func denominator(ofSize size: Int) -> Double {
            Plan.denominator(ofSize: size, geneCount: geneCount, unitWeights: hasUnitWeights)
        }

        static func denominator(ofSize size: Int, geneCount: Int, unitWeights: Bool) -> Double {
            guard unitWeights else { return 1 }
            return Double(size) * Double(geneCount - size)
        }

        /// Chooses how many sizes to sweep, by cost; every choice gives the same bits.
        ///
        /// A sweep up to size L inserts at all sizes below L and scores at those that
        /// occur; a size scored alone is sorted through a bit per gene; from
        /// `floatSizeLimit` on a size costs what changed since the one before. The constants are
        /// nanoseconds per permutation on one AVX2 core.
        ///
        /// - Returns: The number of sizes, and what a permutation costs.
        private static func sweep(
            sizes: [Int], geneCount: Int, unitWeights: Bool
        ) -> (sizeCount: Int, cost: Double) {
            let aloneCosts = sizes.map { size in
                size > NestedPrefixArguments.floatSizeLimit
                    ? 3_000 : 3 * Double(size) + 0.3 * Double(geneCount) / 64
            }
            var best = (sizeCount: 0, cost: aloneCosts.reduce(0, +))
            var alone = best.cost
            var evaluated = 0.0
            for (index, size) in sizes.enumerated() where size <= NestedPrefixArguments.floatSizeLimit {
                // Sums of lanes are 32 bits wide for unit weights.
                if unitWeights && size * (geneCount - size) >= Int(Int32.max) { break }
                alone -= aloneCosts[index]
                evaluated += 0.11 * Double(size)
                let cost = alone + evaluated + 0.04 * Double(size) * Double(size)
                if cost < best.cost { best = (index + 1, cost) }
            }
            best.cost += 8 * Double(sizes.last ?? 0)
            return best
        }
    }
}
