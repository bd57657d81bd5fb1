/// Returns p-values adjusted to control the false discovery rate.
///
/// The step-up procedure of Benjamini & Hochberg (1995): the *i*-th smallest of
/// *n* p-values becomes the least of `n/j · p(j)` over all `j ≥ i`, at most 1.
///
/// - Parameter pValues: NaN where a p-value is missing; such entries stay NaN
///   and do not count towards *n*.
package func benjaminiHochberg(_ pValues: [Double]) -> [Double] {
    let order = ascendingOrder(of: pValues)
    let count = pValues.reduce(into: 0) { $0 += $1.isNaN ? 0 : 1 }
    var adjusted = [Double](repeating: .nan, count: pValues.count)
    var least = 1.0
    for rank in stride(from: count, to: 0, by: -1) {
        least = min(least, Double(count) / Double(rank) * pValues[order[rank - 1]])
        adjusted[order[rank - 1]] = least
    }
    return adjusted
}
