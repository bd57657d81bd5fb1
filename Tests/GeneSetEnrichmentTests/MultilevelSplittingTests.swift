import ExpressionData
import GeneSetEnrichment
import StatisticalKernels
import Testing

@Suite("Multilevel splitting")
struct MultilevelSplittingTests {
    @Test("Small p-values agree with fgsea's within both errors", .enabled(if: ReferenceData.isPresent))
    func fgsea() throws {
        let analysis = GeneSetAnalysis(
            list: try ReferenceData.rankedList("data/A_mesen_vs_immuno.rnk"),
            sets: try ReferenceData.geneSets("data/hallmark_v7.0.gmt"), settings: .init())
        let state = analysis.plan.state(permutations: 0..<10_000)
        let expected = try ReferenceData.table("golden/fgsea/A_hallmark.multilevel_eps0_sample1001.tsv")
        let splitting = MultilevelSplitting(analysis.plan)
        var compared = 0
        for (row, set) in analysis.matching.matched.enumerated() {
            let name = analysis.sets[set.index].name
            let reference = try #require(expected[name])
            let p = reference.number("pval")
            guard p < 1e-3 else { continue }
            let sameSign = state.exceedances(ofSet: row, in: analysis.plan).sameSign
            let estimate = splitting.estimates(
                of: [set.members], isPositive: analysis.enrichments[row].value >= 0,
                signProbability: Double(sameSign) / 10_000
            ) {}[0]
            let error = estimate.log2Error * estimate.log2Error
            let referenceError = reference.number("log2err") * reference.number("log2err")
            // Four standard errors of the difference, as the reference's notes advise.
            let difference = log2(estimate.pValue) - log2(p)
            #expect(abs(difference) <= 4 * (error + referenceError).squareRoot() + 0.05, "\(name)")
            #expect(estimate.isComplete)
            compared += 1
        }
        #expect(compared >= 15)
    }

    /// A list of thirty genes, with one set of three to reach.
    private func smallPlan(weight: Double) -> GeneSetNull.Plan {
        // None is 0: a gene without weight could stand for any member of the best set.
        let scores = (0..<30).map { 15.5 - Double($0) }
        return GeneSetNull.Plan(
            scores: scores, exponent: weight,
            observed: [GeneSetNull.ObservedSet(size: 3, score: 1, isPositive: true)], seed: 8)
    }

    @Test("The one best set of all has the probability of one in all", arguments: [0, 1])
    func exact(weight: Double) {
        var splitting = MultilevelSplitting(smallPlan(weight: weight))
        splitting.particleCount = 1_001
        let estimate = splitting.estimates(of: [[0, 1, 2]], isPositive: true, signProbability: 1) {}[0]
        // 4,060 sets of three. Five standard errors of an estimate with so many particles.
        #expect(abs(log2(estimate.pValue * 4_060)) <= 5 * estimate.log2Error)
        #expect(estimate.log2Error < 0.5)
        #expect(estimate.low < estimate.pValue && estimate.pValue < estimate.high)
    }

    @Test("An estimate does not depend on the sets that are estimated with it")
    func repeatable() {
        let splitting = MultilevelSplitting(smallPlan(weight: 1))
        func estimates(_ sets: [[Int32]]) -> [MultilevelSplitting.Estimate] {
            splitting.estimates(of: sets, isPositive: true, signProbability: 0.5) {}
        }
        let together = estimates([[0, 1, 2], [0, 2, 9], [1, 2, 4]])
        #expect(together == [[0, 1, 2], [0, 2, 9], [1, 2, 4]].map { estimates([$0])[0] })
        #expect(together[0].pValue < together[2].pValue && together[2].pValue < together[1].pValue)
    }

