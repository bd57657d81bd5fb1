import DifferentialExpression
import ExpressionData
import ExpressionFormats
import StatisticalKernels
import Testing

private func exactSettings() -> ModelSettings {
    var settings = ModelSettings()
    settings.optimizer = .exact
    return settings
}

/// Counts of mixed sizes, some genes hardly expressed and some without counts in one group.
private func mixedCounts(genes: Int, samples: Int) -> [Int32] {
    var state: UInt64 = 20_261_123
    func next() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) * 0x1p-53
    }
    var counts: [Int32] = []
    for gene in 0..<genes {
        let mean = StatisticalKernels.exp(11 * next() - 1)
        for sample in 0..<samples {
            let isMissing = gene % 6 == 5 && sample % 2 == 1
            let factor = StatisticalKernels.exp(2 * (next() - 0.5)) * (sample % 2 == 0 ? 1 : 1.4)
            counts.append(isMissing ? 0 : Int32(mean * factor + next()))
        }
    }
    return counts
}

private let samples = 14
private let sizeFactors = (0..<samples).map { 0.7 + 0.05 * Double($0 % 9) }
private let ages = (0..<samples).map { 31 + Double(($0 * 29) % 37) }
private let prior = DispersionPrior(varLogDispEsts: 0.9, priorVariance: 0.4)

/// Intercept, group, age, under some change of the last two columns.
private func design(age: (Double) -> Double = { $0 }, reversesGroup: Bool = false) -> DesignMatrix {
    DesignMatrix(
        columnNames: ["Intercept", "group", "age"],
        values: (0..<samples).flatMap { sample -> [Double] in
            [1, (sample % 2 == 0) == reversesGroup ? 1 : 0, age(ages[sample])]
        }, sampleCount: samples)
}

private struct WholeFit {
    let geneWise: GeneWiseDispersions
    let fits: ModelFits

    init(_ block: CountBlock, _ design: DesignMatrix, level: CPULevel = .current) {
        let context = ModelContext(
            design: design, sizeFactors: sizeFactors, settings: exactSettings(), cpuLevel: level)
        geneWise = GeneWiseDispersions(estimating: block, in: context)
        fits = ModelFits(
            fitting: block, geneWise: geneWise, dispFit: geneWise.baseMean.map { $0 > 0 ? 0.05 + 2 / $0 : .nan },
            prior: prior, contrasts: [ContrastWeights(weights: [0, 1, 0])], in: context)
    }

    func column(_ column: Int) -> [Double] { fits.dispersion.indices.map { fits.beta[$0 * 3 + column] } }
    func errors(_ column: Int) -> [Double] { fits.dispersion.indices.map { fits.standardError[$0 * 3 + column] } }
}

@Suite("Exact solutions")
struct ExactOptimizerTests {
    private static let block = CountBlock(counts: mixedCounts(genes: 90, samples: samples), sampleCount: samples)

    @Test("The weighted residuals of the solution are orthogonal to the design")
    func solvesItsEquations() {
        let whole = WholeFit(Self.block, design())
        let matrix = design()
        #expect(whole.fits.betaConv.allSatisfy { $0 })
        for gene in 0..<Self.block.geneCount {
            let dispersion = whole.fits.dispersion[gene]
            let counts = Self.block.counts[gene * samples..<(gene + 1) * samples]
            var score = [0.0, 0, 0]
            var information = [0.0, 0, 0]
            for (sample, count) in counts.enumerated() {
                let predictor = (0..<3).reduce(0.0) { sum, column in
                    sum + whole.fits.beta[gene * 3 + column] * 0.6931471805599453 * matrix[sample, column]
                }
                let logMean = predictor + log(sizeFactors[sample])
                let mean = max(StatisticalKernels.exp(logMean), 0.5)
                let weight = mean / (1 + dispersion * mean)
                // Below a mean of one half the likelihood goes on as its tangent parabola.
                let residual = (Double(count) - mean) / (1 + dispersion * mean) - weight * (logMean - log(mean))
                for column in 0..<3 {
                    score[column] += residual * matrix[sample, column]
                    information[column] += weight * matrix[sample, column] * matrix[sample, column]
                }
            }
            for column in 0..<3 {
                #expect(score[column].magnitude < 1e-6 * information[column].squareRoot(), "gene \(gene)")
            }
        }
    }

