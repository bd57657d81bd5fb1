import StatisticalKernels

/// NES, nominal p, q and FWER of the observed sets, from the state of the null.
package struct GeneSetStatistics: Sendable {
    /// ES over the mean same-sign null score of the set's size; NaN where there is none.
    package let normalizedEnrichmentScores: [Double]

    package let pValues: [NominalPValue]
    package let rates: [FalseDiscoveryRate]

    /// - Parameters:
    ///   - plan: Says which sets were observed.
    ///   - enrichments: The observed scores in doubles, in the plan's order.
    ///   - state: The merged state of all permutations.
    package init(plan: GeneSetNull.Plan, enrichments: [Double], state: GeneSetNull.State) {
        let nulls = [true, false].map { isPositive in
            plan.sizes.indices.map { SizeNull(state, sizeIndex: $0, isPositive: isPositive) }
        }
        var scores: [Double] = []
        var pValues: [NominalPValue] = []
        var asExtreme: [(beyond: Int, equal: Int)] = []
        let least = plan.sizes.map { probabilityOfOneChoice($0, of: plan.geneCount) }
        for set in plan.observed.indices {
            let histogram = plan.thresholds.histogramOfSet[set]
            let null = nulls[histogram % 2][histogram / 2]
            let beyond = null.count(aboveBin: plan.thresholds.binOfSet[set]) + Int(state.beyondWithinBin[set])
            let equal = Int(state.equal[set])
            scores.append(enrichments[set] / null.mean)
            pValues.append(
                NominalPValue(
                    asExtreme: beyond + equal, sameSign: null.sameSignCount, least: least[histogram / 2]))
            asExtreme.append((beyond, equal))
        }
        var rates = [FalseDiscoveryRate](repeating: .undefined, count: scores.count)
        if state.permutations > 0 {
            var setCounts = [Int](repeating: 0, count: plan.sizes.count)
            for histogram in plan.thresholds.histogramOfSet { setCounts[histogram / 2] += 1 }
            let limits95 = BinomialLimits(trials: state.permutations, confidence: 0.95)
            let settlingLimits = BinomialLimits(
                trials: state.permutations, errorAtAllLooks: FalseDiscoveryRate.settlingError)
            for side in 0...1 {
                let sets = scores.indices.filter {
                    plan.thresholds.histogramOfSet[$0] % 2 == side && !scores[$0].isNaN
                }
                if sets.isEmpty { continue }
                let sameSign = SameSignRates(
                    sets.map {
                        SameSignRates.Observation(
                            magnitude: scores[$0].magnitude, size: plan.thresholds.histogramOfSet[$0] / 2,
                            beyond: asExtreme[$0].beyond, equal: asExtreme[$0].equal)
                    }, nulls: nulls[side], setCounts: setCounts, least: least, limits95: limits95,
                    settlingLimits: settlingLimits)
                for (set, rate) in zip(sets, sameSign.rates) { rates[set] = rate }
            }
        }
        normalizedEnrichmentScores = scores
        self.pValues = pValues
        self.rates = rates
    }
}
