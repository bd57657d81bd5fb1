import DifferentialExpression
import StatisticalKernels

/// What the permutations say of one set.
package struct PermutedSetResult: Equatable, Sendable {
    /// How many of its genes have a fit; with none all else is NaN.
    package let size: Int
    package let score: Double
    package let normalizedScore: Double

    /// Null scores of the observed one's sign, and those at least as extreme.
    package let sameSign: Int
    package let asExtreme: Int

    /// Counted: (b + 1)/(m + 1), or b/m where all shuffles were enumerated; with the 95 % Clopper–Pearson limits.
    package let pValue: Double
    package let pLow: Double
    package let pHigh: Double

    /// Besag & Clifford's, valid however often one looked; NaN where all shuffles were enumerated.
    package let pAnytime: Double

    /// From a generalized Pareto tail; NaN where counting is as good or no tail fits. Not published below 1/(100 m).
    package let pTail: Double
    package let pTailIsUpperBound: Bool

    package let falseDiscoveryRate: Double

    /// The 95 % limits of the false discovery rate at this look, and those that hold at all looks together.
    package let fdrLow: Double
    package let fdrHigh: Double
    package let settlingLow: Double
    package let settlingHigh: Double
    package let familyWise: Double

    /// Whether more permutations would hardly move the rate to the other side of a threshold.
    package func isSettled(at threshold: Double) -> Bool {
        RateOfSet.isSettled(low: settlingLow, high: settlingHigh, at: threshold)
    }
}

/// What the permutations say of one gene.
package struct PermutedGeneResult: Equatable, Sendable {
    package let z: Double

    /// Permutations with |z| at least as large.
    package let asExtreme: Int

    /// Two-sided: (b + 1)/(m + 1), or b/m where all shuffles were enumerated.
    package let pValue: Double
    package let pLow: Double
    package let pHigh: Double
    package let pAnytime: Double

    /// As of sets, from the tail of |z|.
    package let pTail: Double
    package let pTailIsUpperBound: Bool

    /// Benjamini–Hochberg over the genes.
    package let adjustedPValue: Double

    /// The share of permutations whose largest |z| is at least as large (Westfall & Young's single-step max-T).
    package let familyWise: Double
}

/// All that comes of a sample permutation.
package struct SamplePermutationResults: Equatable, Sendable {
    /// By set statistic, then by set.
    package let sets: [[PermutedSetResult]]

    /// By place among the fitted genes.
    package let genes: [PermutedGeneResult]

    /// The permutations' empirical null of z.
    package let nullOfZ: NullOfZ
    package let permutations: Int
    package let smallestPossibleP: Double
}

extension SamplePermutationModel {
    /// - Throws: `SummaryProblem` where the passes are not of the same permutations, from 0 on without a gap.
    package func results(_ one: PassOne, _ two: PassTwo) throws(SummaryProblem) -> SamplePermutationResults {
        let whole = try whole(one, two)
        let sets = inputs.setStatistics.indices.map { statistic in
            setResults(
                statistic, whole.first.sets[statistic], whole.normalization.families[statistic],
                rates(statistic, whole))
        }
        let null = NullOfZ(whole.first.genes)
        return SamplePermutationResults(
            sets: sets, genes: geneResults(whole.first.genes, permutations: whole.permutations), nullOfZ: null,
            permutations: whole.permutations, smallestPossibleP: shuffles.smallestPossibleP)
    }

    /// How many sets are not settled at a threshold, by the first set statistic: what a run asks at every checkpoint, and
    /// so without all that takes longer.
    ///
    /// - Throws: As `results`.
    package func unsettledCount(
        _ one: PassOne, _ two: PassTwo, at threshold: Double
    ) throws(SummaryProblem) -> Int {
        let rates = rates(0, try whole(one, two))
        return rates.indices.count { set in
            catalogue.size(ofSet: set) > 0
                && !(rates[set].map {
                    RateOfSet.isSettled(low: $0.settlingLow, high: $0.settlingHigh, at: threshold)
                } ?? false)
        }
    }

