import ExpressionFormats
import Foundation
import Testing

@Suite("modicum gsea as the GSEA desktop")
struct DesktopGoldenTests {
    private let goldens = packageRoot + "/datasets/goldens/gsea/"

    /// Compares the columns of `gene_sets.tsv` with a program's, by name, to the digits it prints.
    private func compare(
        _ folder: String, with golden: String, columns: [(ours: String, theirs: String, tolerance: Double)]
    ) throws {
        let ours = try DelimitedTable(path: folder + "/gene_sets.tsv")
        let expected = try DelimitedTable(path: golden)
        let rows = Dictionary(uniqueKeysWithValues: ours.strings(column: 0).enumerated().map { ($1, $0) })
        let names = expected.strings(column: 0)
        #expect(names.count == rows.count)
        for (mine, theirs, tolerance) in columns {
            let (values, wanted) = (try ours.doubles(mine), try expected.doubles(theirs))
            for (position, name) in names.enumerated() {
                let row = try #require(rows[name], "\(name)")
                let difference = abs(values[row] - wanted[position])
                #expect(
                    values[row].isNaN ? wanted[position].isNaN : difference <= tolerance, "\(mine) of \(name)")
            }
        }
    }

    private static let ownColumns = [
        ("ES", "ES", 3e-7), ("NES", "NES", 2e-6), ("pvalue", "p", 1e-7), ("fdr", "q", 5e-6), ("fwer", "FWER", 1e-6),
    ]
    private static let programColumns = [
        ("ES", "ES", 4e-7), ("NES", "NES", 2e-6), ("pvalue", "NOM_P", 1e-7), ("fdr", "FDR_Q", 5e-6),
        ("fwer", "FWER_P", 1e-6), ("rankAtMax", "RANK_AT_MAX", 0),
    ]

    @Test("The own goldens, by any number of workers, with the folder that EnrichmentMap reads")
    func preranked() throws {
        let folder = try TemporaryFolder()
        var identities: Set<String> = []
        for workers in ["1", "3"] {
            let run = try modicum(
                "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--compatibility",
                "gsea-desktop", "--permutations", "200", "--seed", "149", "--workers", workers, "--threads", "1",
                "--gsea-folder", "--quiet", "--out", folder(workers))
            #expect(run.status == 0, "\(run.errors)")
            try compare(folder(workers), with: goldens + "desktop.tsv", columns: Self.ownColumns)
            identities.insert(try Record(in: folder(workers)).identity)
        }
        #expect(identities.count == 1)
        try checkFolder(folder("1/gsea"), of: folder("1"))
    }

    /// What EnrichmentMap looks for, by the positions it reads.
    private func checkFolder(_ folder: String, of run: String) throws {
        let table = try DelimitedTable(path: run + "/gene_sets.tsv")
        let scores = Dictionary(uniqueKeysWithValues: zip(table.strings(column: 0), try table.doubles("NES")))
        var reported: [String: Double] = [:]
        for sign in ["pos", "neg"] {
            let lines = try String(contentsOfFile: folder + "/gsea_report_for_na_\(sign)_149.tsv", encoding: .utf8)
                .split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
            #expect(lines[0].count == 12)
            #expect(lines[0][0] == "NAME" && lines[0][7] == "FDR q-val")
            let extremes = lines.dropFirst().map { abs(Double($0[5]) ?? 0) }
            #expect(extremes == extremes.sorted(by: >))
            for line in lines.dropFirst() { reported[String(line[0])] = Double(line[5]) }
        }
        #expect(reported.count == scores.count)
        for (name, score) in scores { #expect(abs((reported[name] ?? .nan) - score) < 1e-6, "\(name)") }
        let database = try String(contentsOfFile: folder + "/edb/results.edb", encoding: .utf8)
        #expect(database.components(separatedBy: "<DTG ").count - 1 == scores.count)
        for attribute in ["RANKED_LIST=\"list.rnk\"", "TEMPLATE=", "RND_ES=", "HIT_INDICES=", "ES_PROFILE="] {
            #expect(database.contains(attribute))
        }
        let sets = try GeneSetFile.read(paths: [folder + "/edb/gene_sets.gmt"], as: .gseaDesktop).sets
        #expect(sets.map(\.name).sorted() == scores.keys.sorted())
        let ranks = try RankedListFile.read(path: folder + "/edb/list.rnk")
        #expect(ranks.list.count == 2_000)
        let report = try String(contentsOfFile: folder + "/gsea.GseaPreranked.149.rpt", encoding: .utf8)
        #expect(report.contains("producer_class\txtools.gsea.GseaPreranked"))
        for name in ["gene_set_sizes.tsv", "ranked_gene_list_na_pos_versus_na_neg_149.tsv", "index.html"] {
            #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(name)")
        }
    }

    @Test("The program's own run", .enabled(if: ReferenceData.isWanted))
    func program() throws {
        let folder = try TemporaryFolder()
        let reference = ReferenceData.folder + "/gsea/"
        let run = try modicum(
            "gsea", "--ranks", reference + "data/A_mesen_vs_immuno.rnk", "--sets",
            reference + "data/hallmark_v7.0.gmt", "--compatibility", "gsea-desktop", "--seed", "149", "--quiet",
            "--out", folder("out"))
        #expect(run.status == 0, "\(run.errors)")
        try compare(
            folder("out"), with: reference + "golden/preranked/A_hallmark.broad_seed149.tsv",
            columns: Self.programColumns)
    }

    @Test("Permuted phenotypes: every metric, and the desktop's own numbers")
    func phenotypes() throws {
        let folder = try TemporaryFolder()
        let expected = try DelimitedTable(path: goldens + "metrics.tsv")
        let genes = expected.strings(column: 0)
        for metric in expected.columnNames.dropFirst() {
            let isOfProfile = ["pearson", "spearman", "cosine", "euclidean", "manhattan"].contains(metric)
            let isMedian = metric == "median-difference"
            let run = try ModicumProcess(
                [
                    "gsea", "--expression", goldens + "expression.gct", "--phenotypes",
                    goldens + (isOfProfile ? "profile.cls" : "classes.cls"), "--metric",
                    isMedian ? "difference" : metric, "--sets", goldens + "expression.gmt", "--min-size", "5",
                    "--permutations", "20", "--gsea-folder", "--quiet", "--out", folder(metric),
                ] + (isMedian ? ["--median"] : [])
            ).finish()
            #expect(run.status == 0, "\(run.errors)")
            let list = try String(contentsOfFile: folder(metric + "/gsea/edb/expression.gct.rnk"), encoding: .utf8)
            let scores = Dictionary(
                uniqueKeysWithValues: list.split(separator: "\n").map { line in
                    let fields = line.split(separator: "\t")
                    return (String(fields[0]), Double(fields[1]) ?? .nan)
                })
            for (gene, value) in zip(genes, try expected.doubles(metric)) {
                // Seven printed digits.
                let score = try #require(scores[gene])
                #expect(abs(score - value) <= 2e-7 * max(1, abs(value)), "\(metric) of \(gene)")
            }
        }
        let run = try modicum(
            "gsea", "--expression", goldens + "expression.gct", "--phenotypes", goldens + "classes.cls", "--compare",
            "TUMOUR_versus_NORMAL", "--compatibility", "gsea-desktop", "--sets", goldens + "expression.gmt",
            "--min-size", "5", "--permutations", "200", "--seed", "149", "--quiet", "--out", folder("desktop"))
        #expect(run.status == 0, "\(run.errors)")
        try compare(folder("desktop"), with: goldens + "desktop_phenotype.tsv", columns: Self.ownColumns)
    }

    @Test("Probes collapse to genes in every way", arguments: ["max", "median", "mean", "sum", "abs-max"])
    func collapse(mode: String) throws {
        let folder = try TemporaryFolder()
        let run = try modicum(
            "gsea", "--expression", goldens + "probes.gct", "--phenotypes", goldens + "classes.cls", "--metric",
            "difference", "--chip", goldens + "probes.chip", "--collapse", mode, "--sets",
            goldens + "expression.gmt", "--min-size", "5", "--permutations", "10", "--gsea-folder", "--quiet", "--out",
            folder("out"))
        #expect(run.status == 0, "\(run.errors)")
        let list = try RankedListFile.read(path: folder("out/gsea/edb/probes.gct.rnk")).list
        let scores = Dictionary(uniqueKeysWithValues: zip(list.genes, list.scores))
        let expected = try DelimitedTable(path: goldens + "collapse.tsv")
        #expect(scores.count == expected.rowCount)
        for (gene, value) in zip(expected.strings(column: 0), try expected.doubles(mode)) {
            #expect(abs((scores[gene] ?? .nan) - value) <= 2e-7 * max(1, abs(value)), "\(gene)")
        }
        let remap = try modicum(
            "gsea", "--expression", goldens + "probes.gct", "--phenotypes", goldens + "classes.cls", "--chip",
            goldens + "probes.chip", "--collapse", "remap", "--sets", goldens + "expression.gmt", "--out",
            folder("remap"))
        #expect(remap.status == 3)
        #expect(remap.errors.contains("both measure"))
    }

    @Test("More permutations later are the permutations at once, for phenotypes, too")
    func extend() throws {
        let folder = try TemporaryFolder()
        for (name, permutations) in [("parts", "70"), ("whole", "300")] {
            let run = try modicum(
                "gsea", "--expression", goldens + "expression.gct", "--phenotypes", goldens + "classes.cls", "--sets",
                goldens + "expression.gmt", "--min-size", "5", "--permutations", permutations, "--quiet", "--out",
                folder(name))
            #expect(run.status == 0, "\(run.errors)")
        }
        let run = try modicum("extend", folder("parts"), "--permutations", "300", "--workers", "2", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try Record(in: folder("parts")).identity == Record(in: folder("whole")).identity)
    }

    @Test("Sets as columns, as one gene a line and as pairs are the sets of a GMT")
    func layouts() throws {
        let folder = try TemporaryFolder()
        let genes = (0..<40).map { "G\($0)" }
        let ranks = try folder.write(
            genes.enumerated().map { "\($1)\t\(20 - $0)\n" }.joined(), as: "list.rnk")
        let sets = ["A": Array(genes[..<8]), "B": Array(genes[20..<29])]
        let gmt = try folder.write(
            sets.sorted { $0.key < $1.key }.map { "\($0)\tna\t\($1.joined(separator: "\t"))\n" }.joined(),
            as: "sets.gmt")
        let columns = (0..<9).map { row in
            "\(row < 8 ? sets["A"]![row] : "")\t\(sets["B"]![row])\n"
        }
        let gmx = try folder.write("A\tB\nna\tna\n" + columns.joined(), as: "sets.gmx")
        let pairs = try folder.write(
            ["A", "B"].flatMap { name in sets[name]!.map { "\(name)\t\($0)\n" } }.joined(), as: "sets.txt")
        let first = try folder.write(sets["A"]!.joined(separator: "\n") + "\n", as: "A.grp")
        let second = try folder.write("# comment\n" + sets["B"]!.joined(separator: "\n"), as: "B.grp")
        var tables: Set<String> = []
        for (position, files) in [[gmt], [gmx], [pairs], [first, second]].enumerated() {
            let run = try ModicumProcess(
                ["gsea", "--ranks", ranks] + files.flatMap { ["--sets", $0] }
                    + ["--min-size", "3", "--quiet", "--out", folder("out\(position)")]
            ).finish()
            #expect(run.status == 0, "\(run.errors)")
            let table = try DelimitedTable(path: folder("out\(position)/gene_sets.tsv"))
            let shown = try ["ES", "NES", "pvalue", "fdr"].map { try table.doubles($0) }
            tables.insert("\(table.strings(column: 0)) \(shown)")
        }
        #expect(tables.count == 1)
    }
}
