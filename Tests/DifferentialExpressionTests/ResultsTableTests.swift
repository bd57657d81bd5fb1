import DifferentialExpression
import ExpressionData
import Testing

@Suite("Results table")
struct ResultsTableTests {
    /// Ten ordinary genes; a test changes one.
    static func tests() -> GeneTests {
        let p = (1...10).map { Double($0) / 100 }
        return GeneTests(
            baseMeans: (1...10).map { 10 * Double($0) }, log2FoldChanges: p, standardErrors: p, statistics: p,
            pValues: p, maxCooks: [Double](repeating: 1, count: 10),
            isExemptFromCooksFilter: [Bool](repeating: false, count: 10),
            isNewlyAllZero: [Bool](repeating: false, count: 10), hasConverged: [Bool](repeating: true, count: 10))
    }

    static let unfiltered = ResultsTable.Settings(filtersByMean: false, cooksCutoff: 3)

    @Test("An outlier loses its p-value and says so, unless the gene is exempt")
    func cooksOutlier() throws {
        var tests = Self.tests()
        tests.maxCooks[2] = 4
        tests.maxCooks[3] = 4
        tests.isExemptFromCooksFilter[3] = true
        tests.maxCooks[4] = .nan
        let table = try ResultsTable(of: tests, settings: Self.unfiltered)
        #expect(table.pValues[2].isNaN && table.adjustedPValues[2].isNaN)
        #expect(table.statistics[2] == tests.statistics[2])
        #expect(table.reasons[2] == .cooksOutlier)
        #expect(table.reasons[3] == nil && table.reasons[4] == nil)
        // Nine p-values are left; the smallest of them stands at 1/100.
        #expect(table.adjustedPValues[0] == 0.09)
    }

    @Test("A gene whose counts were all replaced shows no difference")
    func newlyAllZero() throws {
        var tests = Self.tests()
        tests.baseMeans[0] = 0
        tests.isNewlyAllZero[0] = true
        tests.maxCooks[0] = 50
        for filters in [true, false] {
            var settings = Self.unfiltered
            settings.filtersByMean = filters
            let table = try ResultsTable(of: tests, settings: settings)
            #expect(table.log2FoldChanges[0] == 0 && table.standardErrors[0] == 0)
            #expect(table.statistics[0] == 0 && table.pValues[0] == 1)
            #expect(table.adjustedPValues[0].isNaN == filters)
            #expect(table.reasons[0] == .replacedByZeros)
        }
    }

    @Test("Without any p-value there is nothing to filter or adjust")
    func noPValues() {
        let filtering = IndependentFiltering(pValues: [.nan, .nan], baseMeans: [0, 3])
        #expect(filtering.chosen == 0)
        #expect(filtering.candidates.allSatisfy { $0.rejections == 0 })
        #expect(filtering.adjustedPValues.allSatisfy { $0.isNaN })
    }

    @Test("Hardly any rejections leave the lowest cutoff")
    func fewRejections() {
        let pValues = (0..<100).map { $0 < 90 ? 0.9 : 1e-6 }
        let filtering = IndependentFiltering(pValues: pValues, baseMeans: (0..<100).map { Double($0) })
        #expect(filtering.candidates.contains { $0.rejections == 10 })
        #expect(filtering.chosen == 0)
    }

