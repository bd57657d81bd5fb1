import Foundation
import Testing

@Suite("modicum report")
struct ReportTests {
    @Test("A finished study has figures, networks and tables, the same bytes every time")
    func study() throws {
        let folder = try TemporaryFolder()
        let output = folder("run")
        let study = packageRoot + "/datasets/small-cohort/study.yaml"
        let run = try ModicumProcess(["run", study, "--out", output]).finish()
        try #require(run.status == 0)
        // The last lines: each analysis with its comparison and both directions, and where to look.
        for words in [
            "main/stir_volume      per unit of stir_volume     33 of 2,571 genes below 0.05 (21 up, 12 down), 0 outliers, 499 low",
            "empirical null sd 1.03", "sets up, 0 down of 198 at q 0.05", "Report in \(output)/report.html\nResults in",
        ] { #expect(run.errors.contains(words), "\(words) is not in \(run.errors.suffix(2_000))") }
        let identity = try Data(contentsOf: URL(filePath: output + "/modicum.h5"))
        let first = try contents(of: output)
        #expect(
            Set(first.keys).isSuperset(of: [
                "figures/figure1_exposures.svg", "figures/figure2a_ma_stir_volume.svg", "figures/figure3_venn.svg",
                "figures/figure4_network.svg", "figures/figureS1_cells.svg", "figures/figureS3_pca.svg",
                "network/main.stir_volume.cyjs", "network/main.stir_volume.graphml", "network/all.cx2",
                "network/all.nodes.tsv", "tables/cohort.tsv", "tables/genes.main.stir_volume.tsv",
                "tables/sets_by_analysis.tsv", "tables/empirical_null.tsv", "tables/look_up.tsv",
                "tables/look_up_summary.tsv", "tables/normalized_counts.tsv", "figures/edge1.main.stir_intensity.svg",
            ]))
        // Beside the results, and apart from them.
        let record = try Record(in: output)
        let derived = Set(try #require(record.derivedFiles).map(\.name))
        #expect(derived == Set(first.keys).union(["report.html", "look_up_table.tsv"]))
        #expect(derived.isDisjoint(with: try #require(record.files).map(\.name)))
        let page = try String(contentsOfFile: output + "/report.html", encoding: .utf8)
        #expect(page.utf8.count < 5_000_000)
        #expect(page.contains("id=\"library-echarts\"") == page.contains("Permission is hereby granted"))
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

    @Test("A likelihood ratio is called so, and a comparison of levels says which is up")
    func comparisons() throws {
        let folder = try TemporaryFolder()
        let samples = (0..<8).map { "s\($0)" }
        // Within a group counts differ by a half, as those of people do.
        let counts = (0..<60).map { gene in
            let values = samples.indices.map { sample in
                let mean = (50 + gene % 7 * 30) * (gene < 6 && sample % 2 == 1 ? 5 : 1)
                return mean * (60 + (sample * 53 + gene * 29 + sample * gene * 7) % 90) / 100
            }
            return "g\(gene)\t" + values.map(String.init).joined(separator: "\t")
        }
        try ("gene\t" + samples.joined(separator: "\t") + "\n" + counts.joined(separator: "\n") + "\n")
            .write(toFile: folder("counts.tsv"), atomically: true, encoding: .utf8)
        let sheet = samples.enumerated().map {
            "\($1)\t\($0 % 2 == 1 ? "treated" : "control")\t\($0 / 4 == 0 ? "a" : "b")"
        }
        try ("sample\tgroup\tbatch\n" + sheet.joined(separator: "\n") + "\n")
            .write(toFile: folder("samples.tsv"), atomically: true, encoding: .utf8)
        let inputs = [
            "de", "--counts", folder("counts.tsv"), "--samples", folder("samples.tsv"), "--reference", "group=control",
        ]
        let wald = try ModicumProcess(inputs + ["--design", "~ batch + group", "--out", folder("wald")]).finish()
        #expect(wald.status == 0 && wald.errors.contains("group: treated over control"), "\(wald.errors)")
        let ratio = try ModicumProcess(
            inputs + ["--design", "~ batch + group", "--test", "lrt", "--reduced", "~ batch", "--out", folder("lrt")]
        ).finish()
        #expect(ratio.status == 0 && ratio.errors.contains("likelihood ratio"), "\(ratio.errors)")
        for (run, label) in [("wald", "Wald statistic z"), ("lrt", "likelihood-ratio statistic")] {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder(run) + "/figures")
            let name = try #require(names.first { $0.hasPrefix("z.") })
            let figure = try String(contentsOfFile: folder(run) + "/figures/" + name, encoding: .utf8)
            #expect(figure.contains(label) && figure.contains("theoretical null") == (run == "wald"))
        }
    }

    @Test("Figures become PNG and PDF where rsvg-convert is installed, and are said to need it elsewhere")
    func pictures() throws {
        let folder = try TemporaryFolder()
        let goldens = packageRoot + "/datasets/goldens/gsea"
        let run = try ModicumProcess([
            "gsea", "--ranks", goldens + "/list.rnk", "--sets", goldens + "/sets.gmt", "--min-size", "5",
            "--permutations", "200", "--report", "off", "--out", folder("run"),
        ]).finish()
        try #require(run.status == 0)
        let isInstalled = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: $0 + "/rsvg-convert") }
        let result = try ModicumProcess(["report", folder("run"), "--png", "--pdf"]).finish()
        guard isInstalled else {
            #expect(result.status == 1 && result.errors.contains("librsvg2-bin"))
            return
        }
        try #require(result.status == 0)
        let figures = try FileManager.default.contentsOfDirectory(atPath: folder("run") + "/figures")
        let drawn = figures.filter { $0.hasSuffix(".svg") }.map { $0.dropLast(4) }
        #expect(!drawn.isEmpty && drawn.allSatisfy { figures.contains($0 + ".png") && figures.contains($0 + ".pdf") })
        let first = try #require(FileManager.default.contents(atPath: folder("run") + "/figures/\(drawn[0]).png"))
        #expect(first.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
        #expect(
            try Set(#require(Record(in: folder("run")).derivedFiles).map(\.name)).contains("figures/\(drawn[0]).pdf"))
        // Made without them, they are gone.
        #expect(try modicum("report", folder("run")).status == 0)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder("run") + "/figures")
        #expect(left.allSatisfy { $0.hasSuffix(".svg") })
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
