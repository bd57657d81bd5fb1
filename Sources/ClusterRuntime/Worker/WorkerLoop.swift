import Glibc
import JobEngine
import Logging
import ZeroMQ

/// What a worker's thread does: messages and computations in, actions out.
///
/// Everything here belongs to that one thread.
final class WorkerLoop {
    private let options: WorkerOptions
    private let inbox: Inbox<WorkerService.Input>
    private let threads: ComputeThreads
    private let clock = MonotonicClock()
    private let incarnation = Incarnation.random()
    private var logger: Logger
    private var agent: WorkerAgent
    private var watch: ConnectionFileWatch
    private var file: ConnectionFile?
    private var socket: PeerSocket?
    private var failures = HandshakeFailures()
    private var attempts = 0
    private var hasStarted = false
    private var isConnected = false
    private var isAbandoned = false
    private var exit: WorkerExit?
    private var nextTick: Duration = .zero
    private var nextLook: Duration = .zero
    private var nextAttempt: Duration = .zero
    private var nextDiagnosis: Duration = .zero

    init(_ options: WorkerOptions, executor: any ShardExecutor, inbox: Inbox<WorkerService.Input>) throws {
        self.options = options
        self.inbox = inbox
        watch = ConnectionFileWatch(options.connectionFile)
        threads = try ComputeThreads(count: options.threads, executor: executor) { inbox.post(.event($0)) }
        var configuration = WorkerConfiguration(
            incarnation: incarnation, build: options.build, numericContract: options.numericContract,
            host: hostName(), threads: options.threads)
        configuration.labels = options.labels + [ProcessLabel.text(for: getpid())]
        configuration.memory = options.memory
        configuration.lifetime = options.lifetime
        configuration.runsPrograms = options.runsPrograms
        if let bytes = options.inputCacheBytes { configuration.blobCacheBytes = bytes }
        configuration.idleTimeout = options.idleTimeout
        configuration.policy = options.policy
        agent = WorkerAgent(configuration)
        var logger = options.logger
        logger[metadataKey: "worker"] = "\(String("\(incarnation)".prefix(8)))"
        self.logger = logger
    }

    /// Works until the end.
    func run() throws -> WorkerExit {
        defer { threads.close() }
        while true {
            try turn()
            if isAbandoned {
                socket = nil
                return .left("abandoned")
            }
            if let exit {
                try leave()
                return exit
            }
        }
    }

    /// Waits for something to happen, and deals with all that has.
    private func turn() throws {
        let now = clock.elapsed
        if now >= nextLook { try lookForCoordinator(at: now) }
        var items = [PollItem(readable: inbox.wakeUp.descriptor)] + (socket?.pollItems ?? [])
        _ = try poll(&items, timeout: max(.zero, min(nextTick, nextLook) - clock.elapsed))
        for input in inbox.takeAll() {
            switch input {
            case .event(let event):
                if let id = event.endedCompute { threads.ended(id) }
                try handle(event)
            case .abandon:
                isAbandoned = true
                return
            }
        }
        try followConnection()
        while exit == nil, let message = try socket?.next() { try handle(.received(message)) }
        try socket?.sendWaiting()
        if clock.elapsed >= nextTick {
            nextTick = clock.elapsed + CoordinatorLoop.tickInterval(options.policy)
            try handle(.tick(progress: threads.progress, memory: residentMemory()))
        }
    }

    /// Applies an event and carries out what it calls for.
    private func handle(_ event: WorkerEvent) throws {
        for action in agent.handle(event, at: clock.elapsed) {
            guard exit == nil else { return }
            switch action {
            case .send(let message):
                try socket?.send(message)
            case .startCompute(let id, let shard, let inputs):
                threads.start(id, shard, inputs: inputs)
            case .cancelCompute(let id):
                threads.cancel(id)
            case .reconnect:
                try reconnect()
            case .forgetInputs:
                // The executor keeps decoded inputs by digest and bounds them itself.
                break
            case .exit(let reason):
                exit = reason
            case .report(let notice):
                report(notice)
            }
        }
    }

