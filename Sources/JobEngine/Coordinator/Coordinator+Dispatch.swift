extension Coordinator {
    /// Notes that a worker may have a free credit.
    mutating func noteCapacity(of worker: Incarnation) {
        noteChance(of: worker)
        guard let record = workers[worker], !record.isWaiting, canTake(record) else { return }
        workers[worker]!.isWaiting = true
        waiting.append(worker)
    }

    /// Whether a worker has a free credit, and gives no reason to doubt that it lives.
    func canTake(_ record: WorkerRecord) -> Bool {
        record.phase == .serving && record.leases.count < usableCredits(of: record) && record.soloLease == nil
            && record.closedAt == nil && now - record.lastHeard < policy.doubtfulAfter
    }

    /// How many of its credits count for the stage in hand.
    private func usableCredits(of record: WorkerRecord) -> Int {
        guard board?.runsPrograms == true else { return record.credits }
        return record.runsPrograms && record.unfitFor != active ? min(record.credits, 1) : 0
    }

    /// Whether anything may be lent now.
    private var isOpen: Bool {
        board != nil && !dispatchIsStopped && storageProblem == nil
            && unstoredBytes < policy.maximumUnstoredBytes
    }

    /// Lends queued shards, in plan order, to waiting workers, in turn.
    mutating func dispatch() {
        guard isOpen else { return }
        lendPickyShards()
        lendPlacedShards()
        // A worker that is passed over now waits for the next event.
        var passedOver: [Incarnation] = []
        while board!.hasQueuedForAll, let worker = waiting.popFirst() {
            guard let record = workers[worker] else { continue }
            workers[worker]!.isWaiting = false
            guard canTake(record) else { continue }
            guard reserved != worker, hasTime(record), let index = board!.takeQueued() else {
                passedOver.append(worker)
                continue
            }
            lend(index, to: worker)
            noteCapacity(of: worker)
        }
        for worker in passedOver {
            noteCapacity(of: worker)
        }
    }

    /// Whether a worker lives long enough for a shard of this stage.
    func hasTime(_ record: WorkerRecord) -> Bool {
        guard let end = record.endOfLife else { return true }
        return end - now > (typicalTime ?? .zero)
    }

    // MARK: Shards that not every worker may have

    /// Lends shards that failed before, are disputed, or stalled.
    ///
    /// A shard's last attempt is made by a worker that computes nothing else
    /// meanwhile: if it dies, that shard is to blame and no other.
    private mutating func lendPickyShards() {
        var needsReserve = false
        defer {
            if !needsReserve, let worker = reserved {
                reserved = nil
                noteCapacity(of: worker)
            }
        }
        for index in board!.picky {
            let entry = board!.entries[index]
            let wantsLease = entry.state == .queued || (entry.state == .leased && entry.wantsCopy)
            guard wantsLease else {
                board!.picky.removeAll { $0 == index }
                continue
            }
            let isLastAttempt = isLastAttempt(entry)
            guard let worker = findWorker(for: entry, alone: isLastAttempt) else {
                if isLastAttempt {
                    needsReserve = true
                    if reserved == nil { reserveWorker(for: entry) }
                }
                continue
            }
            board!.picky.removeAll { $0 == index }
            board!.entries[index].wantsCopy = false
            lend(index, to: worker)
            if isLastAttempt {
                workers[worker]!.soloLease = workers[worker]!.leases.last
            }
        }
    }

    /// Whether one more started attempt without a result makes the shard itself the culprit.
    func isLastAttempt(_ entry: StageBoard.Entry) -> Bool {
        entry.attempts > 0 && entry.attempts >= policy.maximumAttempts - 1
    }

    /// Returns the waiting worker that may have a picky shard.
    private func findWorker(for entry: StageBoard.Entry, alone: Bool) -> Incarnation? {
        // Better the same worker again than nobody. Who has the shard already, and hangs, is nobody.
        let holders = entry.leases.map { leases[$0]!.worker }
        var avoided = entry.avoided
        if !avoided.isEmpty, !hasAlternative(to: avoided + holders) { avoided = [] }
        return waiting.contents.first { worker in
            guard let record = workers[worker], canTake(record), hasTime(record) else { return false }
            guard !avoided.contains(worker), !holders.contains(worker) else { return false }
            return alone ? record.leases.isEmpty : reserved != worker
        }
    }

    /// Whether anybody who may serve is not among `avoided`.
    func hasAlternative(to avoided: [Incarnation]) -> Bool {
        roster.contains {
            workers[$0]!.phase == .serving && usableCredits(of: workers[$0]!) > 0 && !avoided.contains($0)
        }
    }

    /// Chooses the worker with the least in hand to be emptied for a last attempt.
    private mutating func reserveWorker(for entry: StageBoard.Entry) {
        let mayAvoid = hasAlternative(to: entry.avoided)
        reserved =
            roster
            .filter { worker in
                let record = workers[worker]!
                return record.phase == .serving && usableCredits(of: record) > 0 && record.closedAt == nil
                    && !(mayAvoid && entry.avoided.contains(worker))
            }
            .min { workers[$0]!.leases.count < workers[$1]!.leases.count }
    }

    // MARK: Leases

    /// Lends a shard to a worker.
    mutating func lend(_ index: Int, to worker: Incarnation) {
        guard let run = active else { return }
        let number = nextLease
        nextLease += 1
        let companions = workers[worker]!.leases
        for companion in companions {
            leases[companion]!.isAlone = false
        }
        leases[number] = LeaseRecord(shard: index, worker: worker, isAlone: companions.isEmpty, at: now)
        workers[worker]!.leases.append(number)
        board!.entries[index].leases.append(number)
        board!.entries[index].state = .leased
        let offer = LeaseOffer(
            lease: LeaseID(
                epoch: configuration.epoch, number: number,
                proof: configuration.leaseKey.proof(of: board!.ids[index], in: run, for: worker)),
            id: board!.ids[index],
            attempt: board!.entries[index].attempts, deadline: policy.lostAfter, shard: board!.shards[index])
        send(.lease(offer), to: worker, about: run)
    }

    /// Ends a lease, whatever becomes of its shard.
    mutating func release(_ number: UInt64) {
        guard let lease = leases[number] else { return }
        board!.entries[lease.shard].leases.removeAll { $0 == number }
        workers[lease.worker]?.leases.removeAll { $0 == number }
        if workers[lease.worker]?.soloLease == number { workers[lease.worker]!.soloLease = nil }
        leases[number] = nil
        noteCapacity(of: lease.worker)
    }

    /// Ends a lease without a result, and queues its shard again if nobody else has it.
    mutating func withdraw(_ number: UInt64) {
        guard let index = leases[number]?.shard else { return }
        release(number)
        requeueIfAbandoned(shard: index)
    }

    /// Ends all leases of a shard, and tells their workers unless they are `except`.
    mutating func cancelLeases(of index: Int, except worker: Incarnation?) {
        guard let run = active else { return }
        for number in board!.entries[index].leases {
            let holder = leases[number]!.worker
            release(number)
            if holder != worker { send(.cancel(board!.ids[index]), to: holder, about: run) }
        }
    }

    /// Queues a shard again that nobody computes any more.
    mutating func requeueIfAbandoned(shard index: Int) {
        let entry = board!.entries[index]
        guard entry.state == .leased, entry.leases.isEmpty else { return }
        if entry.attempts >= policy.maximumAttempts {
            giveUp(index, text: entry.lastFault)
        } else {
            board!.entries[index].wantsCopy = false
            board!.requeue(index, isPicky: isLastAttempt(entry) || !entry.avoided.isEmpty)
        }
    }
}
