import Foundation
import Testing

@Suite("modicum report")
struct ReportTests {
    @Test("A finished study has figures, networks and tables, the same bytes every time")
    func study() throws {
        let folder = try TemporaryFolder()
        let output = folder("run")
        let study = packageRoot + "/datasets/small-cohort/study.yaml"
        try #require(try modicum("run", study, "--out", output).status == 0)
        let identity = try Data(contentsOf: URL(filePath: output + "/modicum.h5"))
        let first = try contents(of: output)
        #expect(
            Set(first.keys).isSuperset(of: [
                "figures/figure1_exposures.svg", "figures/figure2a_ma_stir_volume.svg", "figures/figure3_venn.svg",
                "figures/figure4_network.svg", "figures/figureS1_cells.svg", "figures/figureS3_pca.svg",
                "network/main.stir_volume.cyjs", "network/main.stir_volume.graphml", "network/all.cx2",
                "network/all.nodes.tsv", "tables/cohort.tsv", "tables/genes.main.stir_volume.tsv",
                "tables/sets_by_analysis.tsv", "tables/empirical_null.tsv", "tables/look_up.tsv",
                "tables/look_up_summary.tsv",
            ]))
        // Beside the results, and apart from them.
        let record = try Record(in: output)
        let derived = Set(try #require(record.derivedFiles).map(\.name))
        #expect(derived == Set(first.keys).union(["report.html", "look_up_table.tsv"]))
        #expect(derived.isDisjoint(with: try #require(record.files).map(\.name)))
        let page = try String(contentsOfFile: output + "/report.html", encoding: .utf8)
        #expect(page.utf8.count < 5_000_000)
        // Nothing in the page asks for anything outside it.
        for reference in ["src=", "href=\"http", "@import", "url(http"] { #expect(!page.contains(reference)) }
        #expect(try modicum("report", output, "--out", folder("again")).status == 0)
        #expect(try contents(of: folder("again")) == first)
        #expect(try Data(contentsOf: URL(filePath: output + "/modicum.h5")) == identity)
    }

    @Test("Runs of every command have a report, and none with --report off")
    func everyCommand() throws {
        let folder = try TemporaryFolder()
        let goldens = packageRoot + "/datasets/goldens/gsea"
        let arguments = [
            "gsea", "--ranks", goldens + "/list.rnk", "--sets", goldens + "/sets.gmt", "--min-size", "5",
            "--permutations", "200",
        ]
        for (choice, isThere) in [("on", true), ("off", false)] {
            let process = try ModicumProcess(arguments + ["--report", choice, "--out", folder(choice)])
            #expect(process.finish().status == 0)
            #expect(FileManager.default.fileExists(atPath: folder(choice) + "/report.html") == isThere)
        }
        // It is no part of what a repeated command compares.
        #expect(try modicum("report", folder("off")).status == 0)
        let again = try ModicumProcess(arguments + ["--out", folder("off")]).finish()
        #expect(again.status == 0 && again.errors.contains("already holds this run, complete"))
        let desktop = ["--compatibility", "gsea-desktop", "--out", folder("desktop")]
        let result = try ModicumProcess(arguments + desktop).finish()
        #expect(result.status == 0 && !result.errors.contains("the report could not be made"), "\(result.errors)")
    }

    @Test("A look-up table that is not there is an error before anything is computed")
    func missingTable() throws {
        let folder = try TemporaryFolder()
        let source = packageRoot + "/datasets/small-cohort/"
        var text = try String(contentsOfFile: source + "study.yaml", encoding: .utf8)
        for name in ["counts.tsv.gz", "samples.tsv", "genes.tsv.gz", "sets.gmt", "custom.gmt"] {
            text = text.replacingOccurrences(of: name, with: source + name)
        }
        text = text.replacingOccurrences(of: "interferon.tsv", with: "nowhere.tsv")
        try text.write(toFile: folder("study.yaml"), atomically: true, encoding: .utf8)
        for command in [["check"], ["run", "--out", folder("out")]] {
            let result = try ModicumProcess([command[0], folder("study.yaml")] + command.dropFirst()).finish()
            #expect(result.status == 3 && result.errors.contains("nowhere.tsv"), "\(result.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder("out") + "/run.json"))
    }

    /// The files in the three folders of a report, by relative path.
    private func contents(of folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for part in ["figures", "network", "tables"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)") {
                found["\(part)/\(name)"] = try Data(contentsOf: URL(filePath: "\(folder)/\(part)/\(name)"))
            }
        }
        return found
    }
}
