import ContentDigest

/// Where a shard stands that a message names.
enum ShardPlace {
    /// The run is over, or was never here.
    case over
    /// The run goes on, but none of its stages so far has this shard. After a
    /// restart, workers hold such results until the stage is planned again.
    case unplanned
    /// In an earlier stage.
    case past(StoredResult)
    /// In the stage in hand, at this index.
    case open(Int)
}

/// How surely a shard is to blame for an attempt that ended without a result.
enum AttemptEvidence {
    /// Its worker computed nothing else, or said itself that this shard failed.
    case alone
    /// Its worker computed other shards as well.
    case inCompany
    /// Its worker was not heard from since it was lent: it may have died before.
    case unseen
}

extension Coordinator {
    func place(of shard: ShardID, in run: RunID) -> ShardPlace {
        guard let record = runs[run], record.outcome == nil else { return .over }
        if run == active, let index = board?.index(of: shard) { return .open(index) }
        if let stored = record.past[shard] { return .past(stored) }
        return .unplanned
    }

    // MARK: Results

    /// Takes a result from a worker that was lent its shard, in time or late.
    mutating func takeResult(_ result: ShardResult, of run: RunID, from worker: Incarnation) {
        guard isProven(result.lease, of: result.shard, in: run, by: worker) else {
            send(.cancel(result.shard), to: worker, about: run)
            return receiveGarbage(from: worker, reason: "a result of shard \(result.shard), which it was never lent")
        }
        if case .open = place(of: result.shard, in: run), result.size > board!.largestResult {
            // It would be as large everywhere.
            let text = "its result has \(result.size) bytes, and its stage allows \(board!.largestResult)"
            takeFault(
                ShardFault(shard: result.shard, code: .other, text: text, isRetriable: false), of: run, from: worker)
            return send(.cancel(result.shard), to: worker, about: run)
        }
        if !result.isWhole, wantsPayload(result, of: run) { return announce(result, of: run, from: worker) }
        guard !result.isWhole || SHA256Digest(of: result.payload) == result.digest else {
            return receiveGarbage(
                from: worker, reason: "the payload of shard \(result.shard) does not have its digest")
        }
        takeVerifiedResult(result, of: run, from: worker)
    }

    /// Takes a result whose payload has its digest, or does not matter.
    mutating func takeVerifiedResult(_ result: ShardResult, of run: RunID, from worker: Incarnation) {
        switch place(of: result.shard, in: run) {
        case .over: send(.cancel(result.shard), to: worker, about: run)
        case .unplanned: break
        case .past(let stored):
            compareLate(result, with: stored, of: run, from: worker)
        case .open(let index):
            let lease = board!.entries[index].leases.first { leases[$0]!.worker == worker }
            if let lease { release(lease) }
            workers[worker]!.faultsInARow = 0
            takeResult(result, shard: index, of: run, from: worker, isLent: lease != nil)
        }
    }

    /// - Parameter isLent: Whether the worker held a lease of the shard until now.
    private mutating func takeResult(
        _ result: ShardResult, shard index: Int, of run: RunID, from worker: Incarnation, isLent: Bool
    ) {
        let order = PersistOrder(
            run: run, stage: runs[run]!.stage, shard: result.shard, digest: result.digest, payload: result.payload,
            host: workers[worker]!.host, elapsed: result.elapsed)
        if let votes = board!.votes[index] {
            // A vote counts once: again only from a worker that was asked to compute the shard again.
            guard isLent || !votes.contains(where: { $0.worker == worker }) else {
                return send(.cancel(order.shard), to: worker, about: run)
            }
            return vote(order, shard: index, by: worker)
        }
        if let first = board!.replicas[index] {
            return takeReplica(order, shard: index, by: worker, of: first, isLent: isLent)
        }
        switch board!.entries[index].state {
        case .queued, .leased, .failed:
            board!.noteTime(result.elapsed)
            store(order, shard: index, from: worker)
        case .storing:
            guard board!.storing[index]!.result.agrees(with: result.digest) else {
                // First things first: one of the two has to be durable.
                board!.storing[index]!.rival = (order, worker)
                return
            }
            if !board!.storing[index]!.deliverers.contains(worker) {
                board!.storing[index]!.deliverers.append(worker)
            }
        case .done:
            let first = board!.entries[index].result!
            guard first.agrees(with: result.digest) else {
                return dispute(order, shard: index, by: worker, against: first)
            }
            send(.acknowledge(result.shard), to: worker, about: run)
        }
    }

