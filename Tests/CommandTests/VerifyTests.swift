import Foundation
import Testing

@Suite("modicum verify")
struct VerifyTests {
    private let goldens = packageRoot + "/datasets/goldens/gsea/"

    private func enrich(_ out: String) throws {
        let run = try modicum(
            "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--min-size", "5",
            "--permutations",
            "30000", "--report", "off", "--quiet", "--out", out)
        try #require(run.status == 0, "\(run.errors)")
    }

    /// Changes one thing in a folder's record.
    private func change(_ folder: String, _ change: (inout [String: Any]) throws -> Void) throws {
        let path = folder + "/run.json"
        let data = try #require(FileManager.default.contents(atPath: path))
        var record = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        try change(&record)
        try JSONSerialization.data(withJSONObject: record).write(to: URL(fileURLWithPath: path))
    }

    @Test("Random shards of a finished run come to the same bytes again, and the same seed chooses the same ones")
    func verified() throws {
        let folder = try TemporaryFolder()
        try enrich(folder("run"))
        let first = try modicum("verify", folder("run"), "--shards", "2", "--seed", "9")
        #expect(first.status == 0 && first.output == "verified 2 of 4 shards (seed 9)\n", "\(first.errors)")
        let all = try modicum("verify", folder("run"), "--threads", "1")
        #expect(all.status == 0 && all.output.hasPrefix("verified 4 of 4 shards (seed "), "\(all.errors)")
        let extended = try modicum("extend", folder("run"), "--permutations", "40000", "--report", "off", "--quiet")
        #expect(extended.status == 0, "\(extended.errors)")
        let again = try modicum("verify", folder("run"), "--shards", "100")
        #expect(again.status == 0 && again.output.contains("verified 6 of 6 shards"), "\(again.output)\(again.errors)")
    }

    @Test("Of a design all stages are verified, each shard from what the shards before it come to now")
    func design() throws {
        let cohort = try SmallCohort()
        let run = try cohort.de("run", permutations: 300, sets: false)
        try #require(run.status == 0, "\(run.errors)")
        let verified = try modicum("verify", cohort.folder("run"))
        #expect(verified.status == 0, "\(verified.errors)")
        // An input that has become another.
        let sheet = try String(contentsOfFile: cohort.samples, encoding: .utf8)
        try sheet.replacing("-1.2", with: "-1.3").write(toFile: cohort.samples, atomically: true, encoding: .utf8)
        let changed = try modicum("verify", cohort.folder("run"))
        #expect(changed.status == 3, "\(changed.errors)")
        #expect(changed.errors.contains("samples.tsv: the file is not the one that the run was made from"))
    }

    @Test(
        "Inputs that are gone are named, with all that a folder of --inputs needs, and found there",
        arguments: ["verify", "extend"])
    func moved(command: String) throws {
        let cohort = try SmallCohort()
        let run = try cohort.de("run", permutations: 100)
        try #require(run.status == 0, "\(run.errors)")
        let manager = FileManager.default
        let more = command == "extend" ? ["--permutations", "120", "--report", "off", "--quiet"] : []
        func again(_ options: String...) throws -> ModicumProcess.Result {
            try ModicumProcess([command, cohort.folder("moved run")] + more + options).finish()
        }
        // The folder of results may be anywhere.
        try manager.moveItem(atPath: cohort.folder("run"), toPath: cohort.folder("moved run"))
        try manager.createDirectory(atPath: cohort.folder("away"), withIntermediateDirectories: true)
        for name in ["samples.tsv", "sets.gmt"] {
            try manager.moveItem(atPath: cohort.folder(name), toPath: cohort.folder("away/" + name))
        }
        let gone = try again()
        #expect(gone.status == 3, "\(gone.errors)")
        for part in [
            "samples.tsv: the run's input is not there any more", "(samples.tsv, counts.tsv and sets.gmt)", "--inputs",
        ] {
            #expect(gone.errors.contains(part), "\(gone.errors)")
        }
        let lacking = try again("--inputs", cohort.folder("away"))
        #expect(lacking.status == 3, "\(lacking.errors)")
        let message = "away/counts.tsv: the folder of --inputs lacks the run's input"
        #expect(lacking.errors.contains(message), "\(lacking.errors)")
        #expect(lacking.errors.contains("Put the run's inputs (samples.tsv, counts.tsv and sets.gmt) into that folder"))
        try manager.copyItem(atPath: cohort.counts, toPath: cohort.folder("away/counts.tsv"))
        let found = try again("--inputs", cohort.folder("away"))
        #expect(found.status == 0, "\(found.errors)")
    }

    @Test("The first shard that comes to other bytes is named, and exits with 1")
    func differs() throws {
        let folder = try TemporaryFolder()
        try enrich(folder("run"))
        try change(folder("run")) { record in
            var shards = try #require(record["shards"] as? [[String: Any]])
            shards[1]["sha256"] = String(repeating: "0", count: 64)
            shards[2]["sha256"] = String(repeating: "1", count: 64)
            record["shards"] = shards
        }
        let run = try modicum("verify", folder("run"))
        #expect(run.status == 1)
        #expect(run.errors.contains("shard 8192 ..< 16384 of `gene-set-nulls` came to other bytes"), "\(run.errors)")
    }

    @Test("A folder whose files were changed, or that tells nothing of its shards, is refused")
    func refused() throws {
        let folder = try TemporaryFolder()
        try enrich(folder("run"))
        let table = folder("run/gene_sets.tsv")
        let content = try #require(FileManager.default.contents(atPath: table))
        try (content + Data("x\n".utf8)).write(to: URL(fileURLWithPath: table))
        let changed = try modicum("verify", folder("run"))
        #expect(changed.status == 3 && changed.errors.contains("gene_sets.tsv"), "\(changed.errors)")
        try content.write(to: URL(fileURLWithPath: table))
        try change(folder("run")) { $0["shards"] = nil }
        let old = try modicum("verify", folder("run"))
        #expect(old.status == 3 && old.errors.contains("does not tell what its shards came to"), "\(old.errors)")
        #expect(try modicum("verify", folder("nothing")).status == 3)
        #expect(try modicum("verify", folder("run"), "--shards", "0").status == 2)
    }
}
