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
