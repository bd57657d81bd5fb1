import DifferentialExpression
import ExpressionData
import Testing

@Suite("Size factors")
struct SizeFactorsTests {
    @Test("Samples with proportional counts get factors in that proportion")
    func proportionalSamples() throws {
        let counts = CountMatrix(
            geneIDs: ["a", "b", "c"], sampleNames: ["s", "t"], counts: [10, 40, 100, 400, 7, 28])
        let factors = try SizeFactors(estimatedFrom: counts).values
        // exp and log each add half a unit in the last place.
        #expect(abs(factors[0] - 0.5) < 1e-15)
        #expect(abs(factors[1] - 2) < 1e-15)
    }

    @Test("A sample without counts is named")
    func allZeroSample() {
        let counts = CountMatrix(geneIDs: ["a", "b"], sampleNames: ["s", "t"], counts: [1, 0, 5, 0])
        #expect(throws: SizeFactorError.allZeroSample("t")) { try SizeFactors(estimatedFrom: counts) }
        #expect(throws: SizeFactorError.allZeroSample("t")) {
            try SizeFactors(estimatedFrom: counts, by: .positiveCounts)
        }
    }

    @Test("A zero in every gene leaves only the positive counts")
    func everyGeneHasAZero() throws {
        let counts = CountMatrix(geneIDs: ["a", "b"], sampleNames: ["s", "t"], counts: [1, 0, 0, 5])
        #expect(throws: SizeFactorError.everyGeneHasAZero) { try SizeFactors(estimatedFrom: counts) }
        let factors = try SizeFactors(estimatedFrom: counts, by: .positiveCounts).values
        // Their product is 1 by definition, up to rounding.
        #expect(abs(factors[0] * factors[1] - 1) < 1e-15)
    }

    @Test("Control genes that a sample lacks are an error")
    func unexpressedControlGenes() {
        let counts = CountMatrix(geneIDs: ["a", "b"], sampleNames: ["s", "t"], counts: [1, 2, 0, 5])
        #expect(throws: SizeFactorError.noControlGeneCounted(in: "s")) {
            try SizeFactors(estimatedFrom: counts, controlGenes: [1])
        }
    }

    @Test(
        "Agree with DESeq2",
        .enabled(if: DesignReference.isPresent),
        arguments: ["pasilla_type_condition", "airway_cell_dex", "tbdc_status_treatment"])
    func agreeWithReference(design: String) throws {
        let reference = DesignReference(design)
        let counts = try reference.counts()
        let expected = try reference.table("expected_size_factors.tsv")
        #expect(expected.strings(column: 0) == counts.sampleNames)
        // Logarithm, mean and exponential are within an ulp or two of R's.
        let ratio = try SizeFactors(estimatedFrom: counts).values
        #expect(worstRelativeDifference(ratio, try expected.doubles("ratio")) < 1e-14)
        let positive = try SizeFactors(estimatedFrom: counts, by: .positiveCounts).values
        #expect(worstRelativeDifference(positive, try expected.doubles("poscounts")) < 1e-14)
    }

    @Test("Agree with DESeq2 on a cohort", .enabled(if: DesignReference.isPresent))
    func agreeOnCohort() throws {
        let reference = DesignReference("cohort_stir_volume")
        let factors = try SizeFactors(estimatedFrom: reference.counts()).values
        let expected = try reference.table("expected_size_factors.tsv").doubles("sizeFactor")
        #expect(worstRelativeDifference(factors, expected) < 1e-14)
    }

    @Test("Control genes restrict the medians as in DESeq2", .enabled(if: DesignReference.isPresent))
    func controlGenes() throws {
        let reference = DesignReference("pasilla_type_condition")
        let counts = try reference.counts()
        let abundant = (0..<counts.geneCount).filter { gene in
            counts.counts(ofGene: gene).reduce(0) { $0 + Int($1) } > 1_000
        }
        let factors = try SizeFactors(estimatedFrom: counts, controlGenes: abundant).values
        let expected = try reference.table("expected_size_factors_other.tsv").doubles("control_rowsum_gt_1000")
        #expect(worstRelativeDifference(factors, expected) < 1e-14)
    }

    @Test("Iterated factors agree with DESeq2", .enabled(if: DesignReference.isPresent))
    func iterated() throws {
        let reference = DesignReference("pasilla_type_condition")
        let factors = try SizeFactors(iteratedFrom: reference.counts()).values
        let expected = try reference.table("expected_size_factors_other.tsv").doubles("iterate")
        // Each search stops when the likelihood changes by 2e-9 of itself, whose square
        // root is about what the factors are off the maximum.
        #expect(worstRelativeDifference(factors, expected) < 1e-5)
    }

    @Test("Iteration needs no gene without zeros")
    func iteratedWithZeros() throws {
        // Every gene lacks one of the first four samples; the last three are twice as deep.
        let pattern: [[Int32]] = [[0, 9, 18, 22, 20], [11, 0, 21, 17, 24], [8, 12, 0, 19, 21], [10, 9, 22, 0, 17]]
        let rows = (0..<60).map { gene in pattern[gene % 4].map { $0 * Int32(1 + gene % 7) } }
        let counts = CountMatrix(
            geneIDs: rows.indices.map { "gene\($0)" }, sampleNames: ["a", "b", "c", "d", "e"],
            counts: rows.flatMap { $0 })
        #expect(throws: SizeFactorError.everyGeneHasAZero) { try SizeFactors(estimatedFrom: counts) }
        let factors = try SizeFactors(iteratedFrom: counts).values
        #expect(factors.allSatisfy { $0.isFinite && $0 > 0 })
        // A geometric mean of 1, up to rounding.
        #expect(abs(factors.reduce(1, *) - 1) < 1e-14)
        #expect(factors[4] > 1.5 * factors[0])
    }
}
