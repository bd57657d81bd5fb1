import ExpressionData
import StatisticalKernels

/// NES, p, q and FWER from null scores that sets share their permutations in.
///
/// As GSEA defines them for permuted phenotypes, but with the observed labelling
/// counted as one permutation more, so that none is ever zero:
///
/// - p = (b + 1)/(m + 1), b of m same-sign null scores at least as extreme.
/// - q: over permutations with a set of the sign, the mean share of such sets with a null NES at
///   least as extreme, over that share among the observed.
/// - FWER: the share of permutations whose most extreme NES is at least as extreme.
///
/// A null score and the observed one are compared as float32. Bounds of q: the
/// ratios lie between 0 and 1, so that the binomial's limits for their sum are wide enough.
/// The observed labelling comes up with a known probability, and has the observed share
/// then, so that q is not below that probability. Balanced shuffles never
/// give it, and their lower bounds may be zero.
struct PairedNullStatistics {
    private(set) var normalizedScores: [Double]
    private(set) var pValues: [NominalPValue]
    private(set) var rates: [FalseDiscoveryRate]

    /// - Parameters:
    ///   - scores: By set.
    ///   - null: By set, its null scores by permutation.
    ///   - least: The probability of the observed labelling among all; 0 where no shuffle gives it.
    init(scores: [Double], null: [[Float]], least: Double) {
        let count = scores.count
        let permutations = null.first?.count ?? 0
        normalizedScores = []
        pValues = []
        rates = [FalseDiscoveryRate](repeating: .undefined, count: count)
        var normalizedNull: [[Double]] = []
        for (score, draws) in zip(scores, null) {
            let observed = Float(score)
            let isPositive = score >= 0
            // Whole multiples of 2⁻⁴⁰, so that the sum has no order.
            var sums = (positive: Int64(0), negative: Int64(0))
            var counts = (positive: 0, negative: 0)
            var asExtreme = 0
            for draw in draws {
                let fixed = Int64((Double(draw) * GeneSetNull.fixedPointScale).rounded(.toNearestOrEven))
                if draw >= 0 {
                    sums.positive += fixed
                    counts.positive += 1
                    if isPositive, draw >= observed { asExtreme += 1 }
                } else {
                    sums.negative += fixed
                    counts.negative += 1
                    if !isPositive, draw <= observed { asExtreme += 1 }
                }
            }
            let positiveMean = Double(sums.positive) / GeneSetNull.fixedPointScale / Double(counts.positive)
            let negativeMean = -Double(sums.negative) / GeneSetNull.fixedPointScale / Double(counts.negative)
            normalizedScores.append(Double(observed) / (isPositive ? positiveMean : negativeMean))
            normalizedNull.append(draws.map { Double($0) / ($0 >= 0 ? positiveMean : negativeMean) })
            pValues.append(
                NominalPValue(
                    asExtreme: asExtreme, sameSign: isPositive ? counts.positive : counts.negative, least: least))
        }
        guard permutations > 0 else { return }
        for sign in [1.0, -1.0] {
            addRates(of: scores, null: normalizedNull, permutations: permutations, sign: sign, least: least)
        }
    }

    /// Negative scores are mirrored, so that larger is more extreme on both sides.
    private mutating func addRates(
        of scores: [Double], null: [[Double]], permutations: Int, sign: Double, least: Double
    ) {
        let sets = scores.indices
            .filter { (scores[$0] >= 0) == (sign > 0) && !normalizedScores[$0].isNaN }
            .sorted { (-normalizedScores[$0] * sign, $0) < (-normalizedScores[$1] * sign, $1) }
        let magnitudes = sets.map { normalizedScores[$0] * sign }
        var ratios = [Double](repeating: 0, count: sets.count)
        var exceeded = [Int](repeating: 0, count: sets.count)
        var contributing = 0
        for permutation in 0..<permutations {
            // Zero is positive, as among the observed.
            let column = null.map { $0[permutation] * sign }.filter { sign > 0 ? $0 >= 0 : $0 > 0 }.sorted(by: >)
            if column.isEmpty { continue }
            contributing += 1
            var atLeast = 0
            for (position, magnitude) in magnitudes.enumerated() {
                while atLeast < column.count && column[atLeast] >= magnitude { atLeast += 1 }
                ratios[position] += Double(atLeast) / Double(column.count)
                if atLeast > 0 { exceeded[position] += 1 }
            }
        }
        var last = 0
        for position in sets.indices {
            while last + 1 < sets.count && magnitudes[last + 1] >= magnitudes[position] { last += 1 }
            let share = Double(max(last, position) + 1) / Double(sets.count)
            let mean = (ratios[position] + share) / Double(contributing + 1)
            let limits95 = BinomialInterval(
                successes: ratios[position], trials: Double(contributing), confidence: 0.95)
            let limits99 = BinomialInterval(
                successes: ratios[position], trials: Double(contributing), confidence: 0.99)
            let value = min(1, mean / share)
            rates[sets[position]] = FalseDiscoveryRate(
                value: value, low: min(value, max(limits95.low / share, least)), high: min(1, limits95.high / share),
                settlingLow: min(value, max(limits99.low / share, least)), settlingHigh: min(1, limits99.high / share),
                lowOfBins: value, highOfBins: value,
                familyWise: Double(exceeded[position] + 1) / Double(permutations + 1))
        }
    }
}

extension GeneSetResults {
    /// The table of a run with permuted phenotypes.
    ///
    /// - Parameters:
    ///   - null: By matched set, its null scores by permutation.
    ///   - least: The probability of the observed labelling among all, `PhenotypePlan.leastProbability`.
    package init(
        paired list: RankedGeneList, sets: [GeneSet], matching: GeneSetMatching, enrichments: [EnrichmentScore],
        null: [[Float]], least: Double, fdrThreshold: Double
    ) {
        self.init(list: list, sets: sets, matching: matching, enrichments: enrichments)
        let statistics = PairedNullStatistics(scores: enrichments.map(\.value), null: null, least: least)
        let permutations = null.first?.count ?? 0
        normalizedEnrichmentScore = statistics.normalizedScores
        fill(statistics.pValues, statistics.rates, permutations: permutations, fdrThreshold: fdrThreshold)
        reason = statistics.rates.map {
            guard $0.value.isNaN else { return "" }
            return permutations == 0 ? "no-permutations" : "no-same-sign-draws"
        }
    }
}
