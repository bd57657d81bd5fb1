import ExpressionData
import ExpressionFormats
import Testing

import SamplePermutation

@Suite("Shuffles of samples")
struct SampleShufflesTests {
    private static func design(_ samples: Int, covariate: [Double] = []) -> DesignMatrix {
        DesignMatrix(
            columnNames: covariate.isEmpty ? ["Intercept"] : ["Intercept", "covariate"],
            values: (0..<samples).flatMap { covariate.isEmpty ? [1] : [1, covariate[$0]] }, sampleCount: samples)
    }

    @Test(
        "The words of schemes are those of the command line",
        arguments: [
            ("free", PermutationScheme.free), ("within:batch", .within(["batch"])),
            ("within:batch,sex", .within(["batch", "sex"])), ("whole:subject", .whole("subject")),
            ("residual", .residual), ("flip", .flip),
        ])
    func words(word: String, scheme: PermutationScheme) {
        #expect(PermutationScheme(text: word) == scheme)
        #expect(scheme.description == word)
    }

    @Test(
        "Other words name no scheme",
        arguments: [
            "", "Free", "within", "within:", "within:a,", "within:a,a", "whole:", "whole", "free:a", "flip:",
            "residual:x",
        ])
    func otherWords(word: String) {
        #expect(PermutationScheme(text: word) == nil)
    }

    @Test("A strata scheme never moves a value out of its stratum, and reaches every arrangement equally often")
    func strata() throws {
        let x = [1.0, 2, 3, 4, 5]
        let labels = ["a", "b", "a", "b", "a"]
        let shuffles = try SampleShuffles(
            .within(["batch"]), exposure: x, design: Self.design(5), labels: labels, seed: 3)
        #expect(shuffles.distinctCount == 12)
        var counts: [[Double]: Int] = [:]
        for index in 0..<12_000 { counts[shuffles.drawn(index), default: 0] += 1 }
        #expect(counts.count == 12)
        // Twelve cells of 1,000: five standard errors are 151.
        #expect(counts.values.allSatisfy { abs($0 - 1_000) < 151 })
        for vector in counts.keys {
            #expect(Set([vector[0], vector[2], vector[4]]) == [1, 3, 5])
        }
    }

    @Test("Blocks move as a whole, visits in the sheet's order")
    func blocks() throws {
        let x = [7.0, 7, 8, 9, 8, 9]
        let labels = ["p", "p", "q", "r", "q", "r"]
        let shuffles = try SampleShuffles(
            .whole("subject"), exposure: x, design: Self.design(6), labels: labels, seed: 1)
        #expect(shuffles.distinctCount == 6)
        let all = Set((0..<6).map { shuffles.enumerated($0) })
        #expect(all.count == 6)
        #expect(all.allSatisfy { $0[0] == $0[1] && $0[2] == $0[4] && $0[3] == $0[5] })
    }

    @Test("Blocks of other sizes, an exposure that varies in them, and strata of one sample are told")
    func problems() {
        #expect(throws: ShuffleProblem.unequalBlocks(column: "s", first: "p", firstSize: 2, other: "q", otherSize: 1)) {
            try SampleShuffles(
                .whole("s"), exposure: [1, 1, 2], design: Self.design(3), labels: ["p", "p", "q"], seed: 1)
        }
        #expect(throws: ShuffleProblem.exposureVariesInBlock(column: "s", block: "q")) {
            try SampleShuffles(
                .whole("s"), exposure: [1, 1, 2, 3], design: Self.design(4), labels: ["p", "p", "q", "q"], seed: 1)
        }
        #expect(throws: ShuffleProblem.nothingToShuffle(.within(["s"]))) {
            try SampleShuffles(
                .within(["s"]), exposure: [1, 2], design: Self.design(2), labels: ["p", "q"], seed: 1)
        }
    }

    @Test("Equal values are alike among the distinct arrangements, and number 0 is the observed one")
    func discrete() throws {
        let x = [0.0, 1, 0, 1, 1, 0]
        let shuffles = try SampleShuffles(.free, exposure: x, design: Self.design(6), seed: 1)
        #expect(shuffles.distinctCount == 20)
        #expect((shuffles.smallestPossibleP - 0.05).magnitude < 1e-15)
        #expect(shuffles.areEnumerated(within: 20) && !shuffles.areEnumerated(within: 19))
        let all = (0..<20).map { shuffles.enumerated($0) }
        #expect(Set(all).count == 20)
        #expect(all[0] == x)
    }

    @Test("Counts beyond any whole number have a logarithm")
    func many() throws {
        let x = (0..<96).map(Double.init)
        let shuffles = try SampleShuffles(.free, exposure: x, design: Self.design(96), seed: 1)
        #expect(shuffles.distinctCount == nil)
        #expect((shuffles.log10DistinctCount - 149.9963701).magnitude < 1e-6)
        let signs = try SampleShuffles(.flip, exposure: x, design: Self.design(96), seed: 1)
        #expect(signs.distinctCount == nil)
    }

    @Test("Flips are all sign vectors, none of them more often")
    func flips() throws {
        let shuffles = try SampleShuffles(.flip, exposure: [1, 2, 3], design: Self.design(3), seed: 1)
        #expect(shuffles.distinctCount == 8)
        #expect(Set((0..<8).map { shuffles.enumerated($0) }).count == 8)
        #expect(shuffles.enumerated(0) == [1, 1, 1])
        var counts: [[Double]: Int] = [:]
        for index in 0..<8_000 { counts[shuffles.drawn(index), default: 0] += 1 }
        #expect(counts.count == 8 && counts.values.allSatisfy { abs($0 - 1_000) < 150 })
    }

    @Test("Residuals are shuffled and the fitted values added back")
    func residuals() throws {
        let covariate = [0.0, 1, 2, 3, 4, 5, 6]
        let x = [1.0, 3, 2, 5, 4, 8, 6]
        let shuffles = try SampleShuffles(
            .residual, exposure: x, design: Self.design(7, covariate: covariate), seed: 9)
        // Least squares by hand: slope 27/28, mean 29/7.
        let fitted = covariate.map { 29.0 / 7 + 27.0 / 28 * ($0 - 3) }
        let residual = zip(x, fitted).map { $0 - $1 }.sorted()
        for index in 0..<20 {
            let moved = zip(shuffles.drawn(index), fitted).map { $0 - $1 }.sorted()
            #expect(zip(moved, residual).allSatisfy { ($0 - $1).magnitude < 1e-12 })
        }
    }

    @Test("All shuffles within batches come in the goldens' order")
    func goldenOrder() throws {
        let golden = SamplePermutationGoldens.own
        let problem = try golden.tinyProblem()
        let shuffles = try SampleShuffles(
            .within(["batch"]), exposure: problem.exposure, design: problem.design, labels: problem.strata, seed: 1)
        let table = try golden.table("tiny/shuffles.tsv")
        #expect(shuffles.distinctCount == table.rowCount)
        let columns = (1..<table.columnCount).map { table.strings(column: $0) }
        for row in 0..<table.rowCount {
            #expect(shuffles.enumerated(row) == problem.taking(problem.exposure, from: columns.map { $0[row] }))
        }
    }
}
