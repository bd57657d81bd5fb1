import ExpressionFormats
import Foundation
import Testing

@Suite("Numbers that are not to be trusted are refused or said")
struct TrustTests {
    /// Twelve samples of sixty genes with enough spread for a trend, and what is known of the samples.
    private func writeStudy(in folder: TemporaryFolder, lone: Int = 0) throws -> (counts: String, samples: String) {
        var state: UInt64 = 11
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 9_007_199_254_740_992
        }
        var counts = ""
        var samples = "sample\tcond\ttime\tscaled\tdose\n"
        for (position, time) in Self.times.enumerated() {
            counts += "\ts\(position + 1)"
            let scaled = (time - 1.6e9) / 1e6
            let group = position % 2 == 0 ? "a" : "b"
            samples += "s\(position + 1)\t\(group)\t\(time)\t\(scaled)\t\(position * position % 7).5\n"
        }
        for gene in 1...60 {
            counts += "\ng\(gene)"
            let mean = Double(gene * gene)
            for _ in Self.times { counts += "\t\(Int(mean * (0.4 + uniform() + uniform() * uniform())))" }
        }
        for gene in 0..<lone {
            counts += "\nlone\(gene)"
            for sample in Self.times.indices { counts += sample == gene % 12 ? "\t\(3000 + gene)" : "\t0" }
        }
        return (
            try folder.write("gene" + counts + "\n", as: "counts.tsv"), try folder.write(samples, as: "samples.tsv")
        )
    }

    /// Unix times, some days apart.
    private static let times: [Double] = [0, 8, 4, 12, 8, 16, 12, 8, 16, 12, 20, 16].map { 1.6e9 + 4e5 * $0 }

    @Test(
        "A covariate that DESeq2 is singular for is refused before anything is computed",
        arguments: [
            [], ["--test", "lrt", "--reduced", "~ time"], ["--test", "lrt", "--reduced", "~ cond"],
            ["--shrink", "normal"],
            ["--beta-prior"], ["--transform", "rlog"], ["--optimizer", "exact", "--beta-prior"],
            ["--optimizer", "exact", "--shrink", "apeglm"],
        ])
    func singularCovariate(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        let (counts, samples) = try writeStudy(in: folder)
        let run = try ModicumProcess(
            ["de", "--counts", counts, "--samples", samples, "--design", "~ cond + time", "--out", folder("out")]
                + arguments
        ).finish()
        #expect(run.status == 3)
        #expect(run.errors.contains("samples.tsv, column time: "), "\(run.errors)")
        #expect(run.errors.contains("scale(time)") && run.errors.contains("subtract 160"), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }

    @Test(
        "So it is by check and in a study, as an exposure and as a covariate", arguments: ["check", "run"],
        [("time", "cond"), ("dose", "cond, time")])
    func singularStudy(command: String, columns: (String, String)) throws {
        let (exposure, covariates) = columns
        let folder = try TemporaryFolder()
        _ = try writeStudy(in: folder)
        let study = try folder.write(
            """
            modicum: 1
            counts: counts.tsv
            samples: samples.tsv
            exposures: [\(exposure)]
            adjust: {main: [\(covariates)]}
            """, as: "study.yaml")
        let run = try ModicumProcess([command, study] + (command == "run" ? ["--out", folder("out")] : [])).finish()
        #expect(run.status == 3)
        #expect(run.errors.contains("samples.tsv, column time: "), "\(run.errors)")
        #expect(run.errors.contains("scale(time)"), "\(run.errors)")
    }

    @Test("The exact optimiser centres and scales inside: its z is that of the scaled column")
    func exactCovariate() throws {
        let folder = try TemporaryFolder()
        let (counts, samples) = try writeStudy(in: folder)
        for column in ["time", "scaled"] {
            let run = try modicum(
                "de", "--counts", counts, "--samples", samples, "--design", "~ cond + \(column)", "--optimizer",
                "exact",
                "--out", folder(column), "--quiet")
            #expect(run.status == 0, "\(run.errors)")
        }
        let given = try DelimitedTable(path: folder("time/results.time.tsv"))
        let scaled = try DelimitedTable(path: folder("scaled/results.scaled.tsv"))
        let changes = zip(try given.doubles("log2FoldChange"), try scaled.doubles("log2FoldChange"))
        for (mine, theirs) in changes { #expect(abs(mine * 1e6 / theirs - 1) < 1e-5) }
        for (mine, theirs) in zip(try given.doubles("stat"), try scaled.doubles("stat")) {
            #expect(abs(mine - theirs) < 1e-5)
        }
    }

    @Test("An empirical null of genes that hardly spread is told from one of expressed genes")
    func empiricalNull() throws {
        let folder = try TemporaryFolder()
        let place = packageRoot + "/datasets/small-cohort/"
        func run(_ out: String, _ filter: [String]) throws -> (errors: String, deviation: Double) {
            let run = try ModicumProcess(
                [
                    "de", "--counts", place + "counts.tsv.gz", "--samples", place + "samples.tsv", "--design",
                    "~ batch + age + gender + stir_volume", "--empirical-null", "fdrtool", "--out", folder(out),
                ] + filter
            ).finish()
            #expect(run.status == 0, "\(run.errors)")
            let table = try DelimitedTable(path: folder(out + "/empirical_null.tsv"))
            #expect(
                table.columnNames
                    == ["analysis", "test", "genes", "cutoff", "N.cens", "eta0", "eta0.SE", "sd", "sd.SE"])
            return (run.errors, try table.doubles("sd")[0])
        }
        let thin = try run("all", [])
        #expect(thin.deviation < 0.5)
        #expect(thin.errors.contains("warning: stir_volume: the empirical null's standard deviation is 0.4"))
        #expect(thin.errors.contains("gene filter"))
        #expect(thin.errors.contains("empirical null: stir_volume sd 0.4"))
        let record = try Record(in: folder("all"))
        #expect(record.warnings.contains { $0.contains("far from 1") })

        let filtered = try run("filtered", ["--filter", "count > 3 in >= 5"])
        #expect(abs(filtered.deviation - 1) < 0.1)
        #expect(!filtered.errors.contains("empirical null's"))
        #expect(filtered.errors.contains("empirical null: stir_volume sd 1.0"), "\(filtered.errors)")
    }

    @Test("Every documented command with fdrtool has a gene filter")
    func documentedFilter() throws {
        var texts = [try modicum("de", "--help").output]
        for name in ["README.md", "docs/differential-expression.md", "docs/study-file.md"] {
            texts.append(try String(contentsOfFile: packageRoot + "/" + name, encoding: .utf8))
        }
        for text in texts {
            // A command goes on over the ends of lines.
            let commands = text.replacing("\\\n", with: " ").split(separator: "\n")
            for command in commands where command.contains("modicum de") && command.contains("fdrtool") {
                #expect(command.contains("--filter"), "\(command)")
            }
        }
    }

    @Test(
        "rlog says that lone counts are not what it is for, in DESeq2's case",
        arguments: [("rlog", true), ("vst", false)])
    func loneCounts(transform: String, isWarned: Bool) throws {
        let folder = try TemporaryFolder()
        let (counts, samples) = try writeStudy(in: folder, lone: 12)
        let run = try modicum(
            "de", "--counts", counts, "--samples", samples, "--design", "~ cond", "--transform", transform,
            "--transform-genes", "all", "--out", folder("out"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("prefer --transform vst") == isWarned, "\(run.errors)")
        #expect(try Record(in: folder("out")).warnings.contains { $0.contains("one sample has") } == isWarned)
    }

    @Test("What is compared without an intercept is said on the screen and in the record")
    func defaultComparison() throws {
        let folder = try TemporaryFolder()
        let place = packageRoot + "/datasets/goldens/de/two_group/"
        let run = try modicum(
            "de", "--counts", place + "counts.tsv", "--samples", place + "samples.tsv", "--design", "~ 0 + condition",
            "--out", folder("out"))
        #expect(run.status == 0 && run.errors.contains("treated against control"), "\(run.errors)")
        #expect(try Record(in: folder("out")).notes?.contains { $0.contains("treated against control") } == true)
        let mean = try modicum(
            "de", "--counts", place + "counts.tsv", "--samples", place + "samples.tsv", "--design", "~ 0 + condition",
            "--coefficient", "conditiontreated", "--out", folder("mean"))
        #expect(mean.status == 0 && !mean.errors.contains("against"), "\(mean.errors)")
        #expect(FileManager.default.fileExists(atPath: folder("mean/results.conditiontreated.tsv")))
    }
}
