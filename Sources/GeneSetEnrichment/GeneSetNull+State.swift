extension GeneSetNull {
    /// What is kept of a number of permutations: whole numbers only.
    ///
    /// The merged states of any partition of a range of permutations are equal to
    /// the state of the whole range, in any order of merging.
    package struct State: Equatable, Sendable {
        /// How many permutations the state holds.
        package internal(set) var permutations: Int

        /// By size and side (positive first): the sum of the scores × 2⁴⁰, each
        /// rounded half to even.
        package internal(set) var sums: [Int128]

        /// By size and side, then by bin: draws with |ES| in [b, b + 1)/4,096; the last bin holds 1 too.
        ///
        /// Up to the block of bins that holds the largest score: those of large sets are all small.
        package internal(set) var histograms: [[UInt32]]

        /// By observed set: same-sign draws that share the set's bin and lie beyond its score.
        package internal(set) var beyondWithinBin: [UInt64]

        /// By observed set: same-sign draws equal to its score.
        package internal(set) var equal: [UInt64]

        /// Histograms grow by so many bins.
        private static let binBlock = 64

        /// The state of no permutations.
        package init(sizeCount: Int, setCount: Int) {
            permutations = 0
            sums = [Int128](repeating: 0, count: 2 * sizeCount)
            histograms = [[UInt32]](repeating: [], count: 2 * sizeCount)
            beyondWithinBin = [UInt64](repeating: 0, count: setCount)
            equal = [UInt64](repeating: 0, count: setCount)
        }

        package var sizeCount: Int { sums.count / 2 }
        package var setCount: Int { equal.count }

        /// Whether the state has the shape of the plan's: what a decoded state must be asked before it is merged.
        package func fits(_ plan: Plan) -> Bool {
            sizeCount == plan.sizes.count && setCount == plan.observed.count
        }

        /// Whether the state is one of so many permutations of the plan: what merging and reading it rely on.
        ///
        /// Every permutation has one score of each size, and at most one that shares an observed set's bin. A score is between
        /// −1 and 1.
        package func holds(_ permutations: Int, of plan: Plan) -> Bool {
            guard fits(plan), self.permutations == permutations else { return false }
            let draws = UInt64(permutations)
            for size in 0..<sizeCount {
                let bins = histograms[2 * size] + histograms[2 * size + 1]
                guard bins.reduce(UInt64(0), { $0 + UInt64($1) }) == draws else { return false }
            }
            let largestSum = UInt128(draws) << 40
            return sums.allSatisfy { $0.magnitude <= largestSum }
                && zip(beyondWithinBin, equal).allSatisfy { $0 <= draws && $1 <= draws - $0 }
        }

        /// More bytes than any encoded state of the plan has.
        package static func largestEncoding(of plan: Plan) -> Int {
            // Ten bytes hold any number: a header, then by side two of the sum and two of the span, five for each bin, and by
            // observed set two.
            64 + 2 * plan.sizes.count * (40 + 5 * binCount) + 20 * plan.observed.count
        }

        /// Makes room for a bin in one histogram.
        mutating func reserve(bin: Int, ofSide side: Int) {
            let count = (bin / State.binBlock + 1) * State.binBlock
            let missing = count - histograms[side].count
            if missing > 0 { histograms[side] += [UInt32](repeating: 0, count: missing) }
        }

        /// Adds other permutations of the same plan.
        ///
        /// - Precondition: Both states are of one plan, and hold no more than
        ///   `permutationLimit` permutations together.
        package mutating func merge(_ other: State) {
            precondition(sums.count == other.sums.count && equal.count == other.equal.count)
            precondition(permutations + other.permutations <= permutationLimit)
            permutations += other.permutations
            for index in sums.indices { sums[index] += other.sums[index] }
            for (side, counts) in other.histograms.enumerated() where !counts.isEmpty {
                reserve(bin: counts.count - 1, ofSide: side)
                histograms[side].withUnsafeMutableBufferPointer { sums in
                    for bin in counts.indices { sums[bin] &+= counts[bin] }
                }
            }
            for index in equal.indices {
                beyondWithinBin[index] += other.beyondWithinBin[index]
                equal[index] += other.equal[index]
            }
        }
    }
}
