extension Coordinator {
    /// Returns what people want to know.
    ///
    /// - Complexity: Linear in workers and runs.
    package func status(at now: Duration) -> StatusSnapshot {
        StatusSnapshot(
            build: configuration.build, epoch: configuration.epoch, uptime: now,
            runs: runOrder.suffix(100).map { status(of: $0, at: now) },
            workers: roster.sorted().map { status(of: $0, at: now) }, badFrames: badFrames,
            blockers: blockers(at: now).map(\.description), livePage: configuration.livePage)
    }

    /// The leases a worker holds, and how many it has asked for; nil for strangers.
    package func load(of worker: Incarnation) -> (leases: Int, credits: Int)? {
        workers[worker].map { ($0.leases.count, $0.credits) }
    }

    private func status(of run: RunID, at now: Duration) -> RunStatus {
        let record = runs[run]!
        var status = RunStatus(
            run: run, title: record.title, phase: record.phase, stage: record.stage, stageTitle: record.stageTitle,
            shards: 0, done: 0, reused: 0, leased: 0, failed: 0, rate: 0, remaining: nil,
            failures: record.disagreements.map(\.description) + record.refusals)
        switch record.outcome {
        case .failed(let reason, let shards, _): status.failures += [reason] + shards.prefix(100).map(\.description)
        case .refused(let reason): status.failures.append(reason)
        case .finished, .cancelled, nil: break
        }
        if let counts = run == active ? board.map(StageCounts.init) : record.lastStage {
            status.shards = counts.shards
            status.done = counts.done
            status.reused = counts.reused
            status.failed = counts.failed
        }
        status.stages = record.stages
        guard run == active, let board else { return status }
        status.leased = leases.count
        status.failures += board.failures.sorted { $0.key < $1.key }.prefix(100).map(\.value.description)
        let computed = board.doneCount - board.reusedCount
        let seconds = (now - board.startedAt) / .seconds(1)
        if computed > 0, seconds > 0 {
            status.rate = Double(computed) / seconds
            let open = board.shards.count - board.doneCount - board.failures.count
            status.remaining = .seconds(Double(open) / status.rate)
        }
        return status
    }

    private func status(of worker: Incarnation, at now: Duration) -> WorkerStatus {
        let record = workers[worker]!
        return WorkerStatus(
            incarnation: worker, host: record.host, labels: record.labels, threads: record.threads,
            phase: record.phase, leases: record.leases.count, done: record.done, memory: record.memory,
            silence: now - record.lastHeard)
    }
}
