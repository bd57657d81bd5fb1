import DifferentialExpression
import Testing

@Suite("Tests of fold changes")
struct WaldTestTests {
    @Test("Edge values: no estimate, no difference, a vast one")
    func edges() {
        #expect(waldTest(log2FoldChange: .nan, standardError: 1).pValue.isNaN)
        #expect(waldTest(log2FoldChange: 0, standardError: 0).pValue.isNaN)
        #expect(waldTest(log2FoldChange: 0, standardError: 1) == (0, 1))
        #expect(waldTest(log2FoldChange: 1e6, standardError: 1).pValue == 0)
        #expect(likelihoodRatioTest(fullDeviance: 10, reducedDeviance: 9.999, degreesOfFreedom: 1).pValue == 1)
        #expect(likelihoodRatioTest(fullDeviance: .nan, reducedDeviance: 9, degreesOfFreedom: 1).pValue.isNaN)
    }

    @Test(
        "A t without degrees of freedom has a statistic and no p-value, whatever is asked",
        arguments: [
            WaldHypothesis.nonzero, .magnitudeAbove(0.5), .magnitudeBelow(0.5), .above(0.5), .below(0.5),
        ], [-2.0, 0, 0.1, 2])
    func noDegreesOfFreedom(hypothesis: WaldHypothesis, estimate: Double) {
        let test = waldTest(
            log2FoldChange: estimate, standardError: 0.4, hypothesis: hypothesis,
            null: .studentT(degreesOfFreedom: .nan))
        let normal = waldTest(log2FoldChange: estimate, standardError: 0.4, hypothesis: hypothesis)
        #expect(test.pValue.isNaN)
        #expect(test.statistic == normal.statistic)
    }

    @Test("Threshold tests agree with DESeq2", .enabled(if: DesignReference.isPresent))
    func thresholds() throws {
        let reference = DesignReference("pasilla_type_condition")
        let results = try reference.table("expected_results_condition_treated_vs_untreated.tsv.gz")
        let expected = try reference.table("expected_lfcthreshold_0.5.tsv.gz")
        let (estimates, errors) = (try results.doubles("log2FoldChange"), try results.doubles("lfcSE"))
        for (hypothesis, name) in [
            (WaldHypothesis.magnitudeAbove(0.5), "greaterAbs"), (.magnitudeBelow(0.5), "lessAbs"),
            (.above(0.5), "greater"), (.below(0.5), "less"),
        ] {
            let tests = zip(estimates, errors).map {
                waldTest(log2FoldChange: $0, standardError: $1, hypothesis: hypothesis)
            }
            // The same two operations as R; its normal tail and ours each err by some ulps.
            #expect(worstRelativeDifference(tests.map(\.statistic), try expected.doubles("\(name)_stat")) < 1e-15)
            #expect(worstRelativeDifference(tests.map(\.pValue), try expected.doubles("\(name)_pvalue")) < 1e-13)
        }
    }

    @Test("With t as the null agrees with DESeq2", .enabled(if: DesignReference.isPresent))
    func studentT() throws {
        let results = try DesignReference("pasilla_useT").table(
            "expected_results_condition_treated_vs_untreated.tsv.gz")
        let z = try results.doubles("stat")
        let tests = z.map {
            waldTest(log2FoldChange: $0, standardError: 1, null: .studentT(degreesOfFreedom: 4)).pValue
        }
        #expect(worstRelativeDifference(tests, try results.doubles("pvalue")) < 1e-12)
    }

    @Test("The likelihood-ratio test agrees with DESeq2", .enabled(if: DesignReference.isPresent))
    func likelihoodRatio() throws {
        let results = try DesignReference("tbdc_extraction_treatment_rin").table("expected_lrt_drop_extraction.tsv.gz")
        let pValues = try results.doubles("pvalue")
        let tests = try results.doubles("stat").map {
            likelihoodRatioTest(fullDeviance: 0, reducedDeviance: $0, degreesOfFreedom: 4).pValue
        }
        // Outliers have a statistic but no p-value.
        let present = pValues.indices.filter { !pValues[$0].isNaN }
        #expect(worstRelativeDifference(present.map { tests[$0] }, present.map { pValues[$0] }) < 1e-12)
    }
}
