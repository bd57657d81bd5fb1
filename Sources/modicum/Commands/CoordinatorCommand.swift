import AnalysisPipeline
import ArgumentParser
import ClusterRuntime
import ContentDigest
import CountPipeline
import DurableFiles
import ExpressionData
import ExpressionFormats
import Foundation
import StudyFiles
import StudyOutput

struct CoordinatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Accepts studies, cuts them into shards, serves workers and clients until told to stop.",
        discussion: """
            The store keeps every submitted study, its journal and its results; the same command again goes on
            where it was stopped or killed. STORE/allowed-keys lists public keys that may connect besides the one
            beside the connection file, one a line; it may be edited at any time.

            Example:
              modicum coordinator --store runs --bind tcp://10.0.0.5:7100
              modicum worker --connection-file runs/connection.json      # on every node
            """)

    @Option(name: .long, help: "Folder of submitted studies and their results.")
    var store: String

    @Option(name: .long, help: "Where to listen; a port of * takes a free one (default: tcp://127.0.0.1:*).")
    var bind: String?

    @Option(name: .long, help: "Listen on this network interface, such as ib0; may be given several times.")
    var interface: [String] = []

    @Option(name: .long, help: "Take a free port of these, such as 50000-51000, where none is named.")
    var portRange: PortRange?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Port on 127.0.0.1 of the live page, for the coordinator's user; off for none (default: a free one).",
            valueName: "port"))
    var live: LivePort?

    @Option(
        name: .long,
        help:
            "As --live, and every user of the machine may read metrics for Prometheus at http://127.0.0.1:PORT/metrics."
    )
    var metrics: UInt16?

    @Option(name: .long, help: "Where to publish address and key (default: STORE/connection.json).")
    var connectionFile: String?

    @Option(
        name: .long,
        help: "Who may read results in the store: 0600 its owner, 0640 the group too, 0644 all (default: 0600).")
    var resultsMode = ResultsMode.owner

    @Option(
        name: .long,
        help: "Seconds to wait for a disk that is full or fails before giving up, resumably (default: 3600).")
    var diskTimeout: Double?

    @OptionGroup var replication: ReplicationOptions

    @Flag(name: .long, help: "Take the store from a coordinator that seems to be alive.")
    var takeOver = false

    @Flag(name: .long, help: "No encryption and no keys: anybody who reaches the port takes part.")
    var insecurePlaintext = false

    @Flag(name: .long, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Say also which shards are computed a second time because a worker is slow, or were lost on the way.")
    var verbose = false

    func validate() throws {
        try checkFolder(store, of: "--store")
        if let bind { try Self.check(bind: bind) }
        guard bind == nil || interface.isEmpty else { throw ValidationError("give --bind or --interface, not both") }
        guard live == nil || metrics == nil else { throw ValidationError("give --live or --metrics, not both") }
        if let diskTimeout { try ComputingOptions.check(diskTimeout: diskTimeout) }
    }

    /// libzmq takes a port of 65536 and more for another one, and speaks of an invalid argument where the scheme is missing.
    private static func check(bind: String) throws {
        let scheme = "tcp://"
        let port = bind.hasPrefix(scheme) ? bind.lastIndex(of: ":").map { bind[bind.index(after: $0)...] } : nil
        let isPort = port.map { $0 == "*" || $0.allSatisfy { ("0"..."9").contains($0) } && UInt16($0) != nil } ?? false
        guard isPort, bind.utf8.count > scheme.utf8.count + 1 + (port?.utf8.count ?? 0) else {
            throw ValidationError(
                "--bind \(bind) is no address to listen on: write tcp://HOST:PORT with a port of 0 to 65535, or * for a "
                    + "free one")
        }
    }

    private var pages: PageOptions? {
        if let metrics { return PageOptions(port: metrics, showsMetricsToAll: true) }
        return (live ?? LivePort(port: 0)).pages
    }

    func run() throws {
        // Before there are threads: the mode is the process's.
        umask(resultsMode.mask)
        let recentLog = RecentLog()
        var options = CoordinatorOptions(
            connectionFile: connectionFile ?? store + "/connection.json", name: store, build: programVersion,
            numericContract: UInt32(numericContract),
            logger: .cluster(role: "coordinator", level: quiet ? .error : verbose ? .debug : .info, recent: recentLog))
        options.recentLog = recentLog
        options.endpoints = interface.isEmpty ? [bind ?? "tcp://127.0.0.1:*"] : try endpoints(of: interface)
        options.ports = portRange?.ports
        options.pages = pages
        options.policy.replicatedShare = replication.share
        if let diskTimeout { options.diskTimeout = .seconds(diskTimeout) }
        options.serverKeyFile = store + "/server.key"
        options.allowedKeysFile = store + "/allowed-keys"
        if insecurePlaintext {
            options.encryption = .insecurePlaintext
            Terminal.warning("--insecure-plaintext: anybody who reaches the port can join, read and submit")
        }
        try DurableFile.makeFolder(store)
        let submissions = try SubmissionStore(directory: store) { request, inputs, folder in
            if let calibration = SubmittedCalibration(decoding: request) { return try calibration.program(in: folder) }
            if let counting = SubmittedCount(decoding: request) { return try counting.program(in: folder) }
            return try SubmittedStudy(request: request, inputs: inputs, folder: folder).program()
        }
        defer { Transport.flush() }
        let service = try CoordinatorService(
            options, lock: try lock(), submissions: submissions)
        try TerminationSignals.watch { _, _ in service.stop() }
        if !quiet {
            Terminal.note("Listening on \(service.endpoints.joined(separator: ", "))")
            if let page = service.livePage {
                Terminal.note(page.line.prefix(1).uppercased() + page.line.dropFirst())
                Terminal.note("Metrics: \(page.url)metrics")
            }
            Terminal.note("Workers: modicum worker --connection-file \(options.connectionFile)")
        }
        let next = "The same command goes on: modicum coordinator --store \(store)"
        switch service.waitForEnd() {
        case .failed(let reason): throw CommandFailure(status: .failed, message: reason)
        case .gaveUp(let reason): throw CommandFailure(status: .interrupted, message: "\(reason). \(next)")
        case .stopped: throw CommandFailure(status: .interrupted, message: quiet ? nil : "stopped. \(next)")
        }
    }
}

