import DurableFiles
import Glibc
import JobEngine
import Logging
import ZeroMQ

/// What the coordinator's thread does: events in, actions out, until it is told to stop.
///
/// Everything here belongs to that one thread.
final class CoordinatorLoop {
    let options: CoordinatorOptions
    let lock: RunDirectoryLock
    let inbox: Inbox<CoordinatorService.Input>
    let outcomes: RunOutcomes
    let submissions: SubmissionStore?
    let observer: (any RunObserver)?
    let connected: ConnectedProcesses
    let clock = MonotonicClock()
    let socket: CoordinatorSocket
    var logger: Logger
    var coordinator: Coordinator
    var runs: [RunID: ServedRun] = [:]
    var connectionFile: ConnectionFile

    /// This machine's workers by process, to know whose leases a dead one held.
    var processes: [pid_t: Incarnation] = [:]

    /// When and how the service was told to stop.
    var stopping: (since: Duration, sendsWorkersHome: Bool)?

    /// Writes what clients submit; nil where nobody may.
    let writer: SubmissionWriter?

    /// Why it cannot go on.
    var failure: String?

    /// Whether that is a disk that was waited for, and that may be better another time.
    var hasGivenUp = false
    var isAbandoned = false

    /// The key of the pair beside the connection file; nil without encryption.
    private var member: CurveKey?

    /// The other keys that are admitted.
    private var allowedKeys: Set<CurveKey>

    /// Peers whose connections have closed, until all that they had sent is read.
    private var closed: [Incarnation] = []

    private var nextTick: Duration = .zero
    private var nextKeys: Duration = .zero
    private var nextRenewal: Duration = RunDirectoryLock.renewalInterval
    private var nextLockSearch: Duration = .zero
    var nextProgress: Duration = .zero
    private var lastProgress: RunProgress?
    private var nextWorkerWarning: Duration = .seconds(60)
    private var reportedRefusals = 0

    /// How long a full disk must have lasted to be reported again.
    var nextStorageWarning: Duration = .zero

    var endpoints: [String] { connectionFile.endpoints }

    /// Binds the socket and publishes where it is.
    init(
        _ options: CoordinatorOptions, lock: RunDirectoryLock, inbox: Inbox<CoordinatorService.Input>,
        outcomes: RunOutcomes, submissions: SubmissionStore?, connected: ConnectedProcesses,
        livePage: LivePageAddress?, observer: (any RunObserver)?
    ) throws {
        self.options = options
        self.lock = lock
        self.inbox = inbox
        self.outcomes = outcomes
        self.submissions = submissions
        self.connected = connected
        self.observer = observer
        logger = options.logger
        logger[metadataKey: "epoch"] = "\(lock.epoch)"

        let keys = try CoordinatorKeys(options)
        let identity = Incarnation.random()
        member = keys?.member
        let allowed = try options.allowedKeysFile.map(CoordinatorKeys.allowed) ?? []
        allowedKeys = allowed
        let descriptors = DescriptorShares(of: DescriptorLimit.raise())
        var limits = ConnectionGuard.Limits()
        limits.strangers = min(limits.strangers, descriptors.strangers)
        socket = try CoordinatorSocket(
            binding: options.endpoints, ports: options.ports, keys: keys?.server,
            members: allowed.union(keys.map { [$0.member] } ?? []),
            domain: TransportSettings.domain(of: identity), limits: limits, clock: clock)
        if keys == nil { logger.warning("encryption is off: anybody who reaches the port takes part") }

        var configuration = CoordinatorConfiguration(
            epoch: lock.epoch, build: options.build, numericContract: options.numericContract,
            leaseKey: try LeaseKeyFile.readOrMake(in: lock.directory))
        configuration.livePage = livePage
        configuration.policy = options.policy
        configuration.policy.maximumWorkers = min(options.policy.maximumWorkers, descriptors.workers)
        configuration.policy.maximumClients = min(options.policy.maximumClients, descriptors.clients)
        coordinator = Coordinator(configuration)
        writer = try submissions.map { try SubmissionWriter($0, inbox: inbox, lock: lock, options.numericContract) }

        connectionFile = ConnectionFile(
            run: options.name, epoch: lock.epoch, state: .serving, endpoints: socket.endpoints,
            serverKey: keys?.server.publicKey.text, clientKeyFile: keys?.clientKeyFile,
            oldestProtocol: Int(configuration.protocols.lowerBound),
            newestProtocol: Int(configuration.protocols.upperBound), host: hostName(), pid: getpid(),
            startedAt: utcTime())
        try connectionFile.write(to: options.connectionFile, survivesCrash: !options.removesConnectionFile)
        logger.info("listening", metadata: ["endpoints": "\(socket.endpoints.joined(separator: " "))"])
        if let livePage {
            logger.info("live page", metadata: ["url": "\(livePage.url)", "tunnel": "\(livePage.tunnel)"])
        }
    }

