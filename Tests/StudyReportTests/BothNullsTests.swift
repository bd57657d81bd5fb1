import ExpressionFormats
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
            .permutedGenes, .permutedLabels, .permutedSamples(scheme: "residual", statistic: .score),
            .permutedSamples(scheme: "flip", statistic: .score), .permutedSamples(scheme: "residual", statistic: .wald),
            .permutedSamples(scheme: "residual", statistic: .robustScore),
            .permutedSamples(scheme: "residual", statistic: .refittedWald),
        ]
        #expect(Set(nulls.map(\.name)).count == nulls.count)
        #expect(nulls[2].name == "permuted samples (residual)" && nulls[4].name == "permuted samples (residual, Wald)")
        // Side by side they are told apart by what is different.
        func heads(_ a: SetNullWords.Null, _ b: SetNullWords.Null) -> [String] {
            [a.short(beside: b), b.short(beside: a)]
        }
        #expect(heads(nulls[0], nulls[2]) == ["genes", "samples"])
        #expect(heads(nulls[2], nulls[3]) == ["residual", "flip"] && heads(nulls[2], nulls[4]) == ["score", "Wald"])
        #expect(heads(nulls[2], nulls[5]) == ["score", "robust score"])
    }
}

@Suite("What a calibration found, for a study")
struct CalibrationExcerptTests {
    private func excerpt(_ rows: [String], schemes: Set<String>, samples: Int) throws -> CalibrationExcerpt {
        let head = "cell scheme statistic variance what quantity estimate low high cohorts permutations holds"
        let text = ([head] + rows).map { $0.split(separator: " ").joined(separator: "\t") + "\n" }.joined()
        let file = try InputFile(name: "calibration.tsv", bytes: Array(text.utf8))
        return try CalibrationExcerpt(try DelimitedTable(file), schemes: schemes, samples: samples)
    }

    private let rows = [12, 24, 96].flatMap { size in
        ["residual", "flip"].flatMap { scheme in
            [
                "n\(size)-plain \(scheme) score model genes type1 0.05 0.04 0.06 100 199 TRUE",
                "n\(size)-plain \(scheme) score model genes power 0.7 0.6 0.8 100 199 NA",
                "n\(size)-tied-skewed-uneven \(scheme) score model genes type1 0.2 0.1 0.3 100 199 FALSE",
            ]
        }
    }

    @Test(
        "The cells of the size nearest to the study's are shown, of its schemes alone",
        arguments: [
            (6, "n12"), (16, "n12"), (17, "n24"), (48, "n24"), (49, "n96"), (1_000, "n96"),
        ])
    func nearest(samples: Int, size: String) throws {
        let found = try excerpt(rows, schemes: ["flip"], samples: samples)
        #expect(found.rows.map(\.cell) == [size + "-plain", size + "-tied-skewed-uneven"])
        #expect(found.rows.allSatisfy { $0.scheme == "flip" && $0.cohorts == 100 })
        #expect(found.rows.map(\.holds) == [true, false] && found.rows.map(\.rate) == [0.05, 0.2])
        #expect(found.words.contains("cohorts of \(size.dropFirst()) samples"))
    }

    @Test("A table that says nothing of the scheme is refused by its name")
    func unknown() {
        #expect(throws: (any Error).self) { try excerpt(rows, schemes: ["whole"], samples: 24) }
    }
}
