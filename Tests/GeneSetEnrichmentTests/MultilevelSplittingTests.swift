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
            // The rarest sets take seconds each.
            guard p < 1e-3 && p > 1e-9 else { continue }
            let sameSign = state.exceedances(ofSet: row, in: analysis.plan).sameSign
            let estimate = splitting.estimate(
                members: set.members, isPositive: analysis.enrichments[row].value >= 0, name: name,
                signProbability: Double(sameSign) / 10_000
            ) {}
            let error = estimate.log2Error * estimate.log2Error
            let referenceError = reference.number("log2err") * reference.number("log2err")
            // Four standard errors of the difference, as the reference's notes advise.
            let difference = log2(estimate.pValue) - log2(p)
            #expect(abs(difference) <= 4 * (error + referenceError).squareRoot() + 0.05, "\(name)")
            #expect(estimate.isComplete)
            compared += 1
        }
        #expect(compared >= 5)
    }

    /// A list of thirty genes, with one set of three to reach.
    private func smallPlan(weight: Double) -> GeneSetNull.Plan {
        let scores = (0..<30).map { 15 - Double($0) }
        return GeneSetNull.Plan(
            scores: scores, exponent: weight,
            observed: [GeneSetNull.ObservedSet(size: 3, score: 1, isPositive: true)], seed: 8)
    }

    @Test("The one best set of all has the probability of one in all", arguments: [0, 1])
    func exact(weight: Double) {
        var splitting = MultilevelSplitting(smallPlan(weight: weight))
        splitting.particleCount = 1_001
        let estimate = splitting.estimate(
            members: [0, 1, 2], isPositive: true, name: "top", signProbability: 1
        ) {}
        // 4,060 sets of three. Five standard errors of an estimate with so many particles.
        #expect(abs(log2(estimate.pValue * 4_060)) <= 5 * estimate.log2Error)
        #expect(estimate.log2Error < 0.5)
        #expect(estimate.low < estimate.pValue && estimate.pValue < estimate.high)
    }

    @Test("An estimate depends on seed and name only")
    func repeatable() {
        let splitting = MultilevelSplitting(smallPlan(weight: 1))
        func estimate(_ name: String) -> MultilevelSplitting.Estimate {
            splitting.estimate(members: [0, 1, 2], isPositive: true, name: name, signProbability: 0.5) {}
        }
        #expect(estimate("A") == estimate("A"))
        #expect(estimate("A") != estimate("B"))
    }
}
