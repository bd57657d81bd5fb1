import Testing

import StudyReport

@Suite("Gene sets under two nulls")
struct BothNullsTests {
    private func numbers(_ rows: [Int], p: [Double], q: [Double]) -> SetsUnderBothNulls.Numbers {
        SetsUnderBothNulls.Numbers(
            rows: rows, normalizedEnrichmentScore: rows.map { Double($0) + 0.5 }, pvalue: p, fdr: q)
    }

    /// As the page has it: both of p and q.
    private func sets(_ here: SetsUnderBothNulls.Numbers, _ there: SetsUnderBothNulls.Numbers) -> SetsUnderBothNulls {
        SetsUnderBothNulls(here: here, there: there) { $0 <= 0.05 && $1 <= 0.1 }
    }

    @Test("Each set is found under both nulls, under either alone, or under neither, by the same rule")
    func verdicts() {
        let found = sets(
            numbers([2, 5, 7, 9], p: [0.01, 0.01, 0.3, 0.3], q: [0.1, 0.09, 0.5, 0.5]),
            numbers([2, 5, 7, 9], p: [0.02, 0.2, 0.05, 0.9], q: [0.02, 0.05, 0.1, 0.9]))
        #expect(found.verdicts == [.both, .here, .there, .neither])
        #expect([.both, .here, .there, .neither].map(found.count) == [1, 1, 1, 1] && found.testedOnce == 0)
    }

    @Test("Rows are matched by the collection, in whatever order and number the runs have them")
    func matching() {
        let found = sets(
            numbers([3, 1], p: [0.01, 0.02], q: [0.01, 0.04]),
            numbers([8, 3, 2], p: [0.01, 0.04, 0.5], q: [0.01, 0.03, 1])
        )
        #expect(found.rows == [1, 2, 3, 8])
        #expect(found.verdicts == [.here, .neither, .both, .there] && found.testedOnce == 3)
        #expect(found.here.normalizedEnrichmentScore[2] == 3.5 && found.here.pvalue[3].isNaN)
        #expect(found.there.fdr[3] == 0.01 && found.there.fdr[0].isNaN)
        // 3 by its q, 1 after it, and then those that were not tested here by their q there.
        #expect(found.strongestFirst.map { found.rows[$0] } == [3, 1, 8, 2])
    }

    @Test("A missing p or q is significant under no null, and nothing is left of nothing")
    func missing() {
        let found = sets(numbers([1], p: [.nan], q: [0.01]), numbers([1], p: [0.01], q: [.nan]))
        #expect(found.verdicts == [.neither] && found.testedOnce == 0)
        let empty = sets(numbers([], p: [], q: []), numbers([], p: [], q: []))
        #expect(empty.rows.isEmpty && empty.strongestFirst.isEmpty && empty.count(.neither) == 0)
    }

    @Test("Every null has a name of its own")
    func names() {
        let nulls: [SetNullWords.Null] = [
            .permutedGenes, .permutedLabels, .permutedSamples(scheme: "residual", statistic: "score"),
            .permutedSamples(scheme: "flip", statistic: "score"),
            .permutedSamples(scheme: "residual", statistic: "wald"),
        ]
        #expect(Set(nulls.map(\.name)).count == nulls.count)
        #expect(nulls[2].name == "permuted samples, residual" && nulls[4].name == "permuted samples, residual, Wald")
    }
}
