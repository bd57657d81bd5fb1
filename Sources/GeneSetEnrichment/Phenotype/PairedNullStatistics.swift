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
/// A null score and the observed one are compared as float32. Bounds of q have three parts, each taken at its limit
/// and put together as the root of the sum of their squares, on either side of q:
///
/// - the mean ratio: ratios lie between 0 and 1, so that the binomial's limits for their sum are wide enough; for
///   the bounds that decide what is settled those that hold at all looks together;
/// - the means that make NES: the threshold is moved by the standard error of the set's own mean and of the average
///   of the others';
/// - the order of the observed: sets whose NES differ by no more than the error of their difference may change
///   places, which changes the observed share.
///
/// The observed labelling comes up with a known probability, and has the observed share
/// then, so that q is not below that probability. Balanced shuffles never
/// give it, and their lower bounds may be zero.
struct PairedNullStatistics {
    private(set) var normalizedScores: [Double] = []
    private(set) var pValues: [NominalPValue] = []
    private(set) var rates: [FalseDiscoveryRate]

    /// - Parameters:
    ///   - scores: By set.
    ///   - least: The probability of the observed labelling among all; 0 where no shuffle gives it.
    init(scores: [Double], null: NullScores, least: Double) {
        rates = [FalseDiscoveryRate](repeating: .undefined, count: scores.count)
        var sides: [(positive: NullSide, negative: NullSide)] = []
        for (set, score) in scores.enumerated() {
            let observed = Float(score)
            let isPositive = score >= 0
            var positive = NullSide()
            var negative = NullSide()
            var asExtreme = 0
            null.forEachScore(ofSet: set) { draw in
                if draw >= 0 {
                    positive.add(Double(draw))
                    if isPositive, draw >= observed { asExtreme += 1 }
                } else {
                    negative.add(-Double(draw))
                    if !isPositive, draw <= observed { asExtreme += 1 }
                }
            }
            let side = isPositive ? positive : negative
            normalizedScores.append(Double(observed) / side.mean)
            pValues.append(NominalPValue(asExtreme: asExtreme, sameSign: side.count, least: least))
            sides.append((positive, negative))
        }
        guard null.permutations > 0 else { return }
        for sign in [1.0, -1.0] {
            addRates(
                of: scores, null: null, sides: sides.map { sign > 0 ? $0.positive : $0.negative },
                sign: sign, least: least)
        }
    }

    /// Negative scores are mirrored, so that larger is more extreme on both sides.
    private mutating func addRates(
        of scores: [Double], null: NullScores, sides: [NullSide], sign: Double, least: Double
    ) {
        let sets = scores.indices
            .filter { (scores[$0] >= 0) == (sign > 0) && !normalizedScores[$0].isNaN }
            .sorted { (-normalizedScores[$0] * sign, $0) < (-normalizedScores[$1] * sign, $1) }
        if sets.isEmpty { return }
        let magnitudes = sets.map { normalizedScores[$0] * sign }
        let variances = sets.map { sides[$0].relativeVarianceOfMean }
        let known = sides.filter { $0.count > 0 }
        let common = known.reduce(0) { $0 + $1.relativeVarianceOfMean } / Double(known.count * known.count)
        let shifts = variances.map { standardNormal95 * ($0 + common).squareRoot() }
        var tails = SharedTails(
            thresholds: magnitudes + zip(magnitudes, shifts).map { $0 * (1 - $1) }
                + zip(magnitudes, shifts).map { $0 * (1 + $1) })
        var column: [Double] = []
        let means = sides.map(\.mean)
        null.forEachPermutation { draws in
            column.removeAll(keepingCapacity: true)
            for (draw, mean) in zip(draws, means) {
                // Zero is positive, as among the observed.
                let draw = Double(draw) * sign
                if sign > 0 ? draw >= 0 : draw > 0 { column.append(draw / mean) }
            }
            tails.add(&column)
        }
        let largestVariance = variances.max() ?? 0
        for (position, set) in sets.enumerated() {
            let asLarge = countsAsLarge(
                as: position, magnitudes, variances: variances, largestVariance: largestVariance)
            let share = Double(asLarge.estimate) / Double(sets.count)
            func rate(_ ratios: Double) -> Double { (ratios + share) / Double(tails.contributing + 1) / share }
            let ratios = tails.ratios[position]
            let value = rate(ratios)
            let ofMeans = (
                low: value - rate(tails.ratios[2 * sets.count + position]),
                high: rate(tails.ratios[sets.count + position]) - value
            )
            let ofOrder = (
                low: value * (1 - Double(asLarge.estimate) / Double(asLarge.most)),
                high: value * (Double(asLarge.estimate) / Double(asLarge.least) - 1)
            )
            /// The bounds from limits of the ratios' mean, the other errors at a level whose normal quantile is `factor`
            /// times that of 95 %.
            func bounds(_ limits: BinomialInterval, factor: Double) -> (low: Double, high: Double) {
                func error(_ ofRatio: Double, _ others: Double...) -> Double {
                    others.reduce(ofRatio * ofRatio) { $0 + factor * factor * $1 * $1 }.squareRoot()
                }
                let low = value - error(max(0, value - limits.low / share), ofMeans.low, ofOrder.low)
                let high = value + error(max(0, limits.high / share - value), ofMeans.high, ofOrder.high)
                return (min(1, value, max(low, least)), min(1, high))
            }
            let trials = Double(tails.contributing)
            let (low, high) = bounds(
                BinomialInterval(successes: ratios, trials: trials, confidence: 0.95), factor: 1)
            let (settlingLow, settlingHigh) = bounds(
                BinomialInterval(
                    successes: ratios, trials: trials, errorAtAllLooks: FalseDiscoveryRate.settlingError),
                factor: standardNormal99 / standardNormal95)
            rates[set] = FalseDiscoveryRate(
                value: min(1, value), low: low, high: high, settlingLow: settlingLow, settlingHigh: settlingHigh,
                lowOfBins: min(1, value), highOfBins: min(1, value),
                familyWise: Double(tails.exceeded[position] + 1) / Double(null.permutations + 1))
        }
    }
}

