import Foundation
import Testing

/// Workers of the right build that send what means nothing, against a coordinator's process.
@Suite("Workers that send nonsense")
struct NonsenseResultTests {
    private static let sets = packageRoot + "/datasets/goldens/gsea/"

    /// The faulty worker that was built beside the program.
    private static let faultyWorker =
        URL(fileURLWithPath: executable).deletingLastPathComponent().path + "/FaultyWorker"

    @Test(
        "Their results are refused and named, and the run comes to the same bytes",
        .enabled(if: FileManager.default.fileExists(atPath: faultyWorker)), arguments: [0, nil])
    func refused(first: Int?) throws {
        let folder = try TemporaryFolder()
        let connection = folder("store/connection.json")
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        let build = try #require(try modicum("--version").output.firstMatch(of: #/(\d+\.\d+\.\d+)/#)).1
        let faulty = Process()
        faulty.executableURL = URL(fileURLWithPath: Self.faultyWorker)
        faulty.arguments =
            [
                "--connection-file", connection, "--build", String(build), "--fault", "nonsense", "--stage",
                "gene-set-nulls",
            ] + (first.map { ["--first", "\($0)"] } ?? [])
        faulty.standardError = FileHandle.nullDevice
        try faulty.run()
        #expect(coordinator.waitForError(containing: "joined"))
        // Asked for work first, it is lent the first shards.
        let worker = try ModicumProcess(["worker", "--connection-file", connection, "--threads", "2"])
        #expect(coordinator.waitForError(containing: "with 2 threads"))

        let run = [
            "gsea", "--ranks", Self.sets + "list.rnk", "--sets", Self.sets + "sets.gmt", "--permutations", "100000",
        ]
        let sent = try ModicumProcess(run + ["--out", folder("sent"), "--connect", connection]).finish()
        let alone = try ModicumProcess(run + ["--out", folder("alone"), "--threads", "1"]).finish()
        #expect(sent.status == 0 && alone.status == 0, "\(sent.errors) \(alone.errors)")
        for name in ["modicum.h5", "gene_sets.tsv"] {
            let expected = try #require(FileManager.default.contents(atPath: folder("alone/") + name))
            #expect(FileManager.default.contents(atPath: folder("sent/") + name) == expected, "\(name)")
        }
        #expect(coordinator.waitForError(containing: "cannot be read"))
        let status = try modicum("status", "--connection-file", connection)
        #expect(status.output.contains("cannot be read"), "\(status.output)")
        if first == nil {
            #expect(coordinator.waitForError(containing: "in a row could not be read"))
        } else {
            faulty.terminate()
        }
        faulty.waitUntilExit()
        #expect((faulty.terminationStatus == 0) == (first != nil))
        for process in [worker, coordinator] { process.signal(SIGTERM) }
        #expect(worker.finish().status == 0)
        #expect(coordinator.finish().status == 5)
    }
}
