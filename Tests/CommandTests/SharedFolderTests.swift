import Foundation
import Testing

/// One `--out` and several commands, one after another or at once.
@Suite("Folders that several commands want")
struct SharedFolderTests {
    private static let goldens = packageRoot + "/datasets/goldens/gsea/"

    private func gsea(_ out: String, _ more: String...) -> [String] {
        [
            "gsea", "--ranks", Self.goldens + "list.rnk", "--sets", Self.goldens + "sets.gmt", "--threads", "1",
            "--out",
            out,
        ] + more
    }

    private func run(_ arguments: [String]) throws -> ModicumProcess.Result {
        try ModicumProcess(arguments).finish()
    }

    @Test("A second study in a folder that is in use is refused, and the first one is not disturbed")
    func twoAtOnce() throws {
        let folder = try TemporaryFolder()
        let first = try ModicumProcess(gsea(folder("out"), "--permutations", "2000000000"))
        #expect(first.waitForError(containing: "shards"))
        for other in [gsea(folder("out"), "--permutations", "300"), gsea(folder("out"), "--seed", "9")] {
            let second = try run(other)
            #expect([1, 3].contains(second.status), "\(second.errors)")
            #expect(!second.errors.contains("--take-over"), "\(second.errors)")
        }
        // The very same command, too, while the first one computes.
        let same = try run(gsea(folder("out"), "--permutations", "2000000000"))
        #expect(same.status == 1 && same.errors.contains("held by process \(first.pid)"), "\(same.errors)")
        first.signal(SIGINT)
        #expect(first.finish().status == 5)
        let again = try ModicumProcess(gsea(folder("out"), "--permutations", "2000000000"))
        #expect(again.waitForError(containing: "shards"))
        again.signal(SIGINT)
        #expect(again.finish().status == 5)
    }

    @Test("Two studies that are started into one empty folder at once: one is computed, and the folder is its own")
    func raced() throws {
        let folder = try TemporaryFolder()
        let commands = try ["1", "2"].map { seed in
            try ModicumProcess(gsea(folder("out"), "--permutations", "200", "--seed", seed))
        }
        let results = commands.map { $0.finish() }
        #expect(results.contains { $0.status == 0 }, "\(results.map(\.errors))")
        let winner = try #require(results.firstIndex { $0.status == 0 })
        let again = try run(gsea(folder("out"), "--permutations", "200", "--seed", "\(winner + 1)"))
        #expect(again.status == 0 && again.errors.contains("complete"), "\(again.errors)")
    }

    @Test("After data were refused, the corrected command computes in the same folder")
    func refused() throws {
        let folder = try TemporaryFolder()
        let (counts, samples) = try folder.writeUnspreadCounts()
        let command = ["de", "--counts", counts, "--samples", samples, "--design", "~ group", "--out", folder("out")]
        let refusal = try run(command)
        #expect(refusal.status == 3, "\(refusal.errors)")
        // What the refusal advises or not: other counts of the same shape, with spread.
        let genes = (1...60).map { gene in
            "g\(gene)\t" + (0..<6).map { "\(gene * 7 * (1 + ($0 * gene) % 5) + $0)" }.joined(separator: "\t")
        }
        _ = try folder.write(
            "gene\ts1\ts2\ts3\ts4\ts5\ts6\n" + genes.joined(separator: "\n") + "\n", as: "counts.tsv")
        let corrected = try run(command)
        #expect(corrected.status == 0, "\(corrected.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("out/.modicum")))
    }