    /// Gives a result to the journal.
    private mutating func store(_ order: PersistOrder, shard index: Int, from worker: Incarnation) {
        cancelLeases(of: index, except: worker)
        board!.failures[index] = nil
        board!.entries[index].state = .storing
        board!.storing[index] = StageBoard.Storing(
            result: StoredResult(
                digest: order.digest, host: order.host, worker: worker, shard: board!.shards[index],
                isComparable: !board!.runsPrograms),
            bytes: order.payload.count, deliverers: [worker])
        unstoredBytes += order.payload.count
        noteWork(on: board!.shards[index], by: worker, in: order.run, elapsed: order.elapsed)
        workers[worker]?.done += 1
        act(.persist(order))
    }

    /// Takes note that a result is durable, and tells whoever waits for that.
    mutating func confirmResult(_ shard: ShardID, of run: RunID) {
        guard run == active, let index = board?.index(of: shard), let storing = board!.storing[index] else { return }
        board!.storing[index] = nil
        unstoredBytes -= storing.bytes
        for worker in storing.deliverers {
            workers[worker]?.badResultsInARow = 0
            send(.acknowledge(shard), to: worker, about: run)
        }
        if let (order, worker) = storing.rival {
            dispute(order, shard: index, by: worker, against: storing.result)
        } else if wantsReplica(index) {
            startReplica(of: index, storing.result)
        } else {
            board!.markDone(index, storing.result)
            endStageIfComplete()
        }
    }

    /// Has a shard computed again whose result nobody can read, preferably by somebody else.
    mutating func refuseResult(_ shard: ShardID, of run: RunID, reason: String) {
        guard run == active, let index = board?.index(of: shard), let storing = board!.storing[index] else { return }
        let notice = Notice.resultRefused(run, shard, host: storing.result.host, reason: reason)
        report(notice)
        if runs[run]!.refusals.count < 100 { runs[run]!.refusals.append("\(notice)") }
        board!.storing[index] = nil
        unstoredBytes -= storing.bytes
        if let first = storing.deliverers.first { workers[first]?.done -= 1 }
        board!.entries[index].state = .leased
        board!.entries[index].avoided += storing.deliverers
        countAttempt(index, fault: "\(storing.result.host): its result cannot be read: \(reason)", evidence: .alone)
        for worker in storing.deliverers {
            // It need not keep what nobody wants.
            send(.cancel(shard), to: worker, about: run)
            noteBadResult(of: worker, reason: reason)
        }
        if let (order, worker) = storing.rival {
            store(order, shard: index, from: worker)
        } else {
            requeueIfAbandoned(shard: index)
        }
    }

    /// Turns a worker away that sends nothing else.
    private mutating func noteBadResult(of worker: Incarnation, reason: String) {
        guard workers[worker] != nil else { return }
        workers[worker]!.badResultsInARow += 1
        guard workers[worker]!.badResultsInARow >= policy.maximumAttempts else { return }
        let text =
            "\(workers[worker]!.badResultsInARow) results of this process in a row could not be read, the last: \(reason); "
            + "install one version everywhere, and check the machine's memory"
        reject(worker, host: workers[worker]!.host, Rejection(.badResults, text))
        loseWorker(worker, reason: text)
        forgetWorker(worker)
    }

    // MARK: Disagreement

    /// Takes a second result that differs from the first: one of two machines computes
    /// wrongly. The shard is computed a third time, and the majority counts.
    mutating func dispute(
        _ order: PersistOrder, shard index: Int, by worker: Incarnation, against first: StoredResult
    ) {
        let isDone = board!.entries[index].state == .done
        // Whoever lost a vote before has no further say.
        guard noteDisagreement(order, with: first) else {
            send(.cancel(order.shard), to: worker, about: order.run)
            if !isDone { board!.markDone(index, first) }
            return endStageIfComplete()
        }
        if isDone { board!.reopen(index) }
        board!.entries[index].state = .leased
        board!.votes[index] = [StageBoard.Vote(digest: first.digest, host: first.host, worker: first.worker)]
        let neighbours = neighbours(of: first) + [worker]
        board!.entries[index].avoided = hasAlternative(to: neighbours) ? neighbours : []
        vote(order, shard: index, by: worker)
    }

    /// Counts one more result of a disputed shard.
    private mutating func vote(_ order: PersistOrder, shard index: Int, by worker: Incarnation) {
        board!.votes[index]!.append(StageBoard.Vote(digest: order.digest, host: order.host, worker: worker))
        let votes = board!.votes[index]!
        if votes.filter({ $0.digest == order.digest }).count >= 2 {
            board!.votes[index] = nil
            store(order, shard: index, from: worker)
            return
        }
        // What is not durable cannot be acknowledged, and need not be kept.
        send(.cancel(order.shard), to: worker, about: order.run)
        guard votes.count < 3 else {
            let hosts = votes.map(\.host).joined(separator: ", ")
            return giveUp(index, text: "three results, all different, from \(hosts)")
        }
        board!.entries[index].avoided.append(worker)
        requeueIfAbandoned(shard: index)
    }

