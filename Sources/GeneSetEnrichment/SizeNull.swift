import StatisticalKernels

/// The null of one set size on one side, ready to be asked for tails.
///
/// Made from a `GeneSetNull.State`. "Same-sign" draws are those of this side; a
/// score of exactly zero counts as positive.
struct SizeNull: Sendable {
    /// All draws of the size, of both signs.
    let drawCount: Int

    /// Draws of this side.
    let sameSignCount: Int

    /// The mean |ES| of the same-sign draws; NaN where there are none.
    let mean: Double

    /// The same-sign draws in bin b and above, for b from 0 to the first from which on there are none.
    let tails: [Int]

    init(_ state: GeneSetNull.State, sizeIndex: Int, isPositive: Bool) {
        let side = 2 * sizeIndex + (isPositive ? 0 : 1)
        let counts = state.histograms[side]
        var tails = [Int](repeating: 0, count: counts.count + 1)
        for bin in counts.indices.reversed() { tails[bin] = tails[bin + 1] + Int(counts[bin]) }
        self.tails = tails
        drawCount = state.permutations
        sameSignCount = tails[0]
        mean = state.mean(sizeIndex: sizeIndex, isPositive: isPositive)
    }

    /// Draws of this side in bins above the given one.
    func count(aboveBin bin: Int) -> Int { bin + 1 < tails.count ? tails[bin + 1] : 0 }
}
