import ContentDigest
import Glibc
import JobEngine
import Logging
import ZeroMQ

/// What a command wants to send to a coordinator.
package struct ClusterRequest: Sendable {
    /// What a person sees in lists of runs.
    package var title: String

    /// The inputs, by the names under which `request` refers to them.
    package var inputs: [(name: String, blob: Blob)]

    /// The pipeline's own encoding of what to do.
    package var request: [UInt8]

    /// The share of its shards to be computed twice and compared, 0 to 1.
    package var replicatedShare: Double

    package init(
        title: String, inputs: [(name: String, blob: Blob)], request: [UInt8], replicatedShare: Double = 0
    ) {
        self.title = title
        self.inputs = inputs
        self.request = request
        self.replicatedShare = replicatedShare
    }
}

/// A command's connection to a long-lived coordinator. Used on one thread.
package final class ClusterClient {
    private let incarnation = Incarnation.random()
    private let build: String
    private let numericContract: UInt32
    private let path: String
    private let patience: Duration
    private let endpoint: String
    private let socket: PeerSocket
    private var sequence: UInt64 = 0
    private var failures = HandshakeFailures()

    /// Whether the coordinator has answered: until then a connection that breaks is tried again, as a crowd of others
    /// may have pushed it out.
    private var isWelcomed = false

    /// Connects to the coordinator that wrote the connection file, and greets it.
    ///
    /// - Parameter patience: How long an answer may take.
    /// - Throws: `ConnectionRefusal` saying which address failed from here, and why.
    package init(
        connectionFile path: String, build: String, numericContract: UInt32, patience: Duration = .seconds(10)
    ) throws {
        self.path = path
        self.build = build
        self.numericContract = numericContract
        self.patience = patience
        let file = try ConnectionFile.read(from: path)
        guard file.state == .serving else {
            throw ConnectionRefusal(description: "\(path): its coordinator has finished; start another one")
        }
        let (reachable, failures) = EndpointProbe.firstReachable(of: file.endpoints, within: .seconds(3))
        guard let reachable else {
            throw ConnectionRefusal(
                description: "\(path): the coordinator on \(file.host) cannot be reached from \(hostName()): "
                    + failures.joined(separator: "; "))
        }
        endpoint = reachable
        socket = try PeerSocket(
            to: reachable, incarnation: incarnation, keys: try file.clientKeys(besides: path),
            serverKey: file.serverKey.flatMap { CurveKey($0) })
        try greet()
    }

    /// What became of a run, as far as its coordinator's store tells.
    package enum RunState: Equatable, Sendable {
        case unknown
        case underWay
        case finished

        /// It failed or was cancelled.
        case withoutResults
    }

    /// A run that was submitted now or earlier.
    package struct SubmittedRun: Equatable, Sendable {
        package var run: RunID

        /// What had become of it; `unknown` where it is new.
        package var found: RunState
    }

    /// Sends a run with its inputs, unless the same inputs and settings were submitted before.
    ///
    /// - Parameter again: Whether to have it computed once more if it was.
    /// - Returns: The run's name, once the coordinator has stored everything.
    package func submit(_ request: ClusterRequest, again: Bool = false) throws -> SubmittedRun {
        let content = request.content(numericContract: numericContract)
        for attempt in 0... {
            let run = RunID(of: content, attempt: attempt)
            switch try state(of: run) {
            case .withoutResults: continue
            case .finished where again, .underWay where again: continue
            case .finished: return SubmittedRun(run: run, found: .finished)
            case .underWay:
                // It is told of, so that its log says who else wants it.
                try send(request, as: run)
                return SubmittedRun(run: run, found: .underWay)
            case .unknown:
                try send(request, as: run)
                return SubmittedRun(run: run, found: .unknown)
            }
        }
        preconditionFailure("attempts are counted without end")
    }

    /// Asks what became of a run.
    package func state(of run: RunID) throws -> RunState {
        do {
            _ = try results(of: run)
            return .finished
        } catch let refusal as ConnectionRefusal {
            switch refusal.reason {
            case .unknownRun: return .unknown
            case .notEnded: return .underWay
            case .noResults: return .withoutResults
            default: throw refusal
            }
        }
    }

    private func send(_ request: ClusterRequest, as run: RunID) throws {
        let blobs = Dictionary(request.inputs.map { ($0.blob.digest, $0.blob) }) { first, _ in first }
        let submission = Submission(
            title: request.title,
            blobs: request.inputs.map {
                Submission.NamedBlob(name: $0.name, digest: $0.blob.digest, size: UInt64($0.blob.content.count))
            }, request: request.request, replicatedShare: request.replicatedShare)
        try Self.check(submission)
        try send(.submit(submission), about: run)
        while true {
            let message = try receive(within: patience)
            switch message.body {
            case .submitted where message.run == run:
                return
            case .blobRequest(let wanted):
                try send(.blobChunk(Self.chunk(wanted, of: blobs[wanted.digest])), about: run)
            case .runEnded(.failed(let reason, _, _)) where message.run == run:
                throw ConnectionRefusal(description: "the run was not accepted: \(reason)")
            case .runEnded where message.run == run:
                throw ConnectionRefusal(description: "the run was cancelled before all of it had come")
            default:
                continue
            }
        }
    }

    /// Refuses what a coordinator would not read.
    private static func check(_ submission: Submission) throws {
        if let blob = submission.blobs.first(where: { $0.name.visible() != $0.name }) {
            throw ConnectionRefusal(
                description: "the name of the input `\(blob.name.visible())` has control characters; rename it")
        }
        guard submission.heldBytes <= MessageLimits.peerPayloadBytes else {
            throw ConnectionRefusal(
                description:
                    "the study names \(submission.blobs.count) inputs, which are more than a submission may have; "
                    + "put their samples into fewer files")
        }
    }

    /// Waits for the end of a run, however long that takes.
    ///
    /// - Parameters:
    ///   - observer: Is told once a second how the run goes on, on this thread.
    ///   - limit: How long the coordinator, which is asked again and again, may say nothing. A cut network may leave a
    ///     connection open for a quarter of an hour, and another coordinator may meanwhile have taken the run over.
    /// - Throws: `ConnectionRefusal` when the coordinator is gone or silent. The run goes on without the client.
    package func wait(
        for run: RunID, observer: (any RunObserver)? = nil, silenceLimit limit: Duration = .seconds(60)
    ) throws -> RunOutcome {
        try send(.watch, about: run)
        // The answer names every worker, so that it is asked for seldom where nobody looks at it.
        let interval = Duration.seconds(observer == nil ? 10 : 1)
        var nextQuestion = ContinuousClock.now
        var lastHeard = nextQuestion
        while true {
            let now = ContinuousClock.now
            if now >= nextQuestion {
                // This process was itself stopped, or its machine asleep: it heard nothing because it did not listen.
                if now - nextQuestion > .seconds(5) { lastHeard = now }
                guard now - lastHeard < limit else {
                    throw ConnectionRefusal(
                        description: "nothing was heard from the coordinator at \(endpoint) for \(limit.text)")
                }
                nextQuestion = now + min(interval, limit / 2)
                try send(.statusRequest, about: .none)
            }
            guard let message = try receive(orNilAfter: nextQuestion - .now) else { continue }
            lastHeard = .now
            switch message.body {
            case .runEnded(let outcome) where message.run == run:
                return outcome
            case .status(let snapshot):
                if let progress = RunProgress(of: run, in: snapshot) { observer?.progressed(progress) }
            default:
                continue
            }
        }
    }

    /// Asks which files a finished run has left.
    ///
    /// - Returns: Their names relative to the run's folder, digests and sizes.
    /// - Throws: `ConnectionRefusal` with the reason `unknownRun`, `notEnded` or `noResults` where there are none.
    package func results(of run: RunID) throws -> [(name: String, digest: SHA256Digest, size: UInt64)] {
        try send(.resultsRequest, about: run)
        while true {
            let message = try receive(within: patience)
            if case .results(let files) = message.body, message.run == run {
                return files.map { ($0.name, $0.digest, $0.size) }
            }
        }
    }

    /// Fetches one of a run's results.
    ///
    /// - Parameter write: Takes the content piece by piece.
    /// - Throws: `ConnectionRefusal` where the coordinator does not have it any more, or not these bytes.
    package func fetch(
        _ digest: SHA256Digest, of run: RunID, into write: ([UInt8]) throws -> Void
    ) throws {
        var hasher = SHA256Hasher()
        var offset: UInt64 = 0
        while true {
            try send(
                .blobRequest(BlobRequest(digest: digest, offset: offset, length: MessageLimits.partBytes)), about: run)
            let chunk = try receiveChunk(of: digest, at: offset)
            guard let size = chunk.size, !chunk.content.isEmpty || offset == size else {
                throw ConnectionRefusal(description: "the coordinator at \(endpoint) does not have \(digest) any more")
            }
            hasher.update(chunk.content)
            try write(chunk.content)
            offset += UInt64(chunk.content.count)
            if offset >= size { break }
        }
        guard hasher.finish() == digest else {
            throw ConnectionRefusal(description: "the file \(digest) at \(endpoint) has changed since its run ended")
        }
    }

    private func receiveChunk(of digest: SHA256Digest, at offset: UInt64) throws -> BlobChunk {
        while true {
            if case .blobChunk(let chunk) = try receive(within: patience).body,
                chunk.digest == digest, chunk.offset == offset
            {
                return chunk
            }
        }
    }

    /// Asks for the state of the coordinator.
    package func status() throws -> StatusSnapshot {
        try send(.statusRequest, about: .none)
        while true {
            if case .status(let snapshot) = try receive(within: patience).body { return snapshot }
        }
    }

    /// Asks for lines of the coordinator's log.
    ///
    /// - Parameter number: The last line that is known already; 0 for none.
    /// - Returns: At most a thousand, oldest first; empty where there is nothing newer.
    package func log(after number: UInt64) throws -> [LogLine] {
        try send(.logRequest(after: number), about: .none)
        while true {
            if case .log(let lines) = try receive(within: patience).body { return lines }
        }
    }

    /// Gives up a run.
    package func cancel(_ run: RunID) throws -> RunOutcome {
        try send(.cancelRun, about: run)
        while true {
            let message = try receive(within: patience)
            if case .runEnded(let outcome) = message.body, message.run == run { return outcome }
        }
    }

    private static func chunk(_ wanted: BlobRequest, of blob: Blob?) -> BlobChunk {
        guard let content = blob?.content, wanted.offset <= UInt64(content.count) else {
            return BlobChunk(digest: wanted.digest, offset: wanted.offset, size: nil, content: [])
        }
        let start = Int(wanted.offset)
        let end = min(content.count, start + min(wanted.length, MessageLimits.partBytes))
        return BlobChunk(
            digest: wanted.digest, offset: wanted.offset, size: UInt64(content.count),
            content: Array(content[start..<end]))
    }

    private func greet() throws {
        try sayHello()
        while true {
            guard case .welcome = try receive(within: patience).body else { continue }
            isWelcomed = true
            return
        }
    }

    private func sayHello() throws {
        var hello = Hello()
        hello.role = .client
        hello.build = build
        hello.numericContract = numericContract
        hello.host = hostName()
        hello.labels = ["user=\(Self.userName)"]
        try send(.hello(hello), about: .none)
    }

    /// For the coordinator's log.
    private static var userName: String {
        for name in ["USER", "LOGNAME"] {
            if let value = getenv(name), value.pointee != 0 { return String(cString: value) }
        }
        return "uid \(geteuid())"
    }

    private func send(_ body: MessageBody, about run: RunID) throws {
        sequence += 1
        try socket.send(Message(run: run, epoch: 0, incarnation: incarnation, sequence: sequence, body: body))
    }

    /// Waits for the next message that is an answer.
    private func receive(within patience: Duration?) throws -> Message {
        if let message = try receive(orNilAfter: patience) { return message }
        if !isWelcomed, failures.count > 0 {
            throw ConnectionRefusal(
                description: "\(path): the coordinator at \(endpoint) has another key, has just ended, or has more "
                    + "connections than it can answer; try again, and see its log")
        }
        throw ConnectionRefusal(description: "the coordinator at \(endpoint) did not answer in time")
    }

    private func receive(orNilAfter patience: Duration?) throws -> Message? {
        let start = ContinuousClock.now
        var mustGreetAgain = false
        while true {
            while let change = try socket.nextChange() {
                failures.note(change)
                switch change {
                case .connected:
                    if mustGreetAgain { try sayHello() }
                    mustGreetAgain = false
                case .lost where !isWelcomed: mustGreetAgain = true
                case .handshakeFailed where !isWelcomed: continue
                case .lost: throw ConnectionRefusal(description: "the coordinator at \(endpoint) is gone")
                case .keyRejected: throw ConnectionRefusal(keyRejectedBy: endpoint, file: path)
                case .handshakeFailed:
                    throw ConnectionRefusal(
                        description: "\(path): the coordinator at \(endpoint) has another key, or has just ended")
                }
            }
            if let message = try socket.next() {
                guard case .reject(let rejection) = message.body else { return message }
                throw ConnectionRefusal(rejection)
            }
            try socket.sendWaiting()
            var items = socket.pollItems
            let left = patience.map { $0 - (ContinuousClock.now - start) }
            if let left, left <= .zero { return nil }
            // A connection that just came up makes room that was not polled for.
            _ = try poll(&items, timeout: min(left ?? .seconds(1), .seconds(1)))
        }
    }
}