    @Test("Dispersions lie where their adjusted likelihood has its maximum, and with the prior's")
    func dispersionMaxima() {
        let matrix = DesignMatrix(
            columnNames: ["Intercept", "group"],
            values: (0..<samples).flatMap { sample -> [Double] in [1, Double(sample % 2)] }, sampleCount: samples)
        let context = ModelContext(design: matrix, sizeFactors: sizeFactors, settings: exactSettings())
        let geneWise = GeneWiseDispersions(estimating: Self.block, in: context)
        let trend = geneWise.baseMean.map { $0 > 0 ? 0.05 + 2 / $0 : .nan }
        let fits = ModelFits(
            fitting: Self.block, geneWise: geneWise, dispFit: trend, prior: prior,
            contrasts: [ContrastWeights(weights: [0, 1])], in: context)
        var inside = 0
        for gene in 0..<Self.block.geneCount {
            let found = geneWise.dispGeneEst[gene]
            #expect(found >= 1e-8 && found <= Double(samples))
            // Below, the difference of the log-gamma functions loses the digits that matter here.
            guard found > 1e-4 else { continue }
            if found < Double(samples) { inside += 1 }
            let counts = Self.block.counts[gene * samples..<(gene + 1) * samples].map(Double.init)
            let normalized = zip(counts, sizeFactors).map { $0 / $1 }
            let groups = (0..<2).map { group in
                stride(from: group, to: samples, by: 2).reduce(0.0) { $0 + normalized[$1] } / Double(samples / 2)
            }
            func value(_ logDispersion: Double) -> Double {
                let r = StatisticalKernels.exp(-logDispersion)
                var sum = 0.0
                var information = [0.0, 0.0]
                for (sample, y) in counts.enumerated() {
                    let mean = max(groups[sample % 2] * sizeFactors[sample], 0.5)
                    sum += logGamma(y + r) - logGamma(r) - y * log(mean + r) - r * log1p(mean / r)
                    information[sample % 2] += 1 / (1 / mean + 1 / r)
                }
                return sum - 0.5 * log(information[0] * information[1])
            }
            let best = value(log(found))
            let slack = 1e-13 * best.magnitude
            for step in [-1e-3, 1e-3] where found * (1 + step) < Double(samples) {
                #expect(value(log(found) + step) <= best + slack, "gene \(gene)")
            }
            func posterior(_ logDispersion: Double) -> Double {
                let distance = logDispersion - log(trend[gene])
                return value(logDispersion) - distance * distance / (2 * prior.priorVariance)
            }
            let mode = log(fits.dispMAP[gene])
            for step in [-1e-3, 1e-3] {
                #expect(posterior(mode + step) <= posterior(mode) + slack, "gene \(gene)")
            }
        }
        #expect(inside > 40)
    }

    @Test("A covariate in other units, about another origin, or a group counted the other way gives the same fit")
    func reparametrisation() {
        let plain = WholeFit(Self.block, design())
        let shifted = WholeFit(Self.block, design(age: { 2_000 + $0 / 12 }))
        let reversed = WholeFit(Self.block, design(reversesGroup: true))
        for other in [shifted, reversed] {
            #expect(worstRelativeDifference(other.fits.dispersion, plain.fits.dispersion) < 1e-7)
            #expect(worstRelativeDifference(other.fits.deviance, plain.fits.deviance) < 1e-8)
        }
        func scaled(_ values: [Double], _ factor: Double) -> [Double] { values.map { $0 * factor } }
        #expect(worstRelativeDifference(shifted.column(1), plain.column(1), floor: 1) < 1e-7)
        #expect(worstRelativeDifference(shifted.errors(1), plain.errors(1)) < 1e-7)
        #expect(worstRelativeDifference(scaled(shifted.column(2), 1 / 12), plain.column(2), floor: 0.1) < 1e-7)
        #expect(worstRelativeDifference(scaled(shifted.errors(2), 1 / 12), plain.errors(2)) < 1e-7)
        #expect(worstRelativeDifference(scaled(reversed.column(1), -1), plain.column(1), floor: 1) < 1e-7)
        #expect(worstRelativeDifference(reversed.errors(1), plain.errors(1)) < 1e-7)
        #expect(worstRelativeDifference(plain.fits.contrastEstimate, plain.column(1), floor: 1) < 1e-12)
        #expect(worstRelativeDifference(plain.fits.contrastStandardError, plain.errors(1)) < 1e-12)
    }

