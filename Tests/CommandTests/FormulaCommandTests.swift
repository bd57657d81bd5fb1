import ExpressionFormats
import Foundation
import Testing

/// One design with functions, and DESeq2's tables for it.
struct FormulaTest: Sendable, CustomTestStringConvertible {
    var name: String
    var full: String
    var reduced: String

    /// The last coefficient.
    var coefficient: String

    var testDescription: String { full + " against " + reduced }

    static let folder = packageRoot + "/datasets/goldens/formulas/"

    static let all: [FormulaTest] = {
        struct Entry: Decodable {
            var full: String
            var reduced: String
            var coefficients: [String]
        }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "tests.json"))
            return try JSONDecoder().decode([String: Entry].self, from: data).sorted { $0.key < $1.key }.map {
                FormulaTest(
                    name: $0.key, full: $0.value.full, reduced: $0.value.reduced,
                    coefficient: $0.value.coefficients.last!)
            }
        } catch {
            Issue.record("\(error)")
            return []
        }
    }()
}

@Suite("Designs with functions of variables")
struct FormulaCommandTests {
    @Test("A joint test of several columns, and the last of them alone, are DESeq2's", arguments: FormulaTest.all)
    func jointTest(_ test: FormulaTest) throws {
        let folder = try TemporaryFolder()
        let expected = FormulaTest.folder + test.name + ".tsv.gz"
        let skipped = try GoldenTable.fallbackGenes(in: expected)
        try runOnGolden(
            "batch_exposure", ["--design", test.full, "--test", "lrt", "--reduced", test.reduced], in: folder)
        var joint = try GoldenTable(folder("out/results.lrt.tsv"), expected: expected)
        joint.skipped = skipped
        for column in ["dispersion", "maxCooks"] { try joint.expectEqual(column) }
        for column in ["stat", "pvalue", "padj"] { try joint.expectEqual(column, small: 1e-2) }

        try runOnGolden("batch_exposure", ["--design", test.full], in: folder, out: "wald")
        var last = try GoldenTable(folder("wald/results.\(test.coefficient).tsv"), expected: expected)
        last.skipped = skipped
        try last.expectEqual("log2FoldChange", small: 1e-2)
        try last.expectEqual("lfcSE")
        for column in ["stat", "pvalue", "padj"] {
            let theirs = "wald" + column.prefix(1).uppercased() + column.dropFirst()
            try last.expectEqual(theirs, ourName: column, small: 1e-2)
        }
    }

    @Test("Individuals within groups of unequal size: combinations without samples are left out, and named")
    func nested() throws {
        let folder = try TemporaryFolder()
        let golden = FormulaTest.folder + "nested"
        let arguments = [
            "de", "--counts", golden + ".counts.tsv.gz", "--samples", golden + ".samples.tsv", "--design",
            "~ group + group:donor + group:treatment", "--reference", "treatment=none", "--out",
        ]
        let run = try ModicumProcess(arguments + [folder("out")]).finish()
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            run.errors.contains(
                "no sample has the combinations groupH:donord3, groupH:donord4 and groupK:donord4: "
                    + "their columns are left out of the design"), "\(run.errors)")
        #expect(run.errors.contains("groupK.treatmentdrug: log2 fold changes are drug over none where group is K"))
        let table = try GoldenTable(folder("out/results.groupK.treatmentdrug.tsv"), expected: golden + ".tsv.gz")
        for column in ["log2FoldChange", "stat", "pvalue", "padj"] { try table.expectEqual(column, small: 1e-2) }
        for column in ["baseMean", "lfcSE", "dispersion"] { try table.expectEqual(column) }
        #expect(try ModicumProcess(arguments + [folder("strict"), "--strict"]).finish().status == 4)