extension CoordinatorCommand {
    private func lock() throws -> RunDirectoryLock {
        var watch = LockWatch()
        if !quiet { watch.begin = { Terminal.note($0) } }
        return try RunDirectoryLock(
            directory: store, takeOver: takeOver, watch: watch,
            remedy: "stop it there, or take the store from it with --take-over")
    }

    /// An endpoint for each address of the interfaces.
    private func endpoints(of names: [String]) throws -> [String] {
        let known = NetworkAddresses.interfaces()
        return try names.flatMap { name in
            let addresses = known.filter { $0.name == name }.map(\.address)
            guard !addresses.isEmpty else {
                let choice = known.map { "\($0.name) (\($0.address))" }.joined(separator: ", ")
                throw CommandFailure(
                    status: .usage,
                    message: "no interface `\(name)` with an IPv4 address is up here; there are: \(choice)")
            }
            return addresses.map { "tcp://\($0):*" }
        }
    }
}

/// Who may read what the coordinator writes. Inputs, journals and keys are the owner's alone in any case.
enum ResultsMode: String, ExpressibleByArgument, CaseIterable {
    case owner = "0600"
    case group = "0640"
    case all = "0644"

    /// What is taken away from new files and folders.
    var mask: mode_t {
        switch self {
        case .owner: 0o077
        case .group: 0o027
        case .all: 0o022
        }
    }
}

/// Where the live page is: a port, 0 for a free one, or `off`.
struct LivePort: ExpressibleByArgument {
    /// Nil for `off`.
    let port: UInt16?

    init(port: UInt16?) { self.port = port }

    init?(argument: String) {
        if Switch(rawValue: argument) == .off {
            port = nil
        } else if let number = UInt16(argument) {
            port = number
        } else {
            return nil
        }
    }

    var pages: PageOptions? { port.map { PageOptions(port: $0, showsMetricsToAll: false) } }
}

/// Ports to choose from, as `FIRST-LAST`.
struct PortRange: ExpressibleByArgument {
    let ports: ClosedRange<UInt16>

    init?(argument: String) {
        let bounds = argument.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        guard bounds.count == 2, let first = bounds[0], let last = bounds[1], first > 0, first <= last else {
            return nil
        }
        ports = first...last
    }
}

/// A study that a client sent, as its coordinator runs it.
struct SubmittedStudy {
    let request: [UInt8]
    let inputs: [SubmittedInput]
    let folder: String

    func program() throws -> StudyProgram {
        let started = ContinuousClock.now
        let request = try SubmittedRequest(decoding: request)
        var files: [String: [UInt8]] = [:]
        for input in inputs { files[input.name] = input.blob.content }
        let open: @Sendable (String) throws -> InputFile = { [files] name in
            guard let content = files[name] else {
                let members = files.keys.filter { $0.hasPrefix(name + "/") }
                if !members.isEmpty {
                    return InputFile(folder: name, members: members.map { String($0.dropFirst(name.count + 1)) })
                }
                throw InputError(file: name, "the file was not sent with the study", remedy: "Submit the study again.")
            }
            return try InputFile(name: name, bytes: content)
        }
        let folder = folder
        let loaded = try request.load(open: open) { "\(folder)/inputs/\($0)" }
        try loaded.checkSubmittedNullScores(in: folder)
        let report = try ResultReport(of: request.run, open: open)
        let configuration = try ResultFiles.digest(of: loaded.configuration)
        let place = folder + "/results"
        let counts = PreparedCounts(of: loaded)
        return StudyProgram(inputs: loaded) { results, history in
            LeftOverFiles.remove(below: place)
            let written = try ResultFiles.write(
                results, counts: counts, to: place,
                threads: AvailableCores.count(environment: ProcessInfo.processInfo.environment))
            try report.keepEvidence(in: place)
            var record = RunRecord(
                of: results.inputs, written: written, configuration: configuration,
                warnings: results.warnings + written.warnings, notes: results.notes, history: history, started: started,
                // Where the files were is for the client to say.
                request: RunInvocation(request.run, folder: ""))
            record.report = report.settings
            record.shards = results.shards
            try AtomicFile.write([UInt8](try record.encoded()), to: place + "/run.json")
        }
    }
}
