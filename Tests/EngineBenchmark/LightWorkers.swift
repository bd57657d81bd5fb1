import ClusterRuntime
import ContentDigest
import Glibc
import JobEngine
import ZeroMQ

/// Many workers in one thread: each has its own name, connection, beats, leases and results, and a worker's own decisions
/// (`WorkerAgent`). Their shards take time but compute nothing.
struct LightWorkers {
    private var workers: [LightWorker]
    private let start = ContinuousClock.now

    private var elapsed: Duration { ContinuousClock.now - start }

    init(_ count: Int, connectionFile path: String) throws {
        let file = try ConnectionFile.read(from: path)
        let keys = try file.clientKeys(besides: path)
        let serverKey = file.serverKey.flatMap { CurveKey($0) }
        workers = try (0..<count).map { _ in
            try LightWorker(to: file.endpoints[0], keys: keys, serverKey: serverKey)
        }
    }

    /// The longest that a beat of any of them has waited for its answer.
    private var longestAnswer = Duration.zero

    /// Works until the coordinator has sent everybody home. Says how long answers to beats take whenever one took longer
    /// than all before, as its process is not asked before it ends.
    mutating func run() throws {
        let tick: Duration = .milliseconds(500)
        // Everybody's clock ticks at another moment.
        for index in workers.indices {
            workers[index].nextTick = tick * index / workers.count
            try workers[index].handle(.started, at: elapsed)
        }
        while !workers.isEmpty {
            for worker in workers {
                while let received = try worker.socket.socket.receive() {
                    guard received.frames.count == 2,
                        let message = try? Message(head: received.frames[0], payload: received.frames[1])
                    else { continue }
                    try worker.handle(.received(message), at: elapsed)
                }
                let now = elapsed
                while let first = worker.computing.first, first.end <= now {
                    worker.computing.removeFirst()
                    try worker.handle(first.result, at: now)
                }
                if now >= worker.nextTick {
                    worker.nextTick = now + tick
                    try worker.handle(.tick(progress: [:], memory: 0), at: now)
                }
            }
            let longest = workers.map(\.longestAnswer).max()!
            if longest > longestAnswer {
                longestAnswer = longest
                let line = Array("longest answer to a beat: \(longest / .seconds(1)) s\n".utf8)
                _ = write(STDERR_FILENO, line, line.count)
            }
            workers.removeAll(where: \.hasLeft)
            // In crowds, as a thousand sockets are looked at for each.
            usleep(20_000)
        }
    }
}

/// One of them.
private final class LightWorker {
    /// A socket, which cannot itself stand in an array.
    final class Holder {
        let socket: Socket
        init(_ socket: consuming Socket) { self.socket = socket }
    }

    private(set) var socket: Holder
    private let connect: () throws -> Holder
    private var agent: WorkerAgent
    var nextTick: Duration = .zero
    var hasLeft = false
    var longestAnswer = Duration.zero
    private var beatSentAt: Duration?

    /// Whether anything came over the present connection.
    private var isConnected = false

    /// What it computes, in the order in which it ends.
    var computing: [(end: Duration, result: WorkerEvent)] = []

    init(to endpoint: String, keys: CurveKeyPair?, serverKey: CurveKey?) throws {
        let incarnation = Incarnation.random()
        connect = {
            let socket = try Socket(.dealer)
            try TransportSettings.applyClient(
                to: socket, incarnation: incarnation, keys: keys, serverKey: serverKey)
            try socket.connect(to: endpoint)
            return Holder(socket)
        }
        socket = try connect()
        agent = WorkerAgent(
            WorkerConfiguration(
                incarnation: incarnation, build: "benchmark", numericContract: 1, host: hostName(), threads: 1))
    }

    func handle(_ event: WorkerEvent, at now: Duration) throws {
        if case .received = event { isConnected = true }
        if case .received(let message) = event, case .beat = message.body, let sent = beatSentAt {
            longestAnswer = max(longestAnswer, now - sent)
            beatSentAt = nil
        }
        for action in agent.handle(event, at: now) {
            switch action {
            case .send(let message):
                let encoded = message.encoded()
                // What cannot be sent is said again by the protocol.
                let outcome = try socket.socket.send([encoded.head, encoded.payload])
                if case .beat = message.body, outcome == .sent, beatSentAt == nil { beatSentAt = now }
            case .startCompute(let id, let shard, _):
                let payload = EmptyExecutor.payload(of: shard)
                let seconds = EmptyExecutor.duration(of: shard)
                computing.append(
                    (
                        now + seconds,
                        .computeFinished(id, payload: payload, digest: SHA256Digest(of: payload), elapsed: seconds)
                    ))
            case .cancelCompute(let id):
                computing.removeAll { $0.result.endedCompute == id }
                try handle(.computeCancelled(id), at: now)
            case .reconnect:
                if let sent = beatSentAt { longestAnswer = max(longestAnswer, now - sent) }
                beatSentAt = nil
                // A connection that says nothing may be half of one; one that never came up waits for its handshake.
                if isConnected { socket = try connect() }
                isConnected = false
                try handle(.connected, at: now)
            case .exit:
                hasLeft = true
            case .forgetInputs, .report: break
            }
        }
    }
}

extension WorkerEvent {
    /// The computation that this event ends with a result.
    fileprivate var endedCompute: ComputeID? {
        guard case .computeFinished(let id, _, _, _) = self else { return nil }
        return id
    }
}
