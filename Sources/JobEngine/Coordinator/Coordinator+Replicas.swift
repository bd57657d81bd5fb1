import ContentDigest

extension Coordinator {
    /// Whether a shard whose first result has just become durable is to be computed once more.
    ///
    /// One that was voted on has two equal results already.
    func wantsReplica(_ index: Int) -> Bool {
        guard let run = active, let record = runs[run], !board!.runsPrograms else { return false }
        let share = max(policy.replicatedShare, record.replicatedShare)
        return configuration.leaseKey.chooses(board!.ids[index], forShare: share)
            && !record.disagreements.contains { $0.shard == board!.ids[index] }
    }

    /// Queues a shard again whose result is durable, for another machine if there is one.
    mutating func startReplica(of index: Int, _ first: StoredResult) {
        guard let run = active else { return }
        board!.replicas[index] = first
        let neighbours = neighbours(of: first)
        board!.entries[index].avoided = neighbours
        if !hasAlternative(to: neighbours), !runs[run]!.hasOneMachine {
            runs[run]!.hasOneMachine = true
            report(.replicasOnOneMachine(run, host: first.host))
        }
        board!.requeue(index, isPicky: true)
    }

    /// The workers on the machine that a result is from, which would err as it does.
    func neighbours(of result: StoredResult) -> [Incarnation] {
        roster.filter { workers[$0]!.host == result.host || $0 == result.worker }
    }

    /// Compares a second result of a shard with the durable first one.
    ///
    /// - Parameter isLent: Whether its worker was lent the shard for this comparison.
    mutating func takeReplica(
        _ order: PersistOrder, shard index: Int, by worker: Incarnation, of first: StoredResult, isLent: Bool
    ) {
        guard order.digest == first.digest else {
            board!.replicas[index] = nil
            cancelLeases(of: index, except: worker)
            return dispute(order, shard: index, by: worker, against: first)
        }
        send(.acknowledge(order.shard), to: worker, about: order.run)
        // The first result again, or a copy from the same machine, shows nothing.
        let neighbours = neighbours(of: first)
        guard isLent || !neighbours.contains(worker) else { return }
        cancelLeases(of: index, except: worker)
        board!.replicas[index] = nil
        board!.failures[index] = nil
        board!.markDone(index, first)
        endStageIfComplete()
    }
}
