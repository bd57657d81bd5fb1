import ContentDigest
import DurableFiles
import Glibc
import JobEngine
import Logging
import OwnProcess
import Synchronization
import SystemThreads

/// What a command that computes by itself sets up around its run.
package struct PrivateClusterOptions: Sendable {
    /// Where the journal, the lock and, while it runs, the connection file are. Made if it is missing.
    package var runDirectory: String

    /// What people call the run.
    package var title: String

    /// What makes two runs the same run: inputs and settings.
    package var configuration: SHA256Digest

    /// Worker processes, and compute threads in each.
    package var workers = 1
    package var threads: Int

    /// The program that is started as worker. The default is the one that runs.
    package var executable = OwnExecutable.path

    /// What it is called in process lists.
    package var name = "modicum"

    /// What precedes `--connection-file F --threads T --lifeline FD` on its command line.
    package var arguments = ["worker"]

    /// The program's version.
    package var build: String
    package var numericContract: UInt32
    package var policy = LeasePolicy()
    package var encryption = Encryption.curve

    /// How long a worker may say nothing, from its start or after it was lost, until it is replaced. The default is a minute.
    package var workerPatience: Duration = .seconds(60)

    /// How long results are still taken after an interruption. The default is 3 seconds.
    package var stopGrace: Duration = .seconds(3)

    /// How long a disk that is full or fails is waited for.
    package var diskTimeout = CoordinatorOptions.defaultDiskTimeout

    /// Where browsers are told how the run goes; nil serves no page. `announcesPage` is told which.
    package var pages: PageOptions?
    package var announcesPage: (@Sendable (LivePageAddress) -> Void)?
    package var logger: Logger

    package init(
        runDirectory: String, title: String, configuration: SHA256Digest, threads: Int, build: String,
        numericContract: UInt32, logger: Logger
    ) {
        self.runDirectory = runDirectory
        self.title = title
        self.configuration = configuration
        self.threads = threads
        self.build = build
        self.numericContract = numericContract
        self.logger = logger
    }
}

/// A cluster that cannot go on, such as one whose workers do not start.
package struct ClusterError: Error, Equatable, CustomStringConvertible {
    package let description: String
}

