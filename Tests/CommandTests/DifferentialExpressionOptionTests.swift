import ExpressionFormats
import Foundation
import Testing

/// One option of `modicum de` and DESeq2's table for it.
struct OptionGolden: Sendable, CustomTestStringConvertible {
    var design: String
    var option: String
    var arguments: [String]

    /// The name in the result's file.
    var result: String

    /// Columns of `genes.tsv` that the option brings.
    var geneColumns: [String] = []

    var testDescription: String { design + ", " + option }

    static let exposure = [
        ("greaterAbs", ["--lfc-threshold", "0.1"]),
        ("lessAbs", ["--lfc-threshold", "0.1", "--alternative", "lessAbs"]),
        ("greater", ["--lfc-threshold", "0.1", "--alternative", "greater"]),
        ("less", ["--lfc-threshold", "0.1", "--alternative", "less"]),
        ("local", ["--dispersion-trend", "local"]),
        ("mean", ["--dispersion-trend", "mean"]),
    ].map { OptionGolden(design: "batch_exposure", option: $0.0, arguments: $0.1, result: "exposure") }

    static let others = [
        OptionGolden(
            design: "batch_exposure", option: "use_t", arguments: ["--use-t"], result: "exposure",
            geneColumns: ["tDegreesFreedom"]),
        OptionGolden(
            design: "batch_exposure", option: "list",
            arguments: ["--contrast", "0.5*batch_b2_vs_b1 + 0.5*exposure - batch_b3_vs_b1"], result: "contrast1"),
        OptionGolden(
            design: "batch_exposure", option: "lrt_contrast",
            arguments: ["--test", "lrt", "--reduced", "~ age", "--contrast", "batch:b1:b3"], result: "lrt",
            geneColumns: ["deviance", "fullBetaConv", "reducedBetaConv"]),
        OptionGolden(
            design: "two_group", option: "intercept_vector", arguments: ["--design", "~ 1", "--contrast-vector=-0.7"],
            result: "contrast1"),
        OptionGolden(
            design: "two_group", option: "factors",
            arguments: ["--normalization-factors", folder + "two_group.normalization_factors.tsv.gz"],
            result: "condition_treated_vs_control"),
        OptionGolden(
            design: "two_group", option: "weights",
            arguments: ["--weights", folder + "two_group.observation_weights.tsv.gz"],
            result: "condition_treated_vs_control", geneColumns: ["weightsFail"]),
        OptionGolden(
            design: "two_group", option: "weights_use_t",
            arguments: ["--use-t", "--weights", folder + "two_group.observation_weights.tsv.gz"],
            result: "condition_treated_vs_control", geneColumns: ["tDegreesFreedom", "weightsFail"]),
        OptionGolden(
            design: "two_group", option: "lrt", arguments: ["--test", "lrt", "--reduced", "~ 1"], result: "lrt",
            geneColumns: ["deviance", "fullBetaConv", "reducedBetaConv"]),
        OptionGolden(
            design: "two_group", option: "poscounts",
            arguments: ["--size-factors", "poscounts", "--replace-outliers", "off"],
            result: "condition_treated_vs_control"),
        OptionGolden(
            design: "two_group", option: "cooks_cutoff", arguments: ["--cooks-cutoff", "2"],
            result: "condition_treated_vs_control"),
    ]

    /// Weights that leave some genes few samples or shares of samples, with and without degrees of freedom.
    static let fewWeights: [OptionGolden] = [
        weighted("few_weights_use_t", ["--use-t"]),
        weighted("few_weights_greaterAbs", ["--use-t", "--lfc-threshold", "0.5"]),
        weighted("few_weights_lessAbs", ["--use-t", "--lfc-threshold", "0.5", "--alternative", "lessAbs"]),
        weighted("few_weights_greater", ["--use-t", "--lfc-threshold", "0.5", "--alternative", "greater"]),
        weighted("few_weights_less", ["--use-t", "--lfc-threshold", "0.5", "--alternative", "less"]),
        weighted("few_weights_prior", ["--beta-prior"]),
        weighted("exact_weights", exact),
        weighted("exact_weights_greaterAbs", exact + ["--lfc-threshold", "0.5"]),
    ]

