import ContentDigest

extension Coordinator {
    // MARK: Joining

    /// Admits a worker, or one that comes back, or says why not.
    mutating func greetWorker(_ hello: Hello, _ message: Message) {
        let worker = message.incarnation
        if workers[worker] == nil, workers.count >= policy.maximumWorkers,
            let lost = roster.first(where: { workers[$0]!.phase == .lost })
        {
            forgetWorker(lost)
        }
        if let rejection = reasonToReject(hello, worker) {
            reject(worker, host: hello.host, rejection)
            return
        }
        if workers[worker] == nil {
            workers[worker] = WorkerRecord(hello, lastHeard: now)
            roster.append(worker)
            report(.workerJoined(worker, host: hello.host, threads: hello.threads))
        } else if workers[worker]!.phase == .lost {
            workers[worker]!.phase = .serving
            report(.workerReturned(worker, host: hello.host))
        }
        workers[worker]!.lastHeard = now
        workers[worker]!.closedAt = nil
        workers[worker]!.endOfLife = hello.lifetime.map { now + $0 }
        // First, so that the worker need not send again what is already durable.
        acknowledge(hello.results, to: worker)
        send(
            .welcome(
                Welcome(
                    protocolVersion: min(configuration.protocols.upperBound, hello.protocols.upperBound),
                    beatInterval: policy.beatInterval, lostAfter: policy.lostAfter,
                    blobs: active.flatMap { runs[$0]?.stageBlobs } ?? [])),
            to: worker, about: active ?? .none)
        guard message.sequence > workers[worker]!.stateSequence else { return }
        workers[worker]!.stateSequence = message.sequence
        withdrawLeases(of: worker, missingIn: hello.leases)
        workers[worker]!.credits = max(workers[worker]!.credits, hello.leases.count)
        reconcile(hello.leases, of: worker)
    }

    /// Takes away what a worker was lent and does not have: the lease, or its result, was lost on the way.
    private mutating func withdrawLeases(of worker: Incarnation, missingIn held: [HeldLease]) {
        let listed = Set(held.map(\.shard))
        for number in workers[worker]!.leases {
            guard let index = leases[number]?.shard, !listed.contains(board!.ids[index]) else { continue }
            withdraw(number)
        }
    }

    private func reasonToReject(_ hello: Hello, _ worker: Incarnation) -> Rejection? {
        if let closing { return Rejection(.finished, closing) }
        if !configuration.protocols.overlaps(hello.protocols) {
            return Rejection(
                .protocolVersion,
                "coordinator speaks \(text(configuration.protocols)), this worker \(text(hello.protocols))")
        }
        if hello.numericContract != configuration.numericContract {
            return Rejection(
                .numericContract,
                "coordinator has numeric contract \(configuration.numericContract), this worker "
                    + "\(hello.numericContract): their results would differ; install one version everywhere")
        }
        if hello.build != configuration.build {
            return Rejection(
                .build,
                "coordinator is build \(configuration.build), this worker \(hello.build); "
                    + "install one version everywhere")
        }
        if workers[worker] == nil, workers.count >= policy.maximumWorkers {
            return Rejection(.full, "\(workers.count) workers are connected, and no more are admitted")
        }
        return nil
    }

    func text(_ protocols: ClosedRange<UInt16>) -> String {
        "\(protocols.lowerBound)-\(protocols.upperBound)"
    }

    // MARK: Speaking

    /// Takes a message of a worker that has said HELLO at some time.
    mutating func receiveFromWorker(_ message: Message) {
        let worker = message.incarnation
        if workers[worker]!.phase == .lost {
            if case .goodbye(let reason) = message.body { return takeLeave(of: worker, reason: reason) }
            // It was silent for too long, or this is a late message. Its result is
            // as good as any, but leases it gets only after it has told its state.
            if case .result(let result) = message.body { takeResult(result, of: message.run, from: worker) }
            return askForHello(worker)
        }
        workers[worker]!.lastHeard = now
        workers[worker]!.closedAt = nil
        switch message.body {
        case .ready(let credits): takeCredits(credits, from: message)
        case .beat(let beat): takeBeat(beat, message)
        case .result(let result): takeResult(result, of: message.run, from: worker)
        case .fail(let fault): takeFault(fault, of: message.run, from: worker)
        case .giveBack(let shards): takeBack(shards, of: message.run, from: worker)
        case .goodbye(let reason): takeLeave(of: worker, reason: reason)
        case .blobRequest(let request): serveBlob(request, of: message.run, to: worker)
        case .blobChunk(let chunk): takePiece(chunk, from: worker)
        case .statusRequest: send(.status(status(at: now)), to: worker)
        default: break
        }
    }

    private mutating func takeCredits(_ credits: Int, from message: Message) {
        let worker = message.incarnation
        guard message.sequence > workers[worker]!.stateSequence else { return }
        workers[worker]!.stateSequence = message.sequence
        workers[worker]!.credits = credits
        noteCapacity(of: worker)
    }

    private mutating func takeBeat(_ beat: Beat, _ message: Message) {
        let worker = message.incarnation
        if let closing { return send(.goodbye(reason: closing), to: worker) }
        send(.beat(Beat()), to: worker)
        guard message.sequence > workers[worker]!.stateSequence else { return }
        workers[worker]!.memory = beat.memory
        acknowledge(beat.results, to: worker)
        takeCredits(beat.credits, from: message)
        reconcile(beat.leases, of: worker)
    }

