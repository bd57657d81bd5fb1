import Foundation
import Testing

/// The shipped cohort with enough permutations that a run can be interrupted in every stage.
private func study(in folder: TemporaryFolder, permutations: Int) throws -> String {
    let source = packageRoot + "/datasets/small-cohort"
    var text = try String(contentsOfFile: source + "/study.yaml", encoding: .utf8)
    text.replace("permutations: 1000", with: "permutations: \(permutations)")
    for file in ["counts.tsv.gz", "samples.tsv", "genes.tsv.gz", "sets.gmt", "custom.gmt", "interferon.tsv"] {
        text.replace(" " + file, with: " \(source)/\(file)")
        text.replace("[" + file, with: "[\(source)/\(file)")
    }
    return try folder.write(text, as: "study.yaml")
}

@Suite("One result, however it is computed")
struct IdentityTests {
    @Test("A study has the same bytes for 1, 2 and 7 workers and any number of threads")
    func workerCounts() throws {
        let folder = try TemporaryFolder()
        let study = try study(in: folder, permutations: 40_000)
        var files: [Data] = []
        var identities: Set<String> = []
        for (workers, threads) in [(1, 1), (2, 1), (7, 2)] {
            let out = folder("workers-\(workers)")
            let result = try modicum(
                "run", study, "--out", out, "--workers", "\(workers)", "--threads", "\(threads)", "--quiet")
            #expect(result.status == 0, "\(result.errors)")
            identities.insert(try Record(in: out).identity)
            files.append(try Data(contentsOf: URL(fileURLWithPath: out + "/modicum.h5")))
        }
        #expect(identities.count == 1)
        #expect(files[0] == files[1] && files[1] == files[2])
    }

    @Test("A worker killed in the middle costs time and nothing else")
    func killedWorker() throws {
        let folder = try TemporaryFolder()
        let study = try study(in: folder, permutations: 40_000)
        let undisturbed = try modicum("run", study, "--out", folder("a"), "--quiet")
        #expect(undisturbed.status == 0, "\(undisturbed.errors)")

        let run = try ModicumProcess(["run", study, "--out", folder("b"), "--workers", "2", "--threads", "1"])
        #expect(run.waitForError(containing: "models and tests:"))
        let workers = run.children()
        #expect(workers.count == 2)
        if let victim = workers.first { kill(victim, SIGKILL) }
        let result = run.finish()
        #expect(result.status == 0, "\(result.errors)")
        #expect(try Record(in: folder("a")).identity == Record(in: folder("b")).identity)
    }

    @Test(
        "A command killed in the middle takes its workers with it, and resumes when it is repeated",
        arguments: ["gene-wise dispersions:", "models and tests:", "gene-set nulls:"])
    func killedCoordinator(stage: String) throws {
        let folder = try TemporaryFolder()
        let study = try study(in: folder, permutations: 40_000)
        let undisturbed = try modicum("run", study, "--out", folder("a"), "--quiet")
        #expect(undisturbed.status == 0, "\(undisturbed.errors)")

        let arguments = ["run", study, "--out", folder("b"), "--workers", "2", "--threads", "1"]
        let first = try ModicumProcess(arguments)
        #expect(first.waitForError(containing: stage))
        first.signal(SIGKILL)
        // The end of stderr is the end of everybody who holds it, so of the workers too.
        let killed = first.finish()
        #expect(killed.wasSignalled)

        let second = try ModicumProcess(arguments).finish()
        #expect(second.status == 0, "\(second.errors)")
        let record = try Record(in: folder("b"))
        #expect(try record.identity == Record(in: folder("a")).identity)
        if stage != "gene-wise dispersions:" {
            #expect(record.stages[0].reused == record.stages[0].shards, "what was journalled is not computed again")
        }
    }

    @Test(
        "An interrupted command exits with 5, and with 0 when it is repeated twice", arguments: [SIGINT, SIGHUP])
    func interrupted(signal: Int32) throws {
        let folder = try TemporaryFolder()
        let study = try study(in: folder, permutations: 40_000)
        let arguments = ["run", study, "--out", folder("out"), "--threads", "1"]
        let first = try ModicumProcess(arguments)
        #expect(first.waitForError(containing: "gene-wise dispersions:"))
        first.signal(signal)
        let interrupted = first.finish()
        #expect(interrupted.status == 5, "\(interrupted.errors)")
        #expect(interrupted.errors.contains("resumes"))
        #expect(try ModicumProcess(arguments).finish().status == 0)
        let again = try ModicumProcess(arguments).finish()
        #expect(again.status == 0)
        #expect(again.errors.contains("complete"))
    }