    private static let exact = [
        "--use-t", "--design", "~ half + condition", "--samples", folder + "two_group.exact_weights.samples.tsv",
    ]

    private static func weighted(_ option: String, _ arguments: [String]) -> OptionGolden {
        let weights = option.hasPrefix("exact") ? "exact_weights" : "few_weights"
        return OptionGolden(
            design: "two_group", option: option,
            arguments: arguments + ["--weights", folder + "two_group.\(weights).weights.tsv.gz"]
                + (weights == "few_weights" ? ["--counts", folder + "two_group.few_weights.counts.tsv.gz"] : []),
            result: "condition_treated_vs_control",
            geneColumns: arguments.contains("--use-t") ? ["tDegreesFreedom"] : [])
    }

    /// Without an intercept the last level is compared with the first.
    static let withoutIntercept = [
        OptionGolden(
            design: "two_group", option: "no_intercept", arguments: ["--design", "~ condition + 0"],
            result: "condition_treated_vs_control"),
        OptionGolden(
            design: "batch_exposure", option: "no_intercept", arguments: ["--design", "~ batch + 0"],
            result: "batch_b3_vs_b1"),
        OptionGolden(
            design: "batch_exposure", option: "no_intercept_two",
            arguments: [
                "--design", "~ 0 + batch + half", "--counts", folder + "batch_exposure.lrt_cooks.counts.tsv.gz",
                "--samples", folder + "batch_exposure.lrt_cooks.samples.tsv",
            ], result: "half_two_vs_one"),
    ]

    /// Names, sums and vectors over one coefficient per level, as DESeq2 has them under a prior.
    static let priors =
        [
            ("prior", [], "exposure"),
            ("prior_contrast", ["--contrast", "batch:b3:b2"], "batch_b3_vs_b2"),
            ("prior_level", ["--coefficient", "batchb2"], "batchb2"),
            ("prior_list", ["--contrast", "Intercept + batchb1 - batchb2"], "contrast1"),
            ("prior_vector", ["--contrast-vector", "0,1,-0.5,-0.5,0,1"], "contrast1"),
            ("prior_greater", ["--lfc-threshold", "0.1", "--alternative", "greater"], "exposure"),
        ].map {
            OptionGolden(
                design: "batch_exposure", option: $0.0, arguments: ["--beta-prior"] + $0.1, result: $0.2)
        } + [
            OptionGolden(
                design: "two_group", option: "prior", arguments: ["--beta-prior"],
                result: "condition_treated_vs_control")
        ]

    static let folder = packageRoot + "/datasets/goldens/de/options/"
}

/// Runs `modicum de` on the inputs of one of the project's goldens.
func runOnGolden(_ design: String, _ arguments: [String], in folder: TemporaryFolder, out: String = "out") throws {
    let place = packageRoot + "/datasets/goldens/de/" + design
    let formula = design == "two_group" ? "~ condition" : "~ batch + age + exposure"
    let run = try ModicumProcess(
        [
            "de", "--out", folder(out), "--quiet",
        ] + (arguments.contains("--counts") ? [] : ["--counts", place + "/counts.tsv"])
            + (arguments.contains("--samples") ? [] : ["--samples", place + "/samples.tsv"])
            + (arguments.contains("--design") ? [] : ["--design", formula]) + arguments
    ).finish()
    #expect(run.status == 0, "\(run.errors)")
}