/// A coordinator on loopback with worker processes of its own, for one run.
package final class PrivateCluster: Sendable {
    /// How it ended.
    package enum Ending: Sendable, Equatable {
        case ended(FinishedRun)

        /// It was told to stop, or waited too long for its disk. The same command resumes the run.
        case interrupted(reason: String?)
    }

    private enum Event: Sendable {
        case runEnded(FinishedRun?)
        case workerEnded(slot: Int, pid_t, ProcessEnd)
        case stop
    }

    /// How often workers may die of signals before the machine is to blame.
    private static let maximumDeaths = 100

    /// How often workers may leave with an error, or before they said a word, before there is no point in starting more.
    private static let maximumErrors = 3

    private let options: PrivateClusterOptions
    private let observer: (any RunObserver)?
    private let events = Mailbox<Event>()
    private let stops = Atomic(0)

    package init(_ options: PrivateClusterOptions, observer: (any RunObserver)? = nil) {
        precondition(options.workers > 0 && options.threads > 0, "a cluster has workers with threads")
        self.options = options
        self.observer = observer
    }

    /// Ends the run so that it can be resumed: results under way are still taken
    /// for a short grace, unless it is called twice.
    package func stop() {
        stops.add(1, ordering: .relaxed)
        events.post(.stop)
    }

    /// Computes the run, and returns when all processes and threads of the cluster are gone.
    ///
    /// - Parameter lock: The run directory's, which the caller goes on holding; nil: it is taken here.
    /// - Throws: `FileContentError` or `FileError` where the run directory cannot
    ///   be used, `ClusterError` where workers do not start or the coordinator cannot go on.
    package func run(
        holding lock: RunDirectoryLock? = nil, makeProgram: @escaping @Sendable () throws -> any RunProgram
    ) throws -> Ending {
        try DurableFile.makeFolder(options.runDirectory)
        lock?.retain()
        let lock = try lock ?? RunDirectoryLock(directory: options.runDirectory)
        let service = try CoordinatorService(coordinatorOptions, lock: lock, observer: observer)
        if let page = service.livePage { options.announcesPage?(page) }
        var crew: [Int: ChildProcess] = [:]
        do {
            // Workers start while the program plans its first stage.
            for slot in 0..<options.workers { crew[slot] = try startWorker(in: slot) }
            let run = try service.add(
                CoordinatorService.LocalRun(
                    title: options.title, directory: options.runDirectory, configuration: options.configuration,
                    makeProgram: makeProgram))
            _ = try ServiceThread("outcome") { [events] in
                events.post(.runEnded(service.waitForEnd(of: run)))
            }
            let result = try supervise(&crew, service)
            service.stop(sendsWorkersHome: result != nil)
            dismiss(crew)
            let ending = service.waitForEnd()
            if let result { return .ended(result) }
            if case .gaveUp(let reason) = ending { return .interrupted(reason: reason) }
            return .interrupted(reason: nil)
        } catch {
            service.stop()
            dismiss(crew)
            _ = service.waitForEnd()
            throw error
        }
    }

    private var coordinatorOptions: CoordinatorOptions {
        var coordinator = CoordinatorOptions(
            connectionFile: connectionFile, name: options.title, build: options.build,
            numericContract: options.numericContract, logger: options.logger)
        coordinator.removesConnectionFile = true
        coordinator.encryption = options.encryption
        coordinator.pages = options.pages
        coordinator.policy = options.policy
        coordinator.stopGrace = options.stopGrace
        coordinator.diskTimeout = options.diskTimeout
        return coordinator
    }

    private var connectionFile: String { "\(options.runDirectory)/connection.json" }

    /// Starts a worker process and a thread that waits for its end.
    private func startWorker(in slot: Int) throws -> ChildProcess {
        let worker = try ChildProcess(
            executable: options.executable, name: options.name,
            arguments: options.arguments + [
                "--connection-file", connectionFile, "--threads", "\(options.threads)",
                "--lifeline", "\(ChildProcess.lifelineDescriptor)",
            ])
        let pid = worker.pid
        do {
            _ = try ServiceThread("reaper") { [events] in
                events.post(.workerEnded(slot: slot, pid, waitForExit(of: pid)))
            }
        } catch {
            worker.cut()
            _ = waitForExit(of: pid)
            throw error
        }
        return worker
    }

    /// Replaces workers that die until the run has ended.
    ///
    /// - Returns: nil when the run was interrupted.
    private func supervise(_ crew: inout [Int: ChildProcess], _ service: CoordinatorService) throws -> FinishedRun? {
        var deaths = 0
        var errors = 0
        var silence: [pid_t: Duration] = [:]
        let clock = MonotonicClock()
        var looked: Duration = .zero
        while true {
            let event = events.takeNext(within: .seconds(1))
            let now = clock.elapsed
            // Where this process itself was stopped for long, its workers were not silent for as long.
            endSilent(crew, service, &silence, after: min(now - looked, .seconds(2)))
            looked = now
            switch event {
            case nil:
                continue
            case .runEnded(let run?):
                return run
            case .runEnded(nil):
                guard case .failed(let reason) = service.waitForEnd() else { return nil }
                throw ClusterError(description: reason)
            case .stop:
                if stops.load(ordering: .relaxed) > 1 { return nil }
                service.stop()
            case .workerEnded(let slot, let pid, let status):
                crew[slot] = nil
                service.processEnded(pid)
                guard stops.load(ordering: .relaxed) == 0 else { continue }
                options.logger.warning("a worker process ended", metadata: ["pid": "\(pid)", "status": "\(status)"])
                let wasSilent = silence.removeValue(forKey: pid).map { $0 >= options.workerPatience } ?? false
                let hasConnected = service.connected.hasConnected(pid)
                if case .killed = status, hasConnected { deaths += 1 } else { errors += 1 }
                guard errors < Self.maximumErrors, deaths < Self.maximumDeaths else {
                    throw ClusterError(
                        description: wasSilent && !hasConnected
                            ? "worker processes do not connect within \(options.workerPatience.text); "
                                + "see what keeps them from starting, and give the same command again to go on"
                            : "worker processes do not stay, the last one ended with \(status); give the run more memory "
                                + "or fewer --workers and --threads, and give the same command again to go on")
                }
                crew[slot] = try startWorker(in: slot)
            }
        }
    }

    /// Kills workers that have said nothing for too long, so that others are started.
    ///
    /// - Parameter duration: How long it is since the last look.
    private func endSilent(
        _ crew: [Int: ChildProcess], _ service: CoordinatorService, _ silence: inout [pid_t: Duration],
        after duration: Duration
    ) {
        for worker in crew.values {
            if service.connected.isConnected(worker.pid) {
                silence[worker.pid] = nil
                continue
            }
            silence[worker.pid, default: .zero] += duration
            if silence[worker.pid, default: .zero] >= options.workerPatience { kill(worker.pid, SIGKILL) }
        }
    }

    /// Ends all workers and waits until the system has let go of them.
    private func dismiss(_ crew: [Int: ChildProcess]) {
        for worker in crew.values { worker.cut() }
        var left = crew.mapValues(\.pid)
        while !left.isEmpty {
            switch events.takeNext(within: .seconds(2)) {
            case .workerEnded(let slot, _, _):
                left[slot] = nil
            case nil:
                // Stopped by a signal, or stuck in a file system: it does not see its lifeline.
                for pid in left.values { kill(pid, SIGKILL) }
            default:
                continue
            }
        }
    }
}
