import DifferentialExpression
import ExpressionData
import StatisticalKernels
import Testing

/// Counts of simulated genes: Poisson counts at gamma-distributed means would
/// need generators; a fixed sequence of mixed sizes does as well here.
private func simulatedBlock(genes: Int, samples: Int, seed: UInt64 = 20_261_122) -> CountBlock {
    var state = seed
    func next() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) * 0x1p-53
    }
    var counts: [Int32] = []
    for gene in 0..<genes {
        // From all-zero genes over rare ones to tens of thousands.
        let mean = gene % 9 == 0 ? 0 : StatisticalKernels.exp(11 * next() - 2)
        for sample in 0..<samples {
            let factor = StatisticalKernels.exp(1.5 * (next() - 0.5)) * (sample % 2 == 0 ? 1 : 1.5)
            counts.append(Int32(mean * factor + next()))
        }
    }
    return CountBlock(counts: counts, sampleCount: samples)
}

private func context(samples: Int, cpuLevel: CPULevel = .current) -> ModelContext {
    var values: [Double] = []
    for sample in 0..<samples {
        values += [1, Double(sample % 2), sample % 3 == 0 ? 1 : 0, Double(sample % 7)]
    }
    let design = DesignMatrix(
        columnNames: ["Intercept", "condition", "batch", "age"], values: values, sampleCount: samples)
    let sizeFactors = (0..<samples).map { 0.7 + 0.05 * Double($0 % 11) }
    return ModelContext(design: design, sizeFactors: sizeFactors, cpuLevel: cpuLevel)
}

/// A design of replicate cells, for the Cook's distances.
private func factorialContext(samples: Int, cpuLevel: CPULevel = .current) -> ModelContext {
    var values: [Double] = []
    for sample in 0..<samples { values += [1, Double(sample % 2), Double(sample % 3 == 0 ? 1 : 0)] }
    let design = DesignMatrix(columnNames: ["Intercept", "condition", "batch"], values: values, sampleCount: samples)
    let sizeFactors = (0..<samples).map { 0.7 + 0.05 * Double($0 % 11) }
    return ModelContext(design: design, sizeFactors: sizeFactors, cpuLevel: cpuLevel)
}

private let prior = DispersionPrior(varLogDispEsts: 0.9, priorVariance: 0.4)

private struct WholeFit: Equatable {
    let geneWise: GeneWiseDispersions
    let fits: ModelFits

    init(_ block: CountBlock, _ context: ModelContext) {
        geneWise = GeneWiseDispersions(estimating: block, in: context)
        let weights = [0, 1, -1] + [Double](repeating: 0, count: context.coefficientCount - 3)
        fits = ModelFits(
            fitting: block, geneWise: geneWise, dispFit: geneWise.baseMean.map { $0 > 0 ? 0.05 + 2 / $0 : .nan },
            prior: prior, contrasts: [ContrastWeights(weights: weights)], in: context)
    }

    /// Every number of one gene, as bits: NaN equals itself.
    func bits(ofGene gene: Int) -> [UInt64] {
        let order = fits.beta.count / fits.dispersion.count
        let scalars: [Double] = [
            geneWise.baseMean[gene], geneWise.baseVar[gene], geneWise.dispGeneEst[gene],
            Double(geneWise.dispGeneIter[gene]), Double(geneWise.meanIterations[gene]), fits.dispMAP[gene],
            fits.dispersion[gene], Double(fits.dispIter[gene]), Double(fits.betaIter[gene]), fits.deviance[gene],
            fits.maxCooks[gene], fits.maxCooksOfNonReplaceable[gene], fits.contrastEstimate[gene],
            fits.contrastStandardError[gene], fits.replace[gene] ? 1 : 0, fits.betaConv[gene] ? 1 : 0,
        ]
        let coefficients = gene * order..<(gene + 1) * order
        return (scalars + fits.beta[coefficients] + fits.standardError[coefficients]).map(\.bitPattern)
    }
}