@Suite("Options of modicum de give DESeq2's tables")
struct DifferentialExpressionOptionTests {
    @Test(
        arguments: OptionGolden.exposure + OptionGolden.others + OptionGolden.priors + OptionGolden.fewWeights
            + OptionGolden.withoutIntercept)
    func table(_ golden: OptionGolden) throws {
        let folder = try TemporaryFolder()
        try runOnGolden(golden.design, golden.arguments, in: folder)
        let expected = OptionGolden.folder + "\(golden.design).\(golden.option).tsv.gz"
        let fallbacks = try GoldenTable.fallbackGenes(in: expected)

        var genes = try GoldenTable(folder("out/genes.tsv"), expected: expected)
        genes.skipped = fallbacks
        try genes.expectEqual("baseMean", tolerance: 1e-12, worst: 1e-11)
        try genes.expectEqual("dispGeneEst", floor: 1e-6)
        for column in ["dispFit", "dispersion", "maxCooks", "betaIter"] + golden.geneColumns {
            try genes.expectEqual(column)
        }
        var table = try GoldenTable(folder("out/results.\(golden.result).tsv"), expected: expected)
        table.skipped = fallbacks
        for column in ["log2FoldChange", "stat", "pvalue", "padj"] { try table.expectEqual(column, small: 1e-2) }
        try table.expectEqual("lfcSE")
    }

    @Test("Weights that leave the expanded design without rank do not stop shrinkage")
    func shrinkageWithFewWeights() throws {
        let folder = try TemporaryFolder()
        try runOnGolden(
            "two_group",
            [
                "--counts", OptionGolden.folder + "two_group.few_weights.counts.tsv.gz", "--weights",
                OptionGolden.folder + "two_group.few_weights.weights.tsv.gz", "--shrink", "normal", "--contrast",
                "condition:treated:control",
            ], in: folder)
        let expected = OptionGolden.folder + "two_group.few_weights_shrink.tsv.gz"
        var table = try GoldenTable(folder("out/results.condition_treated_vs_control.tsv"), expected: expected)
        table.skipped = try GoldenTable.fallbackGenes(in: expected)
        for column in ["log2FoldChange", "pvalue", "padj", "log2FoldChangeShrunk", "lfcSEShrunk"] {
            try table.expectEqual(column, small: 1e-2)
        }
    }

