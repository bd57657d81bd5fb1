import ExpressionData
import Foundation
import JobEngine

/// A coordinator's state in words.
enum StatusText {
    static func lines(of status: StatusSnapshot) -> [String] {
        var lines = ["coordinator \(status.build), epoch \(status.epoch), up \(Int(status.uptime.seconds)) s"]
        for run in status.runs {
            var line = "run \(run.run)  \(run.title)  \(run.phase)"
            if run.shards > 0 {
                line += "  stage \(run.stage + 1), \(run.stageTitle): \(run.done)/\(run.shards) shards"
                if run.reused > 0 { line += ", \(run.reused) reused" }
                line += String(format: ", %.1f/s", run.rate)
                if let remaining = run.remaining { line += String(format: ", %.0f s left", remaining.seconds) }
            }
            lines.append(line)
            lines += run.failures.map { "    \($0)" }
        }
        lines += status.workers.map { worker in
            "worker \(worker.host)  \(worker.phase)  \(counted(worker.threads, "thread")), "
                + "\(counted(worker.leases, "lease")), \(counted(worker.done, "shard")) done  \(worker.labels.joined(separator: " "))"
        }
        if status.workers.isEmpty { lines.append("no workers") }
        if let blocker = status.blocker { lines.append("blocked: \(blocker)") }
        return lines
    }
}

/// A coordinator's state as JSON: the same, and what the words leave out.
struct StatusRecord: Encodable {
    struct Run: Encodable {
        var run: String
        var title: String
        var phase: String

        /// Counted from 1, as in words.
        var stage: Int
        var stageTitle: String
        var shards: Int
        var done: Int
        var reused: Int
        var leased: Int
        var failed: Int
        var shardsPerSecond: Double
        var secondsLeft: Double?
        var failures: [String]
    }

    struct Worker: Encodable {
        var incarnation: String
        var host: String
        var labels: [String]
        var phase: String
        var threads: Int
        var leases: Int
        var done: Int
        var memoryBytes: UInt64
        var secondsSilent: Double
    }

    var build: String
    var epoch: UInt64
    var secondsUp: Double
    var runs: [Run]
    var workers: [Worker]
    var badFrames: Int
    var blocker: String?

    init(_ status: StatusSnapshot) {
        build = status.build
        epoch = status.epoch
        secondsUp = status.uptime.seconds
        runs = status.runs.map { run in
            Run(
                run: "\(run.run)", title: run.title, phase: "\(run.phase)", stage: run.stage + 1,
                stageTitle: run.stageTitle, shards: run.shards, done: run.done, reused: run.reused, leased: run.leased,
                failed: run.failed, shardsPerSecond: run.rate, secondsLeft: run.remaining?.seconds,
                failures: run.failures)
        }
        workers = status.workers.map { worker in
            Worker(
                incarnation: "\(worker.incarnation)", host: worker.host, labels: worker.labels,
                phase: "\(worker.phase)", threads: worker.threads, leases: worker.leases, done: worker.done,
                memoryBytes: worker.memory, secondsSilent: worker.silence.seconds)
        }
        badFrames = status.badFrames
        blocker = status.blocker
    }
}

/// What `--json` prints.
enum JSONText {
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
