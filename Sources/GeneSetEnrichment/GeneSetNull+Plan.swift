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

        /// How many of `sizes` sweeps serve; the larger ones are scored one by one.
        let sweptSizeCount: Int

        /// About how many nanoseconds a permutation takes.
        package let permutationCost: Double

        /// The sizes that sweeps serve; the last one is repeated up to a group.
        let sweptSizes: [Int32]

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
            let sizes = Set(observed.map(\.size)).sorted()
            precondition(sizes.allSatisfy { 1...max(1, scores.count) ~= $0 }, "A set has between 1 and N members.")
            self.sizes = sizes
            let swept = sizes.prefix {
                Plan.isSwept(size: $0, geneCount: scores.count, unitWeights: weights.areUnit)
            }
            sweptSizeCount = swept.count
            let padding = max(0, NestedPrefixArguments.sizesPerSweep - swept.count)
            sweptSizes = (swept + [Int](repeating: swept.last ?? 1, count: padding)).map { Int32($0) }
            permutationCost = Plan.cost(swept: swept, alone: sizes[swept.count...], geneCount: scores.count)
            thresholds = Thresholds(
                observed: observed, sizes: sizes, geneCount: scores.count, unitWeights: weights.areUnit)
        }

        package var geneCount: Int { scores.count }

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

        /// Whether sweeps serve a size: in single precision, and for unit weights in 32-bit whole numbers.
        private static func isSwept(size: Int, geneCount: Int, unitWeights: Bool) -> Bool {
            size <= NestedPrefixArguments.floatSizeLimit && geneCount < NestedPrefixArguments.sweptGeneLimit
                && !(unitWeights && size * (geneCount - size + 1) > Int(Int32.max))
        }

        /// About how many nanoseconds a permutation takes on one AVX2 core.
        private static func cost(swept: ArraySlice<Int>, alone: ArraySlice<Int>, geneCount: Int) -> Double {
            var cost = 8 * Double(alone.last ?? swept.last ?? 0) + 4 * Double(geneCount) / 64
            for last in stride(from: swept.count - 1, through: 0, by: -NestedPrefixArguments.sizesPerSweep) {
                cost += 1.6 * Double(swept[last])
            }
            for size in alone {
                cost +=
                    size > NestedPrefixArguments.floatSizeLimit
                    ? 3_000 : 3 * Double(size) + 0.3 * Double(geneCount) / 64
            }
            return cost
        }
    }
}