    @Test(
        "A local trend of one, three, four, five and ten genes is that of locfit",
        arguments: ["01", "03", "04", "05", "10"])
    func fewGenes(count: String) throws {
        let folder = try TemporaryFolder()
        let golden = OptionGolden.folder + "few_genes.local\(count)"
        let names = (1...8).map { "s\($0)" }
        let samples = try folder.write(
            "sample\tcondition\n" + names.enumerated().map { "\($1)\t\($0 < 4 ? "a" : "b")\n" }.joined(),
            as: "samples.tsv")
        let factors = try folder.write(
            "sample\tsizeFactor\n" + names.map { "\($0)\t1\n" }.joined(), as: "factors.tsv")
        let run = try modicum(
            "de", "--counts", golden + ".counts.tsv", "--samples", samples, "--size-factors", factors, "--design",
            "~ condition", "--dispersion-trend", "local", "--out", folder("out"), "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let genes = try GoldenTable(folder("out/genes.tsv"), expected: golden + ".tsv.gz")
        try genes.expectEqual("dispGeneEst", floor: 1e-6)
        for column in ["dispFit", "dispersion"] { try genes.expectEqual(column, worst: 1e-5) }
        let table = try GoldenTable(folder("out/results.condition_b_vs_a.tsv"), expected: golden + ".tsv.gz")
        for column in ["log2FoldChange", "stat", "pvalue"] { try table.expectEqual(column, small: 1e-2) }
    }

    @Test("A likelihood-ratio test takes Cook's distances from the means of the dispersion step")
    func cooksOfLikelihoodRatio() throws {
        let folder = try TemporaryFolder()
        let golden = OptionGolden.folder + "batch_exposure.lrt_cooks"
        let run = try modicum(
            "de", "--counts", golden + ".counts.tsv.gz", "--samples", golden + ".samples.tsv", "--design",
            "~ batch + half", "--test", "lrt", "--reduced", "~ batch", "--out", folder("out"), "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        var genes = try GoldenTable(folder("out/genes.tsv"), expected: golden + ".tsv.gz")
        genes.skipped = try GoldenTable.fallbackGenes(in: golden + ".tsv.gz")
        try genes.expectEqual("maxCooks")
        var table = try GoldenTable(folder("out/results.lrt.tsv"), expected: golden + ".tsv.gz")
        table.skipped = genes.skipped
        for column in ["stat", "pvalue", "padj"] { try table.expectEqual(column, small: 1e-2) }
    }

    @Test("Under a prior the cutoff counts the expanded design, and coefficients without it are those of the first fit")
    func outlierUnderPrior() throws {
        let folder = try TemporaryFolder()
        let golden = OptionGolden.folder + "two_group.prior_outlier"
        let place = packageRoot + "/datasets/goldens/de/two_group"
        let run = try modicum(
            "de", "--counts", golden + ".counts.tsv.gz", "--samples", place + "/samples.tsv", "--design", "~ condition",
            "--beta-prior", "--out", folder("out"), "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        var genes = try GoldenTable(folder("out/genes.tsv"), expected: golden + ".tsv.gz")
        genes.skipped = try GoldenTable.fallbackGenes(in: golden + ".tsv.gz")
        for column in ["baseMean", "dispersion", "maxCooks"] { try genes.expectEqual(column) }
        for column in ["MLE_Intercept", "MLE_condition_treated_vs_control"] {
            try genes.expectEqual(column, small: 1e-2)
        }
        var table = try GoldenTable(
            folder("out/results.condition_treated_vs_control.tsv"), expected: golden + ".tsv.gz")
        table.skipped = genes.skipped
        for column in ["log2FoldChange", "stat", "pvalue", "padj"] { try table.expectEqual(column, small: 1e-2) }
    }

    @Test("Where replacement leaves one gene no counts and touches no other, nothing is refitted")
    func onlyZeros() throws {
        let folder = try TemporaryFolder()
        let golden = OptionGolden.folder + "two_group.only_zeros"
        let run = try modicum(
            "de", "--counts", golden + ".counts.tsv.gz", "--samples",
            packageRoot + "/datasets/goldens/de/two_group/samples.tsv", "--design", "~ condition", "--shrink", "normal",
            "--out", folder("out"), "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        var genes = try GoldenTable(folder("out/genes.tsv"), expected: golden + ".tsv.gz")
        genes.skipped = try GoldenTable.fallbackGenes(in: golden + ".tsv.gz")
        for column in ["baseMean", "dispersion", "maxCooks", "betaIter", "deviance"] { try genes.expectEqual(column) }
        var table = try GoldenTable(
            folder("out/results.condition_treated_vs_control.tsv"), expected: golden + ".tsv.gz")
        table.skipped = genes.skipped
        for column in ["log2FoldChange", "stat", "pvalue", "padj", "log2FoldChangeShrunk"] {
            try table.expectEqual(column, small: 1e-2)
        }
        try table.expectEqual("lfcSEShrunk")
    }

    @Test("A gene that replacement leaves without counts has no degrees of freedom")
    func degreesOfFreedomOfNothing() throws {
        let folder = try TemporaryFolder()
        let golden = OptionGolden.folder + "two_group.use_t_zeros"
        let run = try modicum(
            "de", "--counts", golden + ".counts.tsv.gz", "--samples",
            packageRoot + "/datasets/goldens/de/two_group/samples.tsv", "--design", "~ condition", "--use-t", "--out",
            folder("out"), "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        var genes = try GoldenTable(folder("out/genes.tsv"), expected: golden + ".tsv.gz")
        try genes.expectEqual("tDegreesFreedom")
        genes.skipped = try GoldenTable.fallbackGenes(in: golden + ".tsv.gz")
        for column in ["baseMean", "dispersion", "maxCooks", "betaIter"] { try genes.expectEqual(column) }
        var table = try GoldenTable(
            folder("out/results.condition_treated_vs_control.tsv"), expected: golden + ".tsv.gz")
        table.skipped = genes.skipped
        for column in ["log2FoldChange", "lfcSE", "stat", "pvalue", "padj"] {
            try table.expectEqual(column, small: 1e-2)
        }
    }

    @Test(
        "Size factors of control genes, and iterated ones",
        arguments: [
            (["--control-genes", OptionGolden.folder + "batch_exposure.controls.txt"], "control_genes", 1e-13),
            // Both sides stop where a change of the factors is below 1e-4 in square.
            (["--size-factors", "iterate"], "iterate", 1e-4),
        ])
    func sizeFactors(arguments: [String], option: String, tolerance: Double) throws {
        let folder = try TemporaryFolder()
        try runOnGolden("batch_exposure", arguments, in: folder)
        let factors = try GoldenTable(
            folder("out/size_factors.tsv"), expected: OptionGolden.folder + "batch_exposure.\(option).tsv")
        try factors.expectEqual("sizeFactor", tolerance: tolerance, worst: tolerance)
    }

    @Test(
        "Variance-stabilized counts, fast and full, blind and not",
        arguments: [
            ("vst_blind", ["--transform-genes", "200"]),
            ("vst_design", ["--transform-genes", "200", "--transform-blind", "off"]),
            ("vst_all_blind", ["--transform-genes", "all"]),
            ("vst_all_design", ["--transform-genes", "all", "--transform-blind", "off"]),
        ])
    func transform(option: String, arguments: [String]) throws {
        let folder = try TemporaryFolder()
        try runOnGolden("batch_exposure", ["--transform", "vst"] + arguments, in: folder)
        try expectTransform("batch_exposure.\(option).tsv.gz", in: folder)
    }

    @Test("Variance-stabilized counts with normalization factors and a local trend")
    func transformWithFactors() throws {
        let folder = try TemporaryFolder()
        let factors = OptionGolden.folder + "two_group.normalization_factors.tsv.gz"
        try runOnGolden(
            "two_group",
            [
                "--normalization-factors", factors, "--transform", "vst", "--transform-genes", "all",
                "--dispersion-trend", "local",
            ], in: folder)
        try expectTransform("two_group.vst_factors_local.tsv.gz", in: folder)
        #expect(!FileManager.default.fileExists(atPath: folder("out/size_factors.tsv")), "there are none")
    }

    private func expectTransform(_ golden: String, in folder: TemporaryFolder) throws {
        let table = try GoldenTable(folder("out/vst.tsv.gz"), expected: OptionGolden.folder + golden)
        for sample in try DelimitedTable(path: OptionGolden.folder + golden).columnNames.dropFirst() {
            // The trend, where a gene's search ends one step apart.
            try table.expectEqual(sample, tolerance: 1e-6, worst: 1e-5, small: 1)
        }
    }

    @Test("Every option has the same bytes for any number of workers and threads")
    func workers() throws {
        let folder = try TemporaryFolder()
        var identities: Set<String> = []
        for (index, workers) in ["1", "3"].enumerated() {
            try runOnGolden(
                "two_group",
                [
                    "--test", "lrt", "--reduced", "~ 1", "--weights",
                    OptionGolden.folder + "two_group.observation_weights.tsv.gz", "--normalization-factors",
                    OptionGolden.folder + "two_group.normalization_factors.tsv.gz", "--transform", "vst",
                    "--transform-genes", "100", "--workers", workers, "--threads", "1",
                ], in: folder, out: "out\(index)")
            identities.insert(try Record(in: folder("out\(index)")).identity)
        }
        #expect(identities.count == 1)
        for workers in ["1", "3"] {
            try runOnGolden(
                "two_group", ["--shrink", "apeglm", "--transform", "rlog", "--workers", workers, "--threads", "1"],
                in: folder, out: "prior\(workers)")
            identities.insert(try Record(in: folder("prior\(workers)")).identity)
        }
        #expect(identities.count == 2)
    }

    @Test("A contrast vector of other numbers is another run")
    func contrastsAreSettings() throws {
        let folder = try TemporaryFolder()
        try runOnGolden("two_group", ["--contrast-vector", "0,1"], in: folder)
        let place = packageRoot + "/datasets/goldens/de/two_group"
        let other = try modicum(
            "de", "--counts", place + "/counts.tsv", "--samples", place + "/samples.tsv", "--design", "~ condition",
            "--contrast-vector", "0,-1", "--out", folder("out"))
        #expect(other.status == 3 && other.errors.contains("other inputs or settings"), "\(other.errors)")
    }
}