    @Test("Two workers started by hand, and a third half-way, compute what a private cluster computes")
    func byHand() throws {
        let folder = try TemporaryFolder()
        let study = try study(in: folder, permutations: 40_000)
        let alone = try modicum("run", study, "--out", folder("alone"), "--quiet")
        #expect(alone.status == 0, "\(alone.errors)")

        let connection = folder("store/connection.json")
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        var workers = try (0..<2).map { _ in
            try ModicumProcess(["worker", "--connection-file", connection, "--threads", "1"])
        }
        let client = try ModicumProcess(["submit", study, "--connection-file", connection, "--wait"])
        workers.append(try ModicumProcess(["worker", "--connection-file", connection, "--threads", "1"]))
        let submitted = client.finish()
        #expect(submitted.status == 0, "\(submitted.errors)")
        let run = submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(
            try Record(in: folder("store/runs/\(run)/results")).identity == Record(in: folder("alone")).identity)

        let status = try modicum("status", "--connection-file", connection)
        #expect(status.status == 0 && status.output.contains(run), "\(status.output)\(status.errors)")
        for worker in workers {
            worker.signal(SIGTERM)
            let left = worker.finish()
            #expect(left.status == 0, "\(left.errors)")
        }
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }

    @Test("A command that a coordinator computes for gets the same files, even when it is killed while it waits")
    func connected() throws {
        let folder = try TemporaryFolder()
        let study = try study(in: folder, permutations: 400_000)
        let alone = try modicum("run", study, "--out", folder("alone"), "--quiet")
        #expect(alone.status == 0, "\(alone.errors)")

        let connection = folder("store/connection.json")
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        let arguments = ["run", study, "--out", folder("fetched"), "--connect", connection]
        let first = try ModicumProcess(arguments)
        #expect(first.waitForError(containing: "no worker"), "without workers it waits, and says for what")
        first.signal(SIGKILL)
        #expect(first.finish().wasSignalled)

        let worker = try ModicumProcess(["worker", "--connection-file", connection])
        let second = try ModicumProcess(arguments).finish()
        #expect(second.status == 0, "\(second.errors)")
        let runs = try FileManager.default.contentsOfDirectory(atPath: folder("store/runs"))
        #expect(runs.count == 1, "the repeated command waits for the run that the first one submitted")
        let alonePaths = try FileManager.default.subpathsOfDirectory(atPath: folder("alone")).sorted()
        let fetchedPaths = try FileManager.default.subpathsOfDirectory(atPath: folder("fetched")).sorted()
        #expect(fetchedPaths == alonePaths)
        for path in alonePaths where path != "run.json" {
            #expect(
                FileManager.default.contents(atPath: folder("alone/" + path))
                    == FileManager.default.contents(atPath: folder("fetched/" + path)), "\(path)")
        }
        let record = try Record(in: folder("fetched"))
        #expect(try record.identity == Record(in: folder("alone")).identity)
        #expect(record.stages.count == 3)
        #expect(record.workers.map(\.shards) == [record.stages.reduce(0) { $0 + $1.shards }])

        // A finished run is handed out by a coordinator that was started again, too.
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
        let next = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(next.waitForError(containing: "Listening on"))
        try FileManager.default.removeItem(atPath: folder("fetched/run.json"))
        try FileManager.default.createDirectory(
            atPath: folder("fetched/.modicum"), withIntermediateDirectories: true)
        let digest = try Record(in: folder("alone")).configurationDigest
        try "\(digest)\n".write(
            toFile: folder("fetched/.modicum/configuration.sha256"), atomically: true, encoding: .utf8)
        try "\(runs[0])\n".write(toFile: folder("fetched/.modicum/submitted"), atomically: true, encoding: .utf8)
        try FileManager.default.removeItem(atPath: folder("fetched/modicum.h5"))
        let third = try ModicumProcess(arguments).finish()
        #expect(third.status == 0, "\(third.errors)")
        #expect(try Record(in: folder("fetched")).identity == record.identity)
        #expect(FileManager.default.fileExists(atPath: folder("fetched/modicum.h5")))

        worker.signal(SIGTERM)
        #expect(worker.finish().status == 0)
        next.signal(SIGTERM)
        #expect(next.finish().status == 5)
        let nobody = try modicum("run", study, "--out", folder("nobody"), "--connect", connection)
        #expect(nobody.status == 1)
        #expect(nobody.errors.contains("cannot be reached"), "\(nobody.errors)")
    }
}
