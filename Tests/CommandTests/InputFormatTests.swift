import ExpressionFormats
import Foundation
import Testing

/// Whole commands on the files of other programs (`datasets/goldens/inputs`).
@Suite("Inputs of other programs")
struct InputFormatTests {
    private static let goldens = packageRoot + "/datasets/goldens/inputs/"

    /// Runs `modicum de` on the goldens and returns the folder of its results.
    private func results(
        _ counts: String, _ arguments: [String], in folder: TemporaryFolder, name: String,
        samples: String? = "samples.tsv"
    ) throws -> String {
        let out = folder(name)
        let sheet = samples.map { ["--samples", $0.hasPrefix("/") ? $0 : Self.goldens + $0] } ?? []
        let run = try ModicumProcess(
            ["de", "--counts", counts, "--out", out, "--quiet"] + sheet + arguments
        ).finish()
        #expect(run.status == 0, "\(counts): \(run.errors)")
        return out
    }

    private static let design = ["--design", "~ condition"]
    private static let table = "results.condition_treated_vs_control.tsv"

    @Test("Whole counts give the same results in every format")
    func wholeCounts() throws {
        let folder = try TemporaryFolder()
        let expected = try String(
            contentsOfFile: results(Self.goldens + "counts.tsv", Self.design, in: folder, name: "table") + "/"
                + Self.table,
            encoding: .utf8)
        for (position, counts) in ["htseq", "star/", "mtx", "counts.gct.gz", "layer.h5ad"].enumerated() {
            let out = try results(Self.goldens + counts, Self.design, in: folder, name: "\(position)")
            #expect(try String(contentsOfFile: out + "/" + Self.table, encoding: .utf8) == expected, "\(counts)")
        }
        // Paths in the sample sheet, and AnnData's own samples.
        let sheet = try folder.write(
            "sample\tcondition\tpath\n"
                + (1...6).map { sample in
                    "S\(sample)\t\(sample < 4 ? "control" : "treated")\t\(Self.goldens)htseq/S\(sample).htseq.txt.gz\n"
                }.joined(), as: "sheet.tsv")
        let named = try results("column:path", Self.design, in: folder, name: "column", samples: sheet)
        #expect(try String(contentsOfFile: named + "/" + Self.table, encoding: .utf8) == expected)
        let own = try results(Self.goldens + "csc.h5ad", Self.design, in: folder, name: "own", samples: nil)
        #expect(try String(contentsOfFile: own + "/" + Self.table, encoding: .utf8) == expected)
    }

    @Test(
        "Estimated counts with their lengths give DESeq2's results",
        arguments: [
            ("salmon", ["--tx2gene", "tx2gene.tsv"], "salmon"), ("kallisto", ["--tx2gene", "tx2gene.tsv"], "salmon"),
            ("rsem-isoforms", ["--tx2gene", "tx2gene.tsv"], "salmon"), ("rsem-genes", [], "rsem"),
            (
                "merged/salmon.merged.gene_counts.tsv.gz",
                ["--gene-lengths", "merged/salmon.merged.gene_lengths.tsv.gz"], "salmon"
            ),
        ] as [(String, [String], String)])
    func estimatedCounts(counts: String, options: [String], golden: String) throws {
        let folder = try TemporaryFolder()
        let arguments = options.map { $0.hasPrefix("--") ? $0 : Self.goldens + $0 }
        let out = try results(Self.goldens + counts, arguments + Self.design, in: folder, name: "out")
        let expected = Self.goldens + "expected_results_\(golden).tsv.gz"
        var table = try GoldenTable(out + "/" + Self.table, expected: expected)
        table.skipped = try GoldenTable.fallbackGenes(in: expected)
        #expect(table.skipped.count < 10)
        try table.expectEqual("baseMean", tolerance: 1e-12, worst: 1e-11)
        for column in ["lfcSE", "dispersion"] { try table.expectEqual(column, floor: 1e-6) }
        for column in ["log2FoldChange", "stat", "pvalue", "padj"] { try table.expectEqual(column, small: 1e-2) }
    }

