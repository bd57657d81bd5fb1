import ExpressionFormats
import Foundation
import Testing

@Suite("modicum extend")
struct ExtendTests {
    private let goldens = packageRoot + "/datasets/goldens/gsea/"

    private func enrich(_ out: String, permutations: Int, _ more: String...) throws -> ModicumProcess.Result {
        try ModicumProcess(
            [
                "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--min-size", "5",
                "--permutations", "\(permutations)", "--threads", "1", "--quiet", "--out", out,
            ] + more
        ).finish()
    }

    /// The bytes of every file but `run.json` and others left out, by name.
    private func contents(of folder: String, without other: String = "run.json") throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder)
        where ![other, "run.json"].contains(name) {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
            if exists, !isFolder.boolValue {
                contents[name] = FileManager.default.contents(atPath: folder + "/" + name)
            }
        }
        return contents
    }

    @Test(
        "Any split into parts, by any workers, is the run at once byte for byte",
        arguments: [[1, 40_000], [8_192, 40_000], [1_000, 20_001, 40_000]])
    func split(parts: [Int]) throws {
        let folder = try TemporaryFolder()
        #expect(try enrich(folder("whole"), permutations: 40_000, "--nominal", "multilevel").status == 0)
        #expect(try enrich(folder("parts"), permutations: parts[0], "--nominal", "multilevel").status == 0)
        for (step, permutations) in parts.dropFirst().enumerated() {
            let run = try modicum(
                "extend", folder("parts"), "--permutations", "\(permutations)", "--workers", "\(step + 1)", "--quiet")
            #expect(run.status == 0, "\(run.errors)")
        }
        #expect(try Record(in: folder("parts")).identity == Record(in: folder("whole")).identity)
        #expect(try contents(of: folder("parts")) == contents(of: folder("whole")))
        // What is there is not drawn again.
        let shards = try Record(in: folder("parts")).stages[0].shards
        let whole = try Record(in: folder("whole")).stages[0].shards
        #expect(parts[0] < 8_192 ? shards <= whole : shards < whole)
    }

    @Test("An interrupted run can be raised and keeps its shards")
    func interrupted() throws {
        let folder = try TemporaryFolder()
        let process = try ModicumProcess([
            "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--min-size", "5",
            "--permutations", "3000000", "--threads", "1", "--out", folder("parts"),
        ])
        #expect(process.waitForError(containing: " shards"))
        try waitForWrites(3, to: folder("parts/.modicum/journal"))
        process.signal(SIGTERM)
        let ended = process.finish()
        #expect(ended.status == 5, "\(ended.errors)")
        // The command itself does not silently become another run.
        let other = try enrich(folder("parts"), permutations: 3_100_000)
        #expect(other.status == 3)
        #expect(other.errors.contains("modicum extend"))
        let fewer = try modicum("extend", folder("parts"), "--permutations", "5000", "--quiet")
        #expect(fewer.status == 3 && fewer.errors.contains("interrupted on its way to 3,000,000"), "\(fewer.errors)")
        let run = try modicum("extend", folder("parts"), "--permutations", "3100000", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try Record(in: folder("parts")).stages[0].reused > 0)
        #expect(try enrich(folder("whole"), permutations: 3_100_000).status == 0)
        #expect(try Record(in: folder("parts")).identity == Record(in: folder("whole")).identity)
        #expect(try contents(of: folder("parts")) == contents(of: folder("whole")))
    }

    @Test("Until settled ends at a checkpoint, and is the run with so many permutations")
    func settled() throws {
        let folder = try TemporaryFolder()
        let goal = ["--until-settled", "--at-most", "64000"]
        #expect(try enrich(folder("a"), permutations: 1_000, goal[0], goal[1], goal[2]).status == 0)
        #expect(try enrich(folder("b"), permutations: 500).status == 0)
        let run = try modicum("extend", folder("b"), "--until-settled", "--at-most", "64000", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try Record(in: folder("a")).identity == Record(in: folder("b")).identity)
        #expect(try contents(of: folder("a")) == contents(of: folder("b")))
        let configuration =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: folder("a/run.json")))) as? [String: Any]
        let sets = (configuration?["configuration"] as? [String: Any])?["geneSets"] as? [String: Any]
        let permutations = try #require(sets?["permutations"] as? Int)
        #expect([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000].contains(permutations))
        for name in ["a", "b"] {
            let notes = try #require(try Record(in: folder(name)).notes)
            #expect(notes.contains { $0.contains("after \(permutations / 1_000),000 permutations") }, "\(notes)")
        }
        let table = try DelimitedTable(path: folder("a/gene_sets.tsv"))
        let open = try table.booleans("settled").count { $0 == false }
        #expect(open == 0 || permutations == 64_000)
        for (isSettled, more) in zip(try table.booleans("settled"), try table.doubles("permutationsToSettle")) {
            #expect(isSettled == true ? more == 0 : more.isNaN || more > 0)
        }
        // The same command finds its run, which is farther than it asks for.
        #expect(try enrich(folder("a"), permutations: 1_000, goal[0], goal[1], goal[2]).status == 0)
    }

    @Test("Without a number random sets are drawn until settled, whatever the workers, and the counts say what is open")
    func byDefault() throws {
        let folder = try TemporaryFolder()
        let command = [
            "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--min-size", "5", "--at-most",
            "16000",
        ]
        let run = try ModicumProcess(command + ["--threads", "1", "--out", folder("a")]).finish()
        #expect(run.status == 0, "\(run.errors)")
        let workers = ["--workers", "3", "--threads", "2"]
        #expect(try ModicumProcess(command + workers + ["--quiet", "--out", folder("b")]).finish().status == 0)
        #expect(try contents(of: folder("a")) == contents(of: folder("b")))
        let record = try Record(in: folder("a"))
        #expect(record.untilSettledAtMost == 16_000)
        let table = try DelimitedTable(path: folder("a/gene_sets.tsv"))
        let below = zip(try table.doubles("fdr"), try table.booleans("settled")).filter { $0.0 < 0.05 }
        let open = below.count { $0.1 == false }
        let count = "\(below.count) gene set\(below.count == 1 ? "" : "s") with q < 0.05, "
        let told = open == 0 ? "none of which may change" : "of which \(open) may change"
        #expect(run.errors.contains(count + told), "\(run.errors)")
        #expect(try #require(record.notes).contains { $0.hasPrefix(count + told) })
        // Exactly as many at once are the same run, and other numbers are another.
        let permutations = try #require(record.permutations)
        #expect(try enrich(folder("c"), permutations: permutations).status == 0)
        // The page tells in whose words it was asked.
        let (asked, exact) = (folder("a"), folder("c"))
        #expect(try contents(of: asked, without: "report.html") == contents(of: exact, without: "report.html"))
        #expect(try enrich(folder("a"), permutations: permutations).status == 0)
        #expect(try enrich(folder("a"), permutations: permutations + 1).status == 3)
    }

    @Test("A run of exactly so many is not taken for one until settled, and says how it becomes one")
    func exactThenSettled() throws {
        let folder = try TemporaryFolder()
        #expect(try enrich(folder("out"), permutations: 1_500).status == 0)
        let command = [
            "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--min-size", "5", "--at-most",
            "3000", "--quiet", "--out", folder("out"),
        ]
        let refused = try ModicumProcess(command).finish()
        #expect(refused.status == 3, "\(refused.errors)")
        let remedy = "modicum extend \(folder("out")) --until-settled --at-most 3000"
        #expect(refused.errors.contains(remedy), "\(refused.errors)")
        #expect(
            try modicum("extend", folder("out"), "--until-settled", "--at-most", "3000", "--quiet").status == 0)
        #expect(try ModicumProcess(command).finish().status == 0)
        // A decision is taken at 2,000 at the earliest.
        #expect([2_000, 3_000].contains(try #require(try Record(in: folder("out")).permutations)))
    }

    @Test("Permuted phenotypes and the desktop's draws are 1,000 where no number is asked for")
    func perSet() throws {
        let folder = try TemporaryFolder()
        let phenotypes = [
            "gsea", "--expression", goldens + "expression.gct", "--phenotypes", goldens + "classes.cls", "--sets",
            goldens + "expression.gmt", "--min-size", "5", "--quiet", "--out", folder("phenotypes"),
        ]
        let desktop = [
            "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--compatibility", "gsea-desktop",
            "--min-size", "5", "--quiet", "--out", folder("desktop"),
        ]
        for command in [phenotypes, desktop] { #expect(try ModicumProcess(command).finish().status == 0) }
        for name in ["phenotypes", "desktop"] {
            let record = try Record(in: folder(name))
            #expect(record.permutations == 1_000 && record.untilSettledAtMost == nil)
        }
    }

    @Test("A study is permuted until settled, and its summary says how many sets are open")
    func studyUntilSettled() throws {
        let folder = try TemporaryFolder()
        let cohort = packageRoot + "/datasets/small-cohort"
        for file in try FileManager.default.contentsOfDirectory(atPath: cohort) where file != "study.yaml" {
            try FileManager.default.copyItem(atPath: cohort + "/" + file, toPath: folder(file))
        }
        let text = try String(contentsOfFile: cohort + "/study.yaml", encoding: .utf8)
        let study = try folder.write(
            text.replacing("permutations: 1000", with: "permutations: until-settled, at-most: 4000"), as: "study.yaml")
        let run = try modicum("run", study, "--out", folder("out"))
        #expect(run.status == 0, "\(run.errors)")
        let record = try Record(in: folder("out"))
        #expect(record.untilSettledAtMost == 4_000)
        #expect([1_000, 2_000, 4_000].contains(try #require(record.permutations)))
        let summary = try DelimitedTable(path: folder("out/summary.tsv"))
        let (up, down) = (try summary.doubles("sets_up"), try summary.doubles("sets_down"))
        let open = try (up: summary.doubles("sets_up_unsettled"), down: summary.doubles("sets_down_unsettled"))
        let all = try summary.doubles("sets_unsettled")
        for row in up.indices {
            #expect(open.up[row] <= up[row] && open.down[row] <= down[row])
            #expect(open.up[row] + open.down[row] <= all[row])
        }
        let total = Int(zip(up, down).reduce(0) { $0 + $1.0 + $1.1 })
        #expect(run.errors.contains("\(total) gene set"), "\(run.errors)")
    }

    @Test("A study's nulls are raised, and its genes stay as they are")
    func study() throws {
        let folder = try TemporaryFolder()
        let cohort = packageRoot + "/datasets/small-cohort"
        let text = try String(contentsOfFile: cohort + "/study.yaml", encoding: .utf8)
        for (name, permutations) in [("few", "1000"), ("many", "9000")] {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let line = try #require(lines.firstIndex { $0.contains("permutations:") })
            lines[line] = lines[line].replacing(/permutations: *\d+/, with: "permutations: \(permutations)")
            try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
            for file in try FileManager.default.contentsOfDirectory(atPath: cohort) where file != "study.yaml" {
                try FileManager.default.copyItem(atPath: cohort + "/" + file, toPath: folder(name) + "/" + file)
            }
            let study = try folder.write(lines.joined(separator: "\n"), as: name + "/study.yaml")
            let run = try modicum("run", study, "--out", folder(name + "-out"), "--quiet")
            #expect(run.status == 0, "\(run.errors)")
        }
        let run = try modicum("extend", folder("few-out"), "--permutations", "9000", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try Record(in: folder("few-out")).identity == Record(in: folder("many-out")).identity)
        #expect(try contents(of: folder("few-out")) == contents(of: folder("many-out")))
    }

    @Test("Fewer permutations, changed inputs and other folders are refused, and nothing changes")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let list = folder("list.rnk")
        try FileManager.default.copyItem(atPath: goldens + "list.rnk", toPath: list)
        let made = try modicum(
            "gsea", "--ranks", list, "--sets", goldens + "sets.gmt", "--permutations", "2000", "--quiet", "--out",
            folder("out"))
        #expect(made.status == 0, "\(made.errors)")
        let before = try contents(of: folder("out"))
        let fewer = try modicum("extend", folder("out"), "--permutations", "1000")
        #expect(fewer.status == 3)
        #expect(fewer.errors.contains("already holds 2,000"))
        #expect(try modicum("extend", folder("nothing"), "--permutations", "1000").status == 3)
        #expect(try modicum("extend", folder("out")).status == 2)
        let again = try modicum("extend", folder("out"), "--permutations", "2000")
        #expect(again.status == 0)
        // The list has moved away, and is found where --inputs says.
        try FileManager.default.createDirectory(atPath: folder("moved"), withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: list, toPath: folder("moved/list.rnk"))
        let away = try modicum("extend", folder("out"), "--permutations", "4000")
        #expect(away.status == 3 && away.errors.contains(list) && away.errors.contains("--inputs"), "\(away.errors)")
        try FileManager.default.moveItem(atPath: folder("moved/list.rnk"), toPath: list)
        // A store that was cut off says so, and is not touched.
        let store = URL(fileURLWithPath: folder("out/modicum.h5"))
        let whole = try Data(contentsOf: store)
        try whole.dropLast(100).write(to: store)
        let cut = try modicum("extend", folder("out"), "--permutations", "4000")
        #expect(cut.status == 3 && cut.errors.contains("modicum.h5"), "\(cut.errors)")
        #expect(try Data(contentsOf: store) == whole.dropLast(100))
        try whole.write(to: store)
        try (String(contentsOfFile: list, encoding: .utf8) + "ANOTHER\t0.5\n")
            .write(toFile: list, atomically: true, encoding: .utf8)
        let changed = try modicum("extend", folder("out"), "--permutations", "4000")
        #expect(changed.status == 3)
        #expect(changed.errors.contains("list.rnk"))
        #expect(try contents(of: folder("out")) == before)
    }
}