    /// What a failure comes from: whatever file was missed first, that its folder is gone is the reason.
    private func cause(of error: any Error) -> any Error {
        do {
            try lock.checkPlace()
            return error
        } catch {
            return error
        }
    }

    /// Serves until the end.
    func run() -> CoordinatorService.Ending {
        defer {
            outcomes.close()
            lock.release()
        }
        do {
            try resumeSubmissions()
            while !isOver { try turn() }
        } catch {
            failure = "\(cause(of: error))"
        }
        return end()
    }

    /// Whether there is nothing left to wait for.
    private var isOver: Bool {
        if failure != nil || isAbandoned { return true }
        guard let stopping else { return false }
        if clock.elapsed - stopping.since >= options.stopGrace { return true }
        let leased = coordinator.status(at: clock.elapsed).runs.reduce(0) { $0 + $1.leased }
        return leased == 0 && !runs.values.contains { $0.hasUnsynced }
    }

    /// Waits for something to happen, and deals with all that has.
    private func turn() throws {
        var items = [PollItem(readable: inbox.wakeUp.descriptor)] + socket.pollItems
        _ = try poll(&items, timeout: waitingTime)
        for input in inbox.takeAll() { try handle(input) }
        closed += try socket.closedConnections()
        // A bounded number of frames at a time, so that a flood of them delays
        // neither ticks nor the inbox.
        var isDrained = false
        for _ in 0..<256 {
            guard let event = try socket.next() else {
                isDrained = true
                break
            }
            noteProcess(of: event)
            try handle(event)
        }
        // What a connection brought before it closed comes first: read after its end, it would look like a sign of life.
        if isDrained {
            for peer in closed { try handle(.connectionClosed(peer)) }
            closed = []
        }
        try socket.sendWaiting { [self] in piece($0) }
        if isDrained { socket.enforceLimits() }
        let now = clock.elapsed
        if now >= nextTick {
            nextTick = now + Self.tickInterval(options.policy)
            try handle(.tick)
            try renewLock(at: now)
            noteConnected(at: now)
            renewKeys(at: now)
            reportRefusals()
            reportMissingWorkers(at: now)
        }
        reportProgress(at: now)
    }

    /// How often the state machines are told the time.
    static func tickInterval(_ policy: LeasePolicy) -> Duration {
        min(.milliseconds(500), policy.beatInterval / 4)
    }

    private var waitingTime: Duration {
        // A full queue of a peer gives no event that a ROUTER could be polled for.
        let longest =
            socket.hasWaiting
            ? Duration.milliseconds(2) : max(.zero, min(nextTick, socket.nextDeadline) - clock.elapsed)
        return stopping == nil ? longest : min(longest, .milliseconds(50))
    }

    /// Applies an event and carries out what it calls for.
    func handle(_ event: CoordinatorEvent) throws {
        for action in coordinator.handle(event, at: clock.elapsed) { try perform(action) }
    }

    /// A worker of this machine says which process it is.
    private func noteProcess(of event: CoordinatorEvent) {
        // Only the command that started them is told: others may say of themselves what they like.
        guard options.removesConnectionFile else { return }
        guard case .received(let message) = event, case .hello(let hello) = message.body, hello.host == hostName(),
            let pid = hello.labels.lazy.compactMap(ProcessLabel.pid(in:)).first
        else { return }
        processes[pid] = message.incarnation
        connected.said(hello: pid)
    }