    /// Compares a result with one that later stages have already used.
    private mutating func compareLate(
        _ result: ShardResult, with stored: StoredResult, of run: RunID, from worker: Incarnation
    ) {
        if !stored.agrees(with: result.digest) {
            let order = PersistOrder(
                run: run, stage: runs[run]!.stage, shard: result.shard, digest: result.digest, payload: [],
                host: workers[worker]!.host, elapsed: result.elapsed)
            noteDisagreement(order, with: stored)
        }
        send(.acknowledge(result.shard), to: worker, about: run)
    }

    /// - Returns: Whether this is the shard's first disagreement.
    @discardableResult
    private mutating func noteDisagreement(_ order: PersistOrder, with first: StoredResult) -> Bool {
        guard !runs[order.run]!.disagreements.contains(where: { $0.shard == order.shard }) else { return false }
        let disagreement = Disagreement(
            stage: first.stage, range: first.range, shard: order.shard, hosts: [first.host, order.host])
        runs[order.run]!.disagreements.append(disagreement)
        report(.disagreement(order.run, disagreement))
        return true
    }

    // MARK: No result

    /// Takes a worker's word that it cannot compute a shard.
    mutating func takeFault(_ fault: ShardFault, of run: RunID, from worker: Incarnation) {
        guard case .open(let index) = place(of: fault.shard, in: run),
            let lease = board!.entries[index].leases.first(where: { leases[$0]!.worker == worker })
        else { return }
        let text = "\(workers[worker]!.host): \(fault.text)"
        report(.shardFaulted(run, fault.shard, host: workers[worker]!.host, text: fault.text))
        release(lease)
        if fault.code == .unfitWorker, board!.runsPrograms {
            return passOver(worker, for: index, of: run, reason: fault.text)
        }
        countAttempt(index, fault: text, evidence: .alone)
        guard fault.isRetriable else {
            // It would fail everywhere.
            if board!.entries[index].state == .leased { giveUp(index, text: text) }
            return
        }
        board!.entries[index].avoided.append(worker)
        requeueIfAbandoned(shard: index)
        workers[worker]!.faultsInARow += 1
        if workers[worker]!.faultsInARow >= policy.maximumAttempts, hasAlternative(to: [worker]) {
            drain(
                worker, reason: "\(workers[worker]!.faultsInARow) shards failed here in a row, the last: \(fault.text)")
        }
    }

    /// Lends a worker no more shards of a run that run programs; refuses the run where nobody is left who may have them.
    private mutating func passOver(_ worker: Incarnation, for index: Int, of run: RunID, reason: String) {
        workers[worker]!.unfitFor = run
        guard hasAlternative(to: [worker]) else { return endRun(run, .refused(reason: reason)) }
        requeueIfAbandoned(shard: index)
    }

    /// Takes leases that a worker gives back.
    mutating func takeBack(_ shards: [ShardID], of run: RunID, from worker: Incarnation) {
        for shard in shards {
            guard case .open(let index) = place(of: shard, in: run) else { continue }
            if let lease = board!.entries[index].leases.first(where: { leases[$0]!.worker == worker }) {
                withdraw(lease)
            }
        }
    }

    /// Counts a started attempt that ended without a result.
    mutating func countAttempt(_ index: Int, fault: String, evidence: AttemptEvidence) {
        board!.entries[index].lastFault = fault
        let attempts = board!.entries[index].attempts + 1
        switch evidence {
        case .alone:
            board!.entries[index].attempts = attempts
        case .inCompany:
            // The next attempt is then made alone, and decides.
            board!.entries[index].attempts = min(attempts, max(1, policy.maximumAttempts - 1))
        case .unseen:
            board!.entries[index].unseenAttempts += 1
            let isHopeless = board!.entries[index].unseenAttempts >= 3 * policy.maximumAttempts
            board!.entries[index].attempts =
                isHopeless ? max(attempts, policy.maximumAttempts) : min(attempts, max(1, policy.maximumAttempts - 1))
        }
    }

    /// Ends a shard without a result. The others go on, so that a resumed run need not repeat them.
    mutating func giveUp(_ index: Int, text: String) {
        cancelLeases(of: index, except: nil)
        board!.votes[index] = nil
        board!.replicas[index] = nil
        let failure = ShardFailure(
            stage: board!.shards[index].stage, range: board!.shards[index].range, shard: board!.ids[index],
            attempts: board!.entries[index].attempts, text: text)
        board!.entries[index].state = .failed
        board!.failures[index] = failure
        if let run = active { report(.shardFailed(run, failure)) }
        endStageIfComplete()
    }
}
