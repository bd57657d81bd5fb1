/// The counts of one gene with its outliers replaced (docs/numerics.md §10).
///
/// A replaced count is the integer part of the sample's size factor times the
/// mean of all normalized counts, trimmed by a fifth at each end.
///
/// - Parameter factors: What the gene's counts are divided by.
func replacingOutliers(
    in counts: ArraySlice<Int32>, factors: ArraySlice<Double>, cooks: ArraySlice<Double>, context: ModelContext
) -> [Int32] {
    var normalized = zip(counts, factors).map { Double($0) / $1 }
    let centre = trimmedMean(&normalized, trim: 0.2)
    var replaced = Array(counts)
    for (sample, distance) in cooks.enumerated()
    where distance > context.replacementCutoff && context.isReplaceable(sample: sample) {
        replaced[sample] = Int32(centre * factors[factors.startIndex + sample])
    }
    return replaced
}
