import ContentDigest

extension Coordinator {
    // MARK: Queue of runs

    /// Adds a run whose inputs are all at this machine.
    mutating func addRun(_ run: RunID, title: String, replicatedShare: Double) {
        guard runs[run] == nil else { return }
        runs[run] = RunEntry(title: title, phase: .queued)
        runs[run]!.replicatedShare = replicatedShare
        runOrder.append(run)
        startNextRun()
    }

    /// Shows a run that is not computed as failed.
    mutating func setAside(_ run: RunID, title: String, reason: String) {
        guard runs[run] == nil else { return }
        runs[run] = RunEntry(title: title, phase: .failed)
        runs[run]!.outcome = .failed(reason: reason, shards: [], disagreements: [])
        runOrder.append(run)
    }

    /// Begins with the oldest queued run unless one is in hand.
    mutating func startNextRun() {
        guard active == nil, let run = runOrder.first(where: { runs[$0]!.phase == .queued }) else { return }
        active = run
        runs[run]!.phase = .planning
        report(.runStarted(run, title: runs[run]!.title))
        act(.planStage(run, stage: 0, after: []))
    }

    // MARK: Stages

    /// Opens the stage that a run's program has planned.
    mutating func startStage(of run: RunID, _ plan: StagePlan, known: [ShardID: SHA256Digest]) {
        guard run == active, board == nil, let stage = runs[run]?.stage else { return }
        runs[run]!.blobs = Set(plan.blobs.map(\.digest))
        let ids = plan.shardIDs(numericContract: configuration.numericContract)
        if let fault = fault(in: plan, ids: ids, blobs: runs[run]!.blobs) {
            return failRun(run, reason: "stage \(stage + 1), \(plan.title), cannot be computed: \(fault)")
        }
        var results: [Int: StoredResult] = [:]
        for (index, id) in ids.enumerated() {
            if let stored = runs[run]!.past[id] {
                results[index] = stored
            } else if let digest = known[id] {
                results[index] = StoredResult(
                    digest: digest, host: "the journal", worker: nil, shard: plan.shards[index],
                    isComparable: !plan.runsPrograms)
            }
        }
        board = StageBoard(plan, ids: ids, results: results, at: now)
        // Those that an earlier stage passed over may do for this one.
        for worker in roster { noteCapacity(of: worker) }
        placeShards()
        typicalTime = nil
        runs[run]!.phase = .computing
        runs[run]!.stageTitle = plan.title
        runs[run]!.stageBlobs = firstDistinct(plan.shards.lazy.flatMap(\.inputs), atMost: 64)
        report(.stageStarted(run, stage: stage, title: plan.title, shards: ids.count, reused: results.count))
        endStageIfComplete()
    }

    /// Returns what makes a plan impossible, or nil.
    private func fault(in plan: StagePlan, ids: [ShardID], blobs: Set<SHA256Digest>) -> String? {
        var seen: Set<ShardID> = []
        seen.reserveCapacity(ids.count)
        for (shard, id) in zip(plan.shards, ids) {
            if shard.range.lowerBound < 0 { return "shard \(shard.range) starts below 0" }
            if let missing = shard.inputs.first(where: { !blobs.contains($0) }) {
                return "shard \(shard.range) reads input \(missing), which the stage did not bring"
            }
            if !seen.insert(id).inserted { return "shard \(shard.range) is planned twice" }
        }
        return nil
    }

    private func firstDistinct(_ digests: some Sequence<SHA256Digest>, atMost limit: Int) -> [SHA256Digest] {
        var distinct: [SHA256Digest] = []
        // Shards of a stage share their inputs; the first thousand names tell them.
        for digest in digests.prefix(1_000) where distinct.count < limit && !distinct.contains(digest) {
            distinct.append(digest)
        }
        return distinct
    }

