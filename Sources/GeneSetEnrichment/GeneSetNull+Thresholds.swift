extension GeneSetNull {
    /// The observed scores, arranged so that a draw meets only those of its own bin.
    ///
    /// A draw in another bin is beyond an observed score or not as its bin says,
    /// so exact counts cost a comparison only where a bin holds both.
    struct Thresholds: Sendable {
        struct Entry: Sendable {
            let bin: Int

            /// What is equal to |ES|: from here to there.
            ///
            /// For unit weights |ES| alone: quotients of unequal whole numbers by one denominator below 2⁵⁰ round
            /// to unequal doubles, so these compare as the numerators do.
            let lowest: Double
            let highest: Double

            let set: Int
        }

        /// By size and side (positive first), by ascending bin; two of a set where its equals lie in two bins.
        let entries: [[Entry]]

        /// By size, side and bin: whether an observed score falls there, one bit each.
        let occupied: [UInt64]

        /// By observed set: its histogram's index, 2 × size index + side.
        let histogramOfSet: [Int]

        /// By observed set: the bin of the largest score that is equal to its own.
        let binOfSet: [Int]

        init(observed: [ObservedSet], sizes: [Int], geneCount: Int, unitWeights: Bool) {
            var rowOfSize: [Int: Int] = [:]
            for (row, size) in sizes.enumerated() { rowOfSize[size] = row }
            var entries = [[Entry]](repeating: [], count: 2 * sizes.count)
            var occupied = [UInt64](repeating: 0, count: 2 * sizes.count * (binCount / 64))
            var histogramOfSet: [Int] = []
            var binOfSet: [Int] = []
            for (set, observation) in observed.enumerated() {
                let side = 2 * rowOfSize[observation.size]! + (observation.isPositive ? 0 : 1)
                let denominator = Plan.denominator(
                    ofSize: observation.size, geneCount: geneCount, unitWeights: unitWeights)
                let magnitude = observation.size == geneCount ? 1 : observation.score.magnitude / denominator
                let isExact = unitWeights || observation.size == geneCount
                let lowest = isExact ? magnitude : max(0, magnitude - Thresholds.rounding)
                let highest = isExact ? magnitude : magnitude + Thresholds.rounding
                let bins = GeneSetNull.bin(of: lowest)...GeneSetNull.bin(of: highest)
                for bin in bins {
                    entries[side].append(Entry(bin: bin, lowest: lowest, highest: highest, set: set))
                    occupied[side * (binCount / 64) + bin / 64] |= 1 << UInt64(bin % 64)
                }
                histogramOfSet.append(side)
                binOfSet.append(bins.upperBound)
            }
            self.entries = entries.map { $0.sorted { ($0.bin, $0.set) < ($1.bin, $1.set) } }
            self.occupied = occupied
            self.histogramOfSet = histogramOfSet
            self.binOfSet = binOfSet
        }

        /// 2⁻²²: two sets of weighted genes with one score have unequal sums of weights, and their float32 scores may
        /// differ by a few units in the last place.
        private static let rounding = 1 / 4_194_304.0
    }

    /// Returns the histogram bin of |ES|.
    ///
    /// Exact for the quotients of whole numbers, too: rounding cannot carry one to the next bin.
    static func bin(of magnitude: Double) -> Int {
        min(binCount - 1, Int(magnitude * Double(binCount)))
    }
}
