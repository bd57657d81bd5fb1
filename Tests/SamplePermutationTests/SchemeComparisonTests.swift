import Testing

import SamplePermutation

@Suite("Flips beside another scheme")
struct SchemeComparisonTests {
    @Test("Calls of one scheme alone are told from calls of both")
    func calls() {
        let calls = SchemeComparison.Calls([0.01, 0.01, 0.2, 0.5, .nan], [0.02, 0.3, 0.04, 0.5, 0.01], level: 0.05)
        #expect(calls.both == 1 && calls.schemeAlone == 1 && calls.flipAlone == 2)
        #expect(!calls.disagree)
        let many = SchemeComparison.Calls(
            [Double](repeating: 0.01, count: 20), [Double](repeating: 0.5, count: 20), level: 0.05)
        #expect(many.disagree)
    }

    /// A comparison in which the scheme calls many genes that flips do not.
    private func comparison(correlation: Double, draws: Int = 1000, samples: Int = 96) -> SchemeComparison {
        let calls = SchemeComparison.Calls(
            [Double](repeating: 0.01, count: 90), [Double](repeating: 0.2, count: 90), level: 0.05)
        return SchemeComparison(
            scheme: .residual, level: 0.05, genes: calls, sets: [], spreadCorrelation: correlation, drawCount: draws,
            sampleCount: samples, coefficientCount: 8)
    }

    @Test(
        "Flips that disagree are advice only where there are samples and draws enough to tell, and a spread that explains it"
    )
    func advice() throws {
        #expect(
            try #require(comparison(correlation: 0.31).advice).hasSuffix(
                "(mean correlation 0.31), and flip allows for that: transform a skewed exposure, or go by flip"))
        let unexplained = try #require(comparison(correlation: 0.01).advice)
        #expect(unexplained.contains("is not why") && !unexplained.contains("go by flip"))
        let coarse = try #require(comparison(correlation: 0.31, samples: 24).advice)
        #expect(coarse.contains("24 samples and 9 coefficients") && !coarse.contains("transform"))
        let few = try #require(comparison(correlation: 0.31, draws: 100).advice)
        #expect(few.contains("100 flips are too few") && few.contains("200 permutations or more"))
        let same = SchemeComparison.Calls([0.01, 0.3], [0.02, 0.4], level: 0.05)
        #expect(
            SchemeComparison(
                scheme: .free, level: 0.05, genes: same, sets: [same], spreadCorrelation: 0.4, drawCount: 10,
                sampleCount: 8, coefficientCount: 1
            ).advice == nil)
    }

    @Test("The spread's correlation is that of the formula, gene by gene")
    func correlation() throws {
        let problem = RandomProblem(genes: 11, samples: 12, seed: 4)
        let inputs = SamplePermutationInputs(
            counts: problem.counts, sizeFactors: problem.sizeFactors, covariates: problem.design,
            dispersion: problem.dispersion, exposure: problem.exposure, seed: 1)
        let model = try SamplePermutationModel(inputs)
        // U of a vector that is 1 in one sample and 0 elsewhere is r̃ there; here r itself is asked for.
        let squares = (0..<11).map { model.squaredResiduals(ofGene: $0) }
        #expect(squares.allSatisfy { $0.count == 12 && $0.allSatisfy { $0 >= 0 } })
        #expect((-1.0...1).contains(model.spreadCorrelation()))
    }
}
