extension Coordinator {
    /// Looks at what has not happened: beats, progress, results.
    mutating func passTime() {
        typicalTime = board?.medianTime
        loseSilentWorkers()
        if board != nil { lapseLeasesThatNeverArrived() }
        // A lease that lapses may end the stage.
        if board != nil {
            copyStalledShards()
            sharePlacedShards()
            copySlowShards()
        }
        passTimeOfArrivals()
        passTimeOfUploads()
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
                report(.leaseLapsed(active!, board!.ids[lease.shard], host: workers[worker]!.host))
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
        report(.shardStalled(active!, board!.ids[lease.shard], host: host, since: now - lease.progressAt))
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
        // Looked for once and not for each lease: thirty thousand leases times ten thousand workers would take seconds, in
        // which nobody is answered. The first to be asked stands last, where taking it out is cheap.
        var idle = Array(waiting.contents.filter { mayCopy($0) }.reversed())
        for number in leases.keys.sorted() {
            guard !idle.isEmpty, let lease = leases[number], now - lease.grantedAt >= age else { break }
            // A last attempt is made alone, or nobody could tell whose fault its failure is.
            guard board!.entries[lease.shard].leases.count < policy.maximumCopies,
                !isLastAttempt(board!.entries[lease.shard]),
                let place = placeOfCopier(of: board!.entries[lease.shard], among: idle)
            else { continue }
            let copier = idle[place]
            report(
                .shardCopied(
                    active!, board!.ids[lease.shard], from: workers[lease.worker]!.host, to: workers[copier]!.host))
            lend(lease.shard, to: copier)
            if !mayCopy(copier) { idle.remove(at: place) }
        }
    }

    private func mayCopy(_ worker: Incarnation) -> Bool {
        guard worker != reserved, let record = workers[worker] else { return false }
        return canTake(record)
    }

    /// Returns where in `idle`, from its end, a worker stands that does not have the shard, preferably on another machine.
    private func placeOfCopier(of entry: StageBoard.Entry, among idle: [Incarnation]) -> Int? {
        let holders = entry.leases.map { leases[$0]!.worker }
        let hosts = holders.map { workers[$0]!.host }
        var second: Int?
        // A shard has a handful of holders and avoided workers, so that among so many there is another.
        for place in idle.indices.suffix(64).reversed() {
            let worker = idle[place]
            guard !holders.contains(worker), !entry.avoided.contains(worker) else { continue }
            if !hosts.contains(workers[worker]!.host) { return place }
            second = second ?? place
        }
        return second
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