    /// The false discovery rate q of every set, by set statistic, without what takes longer; NaN of a set that has none.
    ///
    /// - Throws: As `results`.
    package func falseDiscoveryRates(_ one: PassOne, _ two: PassTwo) throws(SummaryProblem) -> [[Double]] {
        let whole = try whole(one, two)
        return inputs.setStatistics.indices.map { rates($0, whole).map { $0?.value ?? .nan } }
    }

    /// Both passes over the same permutations.
    private struct BothPasses {
        let first: PassOne.Counts
        let second: PassTwo.Counts
        let normalization: ScoreNormalization
        let permutations: Int
    }

    private func whole(_ one: PassOne, _ two: PassTwo) throws(SummaryProblem) -> BothPasses {
        guard let first = one.ranges.whole, let normalization = normalization(of: one) else {
            throw .incomplete(expected: 0..<(one.ranges.segments.last?.range.upperBound ?? 0))
        }
        let expected = 0..<(enumeratedCount ?? first.range.count)
        guard first.range == expected, let second = two.ranges.whole, second.range == expected else {
            throw .incomplete(expected: expected)
        }
        return BothPasses(
            first: first.counts, second: second.counts, normalization: normalization, permutations: expected.count)
    }

    /// What the first pass alone says of the genes, where there are no sets.
    ///
    /// - Throws: `SummaryProblem` where it is not of the permutations from 0 on without a gap.
    package func resultsOfGenes(_ one: PassOne) throws(SummaryProblem) -> SamplePermutationResults {
        guard let first = one.ranges.whole, first.range.upperBound == enumeratedCount ?? first.range.upperBound else {
            throw .incomplete(expected: 0..<(enumeratedCount ?? 1))
        }
        let null = NullOfZ(first.counts.genes)
        return SamplePermutationResults(
            sets: [], genes: geneResults(first.counts.genes, permutations: first.range.count), nullOfZ: null,
            permutations: first.range.count, smallestPossibleP: shuffles.smallestPossibleP)
    }

    /// The counted p-values of genes and, by set statistic, of sets, which the first pass alone gives.
    ///
    /// - Returns: Nil where permutations before the last are missing.
    package func countedPValues(_ one: PassOne) -> CountedPValues? {
        guard let counts = one.ranges.whole?.counts else { return nil }
        return CountedPValues(
            genes: (0..<counts.genes.geneCount).map { gene in
                let exceedances = counts.genes.exceedances(ofGene: gene)
                return CountedPValue(
                    asExtreme: exceedances.exceedances, among: exceedances.draws, isEnumerated: inputs.isEnumerated
                ).value
            },
            sets: counts.sets.map { sets in
                sets.indices.map { set in
                    CountedPValue(
                        asExtreme: sets[set].sameSign.exceedances,
                        among: catalogue.size(ofSet: set) > 0 ? sets[set].sameSign.draws : 0,
                        isEnumerated: inputs.isEnumerated
                    ).value
                }
            })
    }

    private func rates(_ statistic: Int, _ passes: BothPasses) -> [RateOfSet?] {
        let family = passes.normalization.families[statistic]
        let sides = passes.second.sides[statistic]
        let observed = observedScores[statistic]
        var rates = [RateOfSet?](repeating: nil, count: observed.count)
        for (side, sign) in [1.0, -1.0].enumerated() {
            let thresholds = SharedThresholds(
                observed: family.observed, isNegative: observed.map { $0 < 0 }, sign: sign)
            let isSameSide = { (set: Int) in sign > 0 ? observed[set] >= 0 : observed[set] <= 0 }
            let magnitudes = observed.indices.filter(isSameSide).compactMap {
                observed[$0] == 0 ? 0 : family.observed[$0].isNaN ? nil : family.observed[$0].magnitude
            }.sorted(by: >)
            for (place, set) in thresholds.order.enumerated() {
                let own = family.observed[set].magnitude
                let reaching = magnitudes.partitionPoint { $0 < own - 1e-12 }
                rates[set] = RateOfSet(
                    ratios: sides[side].ratios[place].value / FixedPoint.unitScale,
                    contributing: sides[side].contributing, reached: Int(sides[side].reached[place]),
                    share: Double(reaching) / Double(magnitudes.count), permutations: passes.permutations,
                    isEnumerated: inputs.isEnumerated)
            }
        }
        return rates
    }