    @Test("A folder whose lock another host left is computed in without an option, once nothing is heard from there")
    func otherHost() throws {
        let folder = try TemporaryFolder()
        let first = try ModicumProcess(gsea(folder("out"), "--permutations", "2000000000"))
        #expect(first.waitForError(containing: "shards"))
        first.signal(SIGKILL)
        _ = first.finish()
        let lock = folder("out/.modicum/lock")
        let text = try String(contentsOfFile: lock, encoding: .utf8)
        let name = ProcessInfo.processInfo.hostName
        try #require(text.contains("\"isHeld\":true"))
        let renamed = text.replacing(/"host":"[^"]*"/, with: "\"host\":\"not-\(name)\"")
        try renamed.write(toFile: lock, atomically: true, encoding: .utf8)
        let second = try ModicumProcess(gsea(folder("out"), "--permutations", "2000000000"))
        // That it is taken in the end is shown on the lock itself, where the waits are values.
        #expect(second.waitForError(containing: "is held by process \(first.pid) on not-\(name)"))
        second.signal(SIGTERM)
        let result = second.finish()
        #expect(result.status == 5 && !result.errors.contains("--take-over"), "\(result.errors)")
    }

    // MARK: What was changed, and what was left

    @Test("A changed byte in any result file, or in what run.json says of them, is noticed")
    func changed() throws {
        let folder = try TemporaryFolder()
        let command = gsea(folder("out"), "--permutations", "200", "--gsea-folder", "--quiet")
        #expect(try run(command).status == 0)
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder("out")).filter { name in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder("out/" + name), isDirectory: &isFolder)
            return !isFolder.boolValue && name != "run.json"
        }
        #expect(files.contains("gene_sets.tsv") && files.contains { $0.hasPrefix("gsea/edb/") })
        for name in ["gene_sets.tsv", "leading_edges.tsv", "modicum.h5", "gsea/edb/gene_sets.gmt", "gsea/index.html"] {
            let path = folder("out/" + name)
            let content = try Data(contentsOf: URL(fileURLWithPath: path))
            var edited = content
            edited[edited.count - 2] ^= 1
            try edited.write(to: URL(fileURLWithPath: path))
            let result = try run(command)
            #expect(result.status == 3 && result.errors.contains(name), "\(name): \(result.errors)")
            try content.write(to: URL(fileURLWithPath: path))
        }
        let record = folder("out/run.json")
        let text = try String(contentsOfFile: record, encoding: .utf8)
        let identity = try Record(in: folder("out")).identity
        for edited in [
            text.replacing(identity, with: String(identity.reversed())),
            text.replacing("\"fdrThreshold\" : 0.05", with: "\"fdrThreshold\" : 0.25"),
        ] {
            #expect(edited != text)
            try edited.write(toFile: record, atomically: false, encoding: .utf8)
            let result = try run(command)
            #expect(result.status == 3 && result.errors.contains("run.json"), "\(result.errors)")
        }
        try text.write(toFile: record, atomically: false, encoding: .utf8)
        #expect(try run(command).status == 0)
    }

    @Test("A GSEA folder that cannot be written costs no result, and is added when it can")
    func unwritableExtra() throws {
        let folder = try TemporaryFolder()
        let command = gsea(folder("out"), "--permutations", "200")
        #expect(try run(command).status == 0)
        let identity = try Record(in: folder("out")).identity
        _ = try folder.write("in the way", as: "out/gsea")
        let blocked = try run(command + ["--gsea-folder"])
        #expect(
            blocked.status == 0 && blocked.errors.contains("the GSEA folder gsea is not complete: "),
            "\(blocked.errors)")
        #expect(!blocked.errors.contains("NSCocoa"), "\(blocked.errors)")
        #expect(try Record(in: folder("out")).identity == identity)
        try FileManager.default.removeItem(atPath: folder("out/gsea"))
        #expect(try run(command + ["--gsea-folder"]).status == 0)
        #expect(FileManager.default.fileExists(atPath: folder("out/gsea/index.html")))
    }

    @Test("What a killed command left under temporary names is removed by the next one, and nothing else is")
    func leftOvers() throws {
        let folder = try TemporaryFolder()
        let command = gsea(folder("out"), "--permutations", "200", "--gsea-folder", "--quiet")
        #expect(try run(command).status == 0)
        let litter = ["gene_sets.tsv.modicum-partial", ".modicum.h5.writing", "gsea/edb/x.gmt.modicum-partial"]
        for name in litter + ["mine.partial"] { _ = try folder.write("left", as: "out/" + name) }
        #expect(try run(command).status == 0)
        for name in litter { #expect(!FileManager.default.fileExists(atPath: folder("out/" + name)), "\(name)") }
        #expect(FileManager.default.fileExists(atPath: folder("out/mine.partial")))
    }
}
