/// NES, nominal p, q and FWER p by the rules of the GSEA desktop.
///
/// - p: same-sign null scores strictly beyond, over all same-sign ones; 0 is common.
/// - q: the mean over permutations of the share of same-sign null NES that are at
///   least as extreme, over the observed share by rank.
/// - FWER p: the share of permutations whose largest NES is strictly beyond.
///
/// A score of zero belongs to both signs. A set that no null score shares its sign with has no NES, q = 1 and
/// FWER 0, though it says nothing. Everything is float32, sums of ratios too, but the means of scores.
struct DesktopStatistics: Sendable {
    private(set) var normalizedScores: [Float]
    private(set) var pValues: [Float] = []
    private(set) var fdr: [Float]
    private(set) var fwer: [Float]
    let permutations: Int

    /// - Parameters:
    ///   - null: By set, its null scores in order of drawing; as many for every set.
    ///   - isNormalized: Whether scores are divided by the mean of their null.
    init(scores: [Float], null: [[Float]], isNormalized: Bool) {
        let count = scores.count
        permutations = null.first?.count ?? 0
        normalizedScores = []
        fdr = [Float](repeating: .nan, count: count)
        fwer = fdr
        var normalizedNull: [[Float]] = []
        for (score, draws) in zip(scores, null) {
            let positive = draws.filter { $0 >= 0 }
            let negative = draws.filter { $0 <= 0 }
            let positiveMean = DesktopStatistics.mean(positive)
            let negativeMean = DesktopStatistics.mean(negative).magnitude
            if isNormalized {
                normalizedScores.append(score >= 0 ? score / positiveMean : score / negativeMean)
                normalizedNull.append(draws.map { $0 >= 0 ? $0 / positiveMean : $0 / negativeMean })
            } else {
                normalizedScores.append(score)
                normalizedNull.append(draws)
            }
            let sameSign = score >= 0 ? positive : negative
            let beyond = sameSign.count { score >= 0 ? $0 > score : $0 < score }
            pValues.append(Float(Double(beyond) / Double(sameSign.count)))
        }
        guard permutations > 0 else { return }
        for isPositive in [true, false] {
            addRates(of: scores, null: normalizedNull, isPositive: isPositive)
        }
    }

    /// Fills q and FWER of the sets of one sign.
    ///
    /// Negative scores are mirrored, so that larger is more extreme on both sides.
    private mutating func addRates(of scores: [Float], null: [[Float]], isPositive: Bool) {
        let sign: Float = isPositive ? 1 : -1
        // The program sorts a set without a score below all others, so that it stands first among the negative.
        let all = normalizedScores.map { $0.isNaN ? -sign * .infinity : sign * $0 }
        let descending = all.indices.sorted { (all[$0], $1) > (all[$1], $0) }
        let sets = descending.filter { isPositive ? scores[$0] >= 0 : scores[$0] < 0 }
        let observedCount = normalizedScores.count { sign * $0 >= 0 }
        var ratios = [Float](repeating: 0, count: sets.count)
        var exceeded = [Int](repeating: 0, count: sets.count)
        var contributing = 0
        for permutation in 0..<permutations {
            let column = null.map { sign * $0[permutation] }.filter { $0 >= 0 }.sorted(by: >)
            if column.isEmpty { continue }
            contributing += 1
            var atLeast = 0
            for (position, set) in sets.enumerated() {
                while atLeast < column.count && column[atLeast] >= all[set] { atLeast += 1 }
                ratios[position] += Float(atLeast) / Float(column.count)
                if column[0] > all[set] { exceeded[position] += 1 }
            }
        }
        var rankOfSet = [Int](repeating: 0, count: all.count)
        for (rank, set) in descending.enumerated() { rankOfSet[set] = rank + 1 }
        for (position, set) in sets.enumerated() {
            // No comparison with a missing score is true: its q stays at 1, and nothing exceeds it.
            if normalizedScores[set].isNaN {
                (fdr[set], fwer[set]) = (1, 0)
                continue
            }
            let share = Float(rankOfSet[set]) / Float(observedCount)
            fdr[set] = min(1, ratios[position] / Float(contributing) / share)
            fwer[set] = Float(Double(exceeded[position]) / Double(permutations))
        }
    }

    private static func mean(_ scores: [Float]) -> Float {
        Float(scores.reduce(0.0) { $0 + Double($1) } / Double(scores.count))
    }
}