    private func setResults(
        _ statistic: Int, _ counts: [SetCounts], _ family: ScoreNormalization.Family, _ rates: [RateOfSet?]
    ) -> [PermutedSetResult] {
        let observed = observedScores[statistic]
        return counts.indices.map { set in
            PermutedSetResult(
                size: catalogue.size(ofSet: set), score: Double(observed[set]), normalized: family.observed[set],
                counts: counts[set], rate: rates[set], isEnumerated: inputs.isEnumerated)
        }
    }

    private func geneResults(_ counts: GeneCounts, permutations: Int) -> [PermutedGeneResult] {
        let isEnumerated = inputs.isEnumerated
        let exceedances = (0..<counts.geneCount).map { counts.exceedances(ofGene: $0) }
        // Many genes share their number of exceedances, and limits are dear.
        var pOfCount: [Int: CountedPValue] = [:]
        let p = exceedances.map { gene in
            if let known = pOfCount[gene.exceedances] { return known }
            let p = CountedPValue(asExtreme: gene.exceedances, among: gene.draws, isEnumerated: isEnumerated)
            pOfCount[gene.exceedances] = p
            return p
        }
        let adjusted = benjaminiHochberg(p.map(\.value))
        var familyWise = [Double](repeating: .nan, count: p.count)
        var reached = 0
        for (place, gene) in observedGenes.order.enumerated() {
            reached += Int(counts.largestReaching[place])
            familyWise[gene] =
                CountedPValue(asExtreme: reached, among: permutations, isEnumerated: isEnumerated).value
        }
        return p.indices.map { gene in
            let tail = PublishedTail(
                observed: observedGenes.z[gene].magnitude, isEnumerated ? nil : counts.tails[gene],
                count: exceedances[gene].draws, exceedances: exceedances[gene].exceedances)
            return PermutedGeneResult(
                z: observedGenes.z[gene], asExtreme: exceedances[gene].exceedances, pValue: p[gene].value,
                pLow: p[gene].low, pHigh: p[gene].high,
                pAnytime: isEnumerated ? .nan : exceedances[gene].anytimePValue,
                pTail: tail.value, pTailIsUpperBound: tail.isUpperBound, adjustedPValue: adjusted[gene],
                familyWise: familyWise[gene])
        }
    }
}

/// The counted p-values of genes, and by set statistic of sets.
package struct CountedPValues: Equatable, Sendable {
    package let genes: [Double]
    package let sets: [[Double]]
}

/// A share of permutations as a p-value.
struct CountedPValue {
    let value: Double

    /// The 95 % Clopper–Pearson limits; the value itself where all shuffles were enumerated.
    let low: Double
    let high: Double

    init(asExtreme b: Int, among m: Int, isEnumerated: Bool) {
        guard m > 0 else {
            (value, low, high) = (.nan, .nan, .nan)
            return
        }
        if isEnumerated {
            value = Double(b) / Double(m)
            (low, high) = (value, value)
            return
        }
        // m draws can never show that a p-value is zero (Phipson & Smyth, 2010).
        value = Double(b + 1) / Double(m + 1)
        let interval = BinomialInterval(successes: b, trials: m, confidence: 0.95)
        (low, high) = (min(value, interval.low), max(value, interval.high))
    }
}

/// A p-value of a Pareto tail as it is published: not below 1/(100 m).
struct PublishedTail {
    /// NaN where counting is as good or no tail fits.
    let value: Double