@Suite("A gene's fit does not depend on its company")
struct FitInvarianceTests {
    @Test("A gene alone has the bits it has in a block", arguments: [false, true])
    func company(isFactorial: Bool) {
        let block = simulatedBlock(genes: 45, samples: 24)
        let context = isFactorial ? factorialContext(samples: 24) : context(samples: 24)
        let whole = WholeFit(block, context)
        for gene in 0..<block.geneCount {
            let alone = CountBlock(counts: block.counts[gene * 24..<(gene + 1) * 24], sampleCount: 24)
            #expect(WholeFit(alone, context).bits(ofGene: 0) == whole.bits(ofGene: gene), "gene \(gene)")
        }
    }

    @Test("The order of genes changes nothing")
    func order() {
        let block = simulatedBlock(genes: 70, samples: 18)
        let context = factorialContext(samples: 18)
        let whole = WholeFit(block, context)
        let reversed = CountBlock(
            counts: (0..<block.geneCount).reversed().flatMap { block.counts[$0 * 18..<($0 + 1) * 18] }, sampleCount: 18)
        let mirrored = WholeFit(reversed, context)
        for gene in 0..<block.geneCount {
            #expect(mirrored.bits(ofGene: block.geneCount - 1 - gene) == whole.bits(ofGene: gene), "gene \(gene)")
        }
    }

    @Test("All builds of the kernels give the same bits", arguments: [false, true])
    func cpuLevels(isFactorial: Bool) {
        let block = simulatedBlock(genes: 40, samples: 20)
        let fits = CPULevel.supported.map { level in
            WholeFit(
                block,
                isFactorial ? factorialContext(samples: 20, cpuLevel: level) : context(samples: 20, cpuLevel: level))
        }
        for fit in fits.dropFirst() {
            for gene in 0..<block.geneCount { #expect(fit.bits(ofGene: gene) == fits[0].bits(ofGene: gene)) }
        }
    }

    @Test("An empty block and a block of zeros have nothing to fit")
    func nothing() {
        let context = factorialContext(samples: 9)
        let empty = WholeFit(CountBlock(counts: [], sampleCount: 9), context)
        #expect(empty.fits.dispersion.isEmpty)
        let zeros = WholeFit(CountBlock(counts: [Int32](repeating: 0, count: 18), sampleCount: 9), context)
        #expect(zeros.geneWise.allZero == [true, true])
        #expect(zeros.geneWise.baseMean == [0, 0])
        #expect(zeros.fits.beta.allSatisfy { $0.isNaN })
        #expect(zeros.fits.replace == [false, false])
    }

    @Test("Counts up to the largest integer are fitted")
    func largestCounts() {
        let samples = 12
        var counts = [Int32](repeating: 2_000_000_000, count: samples)
        counts[3] = .max
        counts[5] = 1_500_000_000
        let fit = WholeFit(CountBlock(counts: counts, sampleCount: samples), factorialContext(samples: samples))
        #expect(fit.fits.betaConv == [true])
        #expect((fit.fits.beta[0] - StatisticalKernels.log2(2e9)).magnitude < 1)
        #expect(fit.fits.dispersion[0].isFinite)
    }
}

@Suite("Identities of the model")
struct ModelIdentityTests {
    @Test("An intercept alone fits the mean of the normalized counts")
    func interceptOnly() {
        let samples = 10
        let block = simulatedBlock(genes: 20, samples: samples)
        let design = DesignMatrix(
            columnNames: ["Intercept"], values: [Double](repeating: 1, count: samples), sampleCount: samples)
        let sizeFactors = (0..<samples).map { 0.8 + 0.04 * Double($0) }
        let context = ModelContext(design: design, sizeFactors: sizeFactors)
        let geneWise = GeneWiseDispersions(estimating: block, in: context)
        let fits = ModelFits(
            fitting: block, geneWise: geneWise, dispFit: geneWise.baseMean.map { $0 > 0 ? 0.1 + 1 / $0 : .nan },
            prior: prior, in: context)
        for gene in 0..<block.geneCount where !geneWise.allZero[gene] {
            #expect((fits.beta[gene] - StatisticalKernels.log2(geneWise.baseMean[gene])).magnitude < 1e-13)
            #expect(fits.betaIter[gene] == 1)
            var weight = 0.0
            for sample in 0..<samples {
                weight += 1 / (1 / (sizeFactors[sample] * geneWise.baseMean[gene]) + fits.dispersion[gene])
            }
            let expected = 1.4426950408889634 / weight.squareRoot()
            #expect((fits.standardError[gene] - expected).magnitude < 1e-12 * expected)
        }
    }

