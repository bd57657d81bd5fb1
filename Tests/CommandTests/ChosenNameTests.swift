import ExpressionFormats
import Foundation
import Testing

/// Names of columns, sets, classes and adjustment sets that meet names of our own.
@Suite("Names that users choose")
struct ChosenNameTests {
    /// Counts of twelve samples with spread enough, and a sheet with the given numeric columns beside `group`.
    private func write(_ columns: [String], in folder: TemporaryFolder) throws -> (counts: String, samples: String) {
        let names = (1...12).map { "s\($0)" }
        let genes = (1...80).map { gene in
            let values = names.indices.map { "\(20 + gene * (1 + ($0 * (gene % 7 + 3)) % 5) * 4 + $0)" }
            return "g\(gene)\t" + values.joined(separator: "\t")
        }
        let rows = names.indices.map { sample in
            let values = columns.indices.map { column in "\((sample * (column + 3) * 5 + column) % 13)" }
            return ([names[sample], sample % 2 == 0 ? "a" : "b"] + values).joined(separator: "\t")
        }
        return (
            try folder.write(
                (["gene\t" + names.joined(separator: "\t")] + genes).joined(separator: "\n") + "\n", as: "counts.tsv"),
            try folder.write(
                ((["sample", "group"] + columns).joined(separator: "\t") + "\n") + rows.joined(separator: "\n") + "\n",
                as: "samples.tsv")
        )
    }

    private func run(_ arguments: [String]) throws -> ModicumProcess.Result {
        let result = try ModicumProcess(arguments + ["--threads", "1"]).finish()
        #expect(result.status == 0, "\(result.errors)")
        return result
    }

