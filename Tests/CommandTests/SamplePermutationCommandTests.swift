import ExpressionFormats
import Foundation
import Testing

/// A cohort small enough to permute in a moment: 60 genes in 8 samples of two batches, and six overlapping sets.
struct SmallCohort {
    let folder: TemporaryFolder
    let counts: String
    let samples: String
    let sets: String

    init() throws {
        folder = try TemporaryFolder()
        (counts, samples, sets) = (folder("counts.tsv"), folder("samples.tsv"), folder("sets.gmt"))
        let names = (1...8).map { "S\($0)" }
        let exposure = [0.3, -1.2, 0.9, 1.7, -0.4, 0.1, 2.2, -0.8]
        var table = "gene_id\t" + names.joined(separator: "\t") + "\n"
        for gene in 0..<60 {
            let row = (0..<8).map { sample -> String in
                let noise = Double((gene * 8 + sample) * 7919 % 101) / 101
                let effect = gene % 5 == 0 ? exp(0.4 * exposure[sample]) : 1
                return String(Int(Double(20 + gene * gene % 300) * (0.5 + noise) * effect))
            }
            table += "g\(gene)\t" + row.joined(separator: "\t") + "\n"
        }
        try table.write(toFile: counts, atomically: true, encoding: .utf8)
        var sheet = "sample\tbatch\tdose\tpatient\tkind\n"
        for sample in 0..<8 {
            let kind = ["x", "y", "z"][sample % 3]
            sheet += "\(names[sample])\t\(sample % 2 == 0 ? "A" : "B")\t\(exposure[sample])\tp\(sample)\t\(kind)\n"
        }
        try sheet.write(toFile: samples, atomically: true, encoding: .utf8)
        let lines = (0..<6).map { set in
            "set\(set)\tmade up\t"
                + (0..<60).filter { ($0 * (set + 2)) % 7 < 2 || $0 % 5 == set }.map { "g\($0)" }
                .joined(separator: "\t")
        }
        try lines.joined(separator: "\n").appending("\n").write(toFile: sets, atomically: true, encoding: .utf8)
    }

    /// Runs `de` with permuted samples.
    @discardableResult
    func de(
        _ out: String, permutations: Int = 3_000, design: String = "~ batch + dose", sets: Bool = true,
        _ more: String...
    ) throws -> ModicumProcess.Result {
        let setOptions = sets ? ["--sets", self.sets, "--min-size", "5"] : []
        return try ModicumProcess(
            [
                "de", "--counts", counts, "--samples", samples, "--design", design, "--permute", "samples",
                "--dispersion-trend", "mean", "--permutations", "\(permutations)", "--report", "off", "--quiet",
                "--out",
                folder(out),
            ] + setOptions + more
        ).finish()
    }

    func content(_ path: String) -> Data? { FileManager.default.contents(atPath: folder(path)) }
}

@Suite("Permuted samples on the command line")
struct SamplePermutationCommandTests {
    private let golden = packageRoot + "/datasets/goldens/sample-permutation/tiny/"

