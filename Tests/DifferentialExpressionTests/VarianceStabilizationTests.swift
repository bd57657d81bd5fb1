import DifferentialExpression
import ExpressionData
import StatisticalKernels
import Testing

@Suite("Variance stabilization")
struct VarianceStabilizationTests {
    static let counts = CountMatrix(
        geneIDs: (0..<200).map { "gene\($0)" }, sampleNames: ["a", "b"],
        counts: (0..<400).map { Int32($0 * $0 / 8) })

    static func trend(_ kind: DispersionTrend.Kind) throws -> DispersionTrend {
        let means = (1...500).map { Double($0) }
        return try DispersionTrendFit(kind, toGeneWise: means.map { 0.1 + 2 / $0 }, baseMeans: means).trend
    }

    @Test("Grows with the count, and by one when a large count doubles", arguments: DispersionTrend.Kind.allCases)
    func logarithmicForLargeCounts(kind: DispersionTrend.Kind) throws {
        let vst = try VarianceStabilization(trend: Self.trend(kind), counts: Self.counts, sizeFactors: [1, 1])
        let values = [0, 0.5, 1, 5, 100, 1_000, 10_000].map(vst.transform)
        #expect(values.allSatisfy { $0.isFinite })
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
        if kind != .local {
            // The next term of the expansion is of the order 1/(dispersion × count).
            #expect(abs(vst.transform(2e9) - vst.transform(1e9) - 1) < 1e-7)
        }
    }

    @Test("Every seventh gene agrees with DESeq2", .enabled(if: DesignReference.isPresent))
    func agreesWithReference() throws {
        let reference = DesignReference("pasilla_type_condition")
        let counts = try reference.counts()
        let sizeFactors = try reference.table("expected_size_factors.tsv").doubles("sizeFactor")
        let coefficients = try reference.json("expected_transforms.json")
        let parametric = DispersionTrend.parametric(
            asymptotic: coefficients.number("blind_full_trend", "asymptDisp"),
            extraPoisson: coefficients.number("blind_full_trend", "extraPois"))
        let parametricExpected = try reference.table("expected_vst_full_blind_every7th.tsv.gz")
        let rows = Dictionary(uniqueKeysWithValues: zip(counts.geneIDs, counts.geneIDs.indices))
        let genes = parametricExpected.strings(column: 0).map { rows[$0]! }

        // The mean trend's dispersion is not kept, but a count of zero shows it: −log2(4·dispersion).
        let meanExpected = try reference.table("expected_vst_full_mean_every7th.tsv.gz")
        let atZero = try meanExpected.doubles(column: 1)[0]
        #expect(counts.counts(ofGene: genes[0]).first == 0)
        let mean = DispersionTrend.mean(exp(-atZero * log(2)) / 4)

        for (trend, expected) in [(parametric, parametricExpected), (mean, meanExpected)] {
            let vst = VarianceStabilization(trend: trend, counts: counts, sizeFactors: sizeFactors)
            let transformed = vst.transform(counts, sizeFactors: sizeFactors)
            for sample in sizeFactors.indices {
                let values = genes.map { transformed[$0 * sizeFactors.count + sample] }
                // A logarithm of a sum of positive terms.
                #expect(worstRelativeDifference(values, try expected.doubles(column: sample + 1), floor: 1) < 1e-14)
            }
        }
    }

    @Test("The blind transform with a local trend agrees with DESeq2", .enabled(if: DesignReference.isPresent))
    func localAgreesWithReference() throws {
        let reference = DesignReference("pasilla_type_condition")
        let counts = try reference.counts()
        let sizeFactors = try SizeFactors(estimatedFrom: counts).values
        let blind = DesignMatrix(
            columnNames: ["Intercept"], values: [1, 1, 1, 1, 1, 1, 1], sampleCount: counts.sampleCount)
        let geneWise = GeneWiseDispersions(
            estimating: CountBlock(counts: counts.counts, sampleCount: counts.sampleCount),
            in: ModelContext(design: blind, sizeFactors: sizeFactors))
        let fit = try DispersionTrendFit(.local, toGeneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean)
        let vst = VarianceStabilization(trend: fit.trend, counts: counts, sizeFactors: sizeFactors)
        let transformed = vst.transform(counts, sizeFactors: sizeFactors)

        let expected = try reference.table("expected_vst_full_local_every7th.tsv.gz")
        let rows = Dictionary(uniqueKeysWithValues: zip(counts.geneIDs, counts.geneIDs.indices))
        let genes = expected.strings(column: 0).map { rows[$0]! }
        for sample in sizeFactors.indices {
            let values = genes.map { transformed[$0 * sizeFactors.count + sample] }
            // locfit's values, on the log scale, are some 1e-9 off the least-squares
            // solution, and a few gene-wise searches end elsewhere than DESeq2's.
            #expect(worstRelativeDifference(values, try expected.doubles(column: sample + 1)) < 1e-5)
        }
    }

    @Test("The genes for the fast transform lie evenly among those with a mean above 5")
    func fastGenes() {
        let means = [1.0, 90, 60, 70, 5, 80, 50, 100, 10]
        #expect(genesForFastStabilization(baseMeans: means, count: 3) == [8, 3, 7])
        #expect(genesForFastStabilization(baseMeans: means, count: 7) == [8, 6, 2, 3, 5, 1, 7])
        #expect(genesForFastStabilization(baseMeans: means, count: 8) == nil)
    }
}
