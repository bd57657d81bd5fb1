import AnalysisPipeline
import ArgumentParser
import ClusterRuntime
import Foundation

/// The options of every command that computes.
struct RunOptions: ParsableArguments {
    @Option(name: .long, help: "Folder for the results; a run of the same inputs and settings in it is resumed.")
    var out: String

    @Option(
        name: .long, help: "Have the coordinator of this connection file compute; results come to --out.")
    var connect: String?

    @Flag(name: .long, help: "With --connect: compute even if the coordinator has this run already.")
    var again = false

    @OptionGroup var computing: ComputingOptions

    init() {}

    /// For a run that is there.
    init(out: String, connect: String? = nil, computing: ComputingOptions) {
        self.out = out
        self.connect = connect
        again = false
        self.computing = computing
    }

    var makesReport: Bool { computing.report == .on }
    var quiet: Bool { computing.quiet }
    var json: Bool { computing.json }
    var strict: Bool { computing.strict }
    var workerCount: Int { computing.workerCount }
    var threadsPerWorker: Int { computing.threadsPerWorker }

    func validate() throws {
        try checkFolder(out, of: "--out")
        if again, connect == nil { throw ValidationError("--again needs --connect") }
        try computing.check(connect: connect)
    }
}

/// How the tables of a single design or list are called.
struct NameOptions: ParsableArguments {
    @Option(
        name: .long,
        help:
            "What the names of tables begin with: results.age.tsv is TEXTresults.age.tsv; modicum.h5 and run.json stay."
    )
    var prefix: String?
}

/// How a command computes on this machine, and what it prints.
struct ComputingOptions: ParsableArguments {
    @Option(name: .long, help: "Worker processes to start on this machine (default: 1).")
    private var workers: Int?

    @Option(name: .long, help: "Compute threads per worker (default: this process's cores, divided by --workers).")
    var threads: Int?

    @Option(
        name: .long,
        help: "Seconds to wait for a disk that is full or fails before giving up, resumably (default: 3600).")
    var diskTimeout: Double?

    @OptionGroup var replication: ReplicationOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Show the run's progress at http://127.0.0.1:PORT/ while it is computed; 0 takes a free port.",
            valueName: "port"))
    var live: LivePort?

    /// Whether the page, figures, networks and tables are made at the end.
    enum ReportChoice: String, CaseIterable, ExpressibleByArgument { case on, off }

    @Option(name: .long, help: "Whether to make report.html, figures, networks and tables at the end.")
    var report = ReportChoice.on

    @Flag(name: .long, help: "Say nothing but errors.")
    var quiet = false

    @Flag(name: .long, help: "Print the run's record (run.json) to stdout at the end.")
    var json = false

    @Flag(name: .long, help: "Exit with 4 when there were warnings.")
    var strict = false

    func validate() throws {
        if let workers, !(1...1024).contains(workers) { throw ValidationError("--workers must be 1 to 1024") }
        if let diskTimeout { try Self.check(diskTimeout: diskTimeout) }
        if let threads, !(1...4096).contains(threads) { throw ValidationError("--threads must be 1 to 4096") }
    }

    /// Throws for options that mean nothing to a coordinator elsewhere.
    func check(connect: String?) throws {
        if connect != nil, asksForWorkers || diskTimeout != nil || live != nil {
            throw ValidationError(
                "--workers, --threads, --live and --disk-timeout have no meaning with --connect: its workers compute")
        }
    }

    /// The share of shards that are computed twice.
    var replicatedShare: Double { replication.share }

    static func check(diskTimeout: Double) throws {
        guard (0...1e9).contains(diskTimeout) else {
            throw ValidationError("--disk-timeout must be 0 to 1000000000 seconds")
        }
    }

    var asksForWorkers: Bool { workers != nil || threads != nil }

    /// Results do not depend on it.
    var workerCount: Int { workers ?? 1 }

    /// Nor on this.
    var threadsPerWorker: Int {
        threads ?? max(1, AvailableCores.count(environment: ProcessInfo.processInfo.environment) / workerCount)
    }
}

/// How much is computed twice, for every command that has something computed.
struct ReplicationOptions: ParsableArguments {
    @Option(
        name: .customLong("replicate"),
        help:
            "Share of shards, 0 to 1, to compute twice, on two machines where there are two, and compare (default: 0).")
    var share = 0.0

    func validate() throws {
        guard (0...1).contains(share) else { throw ValidationError("--replicate must be 0 to 1") }
    }
}

/// - Throws: `ValidationError` for an empty name, and for one with a ~ that the shell has not replaced, which would be
///   the name of a folder here.
func checkFolder(_ path: String, of option: String) throws {
    if path.isEmpty { throw ValidationError("\(option) names no folder") }
    guard path != "~", !path.hasPrefix("~/") else {
        throw ValidationError(
            "\(option) \(path): the shell did not replace the ~, as it does not within quotes and behind =; "
                + "write the whole path, or ./\(path) for a folder of that name")
    }
}
