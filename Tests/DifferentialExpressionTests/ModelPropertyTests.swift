import DifferentialExpression
import ExpressionData
import StatisticalKernels
import Testing

/// Negative-binomial counts without any effect: gamma means by Marsaglia and Tsang, Poisson counts by
/// inversion, or a rounded normal above 500, where a count's skewness is below a twentieth.
private struct NullCounts {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    private mutating func uniform() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return (Double(state >> 11) + 0.5) * 0x1p-53
    }

    private mutating func normal() -> Double {
        let radius = (-2 * log(uniform())).squareRoot()
        // The cosine of a uniform angle, from a point in the disc.
        while true {
            let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
            let square = x * x + y * y
            if square > 0, square < 1 { return radius * x / square.squareRoot() }
        }
    }

    private mutating func gamma(shape: Double) -> Double {
        let (d, c) = (shape - 1.0 / 3, 1 / (9 * shape - 3).squareRoot())
        while true {
            let x = normal()
            let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
            if v > 0, log(uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }

    private mutating func poisson(_ mean: Double) -> Int32 {
        if mean > 500 { return Int32(max(0, (mean + mean.squareRoot() * normal()).rounded())) }
        var (count, product) = (Int32(0), uniform())
        let limit = exp(-mean)
        while product > limit {
            product *= uniform()
            count += 1
        }
        return count
    }

    mutating func genes(_ count: Int, sizeFactors: [Double]) -> [Int32] {
        (0..<count).flatMap { _ -> [Int32] in
            let mean = exp(2 + 5 * uniform())
            let dispersion = (0.05 + 1 / mean) * exp(0.4 * normal())
            return sizeFactors.map { factor in
                poisson(factor * mean * gamma(shape: max(1, 1 / dispersion)) * min(1, dispersion))
            }
        }
    }
}

private func design(_ columns: [(String, [Double])]) -> DesignMatrix {
    let samples = columns[0].1.count
    return DesignMatrix(
        columnNames: columns.map(\.0), values: (0..<samples).flatMap { sample in columns.map { $0.1[sample] } },
        sampleCount: samples)
}

/// A block of two conditions and three batches, with its design.
private struct Study {
    let samples = 24
    let sizeFactors = (0..<24).map { 0.7 + 0.03 * Double($0 * 7 % 24) }
    let condition = (0..<24).map { Double($0 % 2) }
    let batches = (1...2).map { batch in (0..<24).map { $0 / 2 % 3 == batch ? 1.0 : 0.0 } }
    let block: CountBlock

    init() {
        var random = NullCounts(seed: 20_261_122)
        block = CountBlock(counts: random.genes(200, sizeFactors: sizeFactors), sampleCount: 24)
    }

    var intercept: [Double] { Array(repeating: 1, count: samples) }

    var usual: DesignMatrix {
        design([("Intercept", intercept), ("b", batches[0]), ("c", batches[1]), ("condition", condition)])
    }
}

/// A design's fits with the trend and the prior that follow from them.
private struct Fit {
    let geneWise: GeneWiseDispersions
    let fits: ModelFits

    init(_ block: CountBlock, _ context: ModelContext, contrasts: [ContrastWeights] = []) throws {
        geneWise = GeneWiseDispersions(estimating: block, in: context)
        let trend = try DispersionTrendFit(
            .parametric, toGeneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean)
        let prior = DispersionPrior(
            about: trend, geneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean,
            residualDegreesOfFreedom: context.sampleCount - context.coefficientCount)
        fits = ModelFits(
            fitting: block, geneWise: geneWise,
            dispFit: geneWise.baseMean.map { trend.trend.dispersion(atMean: $0) }, prior: prior, contrasts: contrasts,
            in: context)
    }

    func column(_ index: Int, of values: [Double]) -> [Double] {
        let order = values.count / fits.dispersion.count
        return stride(from: index, to: values.count, by: order).map { values[$0] }
    }
}

/// The share of pairs that differ by more than a limit, relative to numbers of at least one.
private func shareBeyond(_ limit: Double, _ first: [Double], _ second: [Double]) -> Double {
    let beyond = zip(first, second).count { abs($0 - $1) > limit * max(1, abs($1)) }
    return Double(beyond) / Double(first.count)
}

@Suite("Properties of the model")
struct ModelPropertyTests {
    // Searches stop where they gain less than 1e-6 and 1e-8, so two ways to the same model end
    // apart by about the root of that; one gene in fifty may stop a step earlier.
    @Test("A design in other coordinates has the same dispersions, likelihoods and effects")
    func reparametrized() throws {
        let study = Study()
        let usual = try Fit(study.block, ModelContext(design: study.usual, sizeFactors: study.sizeFactors))
        // Without intercept and with the condition turned round: a group each, and the effect of the other level.
        let first = zip(study.batches[0], study.batches[1]).map { 1 - $0 - $1 }
        let other = design([
            ("a", first), ("b", study.batches[0]), ("c", study.batches[1]), ("turned", study.condition.map { 1 - $0 }),
        ])
        let turned = try Fit(
            study.block, ModelContext(design: other, sizeFactors: study.sizeFactors),
            contrasts: [ContrastWeights(weights: [-1, 1, 0, 0])])
        #expect(shareBeyond(1e-3, turned.fits.dispersion, usual.fits.dispersion) <= 0.02)
        #expect(shareBeyond(1e-4, turned.fits.deviance, usual.fits.deviance) <= 0.02)
        let effects = (turned.column(3, of: turned.fits.beta).map { -$0 }, usual.column(3, of: usual.fits.beta))
        #expect(shareBeyond(1e-4, effects.0, effects.1) <= 0.02)
        #expect(shareBeyond(1e-4, turned.fits.contrastEstimate, usual.column(1, of: usual.fits.beta)) <= 0.02)
        let errors = (turned.column(3, of: turned.fits.standardError), usual.column(3, of: usual.fits.standardError))
        #expect(shareBeyond(1e-3, errors.0, errors.1) <= 0.02)
    }

    @Test("The order of the samples changes nothing but last digits")
    func permutedSamples() throws {
        let study = Study()
        let order = (0..<study.samples).map { $0 * 5 % study.samples }
        let counts = (0..<study.block.geneCount).flatMap { gene in
            order.map { study.block.counts[gene * study.samples + $0] }
        }
        let permuted = design(
            study.usual.columnNames.enumerated().map { column, name in (name, order.map { study.usual[$0, column] }) })
        let straight = try Fit(study.block, ModelContext(design: study.usual, sizeFactors: study.sizeFactors))
        let mixed = try Fit(
            CountBlock(counts: counts, sampleCount: study.samples),
            ModelContext(design: permuted, sizeFactors: order.map { study.sizeFactors[$0] }))
        #expect(shareBeyond(1e-12, mixed.geneWise.baseMean, straight.geneWise.baseMean) == 0)
        #expect(shareBeyond(1e-9, mixed.fits.dispersion, straight.fits.dispersion) <= 0.02)
        #expect(shareBeyond(1e-9, mixed.fits.beta, straight.fits.beta) <= 0.02)
        #expect(mixed.fits.betaIter == straight.fits.betaIter)
    }

    @Test("A constant factor on all samples shifts the intercept and nothing else")
    func constantOffset() throws {
        let study = Study()
        let dispersion = try Fit(study.block, ModelContext(design: study.usual, sizeFactors: study.sizeFactors))
            .fits.dispersion
        let factors = [1.0, 8].map { factor in
            FixedDispersionFits(
                fitting: study.block, dispersion: dispersion,
                in: ModelContext(design: study.usual, sizeFactors: study.sizeFactors.map { $0 * factor }))
        }
        for gene in 0..<study.block.geneCount {
            for column in 0..<4 {
                let position = gene * 4 + column
                let shift = factors[0].beta[position] - factors[1].beta[position]
                // Two ways to the same maximum stop where the deviance changes by 1e-8 of itself, and the ridge
                // pulls at an intercept that is three lower: measured are 7e-5 and 3e-6.
                #expect(abs(shift - (column == 0 ? 3 : 0)) < 2e-4, "gene \(gene), column \(column)")
                let errors = (factors[0].standardError[position], factors[1].standardError[position])
                #expect(abs(errors.0 - errors.1) < 1e-5 * errors.0)
            }
            #expect(abs(factors[0].deviance[gene] - factors[1].deviance[gene]) < 1e-7 * factors[0].deviance[gene])
        }
    }

    @Test("A factor on one sample does what the same normalization factors do")
    func factorsAreSizeFactors() throws {
        let study = Study()
        let context = ModelContext(design: study.usual, sizeFactors: study.sizeFactors)
        let withFactors = CountBlock(
            counts: study.block.counts, sampleCount: study.samples,
            normalizationFactors: (0..<study.block.geneCount).flatMap { _ in study.sizeFactors })
        let plain = try Fit(study.block, context)
        let factored = try Fit(withFactors, context)
        #expect(plain.fits == factored.fits)
        let equalWeights = CountBlock(
            counts: study.block.counts, sampleCount: study.samples,
            weights: Array(repeating: 1, count: study.block.counts.count))
        #expect(shareBeyond(1e-9, try Fit(equalWeights, context).fits.beta, plain.fits.beta) == 0)
    }

    @Test("The likelihood is highest at the coefficients: its numerical derivative vanishes there")
    func score() throws {
        let study = Study()
        let context = ModelContext(design: study.usual, sizeFactors: study.sizeFactors)
        let dispersion = try Fit(study.block, context).fits.dispersion
        let fits = FixedDispersionFits(fitting: study.block, dispersion: dispersion, in: context)
        func deviance(gene: Int, shifting column: Int, by step: Double) -> Double {
            var sum = 0.0
            for sample in 0..<study.samples {
                var eta = study.usual[sample, column] * step
                for other in 0..<4 { eta += study.usual[sample, other] * fits.beta[gene * 4 + other] }
                let mean = study.sizeFactors[sample] * exp(eta * log(2))
                let (count, size) = (Double(study.block.counts[gene * study.samples + sample]), 1 / dispersion[gene])
                sum +=
                    logGamma(count + size) - logGamma(size) - logGamma(count + 1) + size * log(size / (size + mean))
                    + count * log(mean / (size + mean))
            }
            return -2 * sum
        }
        for gene in stride(from: 0, to: study.block.geneCount, by: 5) {
            let atOptimum = deviance(gene: gene, shifting: 0, by: 0)
            #expect(abs(atOptimum - fits.deviance[gene]) < 1e-8 * atOptimum)
            for column in 0..<4 {
                let error = fits.standardError[gene * 4 + column]
                let step = 1e-3 * error
                let slope =
                    (deviance(gene: gene, shifting: column, by: step)
                        - deviance(gene: gene, shifting: column, by: -step)) / (2 * step)
                // Per standard error a slope of s puts the optimum s/2 standard errors away.
                #expect(abs(slope * error) < 1e-3, "gene \(gene), column \(column)")
            }
        }
    }

    @Test("P-values of data without effects are uniform")
    func calibrated() throws {
        let samples = 40
        let sizeFactors = (0..<samples).map { 0.8 + 0.01 * Double($0) }
        var random = NullCounts(seed: 4_711)
        let block = CountBlock(counts: random.genes(3_000, sizeFactors: sizeFactors), sampleCount: samples)
        let twoGroups = design([
            ("Intercept", Array(repeating: 1, count: samples)), ("group", (0..<samples).map { Double($0 % 2) }),
            ("age", (0..<samples).map { Double($0 * 17 % 40) / 20 - 1 }),
        ])
        let context = ModelContext(design: twoGroups, sizeFactors: sizeFactors)
        let fit = try Fit(block, context)
        let reduced = ModelContext(
            design: design([("Intercept", Array(repeating: 1, count: samples))]), sizeFactors: sizeFactors)
        let reducedFits = FixedDispersionFits(fitting: block, dispersion: fit.fits.dispersion, in: reduced)
        let wald = zip(fit.column(1, of: fit.fits.beta), fit.column(1, of: fit.fits.standardError)).map {
            waldTest(log2FoldChange: $0, standardError: $1).pValue
        }
        let ratio = zip(fit.fits.deviance, reducedFits.deviance).map {
            likelihoodRatioTest(fullDeviance: $0, reducedDeviance: $1, degreesOfFreedom: 2).pValue
        }
        for pValues in [wald, ratio] {
            for level in [0.01, 0.05, 0.1, 0.5] {
                let share = Double(pValues.count { $0 < level }) / Double(pValues.count)
                // Four standard errors, and a tenth for a normal limit at 37 degrees of freedom.
                let allowed = 4 * (level * (1 - level) / Double(pValues.count)).squareRoot() + level * 0.1
                #expect(abs(share - level) < allowed, "\(share) of p below \(level)")
            }
        }
    }
}
