import DifferentialExpression
import ExpressionData
import ExpressionFormats
import StatisticalKernels
import Testing

@Suite("Regularized logarithm")
struct RegularizedLogarithmTests {
    @Test("Every seventh gene of a blind transform agrees with DESeq2", .enabled(if: DesignReference.isPresent))
    func agreesWithReference() throws {
        let reference = DesignReference("pasilla_type_condition")
        let json = try reference.json("expected_transforms.json")
        let counts = try reference.counts()
        let sizeFactors = try SizeFactors(estimatedFrom: counts).values
        try check(
            reference, counts: counts, sizeFactors: sizeFactors,
            design: blindDesign(samples: counts.sampleCount), expectedVariance: json.number("rlog_betaPriorVar"),
            file: "expected_rlog_blind_every7th.tsv.gz")
    }

    @Test(
        "On the project's own goldens, blind and not",
        arguments: ["two_group", "batch_exposure", "saturated", "three_residual_df", "one_residual_df"])
    func agreesWithOwnGoldens(_ name: String) throws {
        let golden = try GoldenFit(DesignReference(own: name))
        let reference = golden.reference
        let json = try reference.json("design.json")
        let sizeFactors = golden.context.sizeFactors
        try check(
            reference, counts: golden.counts, sizeFactors: sizeFactors,
            design: blindDesign(samples: sizeFactors.count), expectedVariance: json.number("rlogPriorVar", "blind"),
            file: "expected_rlog_blind_every7th.tsv.gz")
        let table = try reference.table("expected_genes.tsv.gz")
        let dispFit = try table.doubles("dispFit")
        let rlog = RegularizedLogarithm(
            matching: golden.block, sizeFactors: sizeFactors, baseMeans: try table.doubles("baseMean"),
            dispFit: dispFit)
        let variance = json.number("rlogPriorVar", "design")
        #expect((rlog.priorVariance - variance).magnitude < 1e-12 * variance)
        try compare(
            rlog.transform(golden.block, dispFit: dispFit, in: golden.context), names: golden.genes.names, reference,
            "expected_rlog_design_every7th.tsv.gz", limit: 1e-10)
    }

    private func blindDesign(samples: Int) -> DesignMatrix {
        DesignMatrix(columnNames: ["Intercept"], values: [Double](repeating: 1, count: samples), sampleCount: samples)
    }

    /// Dispersions, their trend, the prior and the transform, all of our own.
    private func check(
        _ reference: DesignReference, counts: CountMatrix, sizeFactors: [Double], design: DesignMatrix,
        expectedVariance: Double, file: String
    ) throws {
        let context = ModelContext(design: design, sizeFactors: sizeFactors)
        let block = CountBlock(counts: counts.counts, sampleCount: counts.sampleCount)
        let geneWise = GeneWiseDispersions(estimating: block, in: context)
        let trend = try DispersionTrendFit(
            .parametric, toGeneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean
        ).trend
        let dispFit = geneWise.baseMean.map { $0 > 0 ? trend.dispersion(atMean: $0) : .nan }
        let rlog = RegularizedLogarithm(
            matching: block, sizeFactors: sizeFactors, baseMeans: geneWise.baseMean, dispFit: dispFit)
        // The trend carries the few gene-wise searches that end elsewhere.
        #expect((rlog.priorVariance - expectedVariance).magnitude < 1e-6 * expectedVariance)
        try compare(
            rlog.transform(block, dispFit: dispFit, in: context), names: counts.geneIDs, reference, file, limit: 1e-5)
    }

    private func compare(
        _ values: [Double], names: [String], _ reference: DesignReference, _ file: String, limit: Double
    ) throws {
        let expected = try reference.table(file)
        let rows = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        let samples = values.count / names.count
        let genes = expected.strings(column: 0).map { rows[$0]! }
        for sample in 0..<samples {
            let found = genes.map { values[$0 * samples + sample] }
            let differences = Differences(
                found, try expected.doubles(column: sample + 1), names: expected.strings(column: 0), isRelative: false)
            #expect(differences.worst < limit, "sample \(sample): \(differences)")
        }
    }

    @Test("Counts in proportion to the size factors all become their log mean")
    func proportionalCounts() {
        let sizeFactors = [0.5, 1, 2, 4]
        let block = CountBlock(counts: [50, 100, 200, 400, 0, 0, 0, 0], sampleCount: 4)
        let context = ModelContext(design: blindDesign(samples: 4), sizeFactors: sizeFactors)
        let values = RegularizedLogarithm(priorVariance: 0.1).transform(block, dispFit: [0.1, .nan], in: context)
        for value in values[..<4] { #expect((value - log2(100)).magnitude < 1e-4) }
        #expect(values[4...].allSatisfy { $0 == 0 })
    }

    @Test("A wide prior leaves the counts, a narrow one the mean")
    func priorWidth() {
        let block = CountBlock(counts: [10, 40, 160, 640], sampleCount: 4)
        let context = ModelContext(design: blindDesign(samples: 4), sizeFactors: [1, 1, 1, 1])
        let wide = RegularizedLogarithm(priorVariance: 1e6).transform(block, dispFit: [0.1], in: context)
        for (value, count) in zip(wide, [10.0, 40, 160, 640]) { #expect((value - log2(count)).magnitude < 1e-3) }
        let narrow = RegularizedLogarithm(priorVariance: 1e-6).transform(block, dispFit: [0.1], in: context)
        #expect(narrow.allSatisfy { ($0 - narrow[0]).magnitude < 1e-3 })
    }
}
