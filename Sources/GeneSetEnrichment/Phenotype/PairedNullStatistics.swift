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
    let normalizedScores: [Double]
    let pValues: [NominalPValue]
    private(set) var rates: [FalseDiscoveryRate]

    /// - Parameters:
    ///   - scores: By set.
    ///   - first: Over all permutations.
    ///   - second: Over the same, held against the thresholds that the first gave; nil before it is done, as it is not
    ///     where there is no permutation.
    ///   - least: The probability of the observed labelling among all; 0 where no shuffle gives it.
    init(scores: [Double], _ first: PairedPassOne, _ second: PairedPassTwo?, least: Double) {
        let normalization = PairedNormalization(scores: scores, first)
        normalizedScores = normalization.normalizedScores
        pValues = zip(scores, first.sets).map { score, null in
            let side = score >= 0 ? null.positive : null.negative
            return NominalPValue(asExtreme: side.asExtreme, sameSign: side.count, least: least)
        }
        rates = [FalseDiscoveryRate](repeating: .undefined, count: scores.count)
        guard let second, second.permutations > 0 else { return }
        for (side, tails) in zip(normalization.sides, second.sides) {
            addRates(of: side, tails, permutations: second.permutations, least: least)
        }
    }

    private mutating func addRates(
        of side: PairedNormalization.Side, _ tails: PairedPassTwo.Side, permutations: Int, least: Double
    ) {
        let (sets, magnitudes, variances) = (side.sets, side.magnitudes, side.variances)
        let largestVariance = variances.max() ?? 0
        for (position, set) in sets.enumerated() {
            let asLarge = countsAsLarge(
                as: position, magnitudes, variances: variances, largestVariance: largestVariance)
            let share = Double(asLarge.estimate) / Double(sets.count)
            func rate(_ ratios: Double) -> Double { (ratios + share) / Double(tails.contributing + 1) / share }
            let ratios = tails.ratio(position)
            let value = rate(ratios)
            let ofMeans = (
                low: value - rate(tails.ratio(2 * sets.count + position)),
                high: rate(tails.ratio(sets.count + position)) - value
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
                familyWise: Double(tails.reached[position] + 1) / Double(permutations + 1))
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
let standardNormal95 = 1.959963984540054
private let standardNormal99 = 2.5758293035489004

extension GeneSetResults {
    /// The table of a run with permuted phenotypes.
    ///
    /// - Parameters:
    ///   - first: Of the matched sets, over all permutations.
    ///   - second: Over the same; nil where there are none.
    ///   - least: The probability of the observed labelling among all, `PhenotypePlan.leastProbability`.
    package init(
        paired list: RankedGeneList, sets: [GeneSet], matching: GeneSetMatching, enrichments: [EnrichmentScore],
        _ first: PairedPassOne, _ second: PairedPassTwo?, least: Double, fdrThreshold: Double
    ) {
        self.init(list: list, sets: sets, matching: matching, enrichments: enrichments)
        let statistics = PairedNullStatistics(scores: enrichments.map(\.value), first, second, least: least)
        let permutations = first.permutations
        normalizedEnrichmentScore = statistics.normalizedScores
        fill(statistics.pValues, statistics.rates, permutations: permutations, fdrThreshold: fdrThreshold)
        reason = statistics.rates.map {
            guard $0.value.isNaN else { return "" }
            return permutations == 0 ? "no-permutations" : "no-same-sign-draws"
        }
    }

    /// The same from the scores themselves.
    ///
    /// - Parameter null: Of the matched sets.
    package init(
        paired list: RankedGeneList, sets: [GeneSet], matching: GeneSetMatching, enrichments: [EnrichmentScore],
        null: NullScores, least: Double, fdrThreshold: Double
    ) {
        let scores = enrichments.map(\.value)
        let first = PairedPassOne(null, observed: scores.map { Float($0) })
        self.init(
            paired: list, sets: sets, matching: matching, enrichments: enrichments, first,
            PairedPassTwo(null, PairedThresholds(scores: scores, first)), least: least, fdrThreshold: fdrThreshold)
    }
}
