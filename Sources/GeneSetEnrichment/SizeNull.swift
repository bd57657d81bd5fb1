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

    /// The same-sign draws in bin b and above, for b in 0...4,096.
    let tails: [Int]

    init(_ state: GeneSetNull.State, sizeIndex: Int, isPositive: Bool) {
        let side = 2 * sizeIndex + (isPositive ? 0 : 1)
        let bins = GeneSetNull.binCount
        var tails = [Int](repeating: 0, count: bins + 1)
        for bin in (0..<bins).reversed() {
            tails[bin] = tails[bin + 1] + Int(state.histograms[side * bins + bin])
        }
        self.tails = tails
        drawCount = state.permutations
        sameSignCount = tails[0]
        let sum = Double(state.sums[side].magnitude) / GeneSetNull.fixedPointScale
        mean = tails[0] == 0 ? .nan : sum / Double(tails[0])
    }

    /// Draws of this side in bins above the given one.
    func count(aboveBin bin: Int) -> Int { tails[bin + 1] }
}
