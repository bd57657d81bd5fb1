import GeneSetEnrichment
import SamplePermutation
import StatisticalKernels

extension GeneSetResults {
    /// Puts in what the permutations of samples say of the sets.
    ///
    /// - Parameter results: By matched set; nil where there were no permutations.
    package mutating func fill(_ results: [PermutedSetResult]?, fdrThreshold: Double, permutations: Int) {
        func column(_ value: (PermutedSetResult) -> Double) -> [Double] {
            results?.map(value) ?? name.map { _ in .nan }
        }
        normalizedEnrichmentScore = column(\.normalizedScore)
        pValue = column(\.pValue)
        pValueLow = column(\.pLow)
        pValueHigh = column(\.pHigh)
        adjustedPValue = benjaminiHochberg(pValue)
        fdr = column(\.falseDiscoveryRate)
        fdrLow = column(\.fdrLow)
        fdrHigh = column(\.fdrHigh)
        fwer = column(\.familyWise)
        isSettled = results?.map { $0.isSettled(at: fdrThreshold) } ?? name.map { _ in false }
        permutationsToSettle = column { $0.permutationsToSettle(at: fdrThreshold, after: permutations) }
        anytimePValue = results?.map(\.pAnytime) ?? []
        tailPValue = results?.map(\.pTail) ?? []
        reason = results?.map(\.reason) ?? name.map { _ in "no-permutations" }
    }
}

extension PermutedSetResult {
    /// About how many more permutations would settle the set, as bounds narrow with the root of their number: 0 where it
    /// is settled, infinite where no number would.
    package func permutationsToSettle(at threshold: Double, after permutations: Int) -> Double {
        guard !falseDiscoveryRate.isNaN else { return .nan }
        if isSettled(at: threshold) { return 0 }
        let distance = (falseDiscoveryRate - threshold).magnitude
        let reach =
            falseDiscoveryRate < threshold ? settlingHigh - falseDiscoveryRate : falseDiscoveryRate - settlingLow
        let factor = reach / distance
        let more = Double(permutations) * (factor * factor - 1)
        return more < 1e12 ? max(1, more.rounded(.up)) : .infinity
    }

    /// Why numbers are missing, or need care.
    package var reason: String {
        if size == 0 { return "no-gene-with-a-fit" }
        if sameSign == 0 { return "no-same-sign-draws" }
        return pTailIsUpperBound ? "gpd-upper-limit" : ""
    }
}

extension EnrichmentScore {
    /// The extreme on the side of a score that was rounded: where both extremes are equal but for rounding, the score
    /// says which of them is meant.
    func withSign(of score: Float, members: [Int32], weights: HitWeights) -> EnrichmentScore {
        guard score != 0, (value < 0) != (score < 0) else { return self }
        let sums = RunningSum(ofMembers: members, weights: weights).atMembers
        let misses = Double(weights.values.count - members.count)
        var best = EnrichmentScore(value: 0, rank: 0)
        for (place, member) in members.enumerated() {
            // Just before a member the sum is what it was at the last one, less the misses between.
            let last = place == 0 ? (0.0, Int32(-1)) : (sums[place - 1], members[place - 1])
            let before = last.0 - Double(member - last.1 - 1) / misses
            if score > 0, sums[place] > best.value { best = EnrichmentScore(value: sums[place], rank: Int(member)) }
            if score < 0, before < best.value { best = EnrichmentScore(value: before, rank: Int(member) - 1) }
        }
        return best
    }
}
