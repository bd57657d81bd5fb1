import ContentDigest
import JobEngine

/// The workers' processes, and what their threads compute.
extension SimulatedCluster {
    mutating func startWorker(healthy: Bool) {
        let incarnation = Incarnation(UInt128(generator.next()) << 64 | UInt128(generator.next()))
        let drawn = healthy ? 4 : Int.random(in: 1...4, using: &generator)
        let threads = faults.areTimesFixed ? 2 : drawn
        var configuration = WorkerConfiguration(
            incarnation: incarnation, build: "1.0", numericContract: 7, host: "host\(workers.count % 7)",
            threads: threads)
        configuration.policy = policy
        workers.append(
            SimulatedWorker(
                agent: WorkerAgent(configuration), incarnation: incarnation, threads: threads,
                slowness: !healthy && generator.happens(Double(faults.stragglers) / 100) ? 10 : 1))
        let index = workers.count - 1
        places[incarnation] = index
        presentWorkers += 1
        feedWorker(index, .started)
        schedule(.workerTick(index), after: generator.duration(.zero, .seconds(1)))
    }

    mutating func kill(_ index: Int) {
        workers[index].isAlive = false
        workers[index].running = [:]
        if workers[index].exit == nil { presentWorkers -= 1 }
        let incarnation = workers[index].incarnation
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: feedCoordinator(.processEnded(incarnation))
        case 1: feedCoordinator(.connectionClosed(incarnation))
        default: break
        }
        schedule(.startWorker(healthy: false), after: generator.duration(.seconds(1), .seconds(20)))
    }

    mutating func resume(_ index: Int) {
        workers[index].isPaused = false
        let backlog = workers[index].backlog
        workers[index].backlog = []
        for event in backlog {
            feedWorker(index, event)
        }
    }

    mutating func tick(_ index: Int) {
        guard workers[index].isAlive, workers[index].exit == nil else { return }
        schedule(.workerTick(index), after: .seconds(1))
        guard !workers[index].isPaused else { return }
        for id in workers[index].running.keys where !workers[index].running[id]!.hangs {
            workers[index].running[id]!.progress += 1
        }
        let progress = workers[index].running.mapValues(\.progress)
        feedWorker(index, .tick(progress: progress, memory: 1 << 20))
    }

    mutating func feedWorker(_ index: Int, _ event: WorkerEvent) {
        guard workers[index].isAlive, workers[index].exit == nil else { return }
        guard !workers[index].isPaused else { return workers[index].backlog.append(event) }
        for action in workers[index].agent.handle(event, at: now) {
            perform(action, by: index)
            // A poisoned shard ends the process in the middle.
            guard workers[index].isAlive else { return }
        }
    }

    mutating func perform(_ action: WorkerAction, by index: Int) {
        switch action {
        case .send(let message): sendToCoordinator(message, from: index)
        case .startCompute(let id, let shard, let inputs): startComputation(id, shard, inputs, by: index)
        case .cancelCompute(let id):
            guard let computation = workers[index].running[id] else { return }
            workers[index].running[id]!.isCancelled = true
            if !computation.hangs { schedule(.computed(index, id), after: .milliseconds(20)) }
        case .reconnect:
            schedule(.workerEvent(index, .connected), after: generator.duration(.milliseconds(50), .seconds(1)))
        case .exit(let exit):
            if workers[index].exit == nil { presentWorkers -= 1 }
            workers[index].exit = exit
            if exit.code != 0, case .rejected = exit { broken.append("a good worker was turned away: \(exit)") }
            if !faultsAreOver { schedule(.startWorker(healthy: false), after: .seconds(5)) }
        case .forgetInputs, .report: break
        }
    }

    mutating func startComputation(_ id: ComputeID, _ shard: Shard, _ inputs: [Blob], by index: Int) {
        computations += 1
        if workers[index].running.count >= workers[index].threads { broken.append("more computations than threads") }
        let hangs = faults.hangs > 0 && !faultsAreOver && generator.happens(0.05)
        if hangs { faults.hangs -= 1 }
        workers[index].running[id] = SimulatedWorker.Computation(shard: shard, inputs: inputs, hangs: hangs)
        if !hangs {
            let drawn = generator.duration(.milliseconds(200), .seconds(5))
            let time = faults.areTimesFixed ? ToyProgram.time(of: shard) : drawn
            schedule(.computed(index, id), after: time * workers[index].slowness)
        }
    }

    mutating func endComputation(_ id: ComputeID, of index: Int) {
        guard workers[index].isAlive, workers[index].exit == nil else { return }
        guard !workers[index].isPaused else { return schedule(.computed(index, id), after: .seconds(1)) }
        guard let computation = workers[index].running.removeValue(forKey: id) else { return }
        if computation.isCancelled { return feedWorker(index, .computeCancelled(id)) }
        if faults.poison.contains(computation.shard.range.lowerBound) { return kill(index) }
        let payload = ToyProgram.compute(computation.shard, inputs: computation.inputs)
        feedWorker(
            index,
            .computeFinished(id, payload: payload, digest: SHA256Digest(of: payload), elapsed: .seconds(1)))
    }
}
