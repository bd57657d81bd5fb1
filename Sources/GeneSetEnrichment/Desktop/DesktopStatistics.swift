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

    /// - Parameter isNormalized: Whether scores are divided by the mean of their null.
    init(scores: [Float], null: NullScores, isNormalized: Bool) {
        let count = scores.count
        permutations = null.permutations
        normalizedScores = []
        fdr = [Float](repeating: .nan, count: count)
        fwer = fdr
        var divisors: [Divisors] = []
        for (set, score) in scores.enumerated() {
            var (positive, negative) = (Side(), Side())
            var beyond = 0
            null.forEachScore(ofSet: set) { draw in
                if draw >= 0 { positive.add(draw) }
                if draw <= 0 { negative.add(draw) }
                if score >= 0 ? draw > score : draw < score { beyond += 1 }
            }
            let divisor =
                isNormalized
                ? Divisors(positive: positive.mean, negative: negative.mean.magnitude)
                : Divisors(positive: 1, negative: 1)
            normalizedScores.append(divisor.normalized(score))
            divisors.append(divisor)
            pValues.append(Float(Double(beyond) / Double(score >= 0 ? positive.count : negative.count)))
        }
        guard permutations > 0 else { return }
        for isPositive in [true, false] {
            addRates(of: scores, null: null, divisors: divisors, isPositive: isPositive)
        }
    }

    /// Fills q and FWER of the sets of one sign.
    ///
    /// Negative scores are mirrored, so that larger is more extreme on both sides.
    private mutating func addRates(
        of scores: [Float], null: NullScores, divisors: [Divisors], isPositive: Bool
    ) {
        let sign: Float = isPositive ? 1 : -1
        // The program sorts a set without a score below all others, so that it stands first among the negative.
        let all = normalizedScores.map { $0.isNaN ? -sign * .infinity : sign * $0 }
        let descending = all.indices.sorted { (all[$0], $1) > (all[$1], $0) }
        let sets = descending.filter { isPositive ? scores[$0] >= 0 : scores[$0] < 0 }
        let observedCount = normalizedScores.count { sign * $0 >= 0 }
        var ratios = [Float](repeating: 0, count: sets.count)
        var exceeded = [Int](repeating: 0, count: sets.count)
        var contributing = 0
        var column: [Float] = []
        null.forEachPermutation { draws in
            column.removeAll(keepingCapacity: true)
            for (draw, divisor) in zip(draws, divisors) {
                let magnitude = sign * divisor.normalized(draw)
                if magnitude >= 0 { column.append(magnitude) }
            }
            if column.isEmpty { return }
            column.sort(by: >)
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

    /// The null scores of one set and sign.
    private struct Side {
        private(set) var count = 0
        private var sum = 0.0

        mutating func add(_ score: Float) {
            count += 1
            sum += Double(score)
        }

        var mean: Float { Float(sum / Double(count)) }
    }

    /// What the scores of one set are divided by, by their sign.
    private struct Divisors {
        let positive: Float
        let negative: Float

        func normalized(_ score: Float) -> Float { score >= 0 ? score / positive : score / negative }
    }
}
