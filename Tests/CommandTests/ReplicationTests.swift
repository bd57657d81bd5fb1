import Foundation
import Testing

@Suite("Shards computed twice, and who may read a store")
struct ReplicationTests {
    private static let sets = packageRoot + "/datasets/goldens/gsea/"
    private static let run = [
        "gsea", "--ranks", sets + "list.rnk", "--sets", sets + "sets.gmt", "--permutations", "2000",
    ]

    private func mode(of path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("Computed twice, a run has the same bytes; on one machine it is said what that shows")
    func sameBytes() throws {
        let folder = try TemporaryFolder()
        let once = try ModicumProcess(Self.run + ["--out", folder("once"), "--threads", "1"]).finish()
        let twice = try ModicumProcess(
            Self.run + ["--out", folder("twice"), "--threads", "1", "--replicate", "1"]
        ).finish()
        #expect(once.status == 0 && twice.status == 0, "\(once.errors) \(twice.errors)")
        #expect(twice.errors.contains("all workers are on this machine") && !once.errors.contains("on this machine"))
        for name in ["modicum.h5", "gene_sets.tsv"] {
            let expected = try #require(FileManager.default.contents(atPath: folder("once/") + name))
            #expect(FileManager.default.contents(atPath: folder("twice/") + name) == expected, "\(name)")
        }
        for share in ["2", "-1", "nan", "half"] {
            let refused = try ModicumProcess(Self.run + ["--out", folder("no"), "--replicate=\(share)"]).finish()
            #expect(refused.status == 2, "\(share): \(refused.errors)")
        }
    }

    @Test("A coordinator compares what a run asks to be compared; its store is its owner's alone unless told otherwise")
    func store() throws {
        for (options, wanted) in [([], 0o600), (["--results-mode", "0640"], 0o640)] {
            let folder = try TemporaryFolder()
            let connection = folder("store/connection.json")
            let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")] + options)
            #expect(coordinator.waitForError(containing: "Listening on"))
            let worker = try ModicumProcess(["worker", "--connection-file", connection, "--threads", "1"])
            let sent = try ModicumProcess(
                Self.run + ["--out", folder("out"), "--connect", connection, "--replicate", "1"]
            ).finish()
            #expect(sent.status == 0, "\(sent.errors)")
            #expect(coordinator.waitForError(containing: "compared on one machine only"))
            let run = try #require(try FileManager.default.contentsOfDirectory(atPath: folder("store/runs")).first)
            for name in ["modicum.h5", "gene_sets.tsv", "run.json"] {
                #expect(try mode(of: folder("store/runs/\(run)/results/\(name)")) == wanted, "\(name)")
            }
            #expect(try mode(of: folder("store/runs/\(run)/journal")) == 0o600)
            #expect(try mode(of: folder("store/lease.key")) == 0o600)
            let inputs = folder("store/runs/\(run)/inputs")
            for name in try FileManager.default.contentsOfDirectory(atPath: inputs) {
                #expect(try mode(of: inputs + "/" + name) == 0o600 && !name.hasSuffix(".part"))
            }
            for process in [worker, coordinator] { process.signal(SIGTERM) }
            #expect(worker.finish().status == 0)
            #expect(coordinator.finish().status == 5)
        }
        let folder = try TemporaryFolder()
        #expect(try modicum("coordinator", "--store", folder("store"), "--results-mode", "0777").status == 2)
    }
}