    /// Whether the tail's own value is smaller.
    let isUpperBound: Bool

    /// - Parameter largest: Nil, or given up, where no tail is wanted.
    init(observed: Double, _ largest: LargestValues?, count: Int, exceedances: Int) {
        guard let largest, !largest.isGivenUp,
            let tail = ParetoTail.pValue(
                observed: observed, largest: largest.descending.map(Double.init), count: count,
                exceedances: exceedances)
        else {
            (value, isUpperBound) = (.nan, false)
            return
        }
        let least = 1 / (100 * Double(max(1, count)))
        (value, isUpperBound) = (max(tail, least), tail < least)
    }
}

/// The false discovery rate and the family-wise error of one set.
///
/// q is the mean over the permutations that have a set of the sign of their share of such sets at least as extreme, over
/// that share among the observed. Of drawn permutations the observed labelling counts as one more, as it does for p.
struct RateOfSet {
    let value: Double
    let low: Double
    let high: Double
    let settlingLow: Double
    let settlingHigh: Double
    let familyWise: Double

    /// Whether a rate with these limits is on one side of a threshold.
    static func isSettled(low: Double, high: Double, at threshold: Double) -> Bool {
        high < threshold || low >= threshold
    }

    /// How probable it may be that a settled rate is on the other side.
    private static let settlingError = 0.01

    init(
        ratios: Double, contributing: Int, reached: Int, share: Double, permutations: Int, isEnumerated: Bool
    ) {
        familyWise = CountedPValue(asExtreme: reached, among: permutations, isEnumerated: isEnumerated).value
        if isEnumerated {
            value = min(1, ratios / Double(contributing) / share)
            (low, high, settlingLow, settlingHigh) = (value, value, value, value)
            return
        }
        let trials = Double(contributing)
        let sum = min(ratios, trials)
        let value = min(1, (ratios + share) / (trials + 1) / share)
        self.value = value
        let atThisLook = BinomialInterval(successes: sum, trials: trials, confidence: 0.95)
        let atAllLooks = BinomialInterval(
            successes: sum, trials: trials, errorAtAllLooks: Self.settlingError)
        low = min(value, atThisLook.low / share)
        high = max(value, min(1, atThisLook.high / share))
        settlingLow = min(value, atAllLooks.low / share)
        settlingHigh = max(value, min(1, atAllLooks.high / share))
    }
}

extension PermutedSetResult {
    init(
        size: Int, score: Double, normalized: Double, counts: SetCounts, rate: RateOfSet?, isEnumerated: Bool
    ) {
        let isPresent = size > 0
        let m = counts.sameSign.draws
        let p = CountedPValue(
            asExtreme: counts.sameSign.exceedances, among: isPresent ? m : 0, isEnumerated: isEnumerated)
        let tail = PublishedTail(
            observed: score.magnitude, isEnumerated || !isPresent ? nil : counts.tail, count: m,
            exceedances: counts.sameSign.exceedances)
        self.init(
            size: size, score: isPresent ? score : .nan, normalizedScore: isPresent ? normalized : .nan,
            sameSign: m, asExtreme: counts.sameSign.exceedances, pValue: p.value, pLow: p.low, pHigh: p.high,
            pAnytime: isEnumerated || !isPresent ? .nan : counts.sameSign.anytimePValue,
            pTail: tail.value, pTailIsUpperBound: tail.isUpperBound,
            falseDiscoveryRate: rate?.value ?? .nan, fdrLow: rate?.low ?? .nan, fdrHigh: rate?.high ?? .nan,
            settlingLow: rate?.settlingLow ?? .nan, settlingHigh: rate?.settlingHigh ?? .nan,
            familyWise: rate?.familyWise ?? .nan)
    }
}

extension [Double] {
    /// The number of elements before the first for which `isBeyond` holds, which then holds for all that follow.
    fileprivate func partitionPoint(_ isBeyond: (Double) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
