import Foundation
import Testing

/// Counting by the workers of a coordinator that runs already.
extension CountTests {
    /// A coordinator on loopback, and its workers.
    private final class Cluster {
        let connection: String
        private let coordinator: ModicumProcess
        private var workers: [ModicumProcess] = []

        init(in folder: TemporaryFolder) throws {
            connection = folder("store/connection.json")
            coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
            try #require(coordinator.waitForError(containing: "Listening on"))
        }

        /// Starts a worker, and waits until the coordinator has welcomed it.
        func join(_ options: [String] = []) throws {
            let worker = try ModicumProcess(["worker", "--connection-file", connection, "--threads", "4"] + options)
            workers.append(worker)
            try #require(worker.waitForError(containing: "welcomed by the coordinator"))
        }

        /// What the coordinator says of itself.
        func status() throws -> String { try modicum("status", "--connection-file", connection).output }

        deinit {
            for process in workers + [coordinator] {
                process.signal(SIGTERM)
                _ = process.finish()
            }
        }
    }

    /// Counting without trimming, which is quick.
    private func command(_ out: String, _ options: String...) -> [String] {
        [
            "count", data("in/sheet.csv"), "--reference", data("index"), "--annotation", data("in/genes.gtf"), "--out",
            out, "--fastqc", "off", "--trimmer", "none",
        ] + options
    }

    private func allowed(_ folder: TemporaryFolder) -> [String] {
        ["--allow-programs", "--root", data.path, "--root", folder.path, "--scratch", folder("scratch")]
    }

    @Test("Two workers of a coordinator count the same bytes; the same command finds the run, and makes removed steps")
    func connected() throws {
        let folder = try TemporaryFolder()
        try #require(try ModicumProcess(command(folder("alone"), "--threads", "1")).finish().status == 0)
        let cluster = try Cluster(in: folder)
        for _ in 0..<2 { try cluster.join(allowed(folder)) }
        let words = command(folder("out"), "--connect", cluster.connection)
        let result = try ModicumProcess(words).finish()
        try #require(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("4 samples computed, 0 found from before"), "\(result.errors)")
        #expect(bytes(folder("out")) == bytes(folder("alone")))
        for name in ["quality.tsv", "gene_lengths.tsv"] {
            #expect(try table(folder("out/" + name)) == table(folder("alone/" + name)))
        }
        let logs = try FileManager.default.subpathsOfDirectory(atPath: folder("out/logs")).sorted()
        #expect(logs.contains("sample4/sample4.hisat2.summary.log"))
        #expect(try logs == FileManager.default.subpathsOfDirectory(atPath: folder("alone/logs")).sorted())
        #expect(!FileManager.default.fileExists(atPath: folder("out/.modicum")))
        // As if the command had been killed before it wrote: nothing is computed again.
        for name in ["run.json", "counts.tsv.gz", "logs"] {
            try FileManager.default.removeItem(atPath: folder("out/" + name))
        }
        let before = try FileManager.default.contentsOfDirectory(atPath: folder("store/runs"))
        let again = try ModicumProcess(words).finish()
        #expect(again.status == 0 && bytes(folder("out")) == bytes(folder("alone")), "\(again.errors)")
        #expect(again.errors.contains("The coordinator has this run already, finished"), "\(again.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("store/runs")) == before)
        // Without the steps that it left, the run is made once more.
        try FileManager.default.removeItem(atPath: folder("out/counts.tsv.gz"))
        for name in try FileManager.default.contentsOfDirectory(atPath: folder("out/steps"))
        where !["nonce", "request.json"].contains(name) {
            try FileManager.default.removeItem(atPath: folder("out/steps/" + name))
        }
        let anew = try ModicumProcess(words).finish()
        #expect(anew.status == 0 && bytes(folder("out")) == bytes(folder("alone")), "\(anew.errors)")
    }

    @Test("A run waits for a worker that runs programs, says so, and gives the others no shard of it")
    func waitsForPrograms() throws {
        let folder = try TemporaryFolder()
        let cluster = try Cluster(in: folder)
        try cluster.join()
        let command = try ModicumProcess(command(folder("out"), "--connect", cluster.connection))
        let sentence = "waiting for a worker that runs programs: the one that is connected does not"
        #expect(command.waitForError(containing: sentence))
        #expect(try cluster.status().contains(sentence))
        try cluster.join(allowed(folder))
        let result = command.finish()
        #expect(result.status == 0, "\(result.errors)")
        let record = try JSONSerialization.jsonObject(
            with: #require(FileManager.default.contents(atPath: folder("out/run.json"))))
        let workers = try #require((record as? [String: Any])?["workers"] as? [[String: Any]])
        // The reference, and reads, strandedness and counts of four samples.
        #expect(workers.compactMap { $0["shards"] as? Int }.sorted().filter { $0 > 0 } == [13])
    }

    @Test("What a worker may not see is told to the one who counts; with another worker the same command goes on")
    func refusedByWorkers() throws {
        let folder = try TemporaryFolder()
        func run(_ options: [String]) throws -> ModicumProcess.Result {
            let place = try TemporaryFolder()
            let cluster = try Cluster(in: place)
            try cluster.join(options)
            return try ModicumProcess(command(folder("out"), "--connect", cluster.connection)).finish()
        }
        let outside = try run(["--allow-programs", "--root", folder.path])
        #expect(outside.status == 3, "\(outside.errors)")
        #expect(outside.errors.contains("is outside the folders that the worker on"), "\(outside.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("out/counts.tsv.gz")))
        let sound = try run(allowed(folder))
        #expect(sound.status == 0, "\(sound.errors)")
    }
}
