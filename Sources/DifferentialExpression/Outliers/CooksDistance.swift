import StatisticalKernels

/// Dispersions that a single outlier barely moves, by moments from trimmed variances (docs/numerics.md §9).
///
/// `max(0.04, (v − mean)/mean²)`, where `v` is the largest over replicate cells
/// of a trimmed mean of squared distances from the cell's trimmed mean.
struct RobustDispersion {
    private let cells: [[Int]]
    private let allSamples: Bool
    private var normalized: [Double]
    private var buffer: [Double] = []

    init(_ context: ModelContext) {
        let replicated = context.cells.members.filter { $0.count >= ReplicateCells.fewestReplicates }
        allSamples = replicated.isEmpty
        cells = allSamples ? [Array(0..<context.sampleCount)] : replicated
        normalized = [Double](repeating: 0, count: context.sampleCount)
    }

    /// The robust dispersion of one gene.
    ///
    /// - Parameter factors: What its counts are divided by.
    mutating func dispersion(of counts: ArraySlice<Int32>, factors: ArraySlice<Double>) -> Double {
        for (sample, pair) in zip(counts, factors).enumerated() { normalized[sample] = Double(pair.0) / pair.1 }
        let mean = normalized.reduce(0, +) / Double(normalized.count)
        var variance = -Double.infinity
        for cell in cells {
            let (trim, scale) = trimming(cell.count)
            buffer = cell.map { normalized[$0] }
            let centre = trimmedMean(&buffer, trim: trim)
            buffer = cell.map { (normalized[$0] - centre) * (normalized[$0] - centre) }
            variance = max(variance, scale * trimmedMean(&buffer, trim: trim))
        }
        return max((variance - mean) / (mean * mean), 0.04)
    }

    /// How much is trimmed at each end, and what makes the trimmed variance consistent for normal values.
    private func trimming(_ size: Int) -> (trim: Double, scale: Double) {
        if allSamples { return (1.0 / 8, 1.51) }
        if size <= 3 { return (1.0 / 3, 2.04) }
        return size <= 23 ? (1.0 / 4, 1.86) : (1.0 / 8, 1.51)
    }
}

/// The mean without the `floor(n·trim)` smallest and largest values; sorts its argument.
func trimmedMean(_ values: inout [Double], trim: Double) -> Double {
    values.sort()
    let cut = Int(Double(values.count) * trim)
    let kept = values[cut..<values.count - cut]
    return kept.reduce(0, +) / Double(kept.count)
}

/// What one gene's Cook's distances say.
struct CooksVerdict {
    /// The largest among samples with replicates; NaN without any.
    var largest = Double.nan

    /// The same with the distances of replaceable samples taken as zero.
    var largestOfNonReplaceable = Double.nan

    /// Whether at least three samples have a higher count than the most distant one.
    var isExempt = false

    /// Whether any sample's distance is above the replacement cutoff.
    var exceedsCutoff = false

    init(cooks: ArraySlice<Double>, counts: ArraySlice<Int32>, in context: ModelContext) {
        var worst = 0
        var worstDistance = -Double.infinity
        for (sample, distance) in cooks.enumerated() {
            if distance > worstDistance {
                worstDistance = distance
                worst = sample
            }
            if distance > context.replacementCutoff { exceedsCutoff = true }
            guard context.cells.sizes[sample] >= ReplicateCells.fewestReplicates else { continue }
            // max(x, NaN) is NaN in one order only, hence the explicit comparisons.
            if !(largest >= distance) { largest = distance }
            let kept = context.isReplaceable(sample: sample) ? 0 : distance
            if !(largestOfNonReplaceable >= kept) { largestOfNonReplaceable = kept }
        }
        let worstCount = counts[counts.startIndex + worst]
        isExempt = counts.count { $0 > worstCount } >= 3
    }
}
