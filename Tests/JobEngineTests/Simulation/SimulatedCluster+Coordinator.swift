import ContentDigest
import JobEngine

/// The coordinator's process: its shell, its program, its disk.
extension SimulatedCluster {
    mutating func startCoordinator() {
        epoch += 1
        var configuration = CoordinatorConfiguration(
            epoch: epoch, build: "1.0", numericContract: 7, leaseKey: LeaseKey([7]))
        configuration.policy = policy
        coordinator = Coordinator(configuration)
        payloads = [:]
        for run in runOrder where outcomes[run] == nil {
            guard let (replay, verdict) = journals[run]!.crash(using: &generator) else {
                broken.append("the journal cannot be replayed")
                return
            }
            if case .corrupt = verdict { broken.append("a torn journal was taken for a corrupt one") }
            payloads[run] = replay.results.mapValues(\.payload)
            journals[run]!.append(.epochBegun(epoch: epoch, host: "host"))
            feedCoordinator(.runAdded(run, title: programs[run]!.name))
        }
        if diskIsFull { feedCoordinator(.storageBlocked(reason: "no space")) }
        schedule(.coordinatorTick, after: .milliseconds(500))
    }

    mutating func crashCoordinator() {
        guard coordinator != nil else { return }
        coordinator = nil
        for index in workers.indices where generator.happens(0.5) {
            schedule(.workerEvent(index, .connectionLost), after: .milliseconds(10))
        }
        schedule(.startCoordinator, after: generator.duration(.milliseconds(100), .seconds(40)))
    }

    mutating func feedCoordinator(_ event: CoordinatorEvent) {
        guard coordinator != nil else { return }
        for action in coordinator!.handle(event, at: now) {
            perform(action)
        }
        // After every event, but for the large histories, where a look at everything takes a thousand times as long as
        // an event.
        let size = workers.count + programs[runOrder[0]]!.shardsPerStage
        if size < 100 || events % (size / 4) == 0 { broken += coordinator!.contradictions() }
    }

    mutating func perform(_ action: CoordinatorAction) {
        switch action {
        case .send(let message):
            check(message)
            sendToWorker(message)
        case .sendBlobChunk(let order):
            let content = blobs[order.digest]!.content
            let end = min(content.count, Int(order.offset) + order.length)
            let piece = Array(content[min(Int(order.offset), end)..<end])
            sendToWorker(order.message(content: piece, size: UInt64(content.count)))
        case .sendResults, .sendResultChunk, .sendLog:
            preconditionFailure("no simulated client asks for results or logs")
        case .persist(let order):
            journals[order.run]!.append(.shardDone(JournaledResult(order)))
            payloads[order.run]![order.shard] = order.payload
            let longest: Duration = generator.happens(faults.slowDisk) ? .seconds(10) : .milliseconds(60)
            schedule(.synced(epoch: epoch, order.run), after: generator.duration(.milliseconds(1), longest))
        case .planStage(let run, let stage, let ids):
            schedule(
                .planned(epoch: epoch, run, stage: stage, after: ids),
                after: generator.duration(.milliseconds(1), .seconds(2)))
        case .runEnded(let run, let outcome):
            if outcomes[run] != nil { broken.append("run \(run) ended twice") }
            outcomes[run] = outcome
            endedAt = now
        case .storePiece, .storeSubmission, .report: break
        }
    }

    /// What must hold for everything the coordinator says.
    mutating func check(_ message: Message) {
        switch message.body {
        case .acknowledge(let shard):
            if !journals[message.run]!.durableShards.contains(shard) {
                broken.append("shard \(shard) was acknowledged before it was durable")
            }
        case .lease:
            if let load = coordinator!.load(of: message.incarnation), load.leases > load.credits {
                broken.append("worker \(message.incarnation) has \(load.leases) leases and \(load.credits) credits")
            }
        default: break
        }
    }

    mutating func sync(_ run: RunID, epoch: UInt64) {
        guard epoch == self.epoch, coordinator != nil, !diskIsFull else { return }
        for shard in journals[run]!.sync() {
            feedCoordinator(.persisted(run, shard))
        }
    }

    mutating func plan(_ run: RunID, stage: Int, after ids: [ShardID], epoch: UInt64) {
        guard epoch == self.epoch, coordinator != nil else { return }
        if Set(ids).count != ids.count { broken.append("a shard is counted twice") }
        let program = programs[run]!
        if stage > 0, ids.count != program.shardsPerStage { broken.append("a shard is not counted") }
        if !journals[run]!.durableShards.isSuperset(of: ids) { broken.append("a result in use is not durable") }
        let (plan, result) = program.nextStage(stage, after: ids.map { payloads[run]![$0]! })
        guard let plan else {
            results[run] = result
            return feedCoordinator(.runFinished(run))
        }
        for blob in plan.blobs {
            blobs[blob.digest] = blob
        }
        journals[run]!.append(
            .stagePlanned(
                stage: stage, title: plan.title, shards: plan.shards.count,
                plan: StagePlan.digest(of: plan.shardIDs(numericContract: 7))))
        let known = payloads[run]!.mapValues { SHA256Digest(of: $0) }
        feedCoordinator(.stagePlanned(run, plan, known: known))
    }
}
