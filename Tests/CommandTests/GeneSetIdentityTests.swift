import ExpressionFormats
import Foundation
import Testing

@Suite("One gene-set result, however it is computed")
struct GeneSetIdentityTests {
    private let goldens = packageRoot + "/datasets/goldens/gsea/"

    private var list: [String] {
        ["gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--min-size", "5", "--quiet"]
    }

    private var expression: [String] {
        [
            "gsea", "--expression", goldens + "expression.gct", "--phenotypes", goldens + "classes.cls", "--sets",
            goldens + "expression.gmt", "--min-size", "5", "--quiet",
        ]
    }

    /// The bytes of every file but `run.json`, by name.
    private func contents(of folder: String) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where name != "run.json" {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
            if !isFolder.boolValue { contents[name] = FileManager.default.contents(atPath: folder + "/" + name) }
        }
        return contents
    }

    @Test(
        "The same files for 1, 2 and 5 workers",
        arguments: [
            ["--permutations", "20000", "--nominal", "multilevel"], ["--permutations", "9000", "--weight", "0"],
            ["--permutations", "300", "--compatibility", "gsea-desktop", "--seed", "149"],
        ])
    func workers(options: [String]) throws {
        let folder = try TemporaryFolder()
        var files: [[String: Data]] = []
        for (workers, threads) in [(1, 1), (2, 1), (5, 2)] {
            let out = folder("workers-\(workers)")
            let run = try ModicumProcess(
                list + options + [
                    "--workers", "\(workers)", "--threads", "\(threads)", "--gsea-folder", "--out", out,
                ]
            ).finish()
            #expect(run.status == 0, "\(run.errors)")
            files.append(try contents(of: out))
        }
        #expect(files[0].count > 10)
        #expect(files[0] == files[1] && files[1] == files[2])
    }

    @Test("The same files of permuted labels for 1, 2 and 5 workers, and extended by any split")
    func phenotypes() throws {
        let folder = try TemporaryFolder()
        for workers in ["1", "2", "5"] {
            let run = try ModicumProcess(
                expression + ["--permutations", "700", "--workers", workers, "--out", folder(workers)]
            ).finish()
            #expect(run.status == 0, "\(run.errors)")
        }
        let parts = try ModicumProcess(expression + ["--permutations", "3", "--out", folder("parts")]).finish()
        #expect(parts.status == 0, "\(parts.errors)")
        for permutations in ["130", "700"] {
            let run = try modicum("extend", folder("parts"), "--permutations", permutations, "--quiet")
            #expect(run.status == 0, "\(run.errors)")
        }
        let whole = try contents(of: folder("1"))
        for name in ["2", "5", "parts"] { #expect(try contents(of: folder(name)) == whole) }
        let verified = try modicum("verify", folder("parts"), "--shards", "100")
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    }

    @Test(
        "A GSEA folder of permuted labels has their scores, which a run without it draws again; tables stay as they are"
    )
    func phenotypeFolder() throws {
        let folder = try TemporaryFolder()
        let command = expression + ["--permutations", "300", "--permute", "phenotype", "--seed", "31"]
        let bare = try ModicumProcess(command + ["--out", folder("later")]).finish()
        #expect(bare.status == 0, "\(bare.errors)")
        let table = try #require(FileManager.default.contents(atPath: folder("later/gene_sets.tsv")))
        for out in ["later", "once"] {
            let run = try ModicumProcess(command + ["--gsea-folder", "--out", folder(out)]).finish()
            #expect(run.status == 0, "\(run.errors)")
        }
        #expect(try contents(of: folder("later")) == contents(of: folder("once")))
        #expect(FileManager.default.contents(atPath: folder("once/gene_sets.tsv")) == table)
        let database = try String(contentsOfFile: folder("once/gsea/edb/results.edb"), encoding: .utf8)
        let sets = database.components(separatedBy: "<DTG ").dropFirst()
        #expect(!sets.isEmpty)
        for set in sets {
            let scores = set.components(separatedBy: "RND_ES=\"").last?.prefix { $0 != "\"" }.split(separator: " ")
            #expect(scores?.count == 300)
        }
        let extended = try modicum("extend", folder("later"), "--permutations", "450", "--quiet")
        #expect(extended.status == 0, "\(extended.errors)")
        let whole = try ModicumProcess(
            expression + [
                "--permutations", "450", "--permute", "phenotype", "--seed", "31", "--gsea-folder", "--out",
                folder("whole"),
            ]
        ).finish()
        #expect(whole.status == 0, "\(whole.errors)")
        #expect(try contents(of: folder("later")) == contents(of: folder("whole")))
    }

    @Test(
        "A GSEA folder asked for later comes from the stored nulls, and is the one asked for at once",
        arguments: [[], ["--compatibility", "gsea-desktop"], ["--nominal", "multilevel"]])
    func folderLater(options: [String]) throws {
        let folder = try TemporaryFolder()
        let command = list + ["--permutations", "400"] + options
        let first = try ModicumProcess(command + ["--out", folder("later")]).finish()
        #expect(first.status == 0, "\(first.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("later/gsea")))
        for out in ["later", "once"] {
            let run = try ModicumProcess(command + ["--gsea-folder", "--out", folder(out)]).finish()
            #expect(run.status == 0, "\(run.errors)")
        }
        #expect(try contents(of: folder("later")) == contents(of: folder("once")))
        #expect(try Record(in: folder("later")).identity == Record(in: folder("once")).identity)
        // No null was drawn again.
        let stages = try Record(in: folder("later")).stages.map(\.title)
        #expect(stages.allSatisfy { $0.contains("rare") }, "\(stages)")
    }

    @Test(
        "No permutations leave the scores and no p-values",
        arguments: [[], ["--compatibility", "gsea-desktop"], ["--nominal", "multilevel"]])
    func noPermutations(options: [String]) throws {
        let folder = try TemporaryFolder()
        let run = try ModicumProcess(list + ["--permutations", "0", "--out", folder("none")] + options).finish()
        #expect(run.status == 0, "\(run.errors)")
        let table = try DelimitedTable(path: folder("none/gene_sets.tsv"))
        #expect(try table.doubles("ES").allSatisfy { !$0.isNaN })
        for column in ["NES", "pvalue", "fdr", "fwer"] {
            #expect(try table.doubles(column).allSatisfy { $0.isNaN }, "\(column)")
        }
        #expect(try table.strings("reason").allSatisfy { $0 == "no-permutations" })
    }
}