    @Test("Counts that were scaled by length are taken when that is said")
    func scaledCounts() throws {
        let folder = try TemporaryFolder()
        let counts = Self.goldens + "merged/salmon.merged.gene_counts_length_scaled.tsv.gz"
        let refused = try modicum(
            "de", "--counts", counts, "--samples", Self.goldens + "samples.tsv", "--design", "~ condition", "--out",
            folder("refused"))
        #expect(refused.status == 3)
        #expect(refused.errors.contains("--scaled-counts"), "\(refused.errors)")
        _ = try results(counts, ["--scaled-counts"] + Self.design, in: folder, name: "scaled")
    }

    @Test("A study reads the same formats, and says what it read")
    func study() throws {
        let folder = try TemporaryFolder()
        let study = try folder.write(
            """
            modicum: 1
            counts: \(Self.goldens)dense.h5ad
            exposures: [purity]
            adjust: {main: [batch]}

            """, as: "study.yaml")
        let check = try modicum("check", study)
        #expect(check.status == 0, "\(check.errors)")
        #expect(check.output.contains("counts   200 genes × 6 samples"))
        #expect(
            check.output.contains(
                "column   stage: factor, levels I, II, III, reference I; samples 2, 2, 2; not in a design"))
        #expect(
            check.output.contains(
                "column   purity: numeric, 0.5 to 1.0, mean 0.708, standard deviation 0.204; "
                    + "fold changes are per 1 unit of purity"))
        #expect(check.output.contains("sample   S1: control a 30 0.5 TRUE II"))
        #expect(check.output.contains("main/purity: ~ batch + purity"))
        #expect(check.output.contains("6 samples, 3 coefficients, 3 residual degrees of freedom"))
        for line in ["plan  ", "time  ", "memory", "disk  "] {
            #expect(check.output.contains("\n\(line)   "), "\(line) in \(check.output)")
        }
    }

    @Test(
        "Counts that cannot be used are refused with their place and a remedy",
        arguments: [
            ("merged/salmon.merged.gene_counts.tsv.gz", [], "--gene-lengths"),
            ("salmon", [], "--tx2gene"), ("salmon", ["--counts-format", "kallisto"], "abundance.tsv"),
            ("normalised.h5ad", [], "layer counts"),
            ("lzf.h5ad", [], "compressed with lzf, which this build cannot read"),
            ("merged", [], "--counts-format"),
            ("tx2gene.tsv", [], "is not a count"), ("no-such-folder", [], "no such file"),
        ] as [(String, [String], String)])
    func refusals(counts: String, options: [String], mention: String) throws {
        let folder = try TemporaryFolder()
        let run = try ModicumProcess(
            [
                "de", "--counts", Self.goldens + counts, "--samples", Self.goldens + "samples.tsv", "--out",
                folder("out"),
            ] + Self.design + options
        ).finish()
        #expect(run.status == 3, "\(run.errors)")
        #expect(run.errors.contains(mention), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }

    @Test("Comparisons of a contrasts file are tests of one design each")
    func contrasts() throws {
        let folder = try TemporaryFolder()
        let text = """
            id,variable,reference,target,blocking
            treatment,condition,control,treated,
            blocked,condition,control,treated,batch
            reverse,condition,treated,control,batch

            """
        let file = try folder.write(text, as: "contrasts.csv")
        let out = try results(Self.goldens + "counts.tsv", ["--contrasts", file], in: folder, name: "out")
        let plain = try results(Self.goldens + "counts.tsv", Self.design, in: folder, name: "plain")
        let blocked = try results(
            Self.goldens + "counts.tsv", ["--design", "~ batch + condition"], in: folder, name: "blocked")
        for (ours, expected) in [
            ("condition/results.treatment.tsv", plain), ("condition.batch/results.blocked.tsv", blocked),
        ] {
            var table = try GoldenTable(out + "/" + ours, expected: expected + "/" + Self.table)
            table.skipped = []
            for column in ["baseMean", "log2FoldChange", "lfcSE", "stat", "pvalue", "padj"] {
                try table.expectEqual(column, tolerance: 0, worst: 0)
            }
        }
        #expect(FileManager.default.fileExists(atPath: out + "/condition.batch/results.reverse.tsv"))
        for arguments in [["--contrasts", file, "--design", "~ condition"], []] {
            let run = try ModicumProcess(
                [
                    "de", "--counts", Self.goldens + "counts.tsv", "--samples", Self.goldens + "samples.tsv", "--out",
                    folder("refused"),
                ] + arguments
            ).finish()
            #expect(run.status == 2, "\(arguments): \(run.errors)")
        }
    }
}
