import DifferentialExpression
import ExpressionData
import ExpressionFormats
import StatisticalKernels
import Testing

@Suite("Shrinkage by a Cauchy prior")
struct CauchyShrinkageTests {
    @Test("Agrees with apeglm, gene by gene", .enabled(if: DesignReference.isPresent))
    func agreesWithReference() throws {
        let golden = try GoldenFit("pasilla_type_condition")
        let table = try golden.reference.table("expected_genes.tsv.gz")
        let expected = try golden.reference.table("expected_shrink_condition_treated_vs_untreated.tsv.gz")
        let genes = golden.genes.names
        #expect(expected.strings(column: 0) == genes)
        let prior = CauchyPrior(
            matching: try expected.doubles("log2FoldChange_MLE"), standardErrors: try expected.doubles("lfcSE_MLE"))
        let json = try golden.reference.json("design.json")
        func given(_ key: String) -> Double {
            json.number("lfcShrink", "condition_treated_vs_untreated", "apeglm_prior", key)
        }
        // The root is found to 1e-4; the same steps find the same one.
        #expect((prior.variance - given("prior.var")).magnitude < 1e-12)
        #expect((prior.scale - given("prior.scale")).magnitude < 1e-12)

        let shrunken = CauchyShrinkage(
            fitting: golden.block, dispersion: try table.doubles("dispersion"), coefficient: 2, prior: prior,
            in: golden.context)
        let values = [
            ("apeglm_lfc", shrunken.log2FoldChange), ("apeglm_se", shrunken.standardDeviation),
            ("apeglm_svalue", sValues(shrunken.falseSignRate)),
        ]
        for (column, values) in values {
            let differences = Differences(values, try expected.doubles(column), names: genes, isRelative: false)
            // The few genes of the third search stop on a plateau where its tolerance, 1e-8 of the
            // value, is met; rounding moves that place by some 1e-6.
            #expect(differences.share(above: 1e-9) <= 5e-3, "\(column): \(differences)")
            #expect(differences.share(above: 1e-6) <= 1e-3, "\(column): \(differences)")
            // An s-value is a mean up to a gene's rank, and such a gene can change places with others.
            #expect(differences.worst < (column == "apeglm_svalue" ? 1e-4 : 1e-5), "\(column): \(differences)")
        }
    }

    private static func small() -> (block: CountBlock, context: ModelContext) {
        let samples = 8
        let design = DesignMatrix(
            columnNames: ["Intercept", "group"],
            values: (0..<samples).flatMap { sample -> [Double] in [1, sample < 4 ? 0 : 1] }, sampleCount: samples)
        let counts: [Int32] = [
            10, 12, 9, 14, 80, 95, 77, 110,  // up eightfold
            100, 90, 110, 95, 104, 99, 93, 107,  // unchanged
            0, 0, 0, 0, 0, 0, 0, 0,
            0, 1, 0, 0, 2, 0, 0, 1,  // hardly anything
        ]
        return (
            CountBlock(counts: counts, sampleCount: samples),
            ModelContext(design: design, sizeFactors: [Double](repeating: 1, count: samples))
        )
    }

    @Test("Large well-measured changes stay, small ones go, and a gene without counts has none")
    func keepsLargeChanges() {
        let (block, context) = Self.small()
        let shrunken = CauchyShrinkage(
            fitting: block, dispersion: [0.02, 0.02, .nan, 1], coefficient: 1, prior: CauchyPrior(variance: 0.04),
            in: context)
        #expect((shrunken.log2FoldChange[0] - 3).magnitude < 0.2)
        #expect(shrunken.log2FoldChange[1].magnitude < 0.05)
        #expect(shrunken.log2FoldChange[2].isNaN && shrunken.standardDeviation[2].isNaN)
        #expect(shrunken.log2FoldChange[3].magnitude < 0.2)
        #expect(shrunken.falseSignRate[0] < 1e-10 && shrunken.falseSignRate[1] > 0.1)
        #expect(shrunken.isConverged == [true, true, false, true])
    }

    @Test("A threshold makes small changes count as false")
    func threshold() {
        let (block, context) = Self.small()
        let rates = [0.0, 1, 4].map { threshold in
            CauchyShrinkage(
                fitting: block, dispersion: [0.02, 0.02, .nan, 1], coefficient: 1,
                prior: CauchyPrior(variance: 0.04), threshold: threshold, in: context
            ).falseSignRate[0]
        }
        #expect(rates[0] < rates[1] && rates[1] < 0.01 && rates[2] > 0.5)
    }

