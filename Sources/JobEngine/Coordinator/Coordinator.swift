import ContentDigest

/// Decides which worker computes what.
///
/// A value without clock, sockets, files or chance: time and events come in, actions
/// go out, so that any history can be replayed. The parts:
///
/// | file | decides |
/// |---|---|
/// | `Coordinator+Workers` | who belongs to the run, who is lost |
/// | `Coordinator+Dispatch` | who gets which shard |
/// | `Coordinator+Placement` | which shards are laid aside for whom |
/// | `Coordinator+Results` | which results count |
/// | `Coordinator+Arrivals` | which large results are brought when |
/// | `Coordinator+Replicas` | which shards are computed twice |
/// | `Coordinator+Runs` | which stage is in hand, how runs end |
/// | `Coordinator+Clients` | what clients may ask |
/// | `Coordinator+Clock` | what happens when nothing happens |
/// | `Coordinator+Blockers` | what people are told that it waits for |
package struct Coordinator: Sendable {
    let configuration: CoordinatorConfiguration

    /// The time of the event in hand.
    var now = Duration.zero

    /// The actions that the event in hand has called for so far.
    private var actions: [CoordinatorAction] = []

    // MARK: Peers

    /// Every worker that said HELLO and neither left nor was forgotten.
    var workers: [Incarnation: WorkerRecord] = [:]

    /// The same in the order of their first HELLO: a dictionary has none.
    var roster: [Incarnation] = []

    /// Workers with free credits, first come, first served.
    var waiting = FirstInFirstOut<Incarnation>()

    /// Workers that may have a free credit for a shard that was laid aside for them.
    var mayTakePlaced: [Incarnation] = []

    /// The worker that is being emptied for a shard's last attempt.
    var reserved: Incarnation?
    var clients: [Incarnation: ClientRecord] = [:]
    var badFrames = 0

    // MARK: Runs

    var runs: [RunID: RunEntry] = [:]

    /// All runs in the order of their submission.
    var runOrder: [RunID] = []

    /// The run in hand.
    var active: RunID?

    /// The stage in hand of the run in hand, unless it is being planned.
    var board: StageBoard?
    var uploads: [RunID: Upload] = [:]

    // MARK: Leases

    /// Live leases by number.
    var leases: [UInt64: LeaseRecord] = [:]
    var nextLease: UInt64 = 1

    /// Large results that are being brought, and those that were announced and wait for room, oldest first.
    var arrivals: [Arrival] = []
    var announced: [Arrival] = []

    // MARK: Brakes

    /// Bytes of results that the journal has been given and has not confirmed.
    var unstoredBytes = 0
    var storageProblem: String?
    var dispatchIsStopped = false

    /// Why workers are sent home, once the work is over.
    var closing: String?

    /// The stage's median shard time, as of the last tick.
    var typicalTime: Duration?

    package init(_ configuration: CoordinatorConfiguration) {
        self.configuration = configuration
    }

    var policy: LeasePolicy { configuration.policy }

    /// Applies one event and returns the actions it calls for, in order.
    ///
    /// - Parameter now: Time since the coordinator started, from a monotonic clock.
    /// - Complexity: Constant for a result or a lease, apart from hashing the
    ///   payload; linear in workers and leases for a tick.
    package mutating func handle(_ event: CoordinatorEvent, at now: Duration) -> [CoordinatorAction] {
        self.now = now
        switch event {
        case .received(let message): receive(message)
        case .receivedGarbage(let sender, let reason): receiveGarbage(from: sender, reason: reason)
        case .connectionClosed(let peer): closeConnection(of: peer)
        case .processEnded(let worker): loseWorker(worker, reason: nil)
        case .runAdded(let run, let title, let share): addRun(run, title: title, replicatedShare: share)
        case .runSetAside(let run, let title, let reason): setAside(run, title: title, reason: reason)
        case .pieceStored(let run): continueUpload(of: run, afterPiece: true)
        case .submissionStored(let run): acceptSubmission(run)
        case .submissionRefused(let run, let reason): refuseSubmission(run, reason: reason)
        case .stagePlanned(let run, let plan, let known): startStage(of: run, plan, known: known)
        case .runFinished(let run): finishRun(run)
        case .runFailed(let run, let reason): failRun(run, reason: reason)
        case .runRefused(let run, let reason): refuseRun(run, reason: reason)
        case .persisted(let run, let shard): confirmResult(shard, of: run)
        case .resultRefused(let run, let shard, let reason): refuseResult(shard, of: run, reason: reason)
        case .storageBlocked(let reason): blockStorage(reason)
        case .storageRestored: restoreStorage()
        case .runCancelled(let run): cancelRun(run)
        case .stopDispatching: dispatchIsStopped = true
        case .shutdown(let reason): shutDown(reason)
        case .tick: passTime()
        }
        bringResults()
        dispatch()
        defer { actions = [] }
        return actions
    }

    mutating func act(_ action: CoordinatorAction) {
        actions.append(action)
    }

    mutating func report(_ notice: Notice) {
        actions.append(.report(notice))
    }

    /// Sends `body` to a worker or client.
    mutating func send(_ body: MessageBody, to peer: Incarnation, about run: RunID = .none) {
        act(.send(envelope(body, to: peer, about: run)))
    }

    /// Returns the message to a peer, with the next of its sequence numbers.
    mutating func envelope(_ body: MessageBody, to peer: Incarnation, about run: RunID) -> Message {
        var sequence: UInt64 = 0
        if workers[peer] != nil {
            workers[peer]!.sentSequence += 1
            sequence = workers[peer]!.sentSequence
        } else if clients[peer] != nil {
            clients[peer]!.sentSequence += 1
            sequence = clients[peer]!.sentSequence
        }
        return Message(run: run, epoch: configuration.epoch, incarnation: peer, sequence: sequence, body: body)
    }

    private mutating func receive(_ message: Message) {
        if case .hello(let hello) = message.body {
            switch hello.role {
            case .worker: greetWorker(hello, message)
            case .client: greetClient(hello, message)
            }
        } else if workers[message.incarnation] != nil {
            receiveFromWorker(message)
        } else if clients[message.incarnation] != nil {
            receiveFromClient(message)
        } else if case .goodbye = message.body {
            // A second farewell of somebody who has left.
        } else {
            askForHello(message.incarnation)
        }
    }

    /// Tells a peer that it has to introduce itself (again).
    mutating func askForHello(_ peer: Incarnation) {
        let text = "epoch \(configuration.epoch) does not know this process yet"
        send(.reject(Rejection(.helloNeeded, text)), to: peer)
    }

    private mutating func closeConnection(of peer: Incarnation) {
        workers[peer]?.closedAt = now
        // A client that comes again comes by another name.
        clients[peer] = nil
    }

    /// Counts a frame that nobody could read, or that said what its sender cannot know.
    mutating func receiveGarbage(from sender: Incarnation?, reason: String) {
        badFrames += 1
        report(.frameDropped(sender, reason: reason))
        guard let sender else { return }
        let text = "\(policy.maximumBadFrames) unreadable messages came from this process; is its program damaged?"
        if workers[sender] != nil {
            workers[sender]!.badFrames += 1
            guard workers[sender]!.badFrames == policy.maximumBadFrames else { return }
            reject(sender, host: workers[sender]!.host, Rejection(.badFrames, text))
            loseWorker(sender, reason: text)
            forgetWorker(sender)
        } else if clients[sender] != nil {
            clients[sender]!.badFrames += 1
            guard clients[sender]!.badFrames == policy.maximumBadFrames else { return }
            reject(sender, host: clients[sender]!.host, Rejection(.badFrames, text))
            clients[sender] = nil
        }
    }

    mutating func reject(_ peer: Incarnation, host: String, _ rejection: Rejection) {
        report(.peerRejected(peer, host: host, rejection))
        send(.reject(rejection), to: peer)
    }
}

/// A queue of which both ends are cheap.
struct FirstInFirstOut<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }

    /// Everything in the queue, first to last.
    var contents: ArraySlice<Element> { elements[head...] }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer {
            head += 1
            if head > 64, head * 2 > elements.count {
                elements.removeFirst(head)
                head = 0
            }
        }
        return elements[head]
    }
}
