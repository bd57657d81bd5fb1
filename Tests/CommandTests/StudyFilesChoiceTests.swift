import ExpressionFormats
import Foundation
import Testing

/// Which files a run leaves is asked for apart from what it computes, and changes nothing of that.
@Suite("Files of a run that are asked for")
struct StudyFilesChoiceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let rows = (1...300).map { gene in
            "GENE\(gene)\t"
                + (0..<8).map { sample in
                    let mean = [40, 120, 310][gene % 3] * (gene % 7 == 0 && sample % 2 == 1 ? 3 : 1)
                    return "\(mean + (gene * 31 + sample * 17 * (gene % 11 + 1)) % (mean / 2))"
                }.joined(separator: "\t")
        }
        let sets = (0..<8).map { set in
            "SET\(set)\tset \(set)\t" + (1...20).map { "GENE\((7 * $0 + 31 * set) % 300 + 1)" }.joined(separator: "\t")
        }
        for (name, lines) in [
            ("c.tsv", ["gene_id\t" + (1...8).map { "s\($0)" }.joined(separator: "\t")] + rows),
            ("s.tsv", ["sample\tgroup\tbatch"] + (0..<8).map { "s\($0 + 1)\t\($0 % 2 == 0 ? "a" : "b")\tx\($0 / 4)" }),
            ("sets.gmt", sets),
        ] {
            _ = try folder.write(lines.joined(separator: "\n") + "\n", as: name)
        }
        try study("study.yaml", "")
    }

    private func study(_ name: String, _ more: String, test: String = "wald") throws {
        _ = try folder.write(
            """
            modicum: 1
            counts: c.tsv
            samples: s.tsv
            columns: {group: {factor: [a, b]}}
            exposures: [group]
            adjust: {main: [batch]}
            dispersion-trend: mean
            test: \(test)
            gene-sets: {files: [sets.gmt], min-size: 5, permutations: 300, seed: 7\(more)}

            """, as: name)
    }

    @discardableResult
    private func run(_ arguments: [String], status: Int32 = 0) throws -> String {
        let result = try ModicumProcess(arguments + ["--report", "off"], in: folder.path).finish()
        try #require(result.status == status, "\(result.errors)")
        return result.errors
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder(path)) }

    private func content(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: folder(path))) }

    private func identity(_ out: String) throws -> String? {
        try (JSONSerialization.jsonObject(with: content(out + "/run.json")) as? [String: Any])?["identity"] as? String
    }

    private static let place = "main/group_b_vs_a/"

    @Test("A study has the tables that its tests rest on with --details only, and a finished one gets them")
    func details() throws {
        try run(["run", "study.yaml", "--out", "plain"])
        #expect(!exists("plain/" + Self.place + "genes.tsv"))
        try run(["run", "study.yaml", "--out", "detailed", "--details"])
        let table = try content("detailed/" + Self.place + "genes.tsv")
        #expect(try identity("plain") == identity("detailed"))

        try run(["run", "study.yaml", "--out", "plain", "--details"])
        #expect(try content("plain/" + Self.place + "genes.tsv") == table)
        #expect(try identity("plain") == identity("detailed"))
        let again = try run(["run", "study.yaml", "--out", "plain"])
        #expect(again.contains("already holds this run") && exists("plain/" + Self.place + "genes.tsv"))

        try run([
            "de", "--counts", "c.tsv", "--samples", "s.tsv", "--design", "~ batch + group", "--dispersion-trend",
            "mean",
            "--out", "de",
        ])
        #expect(try content("de/genes.tsv") == table)
    }

    @Test("A study writes the tables and the folder of gsea for each of its lists")
    func enrichment() throws {
        try study("full.yaml", ", gsea-folder: on, enrichment-tables: on")
        try run(["run", "study.yaml", "--out", "out"])
        let tables = [
            "generic_enrichment.txt", "leading_edges.tsv", "leading_edge_overlap.tsv", "independent_sets.tsv",
        ]
        for table in tables { #expect(!exists("out/" + Self.place + table)) }
        let before = try identity("out")
        try run(["run", "full.yaml", "--out", "out"])
        #expect(try identity("out") == before)
        try run([
            "gsea", "--ranks", "out/" + Self.place + "ranks.rnk", "--sets", "sets.gmt", "--min-size", "5",
            "--permutations", "300", "--seed", "7", "--gsea-folder", "--out", "gsea",
        ])
        for table in tables {
            #expect(try content("out/" + Self.place + table) == content("gsea/" + table), "\(table)")
        }
        let database = try content("out/" + Self.place + "gsea/edb/gene_sets.gmt")
        #expect(try database == content("gsea/gsea/edb/gene_sets.gmt"))
        #expect(exists("out/" + Self.place + "gsea/edb/main.group_b_vs_a.rnk"))
        #expect(exists("out/" + Self.place + "gsea/index.html"))
    }

    @Test("The table of a study's likelihood-ratio test is called as that of de")
    func likelihoodRatio() throws {
        try study("lrt.yaml", "", test: "lrt")
        try run(["run", "lrt.yaml", "--out", "study"])
        try run([
            "de", "--counts", "c.tsv", "--samples", "s.tsv", "--design", "~ batch + group", "--test", "lrt",
            "--reduced",
            "~ batch", "--dispersion-trend", "mean", "--out", "de",
        ])
        #expect(try content("study/main/group/results.lrt.tsv") == content("de/results.lrt.tsv"))
    }

    @Test("Tables of de and gsea have the prefix that is asked for, and what other commands look for keeps its name")
    func prefix() throws {
        let de = [
            "de", "--counts", "c.tsv", "--samples", "s.tsv", "--design", "~ group", "--dispersion-trend", "mean",
        ]
        try run(de + ["--out", "plain"])
        try run(de + ["--out", "named", "--prefix", "liver."])
        for table in ["results.group_b_vs_a.tsv", "genes.tsv", "model_matrix.tsv", "size_factors.tsv", "ranks.rnk"] {
            #expect(try content("plain/" + table) == content("named/liver." + table), "\(table)")
        }
        #expect(try content("plain/modicum.h5") == content("named/modicum.h5") && exists("named/run.json"))
        // The same run under its usual names.
        try run(de + ["--out", "named"])
        #expect(exists("named/genes.tsv"))

        try run([
            "gsea", "--ranks", "plain/ranks.rnk", "--sets", "sets.gmt", "--min-size", "5", "--permutations", "100",
            "--prefix", "x_", "--out", "gsea",
        ])
        #expect(exists("gsea/x_gene_sets.tsv") && exists("gsea/x_leading_edges.tsv") && exists("gsea/modicum.h5"))
        for prefix in ["../", "a/b", ".hidden", String(repeating: "x", count: 101)] {
            let error = try run(de + ["--out", "bad", "--prefix=" + prefix], status: 2)
            #expect(error.contains("--prefix"), "\(error)")
        }
    }
}
