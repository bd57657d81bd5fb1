import DifferentialExpression
import ExpressionData
import Testing

import SamplePermutation

@Suite("Wald statistics refitted at every permutation")
struct WaldRefitTests {
    private func inputs() -> (RandomProblem, SamplePermutationInputs) {
        let problem = RandomProblem(genes: 29, samples: 14, seed: 8)
        var inputs = SamplePermutationInputs(
            counts: problem.counts, sizeFactors: problem.sizeFactors, covariates: problem.design,
            dispersion: problem.dispersion, exposure: problem.exposure, seed: 5)
        inputs.statistic = .wald
        inputs.scheme = .free
        inputs.sets = (0..<4).map { set in (0..<29).filter { $0 % 4 == set }.map(Int32.init) }
        return (problem, inputs)
    }

    @Test("A permutation's statistics are those of the full model fitted to the shuffled sheet")
    func refits() throws {
        let (problem, inputs) = inputs()
        let model = try SamplePermutationModel(inputs)
        for permutation in [0, 3] {
            let x = model.vector(permutation)
            let columns = (0..<14).flatMap { sample -> [Double] in
                [1, Double(sample % 2), problem.design[sample, 2], x[sample]]
            }
            let full = DesignMatrix(
                columnNames: ["Intercept", "group", "age", "x"], values: columns, sampleCount: 14)
            var settings = ModelSettings()
            settings.optimizer = .exact
            let block = CountBlock(counts: problem.counts, sampleCount: 14)
            let fits = FixedDispersionFits(
                fitting: block, dispersion: problem.dispersion,
                in: ModelContext(design: full, sizeFactors: problem.sizeFactors, settings: settings))
            let z = model.statistics(permutation)
            for (place, gene) in model.genes.enumerated() {
                #expect(agrees(z[place], fits.beta[Int(gene) * 4 + 3] / fits.standardError[Int(gene) * 4 + 3]))
            }
        }
    }

    @Test("Refits with their own dispersions have the bits of the whole analysis of the shuffled sheet")
    func refittedDispersions() throws {
        var (problem, inputs) = inputs()
        inputs.refittedTrend = .mean
        let model = try SamplePermutationModel(inputs)
        for x in [problem.exposure, model.vector(1)] {
            let columns = (0..<14).flatMap { sample -> [Double] in
                (0..<3).map { problem.design[sample, $0] } + [x[sample]]
            }
            let full = DesignMatrix(
                columnNames: problem.design.columnNames + ["x"], values: columns, sampleCount: 14)
            var settings = ModelSettings()
            settings.optimizer = .exact
            settings.minimumReplicatesForReplacement = nil
            let context = ModelContext(design: full, sizeFactors: problem.sizeFactors, settings: settings)
            let block = CountBlock(counts: problem.counts, sampleCount: 14)
            let geneWise = GeneWiseDispersions(estimating: block, in: context)
            let trend = try DispersionTrendFit(.mean, toGeneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean)
            let prior = DispersionPrior(
                about: trend, geneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean,
                residualDegreesOfFreedom: 10)
            let fits = ModelFits(
                fitting: block, geneWise: geneWise,
                dispFit: geneWise.baseMean.map(trend.trend.dispersion(atMean:)), prior: prior, in: context)
            let z = x == problem.exposure ? model.observedZ : model.statistics(1)
            for (place, gene) in model.genes.enumerated() {
                #expect(z[place] == fits.beta[Int(gene) * 4 + 3] / fits.standardError[Int(gene) * 4 + 3])
            }
        }
        #expect(try SamplePermutationInputs(decoding: inputs.encoded()) == inputs)
        inputs.refittedTrend = nil
        #expect(try SamplePermutationModel(inputs).observedZ != model.observedZ)
    }

    @Test("Both passes of Wald statistics give the same bytes for any shards")
    func shards() throws {
        let model = try SamplePermutationModel(inputs().1)
        var one = model.countScores(7..<20)
        try one.merge(model.countScores(0..<7))
        #expect(one == model.countScores(0..<20))
        let normalization = try #require(model.normalization(of: one))
        var two = model.countNormalizedScores(11..<20, normalization)
        try two.merge(model.countNormalizedScores(0..<11, normalization))
        #expect(two == model.countNormalizedScores(0..<20, normalization))
        #expect(try model.results(one, two).genes.count == model.genes.count)
    }

    @Test("Flips and the robust variance of Wald statistics are refused")
    func refused() {
        var (_, inputs) = inputs()
        inputs.variance = .robust
        #expect(throws: ShuffleProblem.robustWald) { try SamplePermutationModel(inputs) }
        inputs.variance = .model
        inputs.scheme = .flip
        #expect(throws: ShuffleProblem.flipsOfWald) { try SamplePermutationModel(inputs) }
    }
}
