import AnalysisPipeline
import ArgumentParser
import CMemory
import ClusterRuntime
import CountPipeline
import DurableFiles
import Foundation
import JobEngine
import ReadsToCounts

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Joins a coordinator and computes until its work is over.",
        discussion: """
            May be started before the coordinator; leaves cleanly on SIGTERM, giving its shards back.

            Example:
              modicum worker --connection-file runs/connection.json --threads 8
            """)

    @Option(name: .long, help: "The file that the coordinator publishes its address and key in.")
    var connectionFile: String

    @Option(name: .long, help: "Compute threads (default: the cores that this process may use).")
    var threads: Int?

    @Option(name: .long, help: "Seconds without work after which the worker leaves with success.")
    var idleTimeout: Double?

    @Option(
        name: .long,
        help:
            "Time until it will be killed, in seconds or as [DAYS-]HH:MM:SS; it leaves a minute before (default: what Slurm says)."
    )
    var lifetime: TimeLimit?

    @Option(
        name: .long,
        help: "Memory it may use, such as 8G, told with a lost shard (default: what Slurm or the control group grants)."
    )
    var memory: MemorySize?

    @Option(name: .long, help: "Seconds without a coordinator after which the worker gives up (default: 1800).")
    var coordinatorTimeout: Double?

    @Flag(
        name: .long,
        help:
            "Run the programs that `modicum count` needs, those of a fixed list that are on the PATH (docs/security.md)."
    )
    var allowPrograms = false

    @Option(
        name: .long,
        help: "With --allow-programs: a folder whose files programs may be given; may be repeated.")
    var root: [String] = []

    @Option(
        name: .long,
        help: "With --allow-programs: folder for intermediate files (default: SLURM_TMPDIR, TMPDIR, or /tmp).")
    var scratch: String?

    @Option(name: .long, help: .hidden)
    var programThreads: Int?

    @Option(name: .long, help: .hidden)
    var lifeline: Int32?

    @Flag(name: .long, help: "Say nothing but errors.")
    var quiet = false

    func validate() throws {
        if let threads, !(1...4096).contains(threads) { throw ValidationError("--threads must be 1 to 4096") }
        if !allowPrograms, !root.isEmpty || scratch != nil || programThreads != nil {
            throw ValidationError("--root and --scratch have no meaning without --allow-programs")
        }
        if let idleTimeout, !(idleTimeout >= 0 && idleTimeout.isFinite) {
            throw ValidationError("--idle-timeout must be a number of seconds, 0 or more")
        }
        if let coordinatorTimeout, coordinatorTimeout < 15 {
            throw ValidationError("--coordinator-timeout must be at least 15 seconds: a coordinator may be as slow")
        }
    }

    func run() throws {
        // Shard after shard takes arrays of the same sizes: new mappings for each would cost as many page faults.
        modicum_map_blocks_from(4 << 20)
        modicum_keep_freed(16 << 20)
        if let lifeline { try Lifeline.watch(lifeline) }
        let environment = ProcessInfo.processInfo.environment
        var worker = WorkerOptions(
            connectionFile: connectionFile, threads: threads ?? AvailableCores.count(environment: environment),
            build: programVersion, numericContract: UInt32(numericContract),
            logger: .cluster(role: "worker", level: quiet || lifeline != nil ? .error : .info))
        // Its coordinator has the inputs in the memory of the same machine, a copy on loopback away.
        if lifeline != nil { worker.inputCacheBytes = 2 << 20 }
        worker.idleTimeout = idleTimeout.map { .seconds($0) }
        worker.lifetime = lifetime?.duration ?? (lifeline == nil ? JobLimits.timeLeft(environment) : nil)
        worker.memory = memory?.bytes ?? AvailableMemory.limit(environment: environment) ?? 0
        if let coordinatorTimeout { worker.policy.coordinatorTimeout = .seconds(coordinatorTimeout) }
        worker.labels = ["SLURM_JOB_ID", "SLURM_ARRAY_TASK_ID", "PBS_JOBID", "JOB_ID"].compactMap { name in
            environment[name].map { "\(name)=\($0)" }
        }
        let programs = allowPrograms ? self.programs(environment, threads: worker.threads) : nil
        worker.runsPrograms = programs != nil
        if let programs, lifeline == nil, !quiet { Self.tell(programs) }
        let service = try WorkerService(
            worker, executor: WorkerExecutor(programs: programs.map { CountExecutor($0) }))
        try TerminationSignals.watch { _, _ in service.terminate() }
        defer { Transport.flush() }
        let exit: WorkerExit
        do {
            exit = try service.run()
        } catch let error as FileContentError {
            throw CommandFailure(status: .badInput, message: error.description)
        }
        guard exit.code == 0 else {
            throw CommandFailure(status: ExitStatus(rawValue: exit.code) ?? .failed, message: exit.description)
        }
    }

    private func programs(_ environment: [String: String], threads: Int) -> WorkerPrograms {
        let folder = scratch ?? environment["SLURM_TMPDIR"] ?? environment["TMPDIR"] ?? "/tmp"
        return WorkerPrograms(
            searchPath: environment["PATH"] ?? "", roots: root.map(absolutePath), scratch: absolutePath(folder),
            cores: programThreads ?? threads, memory: AvailableMemory.total(environment: environment),
            host: ProcessInfo.processInfo.hostName)
    }

    /// Says what programs the worker found and may run.
    private static func tell(_ programs: WorkerPrograms) {
        let found = ExternalTool.allCases.compactMap { tool in
            programs.paths[tool].map { "\($0) \((try? programs.version(of: tool)) ?? "of unknown version")" }
        }
        Terminal.note(
            "Programs that this worker runs: " + (found.isEmpty ? "none found" : found.joined(separator: ", ")))
    }
}