    @Test("A column sizeFactor is a covariate, which is said once; the run's own store is input again, and again")
    func sizeFactor() throws {
        let folder = try TemporaryFolder()
        let (counts, samples) = try write(["sizeFactor", "a/b", "_index"], in: folder)
        let first = try run(
            ["de", "--counts", counts, "--samples", samples, "--design", "~ group", "--out", folder("1")])
        #expect(first.errors.components(separatedBy: "column sizeFactor: a covariate like any other").count == 2)
        let plain = try folder.write(
            String(contentsOfFile: samples, encoding: .utf8).replacing("sizeFactor", with: "other"), as: "plain.tsv")
        _ = try run(["de", "--counts", counts, "--samples", plain, "--design", "~ group", "--out", folder("plain")])
        for file in ["size_factors.tsv", "results.group_b_vs_a.tsv"] {
            #expect(
                FileManager.default.contentsEqual(
                    atPath: folder("1/" + file), andPath: folder("plain/" + file)), "\(file)")
        }
        for (input, out) in [("1", "2"), ("2", "3"), ("plain", "4")] {
            let again = try run(
                [
                    "de", "--counts", folder(input + "/modicum.h5"), "--design", "~ `a/b` + sizeFactor + group",
                    "--out",
                    folder(out),
                ])
            #expect(again.errors.contains("a covariate like any other"))
        }
    }

    @Test("Coefficients and tests may be called like our own columns and groups")
    func coefficients() throws {
        let folder = try TemporaryFolder()
        let columns = ["baseMean", "genes", "model_matrix", "gene_id", "results", "dispersion_trend"]
        let (counts, samples) = try write(columns, in: folder)
        _ = try run(
            ["de", "--counts", counts, "--samples", samples, "--design", "~ " + columns.joined(separator: " + ")]
                + columns.flatMap { ["--coefficient", $0] } + ["--out", folder("out")])
        let header = try #require(
            String(contentsOfFile: folder("out/genes.tsv"), encoding: .utf8).split(separator: "\n").first)
        let names = header.split(separator: "\t").map(String.init)
        #expect(Set(names).count == names.count && names.contains("baseMean.1") && names.contains("gene_id.1"))
        for name in columns {
            #expect(FileManager.default.fileExists(atPath: folder("out/results.\(name).tsv")))
        }
    }

    // MARK: Adjustment sets

    private func study(_ adjust: String, exposures: String, in folder: TemporaryFolder) throws -> String {
        _ = try write(["dose", "age"], in: folder)
        return try folder.write(
            "{modicum: 1, counts: counts.tsv, samples: samples.tsv, exposures: \(exposures), adjust: \(adjust)}",
            as: "study.yaml")
    }

    @Test("Equal adjustment sets share their shards and have the same tables")
    func equalSets() throws {
        let folder = try TemporaryFolder()
        let file = try study("{one: [age], two: [age], three: [group]}", exposures: "[dose]", in: folder)
        _ = try run(["run", file, "--out", folder("out"), "--details"])
        for table in ["results.dose.tsv", "genes.tsv", "model_matrix.tsv"] {
            let tables = try ["one", "two", "three"].map {
                try String(contentsOfFile: folder("out/\($0)/dose/\(table)"), encoding: .utf8)
            }
            #expect(tables[0] == tables[1] && tables[0] != tables[2], "\(table)")
        }
        _ = try study("{one: [age], three: [group]}", exposures: "[dose]", in: folder)
        _ = try run(["run", file, "--out", folder("alone")])
        for set in ["one", "three"] {
            #expect(
                FileManager.default.contentsEqual(
                    atPath: folder("out/\(set)/dose/results.dose.tsv"),
                    andPath: folder("alone/\(set)/dose/results.dose.tsv")))
        }
    }

    @Test(
        "A set that holds the exposure is refused with both names, by check as by run",
        arguments: ["[age]", "[group, age]", "[\"age:group\"]", "[\"`age`\"]"])
    func setWithExposure(set: String) throws {
        let folder = try TemporaryFolder()
        let file = try study("{plain: [], cells: \(set)}", exposures: "[dose, age]", in: folder)
        for arguments in [["check", file], ["run", file, "--out", folder("out")]] {
            let result = try ModicumProcess(arguments).finish()
            #expect(result.status == 3, "\(result.errors)")
            #expect(result.errors.contains("`cells` holds the exposure `age`"), "\(result.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }

    @Test("Covariates with an interaction leave the exposure what is tested")
    func interactionOfCovariates() throws {
        let folder = try TemporaryFolder()
        let file = try study("{main: [age, group, \"age:group\"]}", exposures: "[dose]", in: folder)
        _ = try run(["run", file, "--out", folder("out")])
        _ = try run(
            [
                "de", "--counts", folder("counts.tsv"), "--samples", folder("samples.tsv"), "--design",
                "~ age * group + dose", "--coefficient", "dose", "--out", folder("de"),
            ])
        let tables = try [folder("out/main/dose/results.dose.tsv"), folder("de/results.dose.tsv")].map {
            try DelimitedTable(path: $0).doubles("log2FoldChange")
        }
        #expect(tables[0].count == 80 && zip(tables[0], tables[1]).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    // MARK: The GSEA folder

    @Test("Sets of any name have a table each, and names that fit together in all files of the GSEA folder")
    func setNames() throws {
        let folder = try TemporaryFolder()
        let genes = ["MARCH1", "2310009E13", "=1+1"] + (4...40).map { "gene\($0)" }
        let ranks = try folder.write(
            genes.enumerated().map { "\($1)\t\(20.5 - Double($0))\n" }.joined(), as: "list.rnk")
        let names = [
            "A/B", "A_B", "a_b", "=cmd|' /C calc'!A0", "@SUM(A1)", "MARCH2", "gene_set_sizes", "plain", "bell\u{7}",
            String(repeating: "L", count: 252),
        ]
        let sets = try folder.write(
            names.enumerated().map { index, name in
                ([name, "-description"] + genes[index..<index + 9]).joined(separator: "\t") + "\n"
            }.joined(), as: "sets.gmt")
        _ = try run(
            [
                "gsea", "--ranks", ranks, "--sets", sets, "--min-size", "5", "--permutations", "100", "--gsea-folder",
                "--out", folder("out"),
            ])
        #expect(try DelimitedTable(path: folder("out/gene_sets.tsv")).strings("name").contains("=cmd|' /C calc'!A0"))
        let place = folder("out/gsea")
        let files = try FileManager.default.contentsOfDirectory(atPath: place)
        let reserved = ["gsea_report_for", "ranked_gene_list", "gene_set_sizes.tsv"]
        let details = files.filter { file in
            file.hasSuffix(".tsv") && !reserved.contains { file.hasPrefix($0) }
        }
        #expect(details.count == names.count && Set(files.map { $0.lowercased() }).count == files.count)
        let text = { (name: String) in try String(contentsOfFile: place + "/" + name, encoding: .utf8) }
        let inSets = try text("edb/gene_sets.gmt").split(separator: "\n").map {
            $0.split(separator: "\t").map(String.init)
        }
        let inReports = try ["pos", "neg"].flatMap {
            try text("gsea_report_for_na_\($0)_42.tsv").split(separator: "\n").dropFirst().map {
                String($0.split(separator: "\t")[0])
            }
        }
        #expect(Set(inReports) == Set(inSets.map { $0[0] }) && inReports.count == names.count)
        let ranked = Set(try text("edb/list.rnk").split(separator: "\n").map { String($0.split(separator: "\t")[0]) })
        #expect(ranked.isSuperset(of: inSets.flatMap { $0.dropFirst(2) }))
        for file in files where file.hasSuffix(".tsv") {
            for cell in try text(file).split(whereSeparator: { "\t\n".contains($0) }) where Double(cell) == nil {
                #expect(!"=+-@".contains(cell.first!), "\(file): \(cell)")
            }
        }
        let edb = try Data(contentsOf: URL(fileURLWithPath: place + "/edb/results.edb"))
        #expect(edb.allSatisfy { $0 >= 32 || $0 == 10 })
    }
}
