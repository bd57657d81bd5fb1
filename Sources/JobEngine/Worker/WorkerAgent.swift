import ContentDigest

/// Decides what one worker process does.
///
/// A value without clock, sockets, threads or chance, as `Coordinator` is. The parts:
///
/// | file | decides |
/// |---|---|
/// | `WorkerAgent+Session` | how to find, greet and leave the coordinator |
/// | `WorkerAgent+Work` | what is computed, and what becomes of results |
/// | `WorkerAgent+Inputs` | which inputs are fetched and kept |
package struct WorkerAgent: Sendable {
    /// How the worker stands with its coordinator.
    enum Session: Equatable {
        /// Not welcomed yet, or not any more: says HELLO again and again.
        case greeting
        case welcomed
        /// Has left; whatever comes is ignored.
        case gone
    }

    let configuration: WorkerConfiguration

    /// The time of the event in hand.
    var now = Duration.zero
    private var actions: [WorkerAction] = []

    // MARK: Session

    var session = Session.greeting

    /// The epoch of the last welcome; 0 before the first.
    var epoch: UInt64 = 0
    var sentSequence: UInt64 = 0

    /// When the coordinator was last heard from, or since when it is looked for.
    var lastHeard = Duration.zero
    var nextHello = Duration.zero
    var helloPause: Duration
    var nextReconnect = Duration.zero
    var beatInterval: Duration
    var lostAfter: Duration
    var nextBeat = Duration.zero
    var memory: UInt64 = 0

    /// Why the worker is about to leave, and when at the latest.
    var leaving: (reason: String, deadline: Duration?)?

    /// How often the process was told to stop.
    var terminations = 0

    /// Since when there has been nothing to do.
    var idleSince = Duration.zero

    // MARK: Work

    /// Leases without a result, by shard.
    var work: [WorkKey: Work] = [:]

    /// Those not started, in the order in which they came.
    var queue: [WorkKey] = []

    /// Computations whose end was not reported yet; nil where the result is no longer wanted.
    var computations: [ComputeID: WorkKey?] = [:]
    var nextCompute: UInt64 = 1

    /// Counts leases and results, so that lists have an order.
    var arrivals: UInt64 = 0

    /// Results that have not been acknowledged.
    var results: [WorkKey: UnacknowledgedResult] = [:]
    var resultBytes = 0

    // MARK: Inputs

    var blobs: [SHA256Digest: HeldBlob] = [:]
    var blobBytes = 0
    var fetches: [SHA256Digest: (fetch: BlobFetch, run: RunID)] = [:]

    package init(_ configuration: WorkerConfiguration) {
        self.configuration = configuration
        helloPause = configuration.policy.helloInterval
        beatInterval = configuration.policy.beatInterval
        lostAfter = configuration.policy.lostAfter
    }

    var policy: LeasePolicy { configuration.policy }

    /// Applies one event and returns the actions it calls for, in order.
    ///
    /// - Parameter now: Time since the worker started, from a monotonic clock.
    package mutating func handle(_ event: WorkerEvent, at now: Duration) -> [WorkerAction] {
        guard session != .gone else { return [] }
        self.now = now
        switch event {
        case .started: greet()
        case .connected:
            // Whoever is there now need not have a higher epoch than who was there before.
            epoch = 0
            greet()
        case .received(let message): receive(message)
        case .computeFinished(let id, let payload, let digest, let elapsed):
            finish(id, payload: payload, digest: digest, elapsed: elapsed)
        case .computeFailed(let id, let code, let text, let isRetriable):
            fail(id, code: code, text: text, isRetriable: isRetriable)
        case .computeCancelled(let id):
            fail(id, code: .other, text: "the computation stopped by itself", isRetriable: true)
        case .tick(let progress, let memory): passTime(progress, memory: memory)
        case .connectionLost: if session == .welcomed { loseCoordinator() }
        case .workOver: leaveAtOnce(.finished("the work is over"))
        case .terminate: terminate()
        }
        if session != .gone {
            startComputations()
            leaveIfDone()
        }
        defer { actions = [] }
        return actions
    }

    mutating func act(_ action: WorkerAction) {
        actions.append(action)
    }

    mutating func send(_ body: MessageBody, about run: RunID = .none) {
        sentSequence += 1
        act(
            .send(
                Message(
                    run: run, epoch: epoch, incarnation: configuration.incarnation, sequence: sentSequence,
                    body: body)))
    }

    private mutating func receive(_ message: Message) {
        // Older epochs are coordinators that were replaced.
        guard message.incarnation == configuration.incarnation, message.epoch >= epoch else { return }
        lastHeard = now
        switch message.body {
        case .welcome(let welcome): enter(welcome, message)
        case .reject(let rejection): takeRejection(rejection)
        case .goodbye(let reason): leaveAtOnce(.finished(reason))
        default:
            guard session == .welcomed, message.epoch == epoch else {
                // Somebody knows us whom we have not greeted: a new coordinator, or this is late.
                if message.epoch > epoch { greetSoon() }
                return
            }
            receiveWork(message)
        }
    }

    private mutating func receiveWork(_ message: Message) {
        switch message.body {
        case .lease(let offer): take(offer, of: message.run)
        case .acknowledge(let shard): forgetResult(WorkKey(run: message.run, shard: shard))
        case .cancel(let shard): cancel(WorkKey(run: message.run, shard: shard))
        case .blobChunk(let chunk): takeChunk(chunk)
        case .blobRequest(let request): sendPiece(request, of: message.run)
        case .drain(let reason): beginToLeave(reason: reason, within: nil)
        default: break
        }
    }
}

/// Names a piece of work inside a worker: a lease may be replaced by another for the same shard.
struct WorkKey: Hashable, Sendable {
    let run: RunID
    let shard: ShardID
}

/// A lease without a result.
struct Work: Sendable {
    var offer: LeaseOffer
    let arrival: UInt64

    /// Set once a compute thread has it.
    var computation: ComputeID?
    var progress: UInt64 = 0
}

/// A result that waits for its acknowledgement.
struct UnacknowledgedResult: Sendable {
    let result: ShardResult
    let arrival: UInt64

    /// When it was last sent to the present coordinator.
    var sentAt: Duration?
}

/// An input in memory.
struct HeldBlob: Sendable {
    let blob: Blob

    /// Grows with each use; the smallest goes first.
    var lastUse: UInt64
}
