import GeneSetEnrichment
import StatisticalKernels
import Testing

@Suite("Ranking")
struct RankingTests {
    @Test("The signed log p-value has the direction of the fold change")
    func signedLogPValue() {
        let metric = RankingMetric.signedLogPValue
        #expect(abs(metric.score(GeneEvidence(log2FoldChange: -0.2, z: -3, pValue: 0.001)) + 3) < 1e-14)
        #expect(abs(metric.score(GeneEvidence(log2FoldChange: 0.2, z: 3, pValue: 0.001)) - 3) < 1e-14)
        #expect(metric.score(GeneEvidence(log2FoldChange: 0, z: 0, pValue: 1)) == 0)
        #expect(metric.score(GeneEvidence(log2FoldChange: .nan, z: 1, pValue: 0.1)).isNaN)
        #expect(metric.score(GeneEvidence(log2FoldChange: 1, z: 1, pValue: .nan)).isNaN)
    }

    @Test("P-values that underflow still rank genes by their z")
    func underflow() {
        let scores = [38.0, 39, 40, 41, 60].map {
            RankingMetric.signedLogPValue.score(GeneEvidence(log2FoldChange: 1, z: $0, pValue: 0))
        }
        #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 < $1 })
        // −log10(2 Q(40)), from the asymptotic series of the normal tail.
        #expect(abs(scores[2] - 349.13598) < 1e-4)
    }

    @Test("The log scale takes over without a step")
    func continuity() {
        let z = 37.0
        let p = 2 * normalUpperTail(z)
        let direct = GeneEvidence(log2FoldChange: 1, z: z, pValue: p).negativeLog10PValue
        let onLogScale = GeneEvidence(log2FoldChange: 1, z: z, pValue: 0).negativeLog10PValue
        #expect(abs(direct - onLogScale) < 1e-11)
    }

    @Test("A name that occurs twice keeps the lowest score, or the largest magnitude")
    func duplicates() {
        let names = ["A", "B", "A", "C", "A"]
        let scores = [-2.0, 1, 0.5, .nan, 3]
        let lowest = GeneRanking(names: names, scores: scores, duplicates: .lowest)
        #expect(lowest.list.genes == ["B", "A"])
        #expect(lowest.list.scores == [1, -2])
        #expect(lowest.missingCount == 1)
        #expect(lowest.duplicatedNames == ["A"])
        let largest = GeneRanking(names: names, scores: scores, duplicates: .largestMagnitude)
        #expect(largest.list.genes == ["A", "B"])
        #expect(largest.list.scores == [3, 1])
    }

    @Test("Equal scores keep the order they came in")
    func ties() {
        let ranking = GeneRanking(names: ["D", "A", "C", "B"], scores: [1, 1, 2, 1], duplicates: .lowest)
        #expect(ranking.list.genes == ["C", "D", "A", "B"])
    }
}
