extension Coordinator {
    /// Looks at what has not happened: beats, progress, results.
    mutating func passTime() {
        typicalTime = board?.medianTime
        loseSilentWorkers()
        if board != nil {
            lapseLeasesThatNeverArrived()
            copyStalledShards()
            copySlowShards()
        }
        for run in runOrder where uploads[run] != nil {
            requestAgain(run, olderThan: policy.resendInterval)
        }
        forgetSilentPeers()
    }

    private mutating func loseSilentWorkers() {
        for worker in roster {
            let record = workers[worker]!
            guard record.phase != .lost else { continue }
            if now - record.lastHeard >= policy.lostAfter {
                loseWorker(worker, reason: nil)
            } else if let closedAt = record.closedAt, now - closedAt >= policy.lostAfterConnectionClosed {
                loseWorker(worker, reason: "its connection closed")
            }
        }
    }

    /// Queues shards again whose workers beat but never mention them.
    private mutating func lapseLeasesThatNeverArrived() {
        for worker in roster {
            for number in workers[worker]!.leases {
                guard let lease = leases[number], now - lease.listedAt >= policy.lostAfter else { continue }
                report(.leaseLapsed(board!.ids[lease.shard], host: workers[worker]!.host))
                withdraw(number)
                if board == nil { return }
            }
        }
    }

    /// Has shards copied whose workers beat without getting on with them, or never begin.
    private mutating func copyStalledShards() {
        let limit = max(policy.stallMinimum, (typicalTime ?? .zero) * policy.stallMedians)
        for worker in roster {
            for number in workers[worker]!.leases {
                guard let lease = leases[number], now - lease.progressAt >= limit else { continue }
                if !lease.isStalled { reportStall(number) }
                // Asked again at each tick, because a copy may be lost as well.
                let copies = board!.entries[lease.shard].leases
                guard copies.count < max(policy.maximumCopies, policy.maximumAttempts),
                    copies.allSatisfy({ leases[$0]!.isStalled })
                else { continue }
                board!.entries[lease.shard].wantsCopy = true
                board!.insertPicky(lease.shard)
            }
        }
    }

    private mutating func reportStall(_ number: UInt64) {
        leases[number]!.isStalled = true
        let lease = leases[number]!
        let host = workers[lease.worker]!.host
        report(.shardStalled(board!.ids[lease.shard], host: host, since: now - lease.progressAt))
        // What has not begun waits for a thread or an input, and shows nothing about the worker.
        guard lease.startedAt != nil else { return }
        noteStall(of: lease.worker)
    }

    private mutating func noteStall(of worker: Incarnation) {
        workers[worker]!.stalls += 1
        guard workers[worker]!.stalls >= 2, hasAlternative(to: [worker]) else { return }
        drain(worker, reason: "\(workers[worker]!.stalls) shards made no progress here")
    }

    /// Has the oldest leases computed by idle workers as well, once nothing else is left to do.
    ///
    /// A stage ends with its slowest worker; in simulation with 2 % slow workers,
    /// copies bring a stage from 1.8 to 1.2 times the ideal.
    private mutating func copySlowShards() {
        guard storageProblem == nil, !dispatchIsStopped, !board!.hasQueued, !waiting.isEmpty else { return }
        let age = max(policy.backupMinimumAge, typicalTime.map { $0 * policy.backupMedians } ?? policy.stallMinimum)
        for number in leases.keys.sorted() {
            guard let lease = leases[number], now - lease.grantedAt >= age else { break }
            let entry = board!.entries[lease.shard]
            // A last attempt is made alone, or nobody could tell whose fault its failure is.
            guard entry.leases.count < policy.maximumCopies, !isLastAttempt(entry),
                let copier = idleWorker(toCopy: entry)
            else { continue }
            report(
                .shardCopied(
                    board!.ids[lease.shard], from: workers[lease.worker]!.host, to: workers[copier]!.host))
            lend(lease.shard, to: copier)
        }
    }

    /// Returns a waiting worker that does not have the shard, preferably on another machine.
    private func idleWorker(toCopy entry: StageBoard.Entry) -> Incarnation? {
        let holders = entry.leases.map { leases[$0]!.worker }
        let hosts = holders.map { workers[$0]!.host }
        var candidate: Incarnation?
        for worker in waiting.contents {
            guard let record = workers[worker], canTake(record), reserved != worker else { continue }
            guard !holders.contains(worker), !entry.avoided.contains(worker) else { continue }
            if !hosts.contains(record.host) { return worker }
            candidate = candidate ?? worker
        }
        return candidate
    }

    /// Forgets whoever has been away for longer than it would look for a coordinator.
    private mutating func forgetSilentPeers() {
        for worker in roster
        where workers[worker]!.phase == .lost && now - workers[worker]!.lastHeard > policy.coordinatorTimeout {
            forgetWorker(worker)
        }
        clients = clients.filter { now - $0.value.lastHeard <= policy.coordinatorTimeout }
    }
}
