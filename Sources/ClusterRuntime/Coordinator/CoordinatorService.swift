import ContentDigest
import DurableFiles
import Glibc
import JobEngine
import Logging
import Synchronization
import ZeroMQ
import SystemThreads

/// Coordinates runs for as long as it is wanted: one listening socket, one thread that decides.
///
/// All decisions are `JobEngine.Coordinator`'s. The service turns frames, syncs,
/// plans and time into its events, and its actions into frames and files.
package final class CoordinatorService: Sendable {
    /// A run that is given by its program, without a client.
    package struct LocalRun: Sendable {
        package var title: String

        /// Where its journal is.
        package var directory: String

        /// What makes two runs the same run: inputs and settings.
        package var configuration: SHA256Digest

        /// Called on the run's own thread.
        package var makeProgram: @Sendable () throws -> any RunProgram

        package init(
            title: String, directory: String, configuration: SHA256Digest,
            makeProgram: @escaping @Sendable () throws -> any RunProgram
        ) {
            self.title = title
            self.directory = directory
            self.configuration = configuration
            self.makeProgram = makeProgram
        }
    }

    /// How a service ended.
    package enum Ending: Sendable, Equatable {
        /// It was told to stop, or all it was started for is done.
        case stopped

        /// It cannot go on, such as after another coordinator took over.
        case failed(String)

        /// It waited too long for its disk; started again, it goes on.
        case gaveUp(String)
    }

    /// What other threads tell the coordinator's thread.
    enum Input: Sendable {
        case journal(RunID, JournalFile.Notice)
        case planned(RunID, stage: Int, RunPlanner.Answer)
        case checked(RunID, RunPlanner.Verdict)
        case added(OpenedRun, title: String, replicatedShare: Double)
        case pieceWritten(RunID)
        case submissionStored(OpenedRun, title: String)
        case refused(RunID, reason: String)
        case processEnded(pid_t)
        case cancelled(RunID)
        case stop(sendsWorkersHome: Bool)

        /// Say how things stand, for browsers.
        case describe(Mailbox<StatusSnapshot>)
        case abandon
    }

    private let options: CoordinatorOptions
    private let lock: RunDirectoryLock
    private let inbox: Inbox<Input>
    private let loopThread: ServiceThread
    private let ending: Mailbox<Ending>

    /// The worker processes of this machine that are heard from.
    let connected: ConnectedProcesses

    /// The runs that have ended.
    private let outcomes: RunOutcomes

    /// Raised at each start in the same directory.
    package var epoch: UInt64 { lock.epoch }

    /// Where it listens.
    package let endpoints: [String]

    /// Where the live page is, if there is one.
    package var livePage: LivePageAddress? { pages.map { LivePageAddress(host: hostName(), port: $0.port) } }
    private let pages: PageServer?

    /// Binds, publishes the connection file and begins to serve.
    ///
    /// - Parameters:
    ///   - lock: Of the directory the service works in; released when it ends.
    ///   - submissions: Where runs of clients are kept, for a service that takes them.
    ///   - observer: Is told about the run that is computed.
    package init(
        _ options: CoordinatorOptions, lock: RunDirectoryLock, submissions: SubmissionStore? = nil,
        observer: (any RunObserver)? = nil
    ) throws {
        try options.policy.validate()
        self.options = options
        self.lock = lock
        let inbox = try Inbox<Input>()
        let ending = Mailbox<Ending>()
        let outcomes = RunOutcomes()
        let started = Mailbox<Result<[String], any Error>>()
        self.inbox = inbox
        self.ending = ending
        self.outcomes = outcomes
        let pages = try Self.startPages(options, inbox)
        self.pages = pages
        let livePage = pages.map { LivePageAddress(host: hostName(), port: $0.port) }
        let connected = ConnectedProcesses()
        self.connected = connected
        do {
            loopThread = try ServiceThread("coordinator") {
                // The sockets belong to this thread from their first moment.
                let loop: CoordinatorLoop
                do {
                    loop = try CoordinatorLoop(
                        options, lock: lock, inbox: inbox, outcomes: outcomes, submissions: submissions,
                        connected: connected, livePage: livePage, observer: observer)
                    started.post(.success(loop.endpoints))
                } catch {
                    started.post(.failure(error))
                    return
                }
                ending.post(loop.run())
            }
        } catch {
            pages?.stop()
            throw error
        }
        do {
            guard let result = started.takeNext() else { preconditionFailure("the mailbox is never closed") }
            endpoints = try result.get()
        } catch {
            pages?.stop()
            loopThread.join()
            lock.release()
            throw error
        }
    }

    private static func startPages(_ options: CoordinatorOptions, _ inbox: Inbox<Input>) throws -> PageServer? {
        guard let wanted = options.pages else { return nil }
        let pages = LivePages(
            numericContract: options.numericContract, showsMetricsToAll: wanted.showsMetricsToAll
        ) {
            let answer = Mailbox<StatusSnapshot>()
            inbox.post(.describe(answer))
            return answer.takeNext(within: .seconds(1))
        }
        return try PageServer(port: wanted.port) { pages.answer($0) }
    }

    /// Adds a run, which is computed after those added before.
    ///
    /// - Returns: The run's name: a new one, or the one its journal knows.
    /// - Throws: `FileContentError` when the journal there is another run's or damaged.
    package func add(_ run: LocalRun) throws -> RunID {
        let opening = RunOpening(
            run: .random(), title: run.title, numericContract: options.numericContract,
            configuration: run.configuration)
        return try open(opening, in: run.directory, makeProgram: run.makeProgram)
    }

    private func open(
        _ opening: RunOpening, in directory: String, makeProgram: @escaping @Sendable () throws -> any RunProgram
    ) throws -> RunID {
        let opened = try Self.openRun(opening, in: directory, lock: lock, inbox: inbox, makeProgram: makeProgram)
        // The policy says what share of a local run is computed twice.
        inbox.post(.added(opened, title: opening.title, replicatedShare: 0))
        return opened.journal.run
    }

    /// Opens a run's journal and starts the thread of its program.
    static func openRun(
        _ opening: RunOpening, in directory: String, lock: RunDirectoryLock, inbox: Inbox<Input>, mark: RunMark? = nil,
        makeProgram: @escaping @Sendable () throws -> any RunProgram
    ) throws -> OpenedRun {
        let journal = try RunJournal(
            in: directory, opening: opening, epoch: lock.epoch, fence: { try lock.check() },
            notify: { inbox.post(.journal($0, $1)) })
        let run = journal.run
        let planner = try RunPlanner(
            numericContract: opening.numericContract, mark: mark, makeProgram: makeProgram,
            answer: { inbox.post(.planned(run, stage: $0, $1)) }, judge: { inbox.post(.checked(run, $0)) })
        return OpenedRun(journal: journal, planner: planner, mark: mark)
    }

    /// Waits until the run has ended, or the service has.
    ///
    /// - Returns: nil when the service ended first; the run can be resumed.
    package func waitForEnd(of run: RunID) -> FinishedRun? {
        outcomes.wait(for: run)
    }

    /// Says that a process of this machine was waited for, so that its leases go to others at once.
    package func processEnded(_ pid: pid_t) {
        inbox.post(.processEnded(pid))
    }

    /// Gives up a run.
    package func cancel(_ run: RunID) {
        inbox.post(.cancelled(run))
    }

    /// Stops dispatch, takes results for a short grace, syncs, and ends. Returns at once.
    ///
    /// - Parameter sendsWorkersHome: Whether workers leave with success; otherwise
    ///   they wait for the next coordinator.
    package func stop(sendsWorkersHome: Bool = false) {
        inbox.post(.stop(sendsWorkersHome: sendsWorkersHome))
    }

    /// Ends without a last sync and without a word to anybody, as a crash would.
    package func abandon() {
        inbox.post(.abandon)
        loopThread.join()
        pages?.stop()
    }

    /// Waits until the service has ended.
    package func waitForEnd() -> Ending {
        loopThread.join()
        pages?.stop()
        guard let ending = ending.takeNext() else { return .stopped }
        self.ending.post(ending)
        return ending
    }
}