    /// Repeats acknowledgements that were lost.
    private mutating func acknowledge(_ results: [HeldResult], to worker: Incarnation) {
        for held in results {
            switch place(of: held.shard, in: held.run) {
            case .past(let stored) where stored.digest == held.digest:
                send(.acknowledge(held.shard), to: worker, about: held.run)
            case .open(let index) where board!.durableResult(of: index)?.digest == held.digest:
                send(.acknowledge(held.shard), to: worker, about: held.run)
            case .over:
                send(.cancel(held.shard), to: worker, about: held.run)
            default:
                // It sends the result itself.
                break
            }
        }
    }

    /// Compares what a worker says it holds with what it was lent.
    private mutating func reconcile(_ held: [HeldLease], of worker: Incarnation) {
        for lease in held {
            // Whoever was never lent a shard cannot get it by saying so.
            guard isProven(lease.lease, of: lease.shard, in: lease.run, by: worker) else {
                send(.cancel(lease.shard), to: worker, about: lease.run)
                continue
            }
            switch place(of: lease.shard, in: lease.run) {
            case .over, .past: send(.cancel(lease.shard), to: worker, about: lease.run)
            case .unplanned: break
            case .open(let index): reconcile(lease, shard: index, of: worker)
            }
        }
    }

    private mutating func reconcile(_ held: HeldLease, shard index: Int, of worker: Incarnation) {
        let entry = board!.entries[index]
        if let number = entry.leases.first(where: { leases[$0]!.worker == worker }) {
            noteProgress(held, lease: number)
            return
        }
        switch entry.state {
        case .queued:
            adopt(held, shard: index, by: worker)
        case .leased where entry.leases.count < policy.maximumCopies:
            adopt(held, shard: index, by: worker)
        case .storing:
            // Until the result is durable, every copy of it is welcome.
            break
        case .leased, .done, .failed:
            send(.cancel(held.shard), to: worker, about: held.run)
        }
    }

    private mutating func noteProgress(_ held: HeldLease, lease number: UInt64) {
        leases[number]!.listedAt = now
        if held.isStarted, leases[number]!.startedAt == nil {
            leases[number]!.startedAt = now
            leases[number]!.progressAt = now
        }
        guard held.progress != leases[number]!.progress else { return }
        leases[number]!.progress = held.progress
        leases[number]!.progressAt = now
        leases[number]!.isStalled = false
    }

    /// Lends a worker what it is computing anyway, even beside a last attempt: if
    /// it dies, it must be known that it was not alone.
    private mutating func adopt(_ held: HeldLease, shard index: Int, by worker: Incarnation) {
        workers[worker]!.credits = max(workers[worker]!.credits, workers[worker]!.leases.count + 1)
        lend(index, to: worker)
        if let number = workers[worker]!.leases.last { noteProgress(held, lease: number) }
    }

    // MARK: Leaving

    /// Takes leave of a worker that goes in order: it holds nothing any more, and nothing is held against it.
    private mutating func takeLeave(of worker: Incarnation, reason: String) {
        for lease in workers[worker]!.leases {
            withdraw(lease)
        }
        report(.workerLeft(worker, host: workers[worker]!.host, reason: reason))
        forgetWorker(worker)
    }

    /// Gives the leases of a worker that vanished to others, and counts an attempt
    /// for each shard that may have been in progress.
    ///
    /// Which these were is known from its beats, or, where it died before the
    /// first, from its number of threads: workers begin in the order of lending.
    mutating func loseWorker(_ worker: Incarnation, reason: String?) {
        guard let record = workers[worker], record.phase != .lost else { return }
        report(
            .workerLost(worker, host: record.host, silence: now - record.lastHeard, leases: record.leases.count))
        workers[worker]!.phase = .lost
        workers[worker]!.credits = 0
        board?.unplace(from: worker)
        forgetArrivals { $0.worker == worker }
        let fault =
            "\(record.host): "
            + [reason ?? "the worker vanished while computing it", record.memoryText].compactMap { $0 }
            .joined(separator: "; ")
        for (rank, number) in record.leases.enumerated() {
            guard let lease = leases[number] else { continue }
            release(number)
            if lease.startedAt != nil || rank < record.threads {
                let wasAlive = lease.startedAt != nil || record.lastHeard >= lease.grantedAt
                countAttempt(
                    lease.shard, fault: fault,
                    evidence: !lease.isAlone ? .inCompany : wasAlive ? .alone : .unseen)
            }
            requeueIfAbandoned(shard: lease.shard)
        }
    }

    mutating func forgetWorker(_ worker: Incarnation) {
        forgetArrivals { $0.worker == worker }
        board?.unplace(from: worker)
        workers[worker] = nil
        roster.removeAll { $0 == worker }
        if reserved == worker { reserved = nil }
    }

    /// Tells a worker to finish and leave.
    mutating func drain(_ worker: Incarnation, reason: String) {
        guard workers[worker]!.phase == .serving else { return }
        workers[worker]!.phase = .draining
        board?.unplace(from: worker)
        if reserved == worker { reserved = nil }
        report(.workerDrained(worker, host: workers[worker]!.host, reason: reason))
        send(.drain(reason: reason), to: worker)
    }

    /// Sends everybody home.
    mutating func shutDown(_ reason: String) {
        closing = reason
        dispatchIsStopped = true
        for worker in roster where workers[worker]!.phase != .lost {
            send(.goodbye(reason: reason), to: worker)
        }
    }
}