    /// Tells the command that started the workers which of them are still heard from.
    private func noteConnected(at now: Duration) {
        // Workers that somebody else started are somebody else's to replace.
        guard options.removesConnectionFile else { return }
        let lost = Set(coordinator.status(at: now).workers.lazy.filter { $0.phase == .lost }.map(\.incarnation))
        connected.update(Set(processes.lazy.filter { !lost.contains($0.value) }.map(\.key)))
    }

    /// Admits from now on whom the list of keys names now. Established connections stay.
    private func renewKeys(at now: Duration) {
        guard now >= nextKeys, let member, let path = options.allowedKeysFile else { return }
        nextKeys = now + .seconds(1)
        do {
            let keys = try CoordinatorKeys.allowed(in: path)
            let current = try CoordinatorKeys.member(beside: options.connectionFile) ?? member
            guard keys != allowedKeys || current != member else { return }
            try socket.admit(keys.union([current]))
            if current != member { logger.info("the members' pair of keys was replaced") }
            self.member = current
            guard keys != allowedKeys else { return }
            logger.info(
                "the list of keys has changed",
                metadata: [
                    "added": "\(keys.subtracting(allowedKeys).count)",
                    "removed": "\(allowedKeys.subtracting(keys).count)",
                ])
            allowedKeys = keys
        } catch {
            logger.warning("\(error); the keys admitted before stay admitted")
        }
    }

    private func renewLock(at now: Duration) throws {
        if now >= nextLockSearch {
            nextLockSearch = now + .seconds(1)
            try lock.checkPlace()
        }
        guard now >= nextRenewal else { return }
        nextRenewal = now + RunDirectoryLock.renewalInterval
        do {
            try lock.renew()
        } catch let error as FileError {
            // Without space the time stamp stays old; the system's lock still holds.
            logger.warning("\(error)")
        }
    }

    /// Says that peers with a wrong key try to come in, once per new number of them.
    private func reportRefusals() {
        let refusals = socket.refusals
        guard refusals > reportedRefusals else { return }
        reportedRefusals = refusals
        logger.warning("peers whose key is not listed were refused", metadata: ["refusals": "\(refusals)"])
    }

    /// Says once a minute that there is work and nobody to do it.
    private func reportMissingWorkers(at now: Duration) {
        guard now >= nextWorkerWarning else { return }
        nextWorkerWarning = now + .seconds(60)
        let status = coordinator.status(at: now)
        guard status.workers.allSatisfy({ $0.phase == .lost }), status.runs.contains(where: { $0.phase == .computing })
        else { return }
        logger.warning(
            "no worker is connected; start some with the connection file, or see why they do not reach this address",
            metadata: ["file": "\(options.connectionFile)", "endpoints": "\(endpoints.joined(separator: " "))"])
    }

    func reportProgress(at now: Duration) {
        guard let observer, now >= nextProgress else { return }
        nextProgress = now + .milliseconds(100)
        let status = coordinator.status(at: now)
        guard let current = status.runs.first(where: { $0.phase == .computing || $0.phase == .planning }),
            let progress = RunProgress(of: current.run, in: status), progress != lastProgress
        else { return }
        lastProgress = progress
        observer.progressed(progress)
    }

    /// Gives everything back and says how it ended.
    private func end() -> CoordinatorService.Ending {
        if isAbandoned {
            writer?.close()
            for run in runs.values { run.abandon() }
            return .failed("abandoned")
        }
        let sendsWorkersHome = stopping?.sendsWorkersHome ?? false
        if failure == nil, sendsWorkersHome {
            try? handle(.shutdown(reason: "the work is over"))
        }
        try? socket.lingerAfterClose(.milliseconds(500))
        writer?.close()
        for run in runs.values { run.close() }
        publishEnd(finished: sendsWorkersHome)
        if let failure {
            logger.error("\(failure)")
            return hasGivenUp ? .gaveUp(failure) : .failed(failure)
        }
        return .stopped
    }

    /// Leaves a connection file that tells late workers what to do.
    private func publishEnd(finished: Bool) {
        if options.removesConnectionFile {
            unlink(options.connectionFile)
            unlink(CoordinatorKeys.clientKeyFile(for: options.connectionFile))
        } else if finished, failure == nil {
            connectionFile.state = .finished
            do {
                try connectionFile.write(to: options.connectionFile)
            } catch {
                logger.warning("\(error)")
            }
        }
    }
}
