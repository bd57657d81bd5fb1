import ExpressionFormats
import Foundation
import Testing

/// A design with golden results, and the command that should give them.
struct GoldenDesign: Sendable, CustomTestStringConvertible {
    var folder: String
    var counts = "counts.tsv"
    var samples = "samples.tsv"
    var design: String
    var arguments: [String] = []

    /// Per result: the golden's name and ours.
    var results: [(golden: String, ours: String)]

    /// Whether genes fell back in the reference, so that what fdrtool makes of all z differs a little.
    var hasFallbacks = false

    var testDescription: String { folder }

    static let own = [
        GoldenDesign(
            folder: "two_group", design: "~ condition", arguments: ["--reference", "condition=control"],
            results: [("condition_treated_vs_control", "condition_treated_vs_control")]),
        GoldenDesign(
            folder: "batch_exposure", design: "~ batch + age + exposure",
            arguments: ["--coefficient", "exposure", "--contrast", "batch:b3:b2"],
            results: [("exposure", "exposure"), ("batch_b3_vs_b2", "batch_b3_vs_b2")]),
        GoldenDesign(
            folder: "saturated", design: "~ genotype * treatment",
            arguments: [
                "--reference", "genotype=wt", "--reference", "treatment=none", "--coefficient",
                "genotypemut.treatmentdrug", "--contrast-vector", "0,0,1,1",
            ], results: [("genotypemut.treatmentdrug", "genotypemut.treatmentdrug"), ("drug_in_mut", "contrast1")]),
        GoldenDesign(
            folder: "three_residual_df", design: "~ donor + treatment", arguments: ["--reference", "treatment=none"],
            results: [("treatment_drug_vs_none", "treatment_drug_vs_none")]),
        GoldenDesign(
            folder: "one_residual_df", design: "~ condition", arguments: ["--reference", "condition=control"],
            results: [("condition_treated_vs_control", "condition_treated_vs_control")]),
    ]

    static let reference = [
        GoldenDesign(
            folder: "pasilla_type_condition", counts: "counts.tsv.gz", design: "~ type + condition",
            arguments: [
                "--reference", "condition=untreated", "--reference", "type=single.read", "--coefficient",
                "condition_treated_vs_untreated", "--coefficient", "type_paired.end_vs_single.read",
            ],
            results: [
                ("condition_treated_vs_untreated", "condition_treated_vs_untreated"),
                ("type_paired.end_vs_single.read", "type_paired.end_vs_single.read"),
            ]),
        GoldenDesign(
            folder: "airway_cell_dex", counts: "counts.tsv.gz", design: "~ cell + dex",
            arguments: [
                "--reference", "dex=untrt", "--coefficient", "dex_trt_vs_untrt", "--contrast", "cell:N061011:N080611",
            ],
            results: [
                ("dex_trt_vs_untrt", "dex_trt_vs_untrt"), ("cell_N061011_vs_N080611", "cell_N061011_vs_N080611"),
            ]),
        GoldenDesign(
            folder: "cohort_stir_volume", counts: "../cohort/counts.tsv.gz", samples: "../cohort/samples.tsv",
            design: "~ flowcell + age + gender + stir_volume", results: [("stir_volume", "stir_volume")],
            hasFallbacks: true),
    ]
}

@Suite("modicum de gives DESeq2's and fdrtool's tables")
struct DifferentialExpressionGoldenTests {
    @Test("On the project's own goldens", arguments: GoldenDesign.own)
    func own(_ design: GoldenDesign) throws {
        try check(design, in: packageRoot + "/datasets/goldens/de/")
    }

    @Test("On the reference data", .enabled(if: ReferenceData.isWanted), arguments: GoldenDesign.reference)
    func reference(_ design: GoldenDesign) throws {
        try check(design, in: ReferenceData.folder + "/de/")
    }

    private func check(_ design: GoldenDesign, in goldens: String) throws {
        let folder = try TemporaryFolder()
        let place = goldens + design.folder + "/"
        let out = folder("out")
        let run = try ModicumProcess(
            [
                "de", "--counts", place + design.counts, "--samples", place + design.samples, "--design",
                design.design, "--empirical-null", "fdrtool", "--out", out, "--quiet",
            ] + design.arguments
        ).finish()
        #expect(run.status == 0, "\(run.errors)")

        let expectedGenes = place + "expected_genes.tsv.gz"
        let fallbacks = try GoldenTable.fallbackGenes(in: expectedGenes)
        var genes = try GoldenTable(out + "/genes.tsv", expected: expectedGenes)
        genes.skipped = fallbacks
        for column in ["baseMean", "baseVar"] { try genes.expectEqual(column, tolerance: 1e-12, worst: 1e-11) }
        for column in ["allZero", "dispOutlier", "betaConv", "betaIter"] {
            try genes.expectEqual(column, tolerance: 0, worst: 0)
        }
        try genes.expectEqual("dispGeneEst", floor: 1e-6)
        for column in ["dispFit", "dispMAP", "dispersion"] { try genes.expectEqual(column) }
        for column in ["deviance", "maxCooks"] { try genes.expectEqual(column) }
        let header = try DelimitedTable(path: expectedGenes).columnNames
        for name in header where name.hasPrefix("SE_") {
            try genes.expectEqual(name)
            // A coefficient near zero carries the error of its standard error's size.
            try genes.expectEqual(String(name.dropFirst(3)), small: 1e-2)
        }

        for (golden, ours) in design.results {
            var table = try GoldenTable(
                out + "/results.\(ours).tsv", expected: place + "expected_results_\(golden).tsv.gz")
            table.skipped = fallbacks
            for column in ["stat", "pvalue"] { try table.expectEqual(column, small: 1e-2) }
            try table.expectEqual("padj", small: 1e-2)
            let fdrtool = place + "expected_fdrtool_\(golden).tsv.gz"
            guard FileManager.default.fileExists(atPath: fdrtool) else { continue }
            var null = try GoldenTable(out + "/results.\(ours).tsv", expected: fdrtool)
            null.skipped = fallbacks
            // fdrtool finds the null's scale by a search with tolerance 1.2e-4, so a last
            // digit of any z moves all p-values; given the same z they agree to 1e-8.
            let (tolerance, worst) = design.hasFallbacks ? (5e-3, 2e-2) : (1e-5, 1e-3)
            try null.expectEqual(
                "pval", ourName: "pvalueEmpirical", tolerance: tolerance, worst: worst, small: 1e-2)
            try null.expectEqual("bh", ourName: "padjEmpirical", tolerance: tolerance, worst: worst, small: 1e-2)
            // The null's scale rests on a cutoff that steps from one gene to the next. Given ENSG00000253873, a fallback row,
            // a z of −0.64 in the place of −0.46, R's fdrtool itself moves 55 of these values as much; and R's own z of
            // it lies between −0.84 and −0.28 when the size factors move by a last digit.
            try null.expectEqual(
                "lfdr", tolerance: tolerance, worst: worst, small: 1e-2, share: design.hasFallbacks ? 0.003 : 0.001)
        }
    }
}
