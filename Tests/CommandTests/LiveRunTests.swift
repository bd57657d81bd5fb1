import Foundation
import Testing

@Suite("A run that is looked at")
struct LiveRunTests {
    /// A ranked list and sets whose permutations outlast any test.
    private func writeLongRun(in folder: TemporaryFolder) throws -> [String] {
        let ranks = try folder.write(
            (1...200).map { "g\($0)\t\(Double(100 - $0) / 10)\n" }.joined(), as: "<b>list&.rnk")
        let sets = try folder.write(
            (0..<4).map { set in
                "SET\(set)\t\t" + (1...20).map { "g\($0 * 9 + set)" }.joined(separator: "\t") + "\n"
            }.joined(), as: "sets.gmt")
        return ["gsea", "--ranks", ranks, "--sets", sets, "--permutations", "2000000000"]
    }

    @Test("Page, status and JSON say that one worker of three is stopped, and that it is not any more")
    func stoppedWorker() throws {
        let folder = try TemporaryFolder()
        let connection = folder("store/connection.json")
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store"), "--live", "0"])
        #expect(coordinator.waitForError(containing: "Workers: "))
        let port = try #require(coordinator.metricsPort)
        var workers: [ModicumProcess] = []
        for _ in 0..<3 {
            workers.append(try ModicumProcess(["worker", "--connection-file", connection, "--threads", "1"]))
        }
        let client = try ModicumProcess(
            try writeLongRun(in: folder) + ["--out", folder("out"), "--connect", connection])
        #expect(coordinator.waitForError(containing: "stage 1"))
        for worker in workers { #expect(worker.waitForError(containing: "welcomed")) }
        let stopped = workers[1]
        stopped.signal(SIGSTOP)
        #expect(coordinator.waitForError(containing: "lost: silent for "))

        let expected = "(pid=\(stopped.pid)) has not been heard of for "
        let page = try get("/", port: port)
        #expect(page.contains(expected), "\(page)")
        // The title is text, whatever stands in it.
        #expect(page.contains("&lt;b&gt;list&amp;.rnk") && !page.contains("<b>"))
        #expect(page.contains("2 workers, 2 threads; 1 lost"))
        #expect(try get("/status.json", port: port).contains(expected))
        let status = try modicum("status", "--connection-file", connection)
        let last = status.output.split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("blocked: ") && last.contains(expected), "\(status.output)")

        stopped.signal(SIGCONT)
        #expect(coordinator.waitForError(containing: "is back"))
        let after = try modicum("status", "--connection-file", connection)
        #expect(!after.output.contains("has not been heard of"), "\(after.output)")

        client.signal(SIGTERM)
        #expect(client.finish().status == 5)
        for worker in workers {
            worker.signal(SIGTERM)
            _ = worker.finish()
        }
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }

    @Test("A run on this machine shows its page while it is computed, and only when asked")
    func privatePage() throws {
        let folder = try TemporaryFolder()
        let run = try ModicumProcess(
            try writeLongRun(in: folder) + ["--out", folder("out"), "--threads", "1", "--live", "0"])
        #expect(run.waitForError(containing: "shards"))
        let port = try #require(run.errorsSoFar.firstMatch(of: #/127\.0\.0\.1:(\d+)\//#).flatMap { Int($0.1) })
        #expect(try get("/", port: port).contains("gene-set nulls"))
        run.signal(SIGTERM)
        #expect(run.finish().status == 5)
        #expect(try modicum("coordinator", "--store", folder("s"), "--live", "99999").status == 2)
        #expect(try modicum("coordinator", "--store", folder("s"), "--live", "0", "--metrics", "0").status == 2)
    }
}