    @Test("Every CPU level climbs the same way", arguments: [0.0, 1])
    func levels(weight: Double) {
        let scores = (0..<3_000).map { 3 - Double($0) / 600 }
        let members: [Int32] = (0..<40).map { $0 * $0 }
        let plan = GeneSetNull.Plan(
            scores: scores, exponent: weight,
            observed: [GeneSetNull.ObservedSet(size: 40, score: 0.5, isPositive: true)], seed: 5)
        let estimates = CPULevel.supported.map { level in
            MultilevelSplitting(plan, kernels: SplittingKernels(level: level))
                .estimates(of: [members], isPositive: true, signProbability: 0.5) {}
        }
        for estimate in estimates { #expect(estimate == estimates[0]) }
        #expect(estimates[0][0].pValue < 1e-5 && estimates[0][0].isComplete)
    }

    @Test("Of random sets, as many have a small p as it says", arguments: [0.0, 1])
    func calibration(weight: Double) {
        var stream = PhiloxStream(seed: 77, stream: UInt64(weight))
        func uniform() -> Double { (Double(stream.next()) + 0.5) / 0x1p32 }
        var pValues: [Double] = []
        for seed in 0..<60 {
            let scores = (0..<800).map { _ in uniform() + uniform() + uniform() + uniform() - 2 }.sorted(by: >)
            let weights = HitWeights(scores: scores, exponent: weight)
            let scaled = weights.scaledForNull()
            for size in [9, 24, 60] {
                let sets = (0..<50).map { _ in
                    var ranks: Set<Int32> = []
                    while ranks.count < size { ranks.insert(Int32(stream.next(below: 800))) }
                    return ranks.sorted()
                }
                let scored = sets.map { EnrichmentScore(ofMembers: $0, weights: weights) }
                let plan = GeneSetNull.Plan(
                    scores: scores, exponent: weight,
                    observed: zip(sets, scored).map {
                        GeneSetNull.ObservedSet(
                            members: $0, weights: weights, scaledWeights: scaled, enrichment: $1)
                    }, seed: UInt64(seed))
                let state = plan.state(permutations: 0..<2_000)
                for isPositive in [true, false] {
                    let rows = sets.indices.filter { (scored[$0].value >= 0) == isPositive }
                    guard let first = rows.first else { continue }
                    let sameSign = state.exceedances(ofSet: first, in: plan).sameSign
                    pValues += MultilevelSplitting(plan).estimates(
                        of: rows.map { sets[$0] }, isPositive: isPositive, signProbability: Double(sameSign) / 2_000
                    ) {}.map(\.pValue)
                }
            }
        }
        #expect(pValues.count == 9_000)
        for level in [0.2, 0.05, 0.01] {
            let expected = 9_000 * level
            // Five standard errors of the count; the climbs, with an error of 10 to 25 % each, add about as much.
            let error = 5 * (2 * expected * (1 - level)).squareRoot()
            let count = pValues.count { $0 <= level }
            #expect(abs(Double(count) - expected) <= error, "\(count) of 9,000 at \(level)")
        }
    }

    @Test("Negating the list mirrors every estimate's probability")
    func mirrored() {
        let scores = (0..<400).map { 3 - Double($0) / 80 }
        let members: [Int32] = [1, 3, 4, 9, 12, 20, 33, 41, 60, 77]
        func estimate(_ scores: [Double], _ members: [Int32], isPositive: Bool) -> MultilevelSplitting.Estimate {
            let plan = GeneSetNull.Plan(
                scores: scores, exponent: 1,
                observed: [GeneSetNull.ObservedSet(size: members.count, score: 0.5, isPositive: isPositive)], seed: 3)
            return MultilevelSplitting(plan).estimates(
                of: [members], isPositive: isPositive, signProbability: 0.5
            ) {}[0]
        }
        let high = estimate(scores, members, isPositive: true)
        let low = estimate(scores.reversed().map { -$0 }, members.reversed().map { 399 - $0 }, isPositive: false)
        // Two climbs with other random numbers: five standard errors of their difference.
        let error = (high.log2Error * high.log2Error + low.log2Error * low.log2Error).squareRoot()
        #expect(abs(log2(high.pValue) - log2(low.pValue)) <= 5 * error)
        #expect(high.pValue < 1e-4)
    }
}
