import ExpressionData
import Testing

import ReadsToCounts

@Suite("Strandedness")
struct StrandednessTests {
    private func samples(_ declared: Strandedness?...) -> [SheetSample] {
        declared.enumerated().map { index, strandedness in
            SheetSample(
                name: "s\(index + 1)", lanes: [Lane(first: "/a", second: nil)], strandedness: strandedness,
                line: index + 2)
        }
    }

    private let reverse = StrandEvidence(forward: 40, reverse: 960)
    private let forward = StrandEvidence(forward: 960, reverse: 40)
    private let even = StrandEvidence(forward: 510, reverse: 490)

    @Test(
        "Reads show a library from 0.8 on one strand, or with both within a tenth; nothing between, and nothing of few",
        arguments: [
            (800, 200, Strandedness.forward), (200, 800, .reverse), (550, 450, .unstranded), (799, 201, nil),
            (560, 440, nil), (99, 0, nil), (100, 0, .forward), (0, 0, nil),
        ])
    func library(forward: Int, reverse: Int, expected: Strandedness?) {
        #expect(StrandEvidence(forward: forward, reverse: reverse).library == expected)
    }

    @Test(
        "A library that the first reads show beyond doubt calls for no more of them",
        arguments: [
            // Assigned of the first 40,000, reads of the file, and how many are looked at.
            (0, 30_000, 1_000_000, [40_000]), (19_000, 1_000, 1_000_000, [40_000]), (5_000, 5_000, 1_000_000, [40_000]),
            (4_000, 4_000, 1_000_000, [40_000, 200_000]), (8_100, 1_900, 1_000_000, [40_000, 200_000]),
            (5_200, 4_800, 41_000, [40_000]), (5_400, 4_600, 1_000_000, [40_000, 200_000]),
            (7_000, 3_000, 1_000_000, [40_000, 200_000]), (50, 950, 1_000, [40_000]), (0, 0, 40_000, [40_000]),
        ])
    func gathered(forward: Int, reverse: Int, reads: Int, looked: [Int]) {
        var limits: [Int] = []
        let evidence = StrandEvidence.gathered(of: reads) { limit in
            limits.append(limit)
            return limits.count == 1 ? StrandEvidence(forward: forward, reverse: reverse) : self.even
        }
        #expect(limits == looked)
        #expect(evidence == (looked.count == 1 ? StrandEvidence(forward: forward, reverse: reverse) : even))
    }

    @Test("A cohort of one kind is settled, by its reads or by what was declared where they say nothing")
    func settled() throws {
        #expect(try CohortStrandedness.settle(samples(nil, nil), evidence: [reverse, reverse], sheet: "s") == .reverse)
        #expect(try CohortStrandedness.settle(samples(nil), evidence: [even], sheet: "s") == .unstranded)
        let few = StrandEvidence(forward: 1, reverse: 1)
        #expect(
            try CohortStrandedness.settle(samples(.forward, nil), evidence: [few, forward], sheet: "s") == .forward)
    }

    @Test("A contradiction, a silence and a mixed cohort are refused with the samples and both numbers")
    func refused() {
        func problem(_ samples: [SheetSample], _ evidence: StrandEvidence...) -> String {
            let error = #expect(throws: InputError.self) {
                try CohortStrandedness.settle(samples, evidence: evidence, sheet: "sheet.csv")
            }
            return error?.description ?? ""
        }
        let contradiction = problem(samples(nil, .forward), reverse, reverse)
        #expect(
            contradiction.contains("sheet.csv:3, sample s2") && contradiction.contains("40 forward and 960 reverse"))
        #expect(problem(samples(nil), StrandEvidence(forward: 3, reverse: 2)).contains("do not show a strandedness"))
        let mixed = problem(samples(nil, nil, nil), reverse, forward, reverse)
        #expect(mixed.contains("forward: s2 (960 forward and 40 reverse)") && mixed.contains("reverse: s1"))
    }
}