    @Test("Where all shuffles are enumerated, genes and sets have the p, q and FWER of the enumeration")
    func enumeration() throws {
        let folder = try TemporaryFolder()
        let common = [
            "--sets", golden + "sets.gmt", "--min-size", "1", "--permute", "samples", "--scheme", "within:batch",
            "--set-statistic", "ks,mean,maxmean", "--report", "off", "--quiet", "--out",
        ]
        let run = try ModicumProcess(
            [
                "de", "--counts", golden + "counts.tsv", "--samples", golden + "samples.tsv", "--design",
                "~ batch + exposure", "--size-factors", golden + "samples.tsv", "--dispersions", golden + "genes.tsv",
            ] + common + [folder("de")]
        ).finish()
        #expect(run.status == 0, "\(run.errors)")
        let expected = try DelimitedTable(path: golden + "sets_expected.tsv")
        let statistics = try expected.strings("statistic")
        for (statistic, file, score) in [
            ("ks", "gene_sets.tsv", "ES"), ("mean", "gene_sets.mean.tsv", "score"),
            ("maxmean", "gene_sets.maxmean.tsv", "score"),
        ] {
            let ours = try DelimitedTable(path: folder("de/" + file))
            #expect(try ours.strings("name") == DelimitedTable(path: folder("de/gene_sets.tsv")).strings("name"))
            let rows = statistics.indices.filter { statistics[$0] == statistic }
            for (own, theirs, tolerance) in [
                (score, "score", 1e-6), ("NES", "NES", 1e-6), ("pvalue", "p", 1e-14), ("fdr", "fdr_q", 1e-9),
                ("fwer", "fwer", 1e-14),
            ] {
                let (a, b) = (try ours.doubles(own), try expected.doubles(theirs))
                #expect(zip(a, rows).allSatisfy { abs($0 - b[$1]) <= tolerance * max(1, abs(b[$1])) }, "\(own)")
            }
        }
        let genes = try DelimitedTable(path: folder("de/gene_statistics.tsv"))
        let exact = try DelimitedTable(path: golden + "genes.tsv")
        let reached = try exact.doubles("n_ge")
        #expect(try genes.doubles("pvaluePermutation") == reached.map { $0 / 36 })
        #expect(try genes.doubles("dispersion") == exact.doubles("dispersion"))
        let (z, wanted) = (try genes.doubles("statistic"), try exact.doubles("z"))
        #expect(zip(z, wanted).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($1)) })
        #expect(try Record(in: folder("de")).notes?.contains { $0.contains("all 36 distinct arrangements") } == true)
        // The finished run, asked again, says the same: counts, size factors and dispersions are the stored ones.
        let again = try ModicumProcess(
            ["gsea", "--run", folder("de"), "--exposure", "exposure"] + common + [folder("gsea")]
        ).finish()
        #expect(again.status == 0, "\(again.errors)")
        for file in ["gene_sets.tsv", "gene_sets.mean.tsv", "gene_sets.maxmean.tsv", "gene_statistics.tsv"] {
            #expect(
                FileManager.default.contents(atPath: folder("de/" + file))
                    == FileManager.default.contents(atPath: folder("gsea/" + file)), "\(file)")
        }
    }

    @Test("The bytes are the same for 1, 2 and 7 workers, and after a kill")
    func workers() throws {
        let cohort = try SmallCohort()
        for workers in [1, 2, 7] {
            let run = try cohort.de("w\(workers)", "--workers", "\(workers)", "--threads", "1")
            #expect(run.status == 0, "\(run.errors)")
        }
        let process = try ModicumProcess([
            "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", "~ batch + dose", "--permute",
            "samples", "--dispersion-trend", "mean", "--permutations", "3000", "--report", "off", "--threads", "1",
            "--sets", cohort.sets, "--min-size", "5", "--out", cohort.folder("killed"),
        ])
        #expect(process.waitForError(containing: "permuted samples"))
        process.signal(SIGKILL)
        _ = process.finish()
        let resumed = try cohort.de("killed")
        #expect(resumed.status == 0, "\(resumed.errors)")
        for name in ["w2", "w7", "killed"] {
            #expect(
                try Record(in: cohort.folder(name)).identity == Record(in: cohort.folder("w1")).identity, "\(name)")
            for file in ["modicum.h5", "gene_sets.tsv", "gene_statistics.tsv"] {
                #expect(cohort.content(name + "/" + file) == cohort.content("w1/" + file), "\(name)/\(file)")
            }
        }
    }

    @Test("Genes alone have a table of their own, and the seed names their shuffles")
    func genesAlone() throws {
        let cohort = try SmallCohort()
        for (out, seed) in [("a", "7"), ("b", "7"), ("c", "8")] {
            let run = try cohort.de(out, permutations: 500, sets: false, "--seed", seed)
            #expect(run.status == 0, "\(run.errors)")
        }
        #expect(cohort.content("a/gene_statistics.tsv") != nil)
        #expect(cohort.content("a/gene_statistics.tsv") == cohort.content("b/gene_statistics.tsv"))
        #expect(cohort.content("a/gene_statistics.tsv") != cohort.content("c/gene_statistics.tsv"))
        #expect(cohort.content("a/gene_sets.tsv") == nil)
        let table = try DelimitedTable(path: cohort.folder("a/gene_statistics.tsv"))
        #expect(
            table.columnNames == [
                "gene_id", "statistic", "pvalueModel", "pvaluePermutation", "pvaluePermutationLow",
                "pvaluePermutationHigh", "pvalueAnytime", "pvalueGPD", "padjPermutation", "fwerPermutation",
                "dispersion",
            ])
        let (low, p, high) = (
            try table.doubles("pvaluePermutationLow"), try table.doubles("pvaluePermutation"),
            try table.doubles("pvaluePermutationHigh")
        )
        #expect(p.indices.allSatisfy { low[$0] <= p[$0] && p[$0] <= high[$0] && p[$0] >= 1.0 / 501 })
        #expect(try table.doubles("fwerPermutation").enumerated().allSatisfy { $0.element >= p[$0.offset] })
        // Without sets and without permuted samples nothing is drawn.
        let idle = try modicum(
            "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", "~ dose", "--seed", "1", "--out",
            cohort.folder("idle"))
        #expect(idle.status == 2 && idle.errors.contains("--seed needs --sets"), "\(idle.errors)")
    }

    @Test("The statistics of all genes stand against three nulls in one table, and in bins for a figure")
    func nulls() throws {
        let cohort = try SmallCohort()
        let run = try cohort.de("a", permutations: 500, sets: false)
        #expect(run.status == 0, "\(run.errors)")
        let nulls = try DelimitedTable(path: cohort.folder("a/statistic_nulls.tsv"))
        #expect(try nulls.strings("null") == ["theoretical", "fdrtool", "permutations"])
        let deviations = try nulls.doubles("standardDeviation")
        #expect(deviations[0] == 1 && (0.5...2).contains(deviations[2]))
        let genes = try DelimitedTable(path: cohort.folder("a/gene_statistics.tsv"))
        let below = try genes.doubles("pvalueModel").count { $0 < 0.05 }
        #expect(try nulls.doubles("pvalue_below_0.05")[0] == Double(below))
        let bins = try DelimitedTable(path: cohort.folder("a/statistic_histogram.tsv"))
        #expect(bins.rowCount == 128)
        for column in ["observed", "theoretical", "permutations"] {
            #expect(abs(try bins.doubles(column).reduce(0, +) - Double(genes.rowCount)) < 1e-9, "\(column)")
        }
    }

    @Test("Wald refits are the analysis of the sheet, dispersions given or estimated anew")
    func waldRefits() throws {
        let cohort = try SmallCohort()
        let dispersions = ["gene_id\tdispersion"] + (0..<60).map { "g\($0)\t\(0.05 + 0.01 * Double($0 % 9))" }
        try dispersions.joined(separator: "\n").appending("\n")
            .write(toFile: cohort.folder("given.tsv"), atomically: true, encoding: .utf8)
        let given = ["--dispersions", cohort.folder("given.tsv")]
        for (out, options, tolerance) in [("held", given, 1e-9), ("anew", ["--refit-dispersion"], 0)] {
            let wald = ["--statistic", "wald", "--optimizer", "exact", "--replace-outliers", "off"]
            let run = try ModicumProcess(
                [
                    "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", "~ batch + dose",
                    "--dispersion-trend", "mean", "--permute", "samples", "--permutations", "20", "--report", "off",
                    "--quiet", "--out", cohort.folder(out),
                ] + wald + options
            ).finish()
            #expect(run.status == 0, "\(out): \(run.errors)")
            let observed = try DelimitedTable(path: cohort.folder(out + "/gene_statistics.tsv")).doubles("statistic")
            let expected = try DelimitedTable(path: cohort.folder(out + "/results.dose.tsv")).doubles("stat")
            #expect(observed.count == expected.count)
            #expect(
                zip(observed, expected).allSatisfy { abs($0 - $1) <= tolerance * abs($1) }, "\(out)")
        }
        let both = try cohort.de(
            "no", permutations: 20, "--statistic", "wald", "--refit-dispersion", "--dispersions",
            cohort.folder("given.tsv"))
        #expect(both.status == 3 && both.errors.contains("estimated anew for every shuffle"), "\(both.errors)")
        let score = try cohort.de("no", permutations: 20, "--refit-dispersion")
        #expect(score.status == 2 && score.errors.contains("it needs --statistic wald"), "\(score.errors)")
    }

    @Test("A study file asks for the same by its keys")
    func studyFile() throws {
        let cohort = try SmallCohort()
        let study = """
            modicum: 1
            counts: counts.tsv
            samples: samples.tsv
            exposures: [dose]
            adjust: {main: [batch]}
            dispersion-trend: mean
            gene-sets: {files: sets.gmt, min-size: 5, permute: samples, scheme: free, variance: robust, permutations: 400}
            """
        try study.write(toFile: cohort.folder("study.yaml"), atomically: true, encoding: .utf8)
        let run = try modicum(
            "run", cohort.folder("study.yaml"), "--report", "off", "--quiet", "--out", cohort.folder("study"))
        #expect(run.status == 0, "\(run.errors)")
        let single = try cohort.de("single", permutations: 400, "--scheme", "free", "--variance", "robust")
        #expect(single.status == 0, "\(single.errors)")
        for file in ["gene_sets.tsv", "gene_statistics.tsv"] {
            #expect(cohort.content("study/main/dose/" + file) == cohort.content("single/" + file), "\(file)")
        }
        let named = try modicum(
            "gsea", "--run", cohort.folder("study"), "--exposure", "main/dose", "--permute", "samples", "--scheme",
            "free",
            "--variance", "robust", "--permutations", "400", "--sets", cohort.sets, "--min-size", "5", "--report",
            "off",
            "--quiet", "--out", cohort.folder("named"))
        #expect(named.status == 0, "\(named.errors)")
        #expect(cohort.content("named/gene_sets.tsv") == cohort.content("single/gene_sets.tsv"))
        for (key, message) in [
            ("scheme: within:plate", "plate"), ("permute: phenotype", "not a choice"),
            ("variance: robust}", "permute: samples"),
        ] {
            let permute = key.contains("permute") || key.contains("}") ? "" : "permute: samples, "
            let wrong =
                study.split(separator: "\n").dropLast().joined(separator: "\n")
                + "\ngene-sets: {files: sets.gmt, min-size: 5, \(permute)\(key.replacing("}", with: ""))}\n"
            try wrong.write(toFile: cohort.folder("wrong.yaml"), atomically: true, encoding: .utf8)
            let refused = try modicum("check", cohort.folder("wrong.yaml"))
            #expect(refused.status == 3 && refused.errors.contains(message), "\(key): \(refused.errors)")
        }
    }

    @Test("Without permuted samples the sets of a run are those of its ranked list")
    func rankedList() throws {
        let cohort = try SmallCohort()
        let run = try modicum(
            "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", "~ batch + dose",
            "--dispersion-trend", "mean", "--sets", cohort.sets, "--min-size", "5", "--permutations", "2000",
            "--report",
            "off", "--quiet", "--out", cohort.folder("de"))
        #expect(run.status == 0, "\(run.errors)")
        let bare = try modicum(
            "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", "~ batch + dose",
            "--dispersion-trend", "mean", "--report", "off", "--quiet", "--out", cohort.folder("bare"))
        #expect(bare.status == 0, "\(bare.errors)")
        let tail = [
            "--sets", cohort.sets, "--min-size", "5", "--permutations", "2000", "--seed", "5", "--report", "off",
            "--quiet", "--out",
        ]
        for (out, source) in [
            ("ranks", ["--ranks", cohort.folder("de/ranks.rnk")]), ("run", ["--run", cohort.folder("de")]),
            ("computed", ["--run", cohort.folder("bare"), "--exposure", "dose"]),
        ] {
            let result = try ModicumProcess(["gsea"] + source + tail + [cohort.folder(out)]).finish()
            #expect(result.status == 0, "\(out): \(result.errors)")
            #expect(cohort.content(out + "/gene_sets.tsv") == cohort.content("ranks/gene_sets.tsv"), "\(out)")
        }
    }

    @Test("A run that is extended is the run at once, byte for byte", arguments: [[100], [1_024, 1_500]])
    func extended(parts: [Int]) throws {
        let cohort = try SmallCohort()
        #expect(try cohort.de("whole", permutations: 2_500).status == 0)
        #expect(try cohort.de("parts", permutations: parts[0]).status == 0)
        for permutations in parts.dropFirst() + [2_500] {
            let run = try modicum(
                "extend", cohort.folder("parts"), "--permutations", "\(permutations)", "--workers", "2", "--report",
                "off", "--quiet")
            #expect(run.status == 0, "\(run.errors)")
        }
        for file in ["modicum.h5", "gene_sets.tsv", "gene_statistics.tsv"] {
            #expect(cohort.content("parts/" + file) == cohort.content("whole/" + file), "\(file)")
        }
        let verified = try modicum("verify", cohort.folder("parts"), "--shards", "1000")
        #expect(verified.status == 0, "\(verified.errors)")
    }

    @Test("Permutations are added until the sets are settled, and the run says how many it took")
    func untilSettled() throws {
        let cohort = try SmallCohort()
        let run = try ModicumProcess([
            "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", "~ batch + dose", "--permute",
            "samples", "--dispersion-trend", "mean", "--until-settled", "--at-most", "2000", "--report", "off",
            "--sets",
            cohort.sets, "--min-size", "5", "--quiet", "--out", cohort.folder("settled"),
        ]).finish()
        #expect(run.status == 0, "\(run.errors)")
        let record = try Record(in: cohort.folder("settled"))
        #expect(record.untilSettledAtMost == 2_000)
        let verified = try modicum("verify", cohort.folder("settled"), "--shards", "1000")
        #expect(verified.status == 0, "\(verified.errors)")
        let genes = try cohort.de("alone", sets: false, "--until-settled")
        #expect(genes.status == 2 && genes.errors.contains("--until-settled needs --sets"), "\(genes.errors)")
    }

    @Test("What cannot be permuted is refused, and the sentence says what to do")
    func refusals() throws {
        let cohort = try SmallCohort()
        for (design, options, status, message) in [
            (
                "~ batch + dose", ["--scheme", "within:plate"], 3,
                "the column `plate`, which the sample sheet does not have"
            ),
            ("~ batch + dose", ["--scheme", "within:batches"], 3, "Did you mean batch?"),
            ("~ batch + dose", ["--scheme", "within:patient"], 3, "leaves every sample where it is"),
            ("~ batch + dose", ["--scheme", "whole:batch"], 3, "use within:batch"),
            ("~ batch + kind", ["--statistic", "wald"], 3, "several columns is tested by its score statistic"),
            ("~ batch + dose", ["--scheme", "flip", "--variance", "robust"], 2, "flip has a variance of its own"),
            ("~ batch + dose", ["--scheme", "flip", "--statistic", "wald"], 2, "use statistic score"),
            ("~ batch + dose", ["--scheme", "sideways"], 2, "--scheme"),
            ("~ batch + dose", ["--set-statistic", "mean"], 2, "--set-statistic"),
            ("~ batch + dose", ["--weight", "0"], 2, "--weight 1"),
        ] as [(String, [String], Int32, String)] {
            let run = try ModicumProcess(
                [
                    "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", design, "--permute",
                    "samples", "--sets", cohort.sets, "--out", cohort.folder("no"),
                ] + options
            ).finish()
            #expect(run.status == status && run.errors.contains(message), "\(options): \(run.errors)")
        }
        let unused = try modicum(
            "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", "~ dose", "--sets", cohort.sets,
            "--scheme", "free", "--out", cohort.folder("no"))
        #expect(unused.status == 2 && unused.errors.contains("--scheme needs --permute samples"), "\(unused.errors)")
        // Three covariates and two coefficients of a factor leave too few of eight samples.
        let few = try modicum(
            "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", "~ patient + dose", "--permute",
            "samples", "--out", cohort.folder("no"))
        #expect(few.status == 3, "\(few.errors)")
        #expect(!FileManager.default.fileExists(atPath: cohort.folder("no/run.json")))
    }

    @Test("A finished run that has no such exposure says which it has")
    func exposures() throws {
        let cohort = try SmallCohort()
        #expect(try cohort.de("de", permutations: 200, sets: false).status == 0)
        for (options, message) in [
            (["--run", cohort.folder("de"), "--exposure", "doze"], "Did you mean dose?"),
            (["--run", cohort.folder("nowhere")], "holds no finished run"),
        ] {
            let run = try ModicumProcess(
                ["gsea", "--permute", "samples", "--sets", cohort.sets, "--out", cohort.folder("no")] + options
            ).finish()
            #expect(run.status == 3 && run.errors.contains(message), "\(run.errors)")
        }
        let ranks = try modicum(
            "gsea", "--ranks", cohort.counts, "--permute", "samples", "--sets", cohort.sets, "--out",
            cohort.folder("no"))
        #expect(ranks.status == 2 && ranks.errors.contains("a ranked list has no samples"), "\(ranks.errors)")
    }

    @Test("Dispersions that are given are those of the fits; a table without a gene is refused by its name")
    func dispersions() throws {
        let cohort = try SmallCohort()
        let given = (0..<60).map { gene in gene == 3 ? "NA" : "\(0.05 + 0.01 * Double(gene % 9))" }
        func write(_ lines: [String], header: String = "gene_id\tdispersion") throws {
            try ([header] + lines).joined(separator: "\n").appending("\n")
                .write(toFile: cohort.folder("given.tsv"), atomically: true, encoding: .utf8)
        }
        func run(_ out: String) throws -> ModicumProcess.Result {
            try modicum(
                "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", "~ batch + dose",
                "--dispersions", cohort.folder("given.tsv"), "--report", "off", "--quiet", "--out", cohort.folder(out))
        }
        // In another order than the counts.
        try write((0..<60).reversed().map { "g\($0)\t\(given[$0])" })
        let fine = try run("de")
        #expect(fine.status == 0, "\(fine.errors)")
        let genes = try DelimitedTable(path: cohort.folder("de/genes.tsv"))
        let values = try genes.doubles("dispersion")
        #expect(zip(values, given).allSatisfy { $0 == Double($1) ?? .nan || ($0.isNaN && $1 == "NA") })
        let p = try DelimitedTable(path: cohort.folder("de/results.dose.tsv")).doubles("pvalue")
        #expect(p[3].isNaN && !p[4].isNaN)
        try write((0..<59).map { "g\($0)\t0.1" })
        #expect(try run("no").errors.contains("gene g59: the gene has no dispersion"))
        try write((0..<60).map { "g\($0)\t\($0 == 7 ? "-0.2" : "0.1")" })
        let negative = try run("no")
        #expect(negative.status == 3 && negative.errors.contains("given.tsv:9, gene g7"), "\(negative.errors)")
        try write((0..<60).map { "g\($0)\t0.1" }, header: "gene_id\talpha")
        #expect(try run("no").errors.contains("there is no column `dispersion`"))
    }
}