    /// Reads the connection file if it is new, and connects to what it says.
    private func lookForCoordinator(at now: Duration) throws {
        // A file that is expected any moment is looked for more often than one
        // that only tells of a move.
        let pause: Duration = isConnected ? .seconds(5) : file == nil ? .milliseconds(100) : .seconds(1)
        nextLook = now + pause
        if let found = try watch.readIfChanged() {
            let moved = file.map { $0.endpoints != found.endpoints || $0.serverKey != found.serverKey } ?? true
            file = found
            if found.state == .finished {
                try handle(.workOver)
            } else if moved {
                attempts = 0
                try connect()
            }
        } else if !isConnected, now >= nextAttempt, file != nil {
            // None of the addresses could be reached a moment ago, or the
            // handshake failed.
            try connect()
        }
        if !isConnected, file != nil {
            nextLook = min(nextLook, max(now, nextAttempt))
            diagnose(at: now)
        }
    }

    /// Says which address cannot be reached, and why, once in a while.
    private func diagnose(at now: Duration) {
        guard let socket, now >= nextDiagnosis else { return }
        // The first time is ten seconds after the first attempt.
        if nextDiagnosis > .zero,
            let reason = EndpointProbe.failure(of: socket.endpoint, within: .seconds(1))
        {
            logger.warning("the coordinator cannot be reached at \(socket.endpoint): \(reason)")
        }
        nextDiagnosis = now + (nextDiagnosis > .zero ? .seconds(60) : .seconds(10))
    }

    /// Opens the socket to one of the addresses in the connection file.
    private func connect() throws {
        guard let file else { return }
        let keys = try file.clientKeys(besides: options.connectionFile)
        let serverKey = file.serverKey.flatMap { CurveKey($0) }
        if serverKey == nil { logger.warning("encryption is off: anybody who reaches the port takes part") }
        isConnected = false
        socket = nil
        socket = try PeerSocket(
            to: reachableEndpoint(of: file.endpoints), incarnation: incarnation, keys: keys, serverKey: serverKey)
        // A single address is libzmq's to try, as often as it takes.
        nextAttempt = clock.elapsed + (file.endpoints.count > 1 ? .seconds(10) : options.policy.coordinatorTimeout)
        try handle(hasStarted ? .connected : .started)
        hasStarted = true
    }

    /// Chooses among several addresses by trying them; a single one is libzmq's to try.
    private func reachableEndpoint(of endpoints: [String]) -> String {
        guard endpoints.count > 1 else { return endpoints[0] }
        let (reachable, failures) = EndpointProbe.firstReachable(of: endpoints, within: .seconds(2))
        if let reachable { return reachable }
        logger.warning("no address of the coordinator can be reached: \(failures.joined(separator: "; "))")
        attempts += 1
        return endpoints[attempts % endpoints.count]
    }

    /// The agent has heard nothing for long.
    private func reconnect() throws {
        let before = file
        if let found = try watch.readIfChanged() { file = found }
        if file?.state == .finished {
            try handle(.workOver)
        } else if socket == nil || isConnected || file != before || file?.endpoints.count != 1 {
            // A connection that says nothing may be half of one.
            try connect()
        } else {
            // libzmq goes on trying; beginning anew would only lose a place in
            // the queue for a handshake.
            try handle(.connected)
        }
    }

    /// Takes what the transport reports of the connection.
    private func followConnection() throws {
        while let change = try socket?.nextChange() {
            failures.note(change)
            switch change {
            case .connected:
                isConnected = true
            case .lost:
                isConnected = false
                nextLook = .zero
                try handle(.connectionLost)
            case .keyRejected, .handshakeFailed:
                // A coordinator that was restarted on the same port has other
                // keys, and a new connection file. libzmq itself gives up after
                // some of these failures, so the next attempt is ours.
                nextLook = .zero
                nextAttempt = clock.elapsed + .milliseconds(500)
                guard let endpoint = socket?.endpoint else { break }
                if failures.isSuspicious {
                    logger.warning(
                        "handshakes fail; the coordinator is crowded, or has another key than the connection file",
                        metadata: ["endpoint": "\(endpoint)", "file": "\(options.connectionFile)"])
                }
                if let refusal = failures.refusal(by: endpoint, file: options.connectionFile) { throw refusal }
            }
        }
    }

    /// Sends what is still to be said, and closes.
    private func leave() throws {
        try socket?.sendWaiting()
        try socket?.lingerAfterClose(.seconds(2))
        socket = nil
        logger.info("leaving", metadata: ["reason": exit.map { "\($0)" } ?? ""])
    }

    private func report(_ notice: Notice) {
        if case .welcomed(let epoch) = notice { logger[metadataKey: "epoch"] = "\(epoch)" }
        let level: Logger.Level =
            switch notice.level {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        logger.log(level: level, "\(notice)")
    }
}
