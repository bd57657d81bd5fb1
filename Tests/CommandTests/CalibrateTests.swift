import Foundation
import Testing

@Suite("Calibration on the command line")
struct CalibrateTests {
    private static let small = [
        "--cells", "n12-plain,n12-tied", "--cohorts", "3", "--genes", "80", "--permutations", "19", "--quiet",
    ]

    private func calibrate(_ out: String, _ more: String...) throws -> ModicumProcess.Result {
        try ModicumProcess(["calibrate", "--out", out] + Self.small + more).finish()
    }

    private func content(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

    @Test("One worker and three write the same bytes, and the same command again leaves them")
    func workers() throws {
        let folder = try TemporaryFolder()
        let one = try calibrate(folder("one"), "--workers", "1", "--threads", "1")
        #expect(one.status == 0, "\(one.errors)")
        let three = try calibrate(folder("three"), "--workers", "3", "--threads", "1")
        #expect(three.status == 0, "\(three.errors)")
        for name in ["calibration.tsv", "cohorts.tsv.gz"] {
            let bytes = try #require(content(folder("one/" + name)))
            #expect(content(folder("three/" + name)) == bytes)
        }
        let table = try String(contentsOfFile: folder("one/calibration.tsv"), encoding: .utf8)
        let rows = table.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(rows[0].first == "cell" && rows[0].last == "holds" && rows.allSatisfy { $0.count == rows[0].count })
        #expect(Set(rows.dropFirst().map { $0[0] }) == ["n12-plain", "n12-tied"])
        let record = content(folder("one/run.json"))
        #expect(try calibrate(folder("one")).status == 0)
        #expect(content(folder("one/run.json")) == record)
        #expect(!FileManager.default.fileExists(atPath: folder("one/.modicum")))
    }

    @Test("An interrupted calibration is resumed by the same command, and ends with the same bytes")
    func resumption() throws {
        let folder = try TemporaryFolder()
        #expect(try calibrate(folder("whole")).status == 0)
        let command = try ModicumProcess(
            ["calibrate", "--out", folder("cut")] + Self.small.filter { $0 != "--quiet" } + ["--threads", "1"])
        // It may be done before the signal arrives.
        if command.waitForError(containing: "simulated cohorts") { command.signal(SIGTERM) }
        let cut = command.finish()
        #expect([0, 5].contains(cut.status) && !cut.wasSignalled, "\(cut.errors)")
        #expect(try calibrate(folder("cut")).status == 0)
        for name in ["calibration.tsv", "cohorts.tsv.gz"] {
            let bytes = try #require(content(folder("whole/" + name)))
            #expect(content(folder("cut/" + name)) == bytes)
        }
    }

    @Test("A coordinator's workers write the same bytes, once for whoever asks")
    func connected() throws {
        let folder = try TemporaryFolder()
        #expect(try calibrate(folder("alone")).status == 0)
        let connection = folder("store/connection.json")
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        let workers = try (0..<2).map { _ in
            try ModicumProcess(["worker", "--connection-file", connection, "--threads", "1"])
        }
        let sent = try calibrate(folder("sent"), "--connect", connection)
        #expect(sent.status == 0, "\(sent.errors)")
        for worker in workers {
            worker.signal(SIGTERM)
            #expect(worker.finish().status == 0)
        }
        // Nobody is there to compute: these are the coordinator's files of the same run.
        #expect(try calibrate(folder("again"), "--connect", connection).status == 0)
        for out in ["sent", "again"] {
            for name in ["calibration.tsv", "cohorts.tsv.gz"] {
                let bytes = try #require(content(folder("alone/" + name)))
                #expect(content(folder("\(out)/\(name)")) == bytes)
            }
            #expect(!FileManager.default.fileExists(atPath: folder(out + "/.modicum")))
        }
        let record = content(folder("sent/run.json"))
        #expect(try calibrate(folder("sent")).status == 0)
        #expect(content(folder("sent/run.json")) == record)
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }

    @Test("Another calibration, or anything else, in the folder is refused and left as it is")
    func otherFolder() throws {
        let folder = try TemporaryFolder()
        #expect(try calibrate(folder("out")).status == 0)
        let table = content(folder("out/calibration.tsv"))
        #expect(try calibrate(folder("out"), "--seed", "2").status == 3)
        #expect(content(folder("out/calibration.tsv")) == table)
        try FileManager.default.createDirectory(atPath: folder("mine"), withIntermediateDirectories: true)
        try "mine".write(toFile: folder("mine/notes.txt"), atomically: true, encoding: .utf8)
        #expect(try calibrate(folder("mine")).status == 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("mine")) == ["notes.txt"])
    }

    @Test(
        "Options that mean nothing are usage errors which name what may be given",
        arguments: [
            ["--cells", "n12"], ["--schemes", "free,whole"], ["--cohorts", "1"], ["--genes", "20"],
            ["--permutations", "9"], ["--effect", "0"], ["--again"],
        ])
    func usage(_ words: [String]) throws {
        let folder = try TemporaryFolder()
        let result = try ModicumProcess(["calibrate", "--out", folder("out")] + words).finish()
        #expect(result.status == 2 && result.errors.contains(words[0]), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }

    @Test("A cohort of a calibration is written for other programs, the same for the same seed")
    func cohort() throws {
        let folder = try TemporaryFolder()
        for out in ["a", "b"] {
            let made = try ModicumProcess([
                "simulate", "calibration", "--cell", "n12-tied", "--cohort", "2", "--genes", "80", "--out", folder(out),
            ]).finish()
            #expect(made.status == 0, "\(made.errors)")
        }
        for name in ["counts.tsv", "samples.tsv", "sets.gmt", "truth.tsv"] {
            let bytes = try #require(content(folder("a/" + name)))
            #expect(content(folder("b/" + name)) == bytes)
        }
        let counts = try String(contentsOfFile: folder("a/counts.tsv"), encoding: .utf8).split(separator: "\n")
        #expect(counts.count == 81 && counts[0].split(separator: "\t").count == 13)
    }
}
