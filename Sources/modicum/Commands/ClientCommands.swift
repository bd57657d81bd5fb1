import AnalysisPipeline
import ArgumentParser
import ClusterRuntime
import DurableFiles
import ExpressionFormats
import Foundation
import JobEngine
import StudyFiles

/// How client commands reach a coordinator.
struct ConnectionOptions: ParsableArguments {
    @Option(name: .long, help: "The file that the coordinator publishes its address and key in.")
    var connectionFile: String

    func client() throws -> ClusterClient { try .ofCommand(connectionFile: connectionFile) }
}

extension ClusterClient {
    /// A client of this program's version.
    ///
    /// - Throws: `CommandFailure`: bad input where there is no such file, failed where the coordinator cannot be reached
    ///   or refuses.
    static func ofCommand(connectionFile: String) throws -> ClusterClient {
        guard FileManager.default.fileExists(atPath: connectionFile) else {
            throw CommandFailure(
                status: .badInput,
                message: "\(connectionFile): there is no such file. "
                    + "A coordinator publishes its connection file as STORE/connection.json.")
        }
        do {
            return try ClusterClient(
                connectionFile: connectionFile, build: programVersion, numericContract: UInt32(numericContract))
        } catch let error as ConnectionRefusal {
            throw CommandFailure(status: .failed, message: error.description)
        } catch let error as FileContentError {
            throw CommandFailure(status: .badInput, message: error.description)
        } catch let error as FileError where error.code == EISDIR {
            throw CommandFailure(
                status: .badInput,
                message: "\(connectionFile) is a folder. A coordinator publishes its connection file as "
                    + "STORE/connection.json.")
        }
    }
}

struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Sends a study with its inputs to a coordinator.",
        discussion: """
            Prints the run's name; `modicum fetch NAME` brings its results. The same inputs and settings submitted again are
            the run that is there.

            Example:
              modicum submit study.yaml --connection-file runs/connection.json --wait
            """)

    @Argument(help: "The study file.")
    var study: String

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var contents: StudyContentOptions

    @OptionGroup var replication: ReplicationOptions

    @Flag(name: .long, help: "Compute even if the coordinator has this run already.")
    var again = false

    @Flag(name: .long, help: "Wait for the run's end; the exit status is the run's.")
    var wait = false

    @Flag(name: .long, help: "Say nothing but errors; the run's name is printed all the same.")
    var quiet = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let file = try StudyOnDisk(path: study, contents: contents)
        // Checked here first, so that a mistake is told before anything is sent.
        let files = OpenedFiles(file.open)
        let inputs = try file.request.load(open: files.open)
        if !quiet { Terminal.show(inputs.warnings) }
        // The look-up table travels too, so that whoever fetches the run has it.
        _ = try ResultReport(of: .study(file.request), open: files.open)
        defer { Transport.flush() }
        let client = try connection.client()
        let submitted = try client.submit(
            ClusterRequest(
                title: (study as NSString).lastPathComponent, inputs: files.inputs,
                request: try SubmittedRequest(.study(file.request)).encoded(), replicatedShare: replication.share),
            again: again)
        let run = submitted.run
        if submitted.found != .unknown, !quiet {
            Terminal.note(
                "This run is here already, \(submitted.found == .finished ? "finished" : "under way"); "
                    + "with --again it is computed once more.")
        }
        if json { try JSONText.print(["run": "\(run)"]) } else { print(run) }
        guard wait, submitted.found != .finished else { return }
        let outcome: RunOutcome
        do {
            outcome = try client.wait(for: run)
        } catch let refusal as ConnectionRefusal where refusal.reason == nil {
            throw CommandFailure(
                status: .failed,
                message: "\(refusal.description); run \(run) goes on without this command: `modicum status` shows it, "
                    + "and `modicum fetch \(run)` brings its results")
        }
        if case .finished = outcome { return }
        throw CommandFailure(of: outcome)
    }
}

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What a coordinator is doing: runs, workers, rates, what blocks.",
        discussion: """
            Example:
              modicum status --connection-file runs/connection.json
              modicum status --connection-file runs/connection.json --watch
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(name: .long, help: "Go on and show what changes, until interrupted or until the coordinator ends.")
    var watch = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        defer { Transport.flush() }
        let client = try connection.client()
        guard watch else {
            let status = try client.status()
            if json {
                try JSONText.print(StatusRecord(status))
            } else {
                print(LiveView(status, listing: .max).lines.joined(separator: "\n"))
            }
            return
        }
        while true {
            let status = try client.status()
            let isTerminal = !json && isatty(STDOUT_FILENO) == 1
            // At once: what is watched is read while it comes.
            FileHandle.standardOutput.write(Data(try text(of: status, isTerminal: isTerminal).utf8))
            Thread.sleep(forTimeInterval: isTerminal || json ? 1 : 10)
        }
    }

    /// What is written for one look at the coordinator: a line of JSON, a screen drawn over the last one, or lines.
    private func text(of status: StatusSnapshot, isTerminal: Bool) throws -> String {
        if json { return try StatusRecord(status).json() }
        guard isTerminal else { return LiveView(status).lines.joined(separator: "\n") + "\n\n" }
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let lines = LiveView(status).screen(
            columns: isKnown ? Int(size.ws_col) : 80, rows: isKnown ? Int(size.ws_row) - 1 : 24)
        // To the top; what was in a line before, and below the last, is wiped away.
        return "\u{1B}[H" + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
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

    @Flag(name: .long, help: "Print what became of the run as JSON.")
    var json = false

    func run() throws {
        let run = try RunName.run(name)
        defer { Transport.flush() }
        switch try connection.client().cancel(run) {
        case .cancelled: try say("cancelled", of: run, "cancelled")
        case .finished: try say("finished", of: run, "the run had already finished")
        case .failed(let reason, _, _), .refused(let reason): throw CommandFailure(status: .failed, message: reason)
        }
    }

    private func say(_ outcome: String, of run: RunID, _ sentence: String) throws {
        guard json else { return Terminal.note(sentence) }
        try JSONText.print(["run": "\(run)", "outcome": outcome])
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

    @Flag(name: .long, help: "Print each line as a JSON object with its number and text.")
    var json = false

    /// What `--json` prints of a line.
    private struct Line: Encodable {
        let number: UInt64
        let text: String
    }

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
        try show(known.suffix(lines ?? known.count))
        var last = known.last?.number ?? 0
        while follow {
            let more = try client.log(after: last)
            try show(more[...])
            last = more.last?.number ?? last
            if more.isEmpty { Thread.sleep(forTimeInterval: 0.5) }
        }
    }

    private func show(_ lines: ArraySlice<LogLine>) throws {
        let texts = try lines.map { line in
            json ? try JSONText.line(Line(number: line.number, text: line.text)) : line.text + "\n"
        }
        // At once: what is followed is read while it comes.
        if !texts.isEmpty { FileHandle.standardOutput.write(Data(texts.joined().utf8)) }
    }
}
