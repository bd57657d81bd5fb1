import Foundation
import Testing

/// The shipped cohort with enough permutations that a run can be interrupted in every stage.
private func study(in folder: TemporaryFolder, permutations: Int) throws -> String {
    let source = packageRoot + "/datasets/small-cohort"
    var text = try String(contentsOfFile: source + "/study.yaml", encoding: .utf8)
    text.replace("permutations: 1000", with: "permutations: \(permutations)")
    for file in ["counts.tsv.gz", "samples.tsv", "genes.tsv.gz", "sets.gmt", "custom.gmt"] {
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

    @Test("An interrupted command exits with 5, and with 0 when it is repeated twice")
    func interrupted() throws {
        let folder = try TemporaryFolder()
        let study = try study(in: folder, permutations: 40_000)
        let arguments = ["run", study, "--out", folder("out"), "--threads", "1"]
        let first = try ModicumProcess(arguments)
        #expect(first.waitForError(containing: "gene-wise dispersions:"))
        first.signal(SIGINT)
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
}
