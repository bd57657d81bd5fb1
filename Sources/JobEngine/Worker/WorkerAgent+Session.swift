import ContentDigest

extension WorkerAgent {
    // MARK: Finding the coordinator

    /// Says HELLO, and says it again after growing pauses until it is answered.
    mutating func greet() {
        session = .greeting
        for key in results.keys {
            results[key]!.sentAt = nil
        }
        var hello = Hello()
        hello.build = configuration.build
        hello.protocols = configuration.protocols
        hello.numericContract = configuration.numericContract
        hello.host = configuration.host
        hello.labels = configuration.labels
        hello.threads = configuration.threads
        hello.memory = configuration.memory
        hello.lifetime = configuration.lifetime.map { $0 - now }
        hello.runsPrograms = configuration.runsPrograms
        hello.leases = heldLeases
        hello.results = heldResults
        send(.hello(hello))
        nextHello = now + spread(helloPause)
        helloPause = min(helloPause * 2, lostAfter)
    }

    /// Says HELLO unless it was said a moment ago.
    mutating func greetSoon() {
        session = .greeting
        if now >= nextHello {
            helloPause = policy.helloInterval
            greet()
        }
    }

    /// Between half of a pause and one and a half, different for every worker and greeting.
    private func spread(_ pause: Duration) -> Duration {
        var mixed = UInt64(truncatingIfNeeded: configuration.incarnation.value >> 64)
        mixed ^= UInt64(truncatingIfNeeded: configuration.incarnation.value) &+ sentSequence &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return pause / 2 + pause * (Double(mixed >> 11) / Double(1 << 53))
    }

    /// Begins to work for whoever answered.
    mutating func enter(_ welcome: Welcome, _ message: Message) {
        let isNew = session != .welcomed || epoch != message.epoch
        epoch = message.epoch
        session = .welcomed
        helloPause = policy.helloInterval
        if welcome.beatInterval > .zero { beatInterval = welcome.beatInterval }
        lostAfter = max(welcome.lostAfter, beatInterval * 3)
        nextBeat = now + beatInterval
        if isNew { act(.report(.welcomed(epoch: epoch))) }
        for key in resultsInOrder where results[key]!.sentAt == nil {
            sendResult(key)
        }
        for digest in welcome.blobs where leaving == nil {
            fetch(digest, of: message.run)
        }
        send(.ready(credits: credits))
    }

    mutating func takeRejection(_ rejection: Rejection) {
        switch rejection.reason {
        case .helloNeeded: greetSoon()
        case .finished: leaveAtOnce(.finished(rejection.text))
        default:
            // In the middle of work this can only be late.
            guard session == .greeting || [.badFrames, .badResults].contains(rejection.reason) else { return }
            leaveAtOnce(.rejected(rejection))
        }
    }

    /// Looks for the coordinator where the connection file says it is now. What is computed goes on.
    mutating func loseCoordinator() {
        act(.report(.coordinatorLost(silence: now - lastHeard)))
        act(.reconnect)
        nextReconnect = now + lostAfter
        helloPause = policy.helloInterval
        session = .greeting
        nextHello = now + spread(helloPause)
    }

    // MARK: Time

    mutating func passTime(_ progress: [ComputeID: UInt64], memory: UInt64) {
        self.memory = memory
        for (id, count) in progress {
            if case .some(.some(let key)) = computations[id] { work[key]?.progress = count }
        }
        if leaving == nil, let lifetime = configuration.lifetime, now >= lifetime - policy.lifetimeMargin {
            beginToLeave(reason: "the end of its time is near", within: policy.lifetimeMargin / 2)
        }
        switch session {
        case .greeting: keepLooking()
        case .welcomed: keepInTouch()
        case .gone: break
        }
        leaveIfOverdue()
    }

    private mutating func keepLooking() {
        if now - lastHeard >= policy.coordinatorTimeout {
            return leaveAtOnce(.coordinatorTimeout(now - lastHeard))
        }
        if now - lastHeard >= lostAfter, now >= nextReconnect {
            nextReconnect = now + lostAfter
            act(.reconnect)
        }
        if now >= nextHello { greet() }
    }

    private mutating func keepInTouch() {
        if now - lastHeard >= lostAfter { return loseCoordinator() }
        for key in resultsInOrder {
            if let sentAt = results[key]!.sentAt, now - sentAt < policy.resendInterval { continue }
            sendResult(key)
        }
        requestInputsAgain()
        if now >= nextBeat { sendBeat() }
    }

    /// Says everything that the coordinator should know.
    mutating func sendBeat() {
        nextBeat = now + beatInterval
        send(.beat(Beat(credits: credits, leases: heldLeases, results: heldResults, memory: memory)))
    }

    /// How many leases it is willing to hold: one a thread, and a few to begin with at once when one ends.
    var credits: Int {
        // Results that nobody takes fill the memory; no new ones then.
        guard leaving == nil, resultBytes < policy.maximumUnstoredBytes else { return 0 }
        return configuration.threads + (configuration.threads + 3) / 4
    }

    var heldLeases: [HeldLease] {
        work.sorted { $0.value.arrival < $1.value.arrival }.map { key, work in
            HeldLease(
                run: key.run, shard: key.shard, lease: work.offer.lease, isStarted: work.computation != nil,
                progress: work.progress)
        }
    }

    private var heldResults: [HeldResult] {
        resultsInOrder.map { HeldResult(run: $0.run, shard: $0.shard, digest: results[$0]!.result.digest) }
    }

    var resultsInOrder: [WorkKey] {
        results.sorted { $0.value.arrival < $1.value.arrival }.map(\.key)
    }

    // MARK: Leaving

    /// The first time, finishes what is short; the second time, leaves at once.
    mutating func terminate() {
        terminations += 1
        if terminations > 1 {
            leaveAtOnce(.left("told to stop, twice"))
        } else {
            beginToLeave(reason: "told to stop", within: policy.terminationGrace)
        }
    }

    /// Takes nothing more, gives back what is not begun, and leaves when the rest is done.
    mutating func beginToLeave(reason: String, within grace: Duration?) {
        let deadline = grace.map { now + $0 }
        leaving = (reason, deadline ?? leaving?.deadline)
        if session == .welcomed { send(.ready(credits: 0)) }
        giveBack(queue)
    }

    /// Leaves once there is nothing to compute and nothing to hand in.
    mutating func leaveIfDone() {
        if !work.isEmpty || !results.isEmpty { idleSince = now }
        if let leaving, work.isEmpty, results.isEmpty {
            leaveAtOnce(.left(leaving.reason))
        } else if leaving == nil, let timeout = configuration.idleTimeout, now - idleSince >= timeout {
            leaveAtOnce(.left("nothing to do for \(timeout.text)"))
        }
    }

    private mutating func leaveIfOverdue() {
        guard session != .gone, let leaving, let deadline = leaving.deadline, now >= deadline else { return }
        leaveAtOnce(.left(leaving.reason))
    }

    /// Gives everything back and leaves.
    mutating func leaveAtOnce(_ exit: WorkerExit) {
        guard session != .gone else { return }
        for id in computations.keys.sorted() where computations[id]! != nil {
            act(.cancelCompute(id))
        }
        if session == .welcomed {
            giveBack(work.sorted { $0.value.arrival < $1.value.arrival }.map(\.key))
            send(.goodbye(reason: exit.description))
        }
        session = .gone
        act(.exit(exit))
    }
}
