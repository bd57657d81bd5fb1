import DifferentialExpression
import ExpressionData
import Foundation
import GeneSetEnrichment
import Testing

/// An option that is declared and goes nowhere is seen by no compiler.
@Suite("Options reach the configuration")
struct SettingReachTests {
    /// The settings of a finished run, by key.
    private func settings(_ part: String, in folder: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(filePath: folder + "/run.json"))
        let record = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let configuration = try #require(record["configuration"] as? [String: Any])
        return try #require(configuration[part] as? [String: Any])
    }

    /// The keys whose values are not the same in all runs.
    private func changedKeys(_ runs: [[String: Any]]) -> Set<String> {
        Set(runs.flatMap(\.keys)).filter { key in
            Set(runs.map { $0[key].map { "\($0)" } ?? "left out" }).count > 1
        }
    }

    @Test("Every setting of a design can be changed by an option of `de`")
    func design() throws {
        let folder = try TemporaryFolder()
        let (counts, samples) = try table(in: folder)
        let factors = try folder.write(
            "sample\tsizeFactor\n" + (1...8).map { "s\($0)\t1\n" }.joined(), as: "factors.tsv")
        let lengths = try folder.write(
            "gene_id\tlength\n" + (1...120).map { "g\($0)\t1000\n" }.joined(), as: "lengths.tsv")
        let runs = try [
            [],
            [
                "--dispersion-trend", "mean", "--lfc-threshold", "0.5", "--alternative", "greater", "--use-t",
                "--alpha",
                "0.05", "--independent-filtering", "off", "--cooks-cutoff", "30", "--replace-outliers", "off",
                "--shrink",
                "normal", "--transform", "vst", "--transform-blind", "off", "--transform-genes", "all",
                "--size-factors", factors,
            ],
            [
                "--dispersion-trend", "mean", "--test", "lrt", "--reduced", "~ 1", "--optimizer", "exact", "--fpm",
                "--fpkm",
                "--fpm-robust", "off", "--basepairs", lengths,
            ],
            ["--dispersion-trend", "mean", "--empirical-null", "fdrtool", "--beta-prior"],
        ].enumerated().map { number, options in
            let out = folder("out\(number)")
            let result = try ModicumProcess(
                [
                    "de", "--counts", counts, "--samples", samples, "--design", "~ group", "--quiet", "--report", "off",
                    "--out", out,
                ] + options
            ).finish()
            #expect(result.status == 0, "\(options): \(result.errors)")
            return try settings("differentialExpression", in: out)
        }
        #expect(changedKeys(runs) == Set(AnalysisSettings.settings.map(\.key)))
    }

    @Test("Every setting of gene sets can be changed by an option of `gsea`")
    func geneSets() throws {
        let folder = try TemporaryFolder()
        let list = try folder.write((1...200).map { "g\($0)\t\(101 - $0)\n" }.joined(), as: "list.rnk")
        let sets = try folder.write(
            "S\tx\t" + (1...20).map { "g\($0 * 7)" }.joined(separator: "\t") + "\n", as: "sets.gmt")
        let runs = try [
            ["--permutations", "10"],
            [
                "--permutations", "20", "--min-size", "5", "--max-size", "100", "--weight", "2", "--seed", "7",
                "--fdr-threshold", "0.25", "--nominal", "multilevel", "--eps", "0.001", "--duplicates", "highest",
            ], ["--permutations", "10", "--compatibility", "gsea-desktop", "--norm", "none"],
        ].enumerated().map { number, options in
            let out = folder("out\(number)")
            let result = try ModicumProcess(
                ["gsea", "--ranks", list, "--sets", sets, "--quiet", "--report", "off", "--out", out] + options
            ).finish()
            #expect(result.status == 0, "\(options): \(result.errors)")
            return try settings("geneSets", in: out)
        }
        let wanted = Set((GeneSetSettings.requested).map(\.key)).union(["duplicates"])
        #expect(changedKeys(runs) == wanted)
    }

    /// Counts of 120 genes and eight samples in two groups, with a spread between samples.
    private func table(in folder: TemporaryFolder) throws -> (counts: String, samples: String) {
        var counts = "gene\t" + (1...8).map { "s\($0)" }.joined(separator: "\t") + "\n"
        for gene in 1...120 {
            let row = (1...8).map { sample in String(20 + gene * 3 + (gene * sample * 37 + sample * sample * 11) % 60) }
            counts += "g\(gene)\t" + row.joined(separator: "\t") + "\n"
        }
        let samples = "sample\tgroup\n" + (1...8).map { "s\($0)\t\($0 < 5 ? "a" : "b")\n" }.joined()
        return (try folder.write(counts, as: "counts.tsv"), try folder.write(samples, as: "samples.tsv"))
    }
}