/// How many observed scores are as large as one of them; how many surely are, and how many may be.
///
/// - Parameters:
///   - position: Of the score among all.
///   - magnitudes: All scores, from the largest on.
///   - variances: Of the scores, as shares of their squares.
///   - largestVariance: The largest of these, which bounds how far to look.
private func countsAsLarge(
    as position: Int, _ magnitudes: [Double], variances: [Double], largestVariance: Double
) -> (estimate: Int, most: Int, least: Int) {
    let magnitude = magnitudes[position]
    let farthest = standardNormal95 * (variances[position] + largestVariance).squareRoot()
    func error(_ other: Int) -> Double {
        standardNormal95 * (variances[position] + variances[other]).squareRoot()
    }
    var end = position + 1
    while end < magnitudes.count && magnitudes[end] >= magnitude { end += 1 }
    var counts = (estimate: end, most: end, least: end)
    while end < magnitudes.count && magnitudes[end] >= magnitude * (1 - farthest) {
        if magnitudes[end] >= magnitude * (1 - error(end)) { counts.most += 1 }
        end += 1
    }
    var first = counts.estimate - 1
    while first >= 0 && magnitudes[first] < magnitude * (1 + farthest) {
        if first != position && magnitudes[first] < magnitude * (1 + error(first)) { counts.least -= 1 }
        first -= 1
    }
    return counts
}

/// The two-sided quantiles of the normal distribution.
private let standardNormal95 = 1.959963984540054
private let standardNormal99 = 2.5758293035489004

/// The null scores of one set and sign, as magnitudes.
private struct NullSide {
    private(set) var count = 0

    /// In whole multiples of 2⁻⁴⁰, so that the sum has no order.
    private var sum: Int64 = 0

    private var sumOfSquares = 0.0

    mutating func add(_ magnitude: Double) {
        count += 1
        sum += Int64((magnitude * GeneSetNull.fixedPointScale).rounded(.toNearestOrEven))
        sumOfSquares += magnitude * magnitude
    }

    /// NaN where there is no draw.
    var mean: Double { Double(sum) / GeneSetNull.fixedPointScale / Double(count) }

    /// The squared standard error of the mean over its square; 1 for a single draw, which says nothing of its error.
    var relativeVarianceOfMean: Double {
        guard count > 1, mean > 0 else { return count == 0 ? 0 : 1 }
        let variance = max(0, sumOfSquares - Double(count) * mean * mean) / Double(count - 1)
        return variance / Double(count) / (mean * mean)
    }
}

/// The shares of sets beyond each of many thresholds, added up over permutations.
private struct SharedTails {
    /// By threshold, the sum of shares, and how many permutations have a set beyond it.
    private(set) var ratios: [Double]
    private(set) var exceeded: [Int]

    /// Permutations with a set of the sign.
    private(set) var contributing = 0

    private let thresholds: [Double]

    /// The thresholds' places, from the highest on.
    private let order: [Int]

    init(thresholds: [Double]) {
        self.thresholds = thresholds
        order = thresholds.indices.sorted { (-thresholds[$0], $0) < (-thresholds[$1], $1) }
        ratios = [Double](repeating: 0, count: thresholds.count)
        exceeded = [Int](repeating: 0, count: thresholds.count)
    }

    /// Adds one permutation's scores, which are sorted on the way.
    mutating func add(_ scores: inout [Double]) {
        if scores.isEmpty { return }
        scores.sort(by: >)
        contributing += 1
        var atLeast = 0
        for place in order {
            while atLeast < scores.count && scores[atLeast] >= thresholds[place] { atLeast += 1 }
            ratios[place] += Double(atLeast) / Double(scores.count)
            if atLeast > 0 { exceeded[place] += 1 }
        }
    }
}

extension GeneSetResults {
    /// The table of a run with permuted phenotypes.
    ///
    /// - Parameters:
    ///   - null: Of the matched sets.
    ///   - least: The probability of the observed labelling among all, `PhenotypePlan.leastProbability`.
    package init(
        paired list: RankedGeneList, sets: [GeneSet], matching: GeneSetMatching, enrichments: [EnrichmentScore],
        null: NullScores, least: Double, fdrThreshold: Double
    ) {
        self.init(list: list, sets: sets, matching: matching, enrichments: enrichments)
        let statistics = PairedNullStatistics(scores: enrichments.map(\.value), null: null, least: least)
        let permutations = null.permutations
        normalizedEnrichmentScore = statistics.normalizedScores
        fill(statistics.pValues, statistics.rates, permutations: permutations, fdrThreshold: fdrThreshold)
        reason = statistics.rates.map {
            guard $0.value.isNaN else { return "" }
            return permutations == 0 ? "no-permutations" : "no-same-sign-draws"
        }
    }
}