    @Test("Every missing value has a reason")
    func reasons() throws {
        var tests = Self.tests()
        tests.baseMeans[0] = 0
        tests.pValues[0] = .nan
        tests.pValues[5] = .nan
        tests.hasConverged[9] = false
        let table = try ResultsTable(of: tests, settings: Self.unfiltered)
        #expect(table.reasons[0] == .allZero)
        #expect(table.reasons[5] == .notEstimable)
        #expect(table.reasons[9] == .notConverged)
        for gene in 0..<10 where table.adjustedPValues[gene].isNaN { #expect(table.reasons[gene] != nil) }
    }

    @Test(
        "Adjusted p-values and the filter's choice agree with DESeq2",
        .enabled(if: DesignReference.isPresent),
        arguments: [
            ("pasilla_type_condition", "condition_treated_vs_untreated"),
            ("pasilla_type_condition", "type_paired.end_vs_single.read"),
            ("pasilla_condition", "condition_treated_vs_untreated"),
            ("pasilla_interaction", "typepaired.end.conditiontreated"),
            ("pasilla_interaction", "numeric_pm"),
            ("pasilla_useT", "condition_treated_vs_untreated"),
            ("airway_cell_dex", "dex_trt_vs_untrt"),
            ("tbdc_extraction_treatment_rin", "rin"),
            ("tbdc_interaction", "statussuscep.treatmentinfect"),
            ("tbdc_paired", "treatment_infect_vs_noninf"),
            ("cohort_stir_volume", "stir_volume"),
            ("cohort_stir_volume_cells", "stir_volume"),
            ("cohort_stir_composite", "stir_composite"),
        ])
    func filteringAgreesWithReference(design: String, result: String) throws {
        let reference = DesignReference(design)
        let results = try reference.table("expected_results_\(result).tsv.gz")
        let pValues = try results.doubles("pvalue")
        let means = try reference.baseMeans(of: reference.counts())
        let filter = try reference.table("expected_filter_\(result).tsv")
        let parameters = try reference.json("design.json")
        let chosen = (parameters["results"] as? [String: Any])?[result] as? [String: Any] ?? [:]

        for (alpha, column, suffix) in [(0.1, "padj", ""), (0.05, "padj_alpha05", "_alpha05")] {
            let filtering = IndependentFiltering(pValues: pValues, baseMeans: means, alpha: alpha)
            #expect(filtering.candidates.map(\.rejections) == (try filter.integers("numRej" + suffix)))
            // Sums of fifty products.
            #expect(worstRelativeDifference(filtering.candidates.map(\.theta), try filter.doubles("theta")) < 1e-14)
            #expect(
                worstRelativeDifference(
                    filtering.candidates.map(\.smoothed), try filter.doubles("lowess" + suffix), floor: 1) < 1e-12)
            #expect(
                abs(filtering.candidates[filtering.chosen].theta - chosen.number("alpha\(alpha)", "filterTheta"))
                    < 1e-12)
            #expect(
                worstRelativeDifference([filtering.threshold], [chosen.number("alpha\(alpha)", "filterThreshold")])
                    < 1e-12)
            // One product each; the pattern of NA must be the same.
            #expect(worstRelativeDifference(filtering.adjustedPValues, try results.doubles(column)) < 1e-15)
        }
    }

    @Test(
        "The whole table agrees with DESeq2, outliers included",
        .enabled(if: DesignReference.isPresent),
        arguments: [
            ("pasilla_condition", "condition_treated_vs_untreated"),
            ("pasilla_type_condition", "condition_treated_vs_untreated"),
        ])
    func tableAgreesWithReference(design: String, result: String) throws {
        let reference = DesignReference(design)
        let genes = try reference.table("expected_genes.tsv.gz")
        let results = try reference.table("expected_results_\(result).tsv.gz")
        let cutoff = try reference.json("design.json").number("cooksCutoff")
        let counts = try reference.counts()
        let maxCooks = try genes.doubles("maxCooks")
        let (estimates, errors) = (try results.doubles("log2FoldChange"), try results.doubles("lfcSE"))
        let tests = zip(estimates, errors).map { waldTest(log2FoldChange: $0, standardError: $1) }
        let expected = try results.doubles("pvalue")
        // Exempt are those that the reference keeps although they are outliers.
        let isExempt = maxCooks.indices.map { maxCooks[$0] > cutoff && !expected[$0].isNaN }
        #expect(design == "pasilla_condition" || !isExempt.contains(true))

        let table = try ResultsTable(
            of: GeneTests(
                baseMeans: genes.doubles("baseMean"), log2FoldChanges: estimates, standardErrors: errors,
                statistics: tests.map(\.statistic), pValues: tests.map(\.pValue), maxCooks: maxCooks,
                isExemptFromCooksFilter: isExempt, isNewlyAllZero: [Bool](repeating: false, count: counts.geneCount),
                hasConverged: genes.booleans("betaConv").map { $0 ?? false }),
            settings: ResultsTable.Settings(cooksCutoff: cutoff))
        #expect(worstRelativeDifference(table.statistics, try results.doubles("stat")) < 1e-15)
        // R's normal tail and ours each err by some ulps.
        #expect(worstRelativeDifference(table.pValues, expected) < 1e-13)
        #expect(worstRelativeDifference(table.adjustedPValues, try results.doubles("padj")) < 1e-13)
        #expect(
            table.reasons.filter { $0 == .allZero }.count
                == Int(try reference.json("design.json").number("n_allzero")))
    }

    @Test(
        "Replaced and refitted genes are reported as in DESeq2", .enabled(if: DesignReference.isPresent),
        arguments: ["cond", "cond_minrep6", "cond_minrepInf", "batch_age_cond"])
    func edgeCasesAgreeWithReference(run: String) throws {
        let reference = DesignReference("edge")
        let genes = try reference.table("expected_genes_\(run).tsv.gz")
        let results = try reference.table("expected_results_\(run).tsv.gz")
        let maxCooks = try genes.doubles("maxCooks")
        let (estimates, errors) = (try genes.doubles("cond_B_vs_A"), try genes.doubles("SE_cond_B_vs_A"))
        let tests = zip(estimates, errors).map { waldTest(log2FoldChange: $0, standardError: $1) }
        let means = try genes.doubles("baseMean")
        let replaced =
            genes.position(ofColumn: "replace") == nil
            ? [Bool?](repeating: nil, count: means.count) : try genes.booleans("replace")
        // The F quantile 0.99 with 2 and 10 degrees of freedom; batch and age leave no replicates.
        let cutoff = 7.559432157547899
        let expected = try results.doubles("pvalue")
        let table = try ResultsTable(
            of: GeneTests(
                baseMeans: means, log2FoldChanges: estimates, standardErrors: errors,
                statistics: tests.map(\.statistic), pValues: tests.map(\.pValue), maxCooks: maxCooks,
                isExemptFromCooksFilter: maxCooks.indices.map { maxCooks[$0] > cutoff && !expected[$0].isNaN },
                isNewlyAllZero: means.indices.map { replaced[$0] == true && means[$0] == 0 },
                hasConverged: genes.booleans("betaConv").map { $0 ?? true }),
            settings: ResultsTable.Settings(cooksCutoff: cutoff))
        for (values, column) in [
            (table.log2FoldChanges, "log2FoldChange"), (table.standardErrors, "lfcSE"), (table.statistics, "stat"),
            (table.pValues, "pvalue"), (table.adjustedPValues, "padj"),
        ] {
            // R's normal tail and ours each err by some ulps.
            #expect(worstRelativeDifference(values, try results.doubles(column)) < 1e-13, "\(column)")
        }
        for gene in means.indices where table.adjustedPValues[gene].isNaN { #expect(table.reasons[gene] != nil) }
    }
}
