extension Coordinator {
    /// How many silent workers are named one by one.
    private static let namedWorkers = 5

    /// Returns what keeps the run in hand from going on or from going faster, the worst first; empty where nothing does.
    ///
    /// - Complexity: Linear in workers and leases.
    func blockers(at now: Duration) -> [Blocker] {
        if let storageProblem { return [.storage(reason: storageProblem)] }
        guard let run = active else { return [] }
        if dispatchIsStopped { return [.stopping] }
        guard let board else { return [.barrier(nextStage: runs[run]!.stage)] }
        let silent = silentWorkers(at: now)
        let serving = roster.map { workers[$0]! }.filter { $0.phase == .serving }
        guard !serving.isEmpty else {
            let lost = roster.count { workers[$0]!.phase == .lost }
            return (roster.isEmpty ? [.noWorkerYet] : [.noWorkerLeft(lost: lost, leaving: roster.count - lost)])
                + silent
        }
        var found = silent
        if board.runsPrograms, !serving.contains(where: { $0.runsPrograms && $0.unfitFor != run }) {
            found.insert(.noWorkerRunsPrograms(connected: serving.count), at: 0)
        }
        if unstoredBytes >= policy.maximumUnstoredBytes { found.append(.unstoredResults) }
        if let lease = leases.filter({ $0.value.isStalled }).min(by: { $0.key < $1.key })?.value {
            found.append(
                .stalledShard(
                    board.ids[lease.shard], host: workers[lease.worker]!.host, since: now - lease.progressAt))
        }
        if !board.hasQueued, !leases.isEmpty {
            found.append(.lastShards(leases.count, hosts: hostsOfLastShards))
        }
        return found
    }

    /// The machines that compute what is left, where they are few enough to be looked at.
    private var hostsOfLastShards: [String] {
        guard leases.count <= 8 else { return [] }
        return Set(leases.values.map { workers[$0.worker]!.host }).sorted()
    }

    /// The workers that are doubtful and whose connections have not ended, longest silence first.
    private func silentWorkers(at now: Duration) -> [Blocker] {
        let silent =
            roster
            .map { workers[$0]! }
            .filter { $0.closedAt == nil && now - $0.lastHeard >= policy.doubtfulAfter }
            .sorted { $0.lastHeard < $1.lastHeard }
        let named = silent.prefix(Self.namedWorkers).map { record in
            Blocker.silentWorker(
                SilentWorker(
                    host: record.host, labels: record.labels, silence: now - record.lastHeard,
                    holding: record.phase == .lost
                        ? nil : .init(shards: record.leases.count, until: policy.lostAfter)))
        }
        return silent.count > named.count ? named + [.moreSilentWorkers(silent.count - named.count)] : named
    }
}