    @Test("A saturated design fits the means of its groups")
    func saturatedGroups() {
        let samples = 12
        let block = simulatedBlock(genes: 30, samples: samples)
        let values: [Double] = (0..<samples).flatMap { sample -> [Double] in [1, Double(sample % 2)] }
        let design = DesignMatrix(
            columnNames: ["Intercept", "group"], values: values, sampleCount: samples, isSingleTwoLevelFactor: true)
        let context = ModelContext(design: design, sizeFactors: [Double](repeating: 1, count: samples))
        #expect(context.usesLinearMeans)
        let geneWise = GeneWiseDispersions(estimating: block, in: context)
        let fits = ModelFits(
            fitting: block, geneWise: geneWise, dispFit: geneWise.baseMean.map { $0 > 0 ? 0.1 + 1 / $0 : .nan },
            prior: prior, in: context)
        for gene in 0..<block.geneCount where geneWise.baseMean[gene] > 20 {
            let counts = block.counts[gene * samples..<(gene + 1) * samples].map(Double.init)
            let groups = (0..<2).map { group in
                stride(from: group, to: samples, by: 2).reduce(0.0) { $0 + counts[$1] } / Double(samples / 2)
            }
            guard groups.min()! > 5 else { continue }
            // The deviance rule stops the iteration short of the last digits.
            #expect((fits.beta[gene * 2] - StatisticalKernels.log2(groups[0])).magnitude < 1e-4)
            let change = StatisticalKernels.log2(groups[1] / groups[0])
            #expect((fits.beta[gene * 2 + 1] - change).magnitude < 1e-4)
        }
    }

    @Test("A contrast of one coefficient is that coefficient")
    func unitContrast() {
        let block = simulatedBlock(genes: 33, samples: 16)
        let context = factorialContext(samples: 16)
        let geneWise = GeneWiseDispersions(estimating: block, in: context)
        let fits = ModelFits(
            fitting: block, geneWise: geneWise, dispFit: geneWise.baseMean.map { $0 > 0 ? 0.1 + 1 / $0 : .nan },
            prior: prior,
            contrasts: [
                ContrastWeights(weights: [0, 1, 0]), ContrastWeights(weights: [0, -1, 0], allZeroSamples: [0, 2]),
            ],
            in: context)
        for gene in 0..<block.geneCount where !geneWise.allZero[gene] {
            #expect(fits.contrastEstimate[gene * 2] == fits.beta[gene * 3 + 1])
            #expect(fits.contrastEstimate[gene * 2 + 1] == -fits.beta[gene * 3 + 1])
            let error = fits.standardError[gene * 3 + 1]
            #expect((fits.contrastStandardError[gene * 2] - error).magnitude < 1e-13 * error)
            let counts = block.counts[gene * 16..<(gene + 1) * 16]
            let isZero = counts[counts.startIndex] == 0 && counts[counts.startIndex + 2] == 0
            #expect(fits.contrastAllZero[gene * 2 + 1] == isZero)
            #expect(!fits.contrastAllZero[gene * 2])
        }
    }
}
