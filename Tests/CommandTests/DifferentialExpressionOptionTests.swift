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

    static let folder = packageRoot + "/datasets/goldens/de/options/"
}

/// Runs `modicum de` on the inputs of one of the project's goldens.
private func run(_ design: String, _ arguments: [String], in folder: TemporaryFolder, out: String = "out") throws {
    let place = packageRoot + "/datasets/goldens/de/" + design
    let formula = design == "two_group" ? "~ condition" : "~ batch + age + exposure"
    let run = try ModicumProcess(
        [
            "de", "--counts", place + "/counts.tsv", "--samples", place + "/samples.tsv", "--design", formula, "--out",
            folder(out), "--quiet",
        ] + arguments
    ).finish()
    #expect(run.status == 0, "\(run.errors)")
}

@Suite("Options of modicum de give DESeq2's tables")
struct DifferentialExpressionOptionTests {
    @Test(arguments: OptionGolden.exposure + OptionGolden.others)
    func table(_ golden: OptionGolden) throws {
        let folder = try TemporaryFolder()
        try run(golden.design, golden.arguments, in: folder)
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

    @Test(
        "Size factors of control genes, and iterated ones",
        arguments: [
            (["--control-genes", OptionGolden.folder + "batch_exposure.controls.txt"], "control_genes", 1e-13),
            // Both sides stop where a change of the factors is below 1e-4 in square.
            (["--size-factors", "iterate"], "iterate", 1e-4),
        ])
    func sizeFactors(arguments: [String], option: String, tolerance: Double) throws {
        let folder = try TemporaryFolder()
        try run("batch_exposure", arguments, in: folder)
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
        try run("batch_exposure", ["--transform", "vst"] + arguments, in: folder)
        try expectTransform("batch_exposure.\(option).tsv.gz", in: folder)
    }

    @Test("Variance-stabilized counts with normalization factors and a local trend")
    func transformWithFactors() throws {
        let folder = try TemporaryFolder()
        let factors = OptionGolden.folder + "two_group.normalization_factors.tsv.gz"
        try run(
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

    private static let goldens = packageRoot + "/datasets/goldens/de/"

    @Test(
        "A normal prior on all levels, with replaced outliers and a numeric exposure",
        arguments: ["two_group", "batch_exposure"])
    func betaPrior(design: String) throws {
        let folder = try TemporaryFolder()
        try run(design, ["--beta-prior"], in: folder)
        let expected = Self.goldens + design + "/expected_betaprior.tsv.gz"
        var genes = try GoldenTable(folder("out/genes.tsv"), expected: expected)
        genes.skipped = try GoldenTable.fallbackGenes(in: expected)
        for name in try DelimitedTable(path: expected).columnNames.dropFirst() {
            try genes.expectEqual(name, small: name.hasPrefix("SE_") ? 1e-6 : 1e-2)
        }
    }

    @Test(
        "Fold changes shrunken by a normal prior, of a coefficient and of a contrast",
        arguments: [
            ("two_group", "condition_treated_vs_control", "condition:treated:control"),
            ("batch_exposure", "exposure", "batch:b3:b1"),
        ])
    func shrunken(design: String, coefficient: String, contrast: String) throws {
        let folder = try TemporaryFolder()
        let expected = Self.goldens + design + "/expected_shrink_normal.tsv.gz"
        let fallbacks = try GoldenTable.fallbackGenes(in: Self.goldens + design + "/expected_genes.tsv.gz")
        for (arguments, kind) in [(["--coefficient", coefficient], "normal"), (["--contrast", contrast], "contrast")] {
            try run(design, ["--shrink", "normal"] + arguments, in: folder, out: kind)
            let parts = contrast.split(separator: ":")
            let file = kind == "normal" ? coefficient : "\(parts[0])_\(parts[1])_vs_\(parts[2])"
            var table = try GoldenTable(folder("\(kind)/results.\(file).tsv"), expected: expected)
            table.skipped = fallbacks
            try table.expectEqual(kind + "_lfc", ourName: "log2FoldChangeShrunk", small: 1e-2)
            try table.expectEqual(kind + "_se", ourName: "lfcSEShrunk")
        }
    }

    @Test("apeglm's fold changes, deviations and s-values", .enabled(if: ReferenceData.isWanted))
    func apeglm() throws {
        let folder = try TemporaryFolder()
        let place = ReferenceData.folder + "/de/pasilla_type_condition/"
        let run = try modicum(
            "de", "--counts", place + "counts.tsv.gz", "--samples", place + "samples.tsv", "--design",
            "~ type + condition", "--reference", "condition=untreated", "--reference", "type=single.read", "--shrink",
            "apeglm", "--out", folder("out"), "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        var table = try GoldenTable(
            folder("out/results.condition_treated_vs_untreated.tsv"),
            expected: place + "expected_shrink_condition_treated_vs_untreated.tsv.gz")
        table.skipped = try GoldenTable.fallbackGenes(in: place + "expected_genes.tsv.gz")
        // Where apeglm's searches stop on a plateau, as in the tests of its numerics.
        for (theirs, ours) in [("lfc", "log2FoldChangeShrunk"), ("se", "lfcSEShrunk"), ("svalue", "svalue")] {
            try table.expectEqual("apeglm_" + theirs, ourName: ours, tolerance: 1e-5, worst: 1e-3, small: 1e-2)
        }
    }

    @Test(
        "Regularized logarithms, blind and not, with replaced outliers and without",
        arguments: ["two_group", "batch_exposure"], ["on", "off"])
    func regularizedLogarithm(design: String, blind: String) throws {
        let folder = try TemporaryFolder()
        try run(design, ["--transform", "rlog", "--transform-blind", blind], in: folder)
        let golden = Self.goldens + design + "/expected_rlog_\(blind == "on" ? "blind" : "design")_every7th.tsv.gz"
        let table = try GoldenTable(folder("out/rlog.tsv.gz"), expected: golden)
        for sample in try DelimitedTable(path: golden).columnNames.dropFirst() {
            try table.expectEqual(sample, tolerance: 1e-6, worst: 1e-5, small: 1)
        }
    }

    @Test(
        "What has no shrunken fold changes is refused",
        arguments: [
            (["--shrink", "apeglm", "--contrast", "batch:b3:b2"], "batch_b3_vs_b2"),
            (["--shrink", "apeglm", "--contrast", "batch:b1:b2"], "batch_b1_vs_b2"),
            (["--shrink", "normal", "--contrast", "Intercept + age"], "intercept"),
        ])
    func refused(arguments: [String], mentions: String) throws {
        let place = packageRoot + "/datasets/goldens/de/batch_exposure"
        let folder = try TemporaryFolder()
        let result = try ModicumProcess(
            [
                "de", "--counts", place + "/counts.tsv", "--samples", place + "/samples.tsv", "--design",
                "~ batch + age + exposure", "--out", folder("out"),
            ] + arguments
        ).finish()
        #expect(result.status == 3, "\(result.errors)")
        #expect(result.errors.contains(mentions), "\(result.errors)")
    }

    @Test("A study file's keys do what the options of the same name do")
    func studyKeys() throws {
        let folder = try TemporaryFolder()
        let place = Self.goldens + "batch_exposure/"
        let options = OptionGolden.folder + "batch_exposure.controls.txt"
        let study = try folder.write(
            """
            modicum: 1
            counts: \(place)counts.tsv
            samples: \(place)samples.tsv
            exposures: [exposure]
            adjust: {main: [batch, age]}
            test: lrt
            control-genes: \(options)
            size-factors: poscounts
            dispersion-trend: local
            optimizer: exact
            shrink: normal
            transform: vst
            independent-filtering: off
            """, as: "study.yaml")
        let ran = try modicum("run", study, "--out", folder("study"), "--quiet")
        #expect(ran.status == 0, "\(ran.errors)")
        try run(
            "batch_exposure",
            [
                "--test", "lrt", "--reduced", "~ batch + age", "--control-genes", options, "--size-factors",
                "poscounts",
                "--dispersion-trend", "local", "--optimizer", "exact", "--shrink", "normal", "--transform", "vst",
                "--independent-filtering", "off",
            ], in: folder)
        for (ours, theirs) in [
            ("study/main/exposure/results.exposure.tsv", "out/results.lrt.tsv"),
            ("study/main/exposure/genes.tsv", "out/genes.tsv"), ("study/size_factors.tsv", "out/size_factors.tsv"),
            ("study/vst.tsv.gz", "out/vst.tsv.gz"),
        ] {
            #expect(FileManager.default.contentsEqual(atPath: folder(ours), andPath: folder(theirs)), "\(ours)")
        }
    }

    @Test("The exact optimiser moves estimates by little and lets nothing fall back")
    func exactOptimizer() throws {
        let folder = try TemporaryFolder()
        try run("batch_exposure", ["--optimizer", "exact"], in: folder)
        let golden = Self.goldens + "batch_exposure/expected_results_exposure.tsv.gz"
        var table = try GoldenTable(folder("out/results.exposure.tsv"), expected: golden)
        table.skipped = try GoldenTable.fallbackGenes(in: Self.goldens + "batch_exposure/expected_genes.tsv.gz")
        // DESeq2's searches stop short of the maximum; its tolerances are of this size.
        try table.expectEqual("stat", tolerance: 0.02, worst: 0.2, small: 1)
        let genes = try DelimitedTable(path: folder("out/genes.tsv"))
        let iterations = try genes.doubles("betaIter").filter { !$0.isNaN }
        #expect(iterations.allSatisfy { $0 < 100 })
        let reference = try TemporaryFolder()
        try run("batch_exposure", [], in: reference)
        #expect(
            !FileManager.default.contentsEqual(
                atPath: folder("out/genes.tsv"), andPath: reference("out/genes.tsv")), "it is another search")
    }

    @Test("Every option has the same bytes for any number of workers and threads")
    func workers() throws {
        let folder = try TemporaryFolder()
        var identities: Set<String> = []
        for (index, workers) in ["1", "3"].enumerated() {
            try run(
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
            try run(
                "two_group", ["--shrink", "apeglm", "--transform", "rlog", "--workers", workers, "--threads", "1"],
                in: folder, out: "prior\(workers)")
            identities.insert(try Record(in: folder("prior\(workers)")).identity)
        }
        #expect(identities.count == 2)
    }

    @Test("A contrast vector of other numbers is another run")
    func contrastsAreSettings() throws {
        let folder = try TemporaryFolder()
        try run("two_group", ["--contrast-vector", "0,1"], in: folder)
        let place = packageRoot + "/datasets/goldens/de/two_group"
        let other = try modicum(
            "de", "--counts", place + "/counts.tsv", "--samples", place + "/samples.tsv", "--design", "~ condition",
            "--contrast-vector", "0,-1", "--out", folder("out"))
        #expect(other.status == 3 && other.errors.contains("other inputs or settings"), "\(other.errors)")
    }
}