        // The way around: a column of 0 and 1 for each group's treatment, beside the individuals.
        let sheet = try DelimitedTable(path: golden + ".samples.tsv")
        let (groups, donors) = (try sheet.strings("group"), try sheet.strings("donor"))
        let treatments = try sheet.strings("treatment")
        let rows = try sheet.strings("sample").enumerated().map { row, sample in
            let treated = ["G", "H", "K"].map { groups[row] == $0 && treatments[row] == "drug" ? "1" : "0" }
            return ([sample, groups[row] + donors[row]] + treated).joined(separator: "\t")
        }
        let dummies = try folder.write(
            (["sample\tid\tg\th\tk"] + rows).joined(separator: "\n") + "\n", as: "dummies.tsv")
        // Solved to all digits; the default's searches end at other last steps where columns overlap otherwise.
        let other = try modicum(
            "de", "--counts", golden + ".counts.tsv.gz", "--samples", dummies, "--design", "~ id + g + h + k",
            "--optimizer", "exact", "--out", folder("dummies"), "--quiet")
        #expect(other.status == 0, "\(other.errors)")
        #expect(try ModicumProcess(arguments + [folder("exact"), "--optimizer", "exact"]).finish().status == 0)
        let same = try GoldenTable(
            folder("dummies/results.k.tsv"), expected: folder("exact/results.groupK.treatmentdrug.tsv"))
        for column in ["log2FoldChange", "stat", "pvalue"] {
            try same.expectEqual(column, tolerance: 2e-6, worst: 2e-6, small: 1e-2)
        }
    }

    @Test("An adjustment set may hold functions, and a study tests the exposure beside them")
    func study() throws {
        let folder = try TemporaryFolder()
        let place = packageRoot + "/datasets/goldens/de/batch_exposure/"
        let study = try folder.write(
            """
            modicum: 1
            counts: \(place)counts.tsv
            samples: \(place)samples.tsv
            exposures: [exposure]
            test: lrt
            adjust:
              curved: [batch, "poly(age, 2)"]
            """, as: "study.yaml")
        let run = try modicum("run", study, "--out", folder("out"), "--details")
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            run.errors.contains(
                "lrt: p-values compare the design with ~ batch + poly(age, 2), "
                    + "log2 fold changes are per 1 unit of exposure"), "\(run.errors)")
        let genes = try DelimitedTable(path: folder("out/curved/exposure/genes.tsv"))
        #expect(genes.columnNames.contains("poly.age..2.2"))
    }

    @Test("A single design is checked with the words of a study, and of the command that computes it")
    func checkOfDesign() throws {
        let folder = try TemporaryFolder()
        let place = packageRoot + "/datasets/goldens/de/two_group/"
        let options = [
            "--counts", place + "counts.tsv", "--samples", place + "samples.tsv", "--design", "~ condition", "--filter",
            "count > 20 in >= 8",
        ]
        let check = try ModicumProcess(["check"] + options).finish()
        #expect(check.status == 0, "\(check.errors)")
        let run = try ModicumProcess(["de"] + options + ["--out", folder("out")]).finish()
        #expect(run.status == 0, "\(run.errors)")
        for line in [
            "counts   300 genes × 16 samples; ", "genes left out: expression-filter",
            "column   condition: factor, levels control, treated, reference control; samples 8, 8",
            "condition_treated_vs_control: log2 fold changes are treated over control",
        ] {
            #expect(check.output.contains(line), "\(line) in \(check.output)")
            #expect(run.errors.contains(line), "\(line) in \(run.errors)")
        }
        let reference =
            "no reference level is declared, so it is the first, control: fold changes are treated over control"
        for text in [check.errors, run.errors] {
            #expect(text.components(separatedBy: reference).count == 2, "\(text)")
        }
        let declared = try ModicumProcess(["check"] + options + ["--reference", "condition=treated"]).finish()
        #expect(!declared.errors.contains("no reference level"), "\(declared.errors)")
        #expect(declared.output.contains("log2 fold changes are control over treated"))

        let json = try ModicumProcess(["check", "--json", "--quiet"] + options).finish()
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect((object?["description"] as? [String])?.contains { $0.hasPrefix("counts   300 genes") } == true)
        #expect(json.errors.isEmpty)
    }

    @Test("What check cannot take has the exit codes of the commands")
    func exitCodes() throws {
        let place = packageRoot + "/datasets/goldens/de/two_group/"
        let files = ["--counts", place + "counts.tsv", "--samples", place + "samples.tsv"]
        #expect(try modicum("check").status == 2)
        #expect(try modicum("check", "study.yaml", "--design", "~ a").status == 2)
        #expect(try modicum("check", "--design", "~ a").status == 2)
        let cases: [(String, Int32)] = [
            ("~ log(condition)", 3), ("~ foo(condition)", 3), ("~ nobody", 3), ("~ condition", 0),
            ("~ condition + offset(condition)", 0),
        ]
        for (design, status) in cases {
            let run = try ModicumProcess(["check", "--quiet"] + files + ["--design", design]).finish()
            #expect(run.status == status, "\(design): \(run.errors)")
        }
        let strict = ["check", "--strict"] + files + ["--design", "~ condition + offset(condition)"]
        let warned = try ModicumProcess(strict).finish()
        #expect(warned.status == 4)
        #expect(warned.errors.contains("offset(condition) has no effect"), "\(warned.errors)")
    }

    @Test("gsea and run say how many sets are left out, and why")
    func sets() throws {
        let folder = try TemporaryFolder()
        let ranks = try folder.write((1...60).map { "g\($0)\t\(61 - $0)\n" }.joined(), as: "list.rnk")
        func set(_ name: String, _ genes: ClosedRange<Int>, _ prefix: String = "g") -> String {
            "\(name)\t\t" + genes.map { prefix + "\($0)" }.joined(separator: "\t") + "\n"
        }
        let sets = try folder.write(
            set("A", 1...20) + set("B", 11...40) + set("small", 1...3) + set("large", 1...55)
                + set("none", 1...20, "x"),
            as: "sets.gmt")
        let run = try modicum(
            "gsea", "--ranks", ranks, "--sets", sets, "--max-size", "50", "--permutations", "100", "--out",
            folder("out"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("list     60 genes"), "\(run.errors)")
        #expect(
            run.errors.contains(
                "2 sets tested; left out: 1 with none of the genes, 1 with fewer than 15 of them, 1 with more than 50"),
            "\(run.errors)")
    }
}