    @Test("Size factors times a constant shift the intercept only")
    func offset() {
        // Without counts near the smallest mean, which the size factors scale.
        let block = CountBlock(
            counts: mixedCounts(genes: 60, samples: samples).map { 40 + $0 }, sampleCount: samples)
        let plain = WholeFit(block, design())
        let dispersion = plain.fits.dispersion
        // Both at one set of dispersions, whose trend would be that of other means.
        func fixed(_ factors: [Double]) -> FixedDispersionFits {
            FixedDispersionFits(
                fitting: block, dispersion: dispersion,
                in: ModelContext(design: design(), sizeFactors: factors, settings: exactSettings()))
        }
        let first = fixed(sizeFactors)
        let second = fixed(sizeFactors.map { $0 * 2 })
        for gene in 0..<block.geneCount {
            #expect((second.beta[gene * 3] + 1 - first.beta[gene * 3]).magnitude < 1e-8)
            for column in 1..<3 {
                #expect((second.beta[gene * 3 + column] - first.beta[gene * 3 + column]).magnitude < 1e-8)
            }
        }
    }

    @Test("A group without counts has a finite fold change, like that of the reference")
    func separatedGroups() {
        let counts: [Int32] = [90, 0, 120, 0, 75, 0, 110, 0, 96, 0, 101, 0, 88, 0]
        let block = CountBlock(counts: counts, sampleCount: samples)
        let matrix = DesignMatrix(
            columnNames: ["Intercept", "group"],
            values: (0..<samples).flatMap { sample -> [Double] in [1, Double(sample % 2)] }, sampleCount: samples)
        let fits = [ModelSettings(), exactSettings()].map { settings in
            FixedDispersionFits(
                fitting: block, dispersion: [0.1],
                in: ModelContext(design: matrix, sizeFactors: sizeFactors, settings: settings))
        }
        #expect(fits[1].betaConv == [true])
        #expect((fits[0].beta[1] - fits[1].beta[1]).magnitude < 1e-3)
        #expect((fits[0].standardError[1] - fits[1].standardError[1]).magnitude < 1e-4)
    }

    @Test("A gene's bits depend neither on its company nor on the build of the kernels")
    func company() {
        let whole = WholeFit(Self.block, design())
        let baseline = WholeFit(Self.block, design(), level: .baseline)
        func bits(_ fit: WholeFit, _ gene: Int) -> [UInt64] {
            (fit.fits.beta[gene * 3..<gene * 3 + 3] + fit.fits.standardError[gene * 3..<gene * 3 + 3]
                + [fit.fits.dispersion[gene], fit.fits.deviance[gene], fit.geneWise.dispGeneEst[gene]])
                .map(\.bitPattern)
        }
        for gene in 0..<Self.block.geneCount {
            let alone = CountBlock(
                counts: Self.block.counts[gene * samples..<(gene + 1) * samples], sampleCount: samples)
            #expect(bits(WholeFit(alone, design()), 0) == bits(whole, gene))
            #expect(bits(baseline, gene) == bits(whole, gene))
        }
    }

    @Test(
        "On the reference's designs its iteration stops near the solution",
        .enabled(if: DesignReference.isPresent),
        arguments: ["pasilla_type_condition", "airway_cell_dex", "tbdc_extraction_treatment_rin", "cohort_stir_volume"])
    func nearReference(_ name: String) throws {
        let golden = try GoldenFit(name, settings: exactSettings())
        let table = try golden.reference.table("expected_genes.tsv.gz")
        let names = golden.genes.names
        let iterations = try table.doubles("betaIter")
        let dispersion = try table.doubles("dispersion")
        let fits = FixedDispersionFits(fitting: golden.block, dispersion: dispersion, in: golden.context)
        for row in names.indices where !dispersion[row].isNaN { #expect(fits.betaConv[row], "\(names[row])") }
        let order = golden.context.coefficientCount
        for (index, column) in golden.context.design.columnNames.enumerated()
        where table.position(ofColumn: column) != nil {
            let expected = try table.doubles(column)
            let errors = try table.doubles("SE_" + column)
            let standardized = names.indices.map { fits.beta[$0 * order + index] / errors[$0] }
            let differences = Differences(
                standardized, names.indices.map { expected[$0] / errors[$0] }, names: names, isRelative: false,
                where: { iterations[$0] < 100 })
            // In standard errors. The deviance rule leaves low counts a little short of the solution,
            // and the ridge pulls at coefficients that are known to hundreds only.
            #expect(differences.quantile(0.5) < 1e-4, "\(column): \(differences)")
            #expect(differences.worst < 0.05, "\(column): \(differences)")
        }
    }
}