    @Test("A gene's bits depend neither on its company nor on the build of the kernels")
    func company() {
        let samples = 10
        var counts: [Int32] = []
        for gene in 0..<37 {
            for sample in 0..<samples { counts.append(Int32((gene * gene * 7 + sample * 13 * (gene % 5)) % 997)) }
        }
        let design = DesignMatrix(
            columnNames: ["Intercept", "age", "group"],
            values: (0..<samples).flatMap { sample -> [Double] in [1, Double(sample % 4), sample < 5 ? 0 : 1] },
            sampleCount: samples)
        func shrink(_ counts: [Int32], _ level: CPULevel) -> CauchyShrinkage {
            let context = ModelContext(
                design: design, sizeFactors: (0..<samples).map { 0.8 + 0.05 * Double($0) }, cpuLevel: level)
            return CauchyShrinkage(
                fitting: CountBlock(counts: counts, sampleCount: samples),
                dispersion: [Double](repeating: 0.3, count: counts.count / samples), coefficient: 2,
                prior: CauchyPrior(variance: 0.1), in: context)
        }
        func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }
        let whole = shrink(counts, .current)
        let baseline = shrink(counts, .baseline)
        #expect(bits(baseline.log2FoldChange) == bits(whole.log2FoldChange))
        #expect(bits(baseline.standardDeviation) == bits(whole.standardDeviation))
        for gene in 0..<37 {
            let alone = shrink(Array(counts[gene * samples..<(gene + 1) * samples]), .current)
            #expect(alone.log2FoldChange[0].bitPattern == whole.log2FoldChange[gene].bitPattern)
            #expect(alone.standardDeviation[0].bitPattern == whole.standardDeviation[gene].bitPattern)
        }
    }

    @Test("s-values are running means of the sorted rates; missing ones stay missing")
    func runningMeans() {
        let values = sValues([0.3, .nan, 0.1, 0.3])
        #expect(values[2] == 0.1 && values[0] == 0.2 && values[1].isNaN)
        #expect((values[3] - 0.7 / 3).magnitude < 1e-15)
    }

    @Test("A prior without spread is the narrowest, and its scale never exceeds 1")
    func priors() {
        #expect(CauchyPrior(matching: [0, 0, 0.001], standardErrors: [1, 1, 1]).variance == 1e-6)
        #expect(CauchyPrior(matching: [8, -9, 10, -7], standardErrors: [0.1, 0.1, 0.1, 0.1]).scale == 1)
        #expect(CauchyPrior(matching: [], standardErrors: []).variance == 1e-6)
        // Equal errors: the mean square less the squared error.
        let equal = CauchyPrior(matching: [1, -1, 1, -1], standardErrors: [0.5, 0.5, 0.5, 0.5])
        let ln2 = 0.6931471805599453
        #expect((equal.variance - 0.75 * ln2 * ln2).magnitude < 1.3e-4)
    }
}

@Suite("Searches of one and several variables")
struct RootAndQuasiNewtonTests {
    @Test("Brent's root is within its tolerance")
    func roots() {
        #expect((root(in: 0...3, tolerance: 1e-12) { $0 * $0 - 2 } - 2.0.squareRoot()).magnitude < 1e-12)
        #expect(root(in: -1...1) { $0 - 1 } == 1)
        #expect((root(in: -4...1, tolerance: 1e-10) { StatisticalKernels.exp($0) - 0.1 } - log(0.1)).magnitude < 1e-10)
    }

    @Test("Quasi-Newton steps find the bottom of a curved valley")
    func valley() {
        let search = QuasiNewton(from: [-1.2, 1]) { x in
            let a = 1 - x[0]
            let b = x[1] - x[0] * x[0]
            return (1 + a * a + 100 * b * b, [-2 * a - 400 * x[0] * b, 200 * b])
        }
        #expect((search.point[0] - 1).magnitude < 1e-3 && (search.point[1] - 1).magnitude < 1e-3)
    }

    @Test("Quasi-Newton steps end where R's optim does: at a reduction below the root of the precision, 1.49e-8")
    func reduction() {
        // The first step lowers the value by 1.21e-8; what is left in y is four times as much.
        let search = QuasiNewton(from: [1.5e-4, 3e-3]) { x in
            (-1 + (x[0] * x[0] + 0.01 * x[1] * x[1]) / 2, [x[0], 0.01 * x[1]])
        }
        #expect(search.point[0] == 0)
        #expect((search.point[1] - 2.97e-3).magnitude < 1e-15)
    }
}
