import Testing

import StoredRuns
import StudyReport

@Suite("What lists of several exposures share, in words")
struct OverlapComparisonTests {
    private func overlap(
        sets: Bool = false, _ exposures: [String] = ["dose", "age"], kept: String? = nil, lengths: [Int] = [37, 10],
        observed: Int = 5, expected: Double = 0.4, p: Double
    ) -> StoredOverlap {
        StoredOverlap(
            isOfSets: sets, adjustment: "main", exposures: exposures, kept: kept,
            shuffled: kept.flatMap { kept in exposures.first { $0 != kept } }, lengths: lengths, observed: observed,
            expected: expected, pValue: p, permutations: 1_000)
    }

    private func words(joint: Double, _ first: Double, _ second: Double) -> String {
        OverlapComparison.all(of: [
            overlap(p: joint), overlap(kept: "dose", expected: 4.4, p: first),
            overlap(kept: "age", expected: 4.9, p: second),
        ])[0].words
    }

    @Test("Each null has its say: chance, the exposures' correlation, or more than both")
    func sentences() {
        #expect(words(joint: 0.3, 0.2, 0.9).hasPrefix("No more than chance: 5 genes shared, 0.4 expected"))
        #expect(words(joint: 0.001, 0.6, 0.4).hasSuffix("; but the exposures' correlation is enough to explain it."))
        #expect(words(joint: 0.001, 0.01, 0.05).hasSuffix("; and more than the exposures' correlation explains."))
        #expect(words(joint: 0.001, 0.6, 0.04).contains("with age kept, and not the other way round"))
    }

    @Test("An empty list shares nothing, and three exposures have the joint null alone")
    func special() {
        let empty = OverlapComparison.all(of: [overlap(lengths: [37, 0], observed: 0, expected: 0, p: 1)])
        #expect(empty.map(\.words) == ["Nothing can be shared: a list is empty."])
        let three = OverlapComparison.all(of: [overlap(["a", "b", "c"], lengths: [9, 8, 7], observed: 1, p: 0.01)])
        #expect(three[0].words.hasPrefix("More than chance: 1 gene shared") && three[0].words.contains("pairs alone"))
        let alone = OverlapComparison.all(of: [overlap(p: 0.01)])
        #expect(alone[0].words.hasSuffix("could not be asked."))
    }

    @Test("Rows of one comparison are brought together, genes before sets")
    func groups() {
        let found = OverlapComparison.all(of: [
            overlap(p: 0.5), overlap(sets: true, p: 0.2), overlap(kept: "dose", p: 0.3),
            overlap(sets: true, kept: "dose", p: 0.4), overlap(["dose", "sex"], p: 0.6),
        ])
        #expect(found.map(\.isOfSets) == [false, false, true])
        #expect(found.map { $0.conditional.map(\.pValue) } == [[0.3], [], [0.4]])
    }
}

@Suite("Which null the p-values of gene sets come from")
struct SetNullWordsTests {
    @Test("A page names the null that was used, what the other asks, and what calibration found of the one used")
    func nulls() {
        let genes = SetNullWords(.permutedGenes, permutations: 10_000)
        #expect(genes.used.contains("10,000 permutations of genes") && genes.other.contains("permute: samples"))
        #expect(genes.calibration.contains("about half of the cases"))
        let samples = SetNullWords(
            .permutedSamples(scheme: "residual", statistic: .score), permutations: 500)
        #expect(samples.used.contains("scheme residual, with genes ranked by the score statistic"))
        #expect(samples.other.contains("permute: gene-sets") && samples.calibration.contains("skewed exposure"))
        let flips = SetNullWords(.permutedSamples(scheme: "flip", statistic: .score), permutations: 500)
        #expect(flips.calibration != samples.calibration)
    }
}
