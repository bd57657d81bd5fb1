import AnalysisPipeline
import ArgumentParser
import ClusterRuntime
import ExpressionFormats
import Foundation
import JobEngine
import StudyFiles

/// How client commands reach a coordinator.
struct ConnectionOptions: ParsableArguments {
    @Option(name: .long, help: "The file that the coordinator publishes its address and key in.")
    var connectionFile: String

    func client() throws -> ClusterClient {
        do {
            return try ClusterClient(
                connectionFile: connectionFile, build: programVersion, numericContract: UInt32(numericContract))
        } catch let error as ConnectionRefusal {
            throw CommandFailure(status: .failed, message: error.description)
        }
    }
}

struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Sends a study with its inputs to a coordinator.",
        discussion: """
            Prints the run's name; its results will be in STORE/runs/NAME/results of the coordinator.

            Example:
              modicum submit study.yaml --connection-file runs/connection.json --wait
            """)

    @Argument(help: "The study file.")
    var study: String

    @OptionGroup var connection: ConnectionOptions

    @Flag(name: .long, help: "Wait for the run's end; the exit status is the run's.")
    var wait = false

    func run() throws {
        let file = try StudyOnDisk(path: study)
        // Checked here first, so that a mistake is told before anything is sent.
        let files = OpenedFiles(file.open)
        let inputs = try file.request.load(open: files.open)
        for warning in inputs.warnings { Terminal.warning(warning.description) }
        defer { Transport.flush() }
        let client = try connection.client()
        let run = try client.submit(
            ClusterRequest(
                title: (study as NSString).lastPathComponent, inputs: files.inputs,
                request: [UInt8](try JSONEncoder().encode(RunRequest.study(file.request)))))
        print(run)
        guard wait else { return }
        switch try client.wait(for: run) {
        case .finished: return
        case .cancelled: throw CommandFailure(status: .failed, message: "the run was cancelled")
        case .failed(let reason, let shards, _):
            let details = shards.map { "\n  \($0)" }.joined()
            throw CommandFailure(status: .failed, message: reason + details)
        }
    }
}

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What a coordinator is doing: runs, workers, rates, what blocks.",
        discussion: """
            Example:
              modicum status --connection-file runs/connection.json
            """)

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        StatusText.print(try connection.client().status())
    }
}

/// A coordinator's state in words.
enum StatusText {
    static func print(_ status: StatusSnapshot) {
        Swift.print("coordinator \(status.build), epoch \(status.epoch), up \(Int(status.uptime.seconds)) s")
        for run in status.runs {
            var line = "run \(run.run)  \(run.title)  \(run.phase)"
            if run.shards > 0 {
                line += "  stage \(run.stage + 1), \(run.stageTitle): \(run.done)/\(run.shards) shards"
                if run.reused > 0 { line += ", \(run.reused) reused" }
                line += String(format: ", %.1f/s", run.rate)
                if let remaining = run.remaining { line += String(format: ", %.0f s left", remaining.seconds) }
            }
            Swift.print(line)
            for failure in run.failures { Swift.print("    \(failure)") }
        }
        for worker in status.workers {
            Swift.print(
                "worker \(worker.host)  \(worker.phase)  \(worker.threads) threads, \(worker.leases) leases, "
                    + "\(worker.done) shards done  \(worker.labels.joined(separator: " "))")
        }
        if status.workers.isEmpty { Swift.print("no workers") }
        if let blocker = status.blocker { Swift.print("blocked: \(blocker)") }
    }
}

struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Gives up a run.",
        discussion: """
            Example:
              modicum cancel 0123456789abcdef0123456789abcdef --connection-file runs/connection.json
            """)

    @Argument(help: "The run's name, as submit printed it.")
    var name: String

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        guard name.utf8.count == 32, let value = UInt128(name, radix: 16) else {
            throw CommandFailure(
                status: .usage,
                message: "`\(name)` is not the name of a run: 32 hexadecimal digits, as submit prints them")
        }
        defer { Transport.flush() }
        switch try connection.client().cancel(RunID(value)) {
        case .cancelled: Terminal.note("cancelled")
        case .finished: Terminal.note("the run had already finished")
        case .failed(let reason, _, _): throw CommandFailure(status: .failed, message: reason)
        }
    }
}

struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "What a coordinator has logged: workers that came and went, stages, failures.",
        discussion: """
            The coordinator keeps its last 4,096 lines, also with --quiet. Each has its UTC time, host and epoch.

            Example:
              modicum logs --connection-file runs/connection.json --lines 100
              modicum logs --connection-file runs/connection.json --follow
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(name: .long, help: "How many of the last lines to print (default: all that are kept).")
    var lines: Int?

    @Flag(name: .long, help: "Go on and print what comes, until interrupted or until the coordinator ends.")
    var follow = false

    func validate() throws {
        if let lines, lines < 0 { throw ValidationError("--lines cannot be negative") }
    }

    func run() throws {
        defer { Transport.flush() }
        let client = try connection.client()
        var known: [LogLine] = []
        while true {
            let more = try client.log(after: known.last?.number ?? 0)
            guard !more.isEmpty else { break }
            known += more
        }
        show(known.suffix(lines ?? known.count))
        var last = known.last?.number ?? 0
        while follow {
            let more = try client.log(after: last)
            show(more[...])
            last = more.last?.number ?? last
            if more.isEmpty { Thread.sleep(forTimeInterval: 0.5) }
        }
    }

    private func show(_ lines: ArraySlice<LogLine>) {
        guard !lines.isEmpty else { return }
        // At once: what is followed is read while it comes.
        FileHandle.standardOutput.write(Data((lines.map(\.text).joined(separator: "\n") + "\n").utf8))
    }
}
