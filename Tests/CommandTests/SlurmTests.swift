import Foundation
import Testing

/// `modicum cluster slurm` with programs in place of Slurm's that note what they are told.
@Suite("Jobs that are submitted to Slurm")
struct SlurmTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Puts programs in front of the real ones, and runs `modicum cluster slurm`.
    private func slurm(
        _ arguments: String..., partitions: String = "", submission: String = "echo 7", queue: String = "",
        environment: [String: String] = [:]
    ) throws -> ModicumProcess.Result {
        let programs = [
            "sinfo": "cat <<'END'\n\(partitions)\nEND", "squeue": "cat <<'END'\n\(queue)\nEND", "scancel": ":",
            "sbatch": "echo \"$@\" >>'\(folder("asked"))'\n\(submission)",
        ]
        for (name, script) in programs {
            _ = try folder.write("#!/bin/sh\n" + script + "\n", as: name)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder(name))
        }
        let path = folder.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        return try ModicumProcess(
            ["cluster", "slurm"] + arguments + ["--store", folder("store")],
            environment: environment.merging(["PATH": path]) { $1 }
        ).finish()
    }

    /// What sbatch was given, one line for each submission.
    private func asked() throws -> [[Substring]] {
        try String(contentsOfFile: folder("asked"), encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: " ")
        }
    }

    @Test("The defaults fit nodes of 4,000 MB and few cores, and are said before they are asked for")
    func smallNodes() throws {
        let result = try slurm(
            "submit", partitions: "tiny|1|900|infinite\nbatch*|4|4000|12:00:00\nbatch*|2|2000|12:00:00",
            submission: "echo 'sbatch: error: not today' >&2; exit 1")
        #expect(result.status == 1)
        #expect(
            result.output.contains(
                "coordinator  asks for 2 cores, 2G of memory, time 12:00:00, partition batch (the default), your default"
            ),
            "\(result.output)")
        #expect(result.errors.contains("not today"), "\(result.errors)")
        let second = try slurm("submit", "--partition", "tiny", partitions: "tiny|1|900|infinite")
        #expect(second.status == 0, "\(second.errors)")
        let lines = try asked()
        #expect(lines.count == 3)
        #expect(lines[0].contains("--mem=2G") && lines[0].contains("--time=12:00:00"))
        for line in lines.dropFirst() {
            #expect(
                line.contains("--mem=900M") && line.contains("--cpus-per-task=1") && line.contains("--time=1-00:00:00"))
        }
    }

    @Test("With --json one object is all that is printed")
    func json() throws {
        func object(_ arguments: String..., queue: String = "") throws -> [String: Any] {
            let result =
                arguments.count == 1
                ? try slurm(arguments[0], "--json", queue: queue)
                : try slurm(arguments[0], arguments[1], "--json", queue: queue)
            #expect(result.status == 0, "\(result.errors)")
            return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        }
        let submitted = try object("submit")
        #expect(submitted["coordinator"] as? String == "7" && submitted["difference"] as? Int == 10)
        #expect((submitted["connectionFile"] as? String)?.hasSuffix("/store/connection.json") == true)
        let queue = "7|RUNNING|n1|7|None\n7_1|PENDING||7|Priority"
        let scaled = try object("scale", "1", queue: queue)
        #expect(scaled["workers"] as? Int == 1 && scaled["difference"] as? Int == -1, "\(scaled)")
        let status = try object("status", queue: queue)
        #expect((status["coordinator"] as? [[String: Any]])?.first?["node"] as? String == "n1", "\(status)")
        #expect(status["status"] == nil && status["refusal"] is String)
        #expect(try object("stop", queue: queue)["cancelled"] as? [String] != [])
    }

    @Test("Each of the two jobs can be told what to ask for, and asks for the same when it is submitted again")
    func optionsOfBoth() throws {
        let first = try slurm(
            "submit", "--workers", "3", "--account", "lab", "--time", "60", "--mem", "6G", "--cpus-per-task", "12",
            "--sbatch-option", "--constraint=avx2", "--coordinator-partition", "long", "--coordinator-time", "5-0",
            "--coordinator-mem", "700M", "--coordinator-cpus-per-task", "1", "--coordinator-qos", "high")
        #expect(first.status == 0, "\(first.errors)")
        let again = try slurm("submit", "--workers", "3")
        #expect(again.status == 0, "\(again.errors)")
        let lines = try asked()
        #expect(lines.count == 4)
        for coordinator in [lines[0], lines[2]] {
            for word in [
                "--account=lab", "--time=5-0", "--partition=long", "--qos=high", "--cpus-per-task=1", "--mem=700M",
                "--constraint=avx2",
            ] { #expect(coordinator.contains(Substring(word)), "\(word) in \(coordinator)") }
        }
        for worker in [lines[1], lines[3]] {
            for word in [
                "--account=lab", "--time=60", "--cpus-per-task=12", "--mem=6G", "--constraint=avx2", "--array=1-3",
            ] { #expect(worker.contains(Substring(word)), "\(word) in \(worker)") }
            #expect(!worker.contains { $0.hasPrefix("--partition") || $0.hasPrefix("--qos") })
        }
    }

    @Test("Variables of sbatch are followed where no option is given, and said")
    func variables() throws {
        let result = try slurm(
            "submit", "--partition", "night", environment: ["SBATCH_PARTITION": "day", "SBATCH_ACCOUNT": "grant7"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("partition night, account grant7"), "\(result.output)")
        for line in try asked() { #expect(line.contains("--partition=night") && line.contains("--account=grant7")) }
    }

    @Test(
        "A refusal says what was asked, what there is, and which option asks for it",
        arguments: [
            (["--coordinator-mem", "5G"], ["5G", "5120M", "4000M", "--coordinator-mem"]),
            (["--coordinator-cpus-per-task", "64"], ["64 cores", "has 4", "--coordinator-cpus-per-task"]),
            (["--time", "2-0"], ["2-0", "1-00:00:00", "--time or --coordinator-time"]),
            (["--partition", "gpu"], ["partition gpu", "there are batch, debug", "--partition"]),
        ])
    func refusals(options: [String], words: [String]) throws {
        var arguments = ["submit"]
        arguments += options
        let result = try slurm(
            arguments[0], arguments[1], arguments[2], partitions: "batch*|4|4000|1-00:00:00\ndebug|4|4000|30:00",
            submission: "echo 'sbatch: error: Batch job submission failed: No' >&2; exit 1")
        #expect(result.status == 1)
        for word in words + ["Slurm refused the coordinator's job", "Batch job submission failed: No"] {
            #expect(result.errors.contains(word), "\(word) in \(result.errors)")
        }
    }

    @Test(
        "What only Slurm knows is told by the option that it is about",
        arguments: [
            ("Invalid account or account/partition combination specified", "--account"),
            ("Invalid qos specification", "--qos"),
            ("Requested time limit is invalid (missing or exceeds some limit)", "--time"),
            ("Invalid feature specification", "--sbatch-option"),
        ])
    func causes(words: String, option: String) throws {
        let result = try slurm(
            "submit", "--sbatch-option", "--constraint=x",
            submission: "echo 'sbatch: error: Batch job submission failed: \(words)' >&2; exit 1")
        #expect(result.status == 1)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 3 && lines[1].contains(option), "\(result.errors)")
    }

    @Test("A job that Slurm takes and no node can start is warned of, and its state says why it waits")
    func waitsForEver() throws {
        let result = try slurm("submit", "--cpus-per-task", "8", partitions: "batch*|4|4000|infinite")
        #expect(result.status == 0)
        #expect(result.errors.contains("8 cores") && result.errors.contains("--cpus-per-task"), "\(result.errors)")
        let state = try slurm("status", queue: "7_1|PENDING||7|PartitionConfig\n7_2|PENDING||7|Priority")
        #expect(state.output.contains("PENDING (PartitionConfig: no node"), "\(state.output)")
        #expect(state.output.contains("1 PENDING (Priority)"), "\(state.output)")
    }

    @Test(
        "What a script's line cannot hold, or Slurm would not read, is refused before anything is submitted",
        arguments: [
            ["--account", "lab --exclusive"], ["--coordinator-partition", ""], ["--mem", "2 G"],
            ["--coordinator-mem", "many"], ["--time", "1h"], ["--cpus-per-task", "0"], ["--sbatch-option", "avx2"],
            ["--sbatch-option", "--array=3"], ["--sbatch-option", "--out=x"], ["--coordinator-sbatch-option", "-Jx"],
        ])
    func malformed(options: [String]) throws {
        let result = try slurm("submit", options[0], options[1])
        #expect(result.status == 2, "\(result.errors)")
        #expect(result.errors.contains(options[0]), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("asked")))
    }
}
