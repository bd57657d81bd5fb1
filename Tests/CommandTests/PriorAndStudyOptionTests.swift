import ExpressionFormats
import Foundation
import Testing

@Suite("Priors, transforms and the exact optimiser from the command and from a study")
struct PriorAndStudyOptionTests {
    private static let goldens = packageRoot + "/datasets/goldens/de/"

    @Test(
        "A normal prior on all levels, with replaced outliers and a numeric exposure",
        arguments: ["two_group", "batch_exposure"])
    func betaPrior(design: String) throws {
        let folder = try TemporaryFolder()
        try runOnGolden(design, ["--beta-prior"], in: folder)
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
            try runOnGolden(design, ["--shrink", "normal"] + arguments, in: folder, out: kind)
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
        try runOnGolden(design, ["--transform", "rlog", "--transform-blind", blind], in: folder)
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
            (["--shrink", "apeglm", "--coefficient", "Intercept"], "Intercept"),
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
        let ran = try modicum("run", study, "--out", folder("study"), "--quiet", "--details")
        #expect(ran.status == 0, "\(ran.errors)")
        try runOnGolden(
            "batch_exposure",
            [
                "--test", "lrt", "--reduced", "~ batch + age", "--control-genes", options, "--size-factors",
                "poscounts",
                "--dispersion-trend", "local", "--optimizer", "exact", "--shrink", "normal", "--transform", "vst",
                "--independent-filtering", "off",
            ], in: folder)
        for (ours, theirs) in [
            ("study/main/exposure/results.lrt.tsv", "out/results.lrt.tsv"),
            ("study/main/exposure/genes.tsv", "out/genes.tsv"), ("study/size_factors.tsv", "out/size_factors.tsv"),
            ("study/vst.tsv.gz", "out/vst.tsv.gz"),
        ] {
            #expect(FileManager.default.contentsEqual(atPath: folder(ours), andPath: folder(theirs)), "\(ours)")
        }
    }

    @Test("The exact optimiser moves estimates by little and lets nothing fall back")
    func exactOptimizer() throws {
        let folder = try TemporaryFolder()
        try runOnGolden("batch_exposure", ["--optimizer", "exact"], in: folder)
        let golden = Self.goldens + "batch_exposure/expected_results_exposure.tsv.gz"
        var table = try GoldenTable(folder("out/results.exposure.tsv"), expected: golden)
        table.skipped = try GoldenTable.fallbackGenes(in: Self.goldens + "batch_exposure/expected_genes.tsv.gz")
        // DESeq2's searches stop short of the maximum; its tolerances are of this size.
        try table.expectEqual("stat", tolerance: 0.02, worst: 0.2, small: 1)
        let genes = try DelimitedTable(path: folder("out/genes.tsv"))
        let iterations = try genes.doubles("betaIter").filter { !$0.isNaN }
        #expect(iterations.allSatisfy { $0 < 100 })
        let reference = try TemporaryFolder()
        try runOnGolden("batch_exposure", [], in: reference)
        #expect(
            !FileManager.default.contentsEqual(
                atPath: folder("out/genes.tsv"), andPath: reference("out/genes.tsv")), "it is another search")
    }
}