    /// Hands the results to the run's program once every shard is done, or ends the run if some were given up.
    mutating func endStageIfComplete() {
        guard let run = active, let board, board.isComplete else { return }
        let stage = runs[run]!.stage
        report(.stageEnded(run, stage: stage, title: board.title, after: now - board.startedAt))
        guard board.failures.isEmpty else {
            let failures = board.failures.sorted { $0.key < $1.key }.map(\.value)
            return endRun(
                run,
                .failed(
                    reason: "\(failures.count) of \(board.shards.count) shards of stage \(stage + 1), \(board.title), "
                        + "could not be computed",
                    shards: Array(failures.prefix(1_000)), disagreements: runs[run]!.disagreements))
        }
        for (id, entry) in zip(board.ids, board.entries) {
            runs[run]!.past[id] = entry.result
        }
        noteStage(board, of: run)
        self.board = nil
        runs[run]!.phase = .planning
        runs[run]!.stage += 1
        act(.planStage(run, stage: stage + 1, after: board.ids))
    }

    /// Remembers a complete stage for those who look on; the journal has all of them.
    private mutating func noteStage(_ board: StageBoard, of run: RunID) {
        runs[run]!.stages.append(
            StageSummary(
                title: board.title, shards: board.shards.count, reused: board.reusedCount,
                elapsed: now - board.startedAt))
        if runs[run]!.stages.count > 32 { runs[run]!.stages.removeFirst() }
    }

    // MARK: Endings

    mutating func finishRun(_ run: RunID) {
        guard run == active, board == nil else { return }
        endRun(run, .finished(disagreements: runs[run]!.disagreements))
    }

    mutating func failRun(_ run: RunID, reason: String) {
        guard run == active, board == nil else { return }
        endRun(run, .failed(reason: reason, shards: [], disagreements: runs[run]!.disagreements))
    }

    mutating func refuseRun(_ run: RunID, reason: String) {
        guard run == active, board == nil else { return }
        endRun(run, .refused(reason: reason))
    }

    mutating func cancelRun(_ run: RunID) {
        guard let record = runs[run], record.outcome == nil else { return }
        uploads[run] = nil
        endRun(run, .cancelled)
    }

    /// Ends a run, takes back its leases, and begins with the next.
    mutating func endRun(_ run: RunID, _ outcome: RunOutcome) {
        var lastStage: StageCounts?
        if run == active {
            if let board {
                lastStage = StageCounts(of: board)
                for index in board.entries.indices where !board.entries[index].leases.isEmpty {
                    cancelLeases(of: index, except: nil)
                }
                unstoredBytes -= board.storing.values.reduce(0) { $0 + $1.bytes }
            }
            board = nil
            active = nil
            reserved = nil
            for worker in mayTakePlaced { workers[worker]?.isDueForPlaced = false }
            mayTakePlaced = []
        }
        forgetArrivals { $0.run == run }
        let record = runs[run]!
        var ended = RunEntry(title: record.title, phase: phase(of: outcome))
        ended.stage = record.stage
        ended.stageTitle = record.stageTitle
        ended.disagreements = record.disagreements
        ended.refusals = record.refusals
        ended.lastStage = lastStage
        ended.isUnstored = record.phase == .uploading
        ended.outcome = outcome
        runs[run] = ended
        report(.runEnded(run, title: record.title, outcome))
        act(.runEnded(run, outcome))
        for watcher in record.watchers {
            send(.runEnded(outcome), to: watcher, about: run)
        }
        forgetEndedRuns()
        startNextRun()
    }

    /// Forgets the runs that have been over for longest, beyond those that are remembered.
    private mutating func forgetEndedRuns() {
        let ended = runOrder.filter { runs[$0]!.outcome != nil }
        // In crowds, because each look at all of them takes its time.
        guard ended.count >= policy.rememberedRuns + policy.rememberedRuns / 4 + 1 else { return }
        let forgotten = Set(ended.dropLast(policy.rememberedRuns))
        for run in forgotten { runs[run] = nil }
        runOrder.removeAll(where: forgotten.contains)
    }

    private func phase(of outcome: RunOutcome) -> RunStatus.Phase {
        switch outcome {
        case .finished: .finished
        case .failed, .refused: .failed
        case .cancelled: .cancelled
        }
    }

    // MARK: Storage

    mutating func blockStorage(_ reason: String) {
        if storageProblem == nil { report(.storageBlocked(reason: reason)) }
        storageProblem = reason
    }

    mutating func restoreStorage() {
        guard storageProblem != nil else { return }
        storageProblem = nil
        report(.storageRestored)
    }
}
