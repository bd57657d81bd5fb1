import ContentDigest
import JobEngine

/// A whole cluster in one value, in virtual time: agents, a coordinator, a network and disks that fail by a seed.
struct SimulatedCluster {
    /// What may go wrong.
    struct Faults {
        var loss = 0.0
        var duplication = 0.0

        /// The probability that a message takes seconds rather than milliseconds.
        var delay = 0.0

        /// Mean times between them; nil for never.
        var workerCrashEvery: Duration?
        var coordinatorCrashEvery: Duration?
        var cutEvery: Duration?
        var pauseEvery: Duration?

        /// Compute threads that never return, in all.
        var hangs = 0

        /// Ranges whose computation kills the worker.
        var poison: Set<Int> = []

        /// No faults begin after this.
        var until = Duration.seconds(100)
    }

    enum Event {
        case toCoordinator(Message, epoch: UInt64?)
        case toWorker(Int, Message)
        case workerEvent(Int, WorkerEvent)
        case computed(Int, ComputeID)
        case coordinatorTick
        case workerTick(Int)
        case synced(epoch: UInt64, RunID)
        case planned(epoch: UInt64, RunID, stage: Int, after: [ShardID])
        case startCoordinator
        case startWorker(healthy: Bool)
        case crashWorker
        case crashCoordinator
        case cutWorker
        case heal(Int)
        case pauseWorker
        case resume(Int)
        case faultsEnd
    }

    private(set) var generator: SeededGenerator
    private(set) var now = Duration.zero
    private var agenda = Agenda<Event>()
    private(set) var faults: Faults
    private var policy: LeasePolicy
    private let workersWanted: Int

    private var coordinator: Coordinator?
    private(set) var epoch: UInt64 = 0
    private(set) var workers: [SimulatedWorker] = []
    private var programs: [RunID: ToyProgram] = [:]
    private var runOrder: [RunID] = []
    private var journals: [RunID: SimulatedJournal] = [:]

    /// Payloads as the coordinator's shell keeps them.
    private var payloads: [RunID: [ShardID: [UInt8]]] = [:]
    private var blobs: [SHA256Digest: Blob] = [:]

    private(set) var results: [RunID: UInt64] = [:]
    private(set) var outcomes: [RunID: RunOutcome] = [:]
    private(set) var computations = 0
    private(set) var events = 0
    private(set) var broken: [String] = []

    init(
        seed: UInt64, workers: Int, programs: [ToyProgram], faults: Faults, policy: LeasePolicy = LeasePolicy()
    ) {
        generator = SeededGenerator(seed: seed)
        self.faults = faults
        self.policy = policy
        workersWanted = workers
        for (index, program) in programs.enumerated() {
            let run = RunID(UInt128(index + 1))
            runOrder.append(run)
            self.programs[run] = program
            journals[run] = SimulatedJournal(
                opening: RunOpening(
                    run: run, title: program.name, numericContract: 7, configuration: SHA256Digest(of: program.name)))
        }
        schedule(.startCoordinator, after: generator.duration(.zero, .seconds(3)))
        for _ in 0..<workers {
            schedule(.startWorker(healthy: false), after: generator.duration(.zero, .seconds(3)))
        }
        schedule(.faultsEnd, after: faults.until)
        scheduleFault(.crashWorker, every: faults.workerCrashEvery)
        scheduleFault(.crashCoordinator, every: faults.coordinatorCrashEvery)
        scheduleFault(.cutWorker, every: faults.cutEvery)
        scheduleFault(.pauseWorker, every: faults.pauseEvery)
    }

    var faultsAreOver: Bool { now >= faults.until }

    // MARK: Time

    /// Runs until every run has ended and, after that, for a minute in which workers leave.
    mutating func run(until limit: Duration) {
        var leftAt: Duration?
        while let (time, event) = agenda.next(), broken.isEmpty {
            now = time
            events += 1
            perform(event)
            if leftAt == nil, outcomes.count == runOrder.count, faultsAreOver, coordinator != nil {
                leftAt = now
                feedCoordinator(.shutdown(reason: "all runs ended"))
            }
            if let leftAt, now > leftAt + .seconds(90) { break }
            if now > limit {
                broken.append("no end after \(limit); blocked: \(coordinator?.status(at: now).blocker ?? "nothing")")
            }
        }
        guard broken.isEmpty else { return }
        for worker in workers where worker.isAlive && worker.exit == nil {
            broken.append("worker \(worker.incarnation) did not leave")
        }
    }

    private mutating func schedule(_ event: Event, after delay: Duration) {
        agenda.add(event, at: now + delay)
    }

    private mutating func scheduleFault(_ event: Event, every mean: Duration?) {
        guard let mean else { return }
        let delay = generator.duration(.zero, mean * 2)
        if now + delay < faults.until { schedule(event, after: delay) }
    }

    private mutating func perform(_ event: Event) {
        switch event {
        case .toCoordinator(let message, let addressee):
            // A message in the pipes of a dead coordinator is gone with it.
            if addressee == nil || addressee == epoch { feedCoordinator(.received(message)) }
        case .toWorker(let index, let message): feedWorker(index, .received(message))
        case .workerEvent(let index, let event): feedWorker(index, event)
        case .computed(let index, let id): endComputation(id, of: index)
        case .coordinatorTick:
            guard coordinator != nil else { return }
            feedCoordinator(.tick)
            schedule(.coordinatorTick, after: .milliseconds(500))
        case .workerTick(let index): tick(index)
        case .synced(let epoch, let run): sync(run, epoch: epoch)
        case .planned(let epoch, let run, let stage, let ids): plan(run, stage: stage, after: ids, epoch: epoch)
        case .startCoordinator: startCoordinator()
        case .startWorker(let healthy): startWorker(healthy: healthy)
        case .crashWorker:
            if let index = livingWorker() { kill(index) }
            scheduleFault(.crashWorker, every: faults.workerCrashEvery)
        case .crashCoordinator:
            crashCoordinator()
            scheduleFault(.crashCoordinator, every: faults.coordinatorCrashEvery)
        case .cutWorker:
            if let index = livingWorker() {
                workers[index].isCutOff = true
                schedule(.heal(index), after: generator.duration(.seconds(1), .seconds(60)))
            }
            scheduleFault(.cutWorker, every: faults.cutEvery)
        case .heal(let index): workers[index].isCutOff = false
        case .pauseWorker:
            if let index = livingWorker() {
                workers[index].isPaused = true
                schedule(.resume(index), after: generator.duration(.seconds(1), .seconds(60)))
            }
            scheduleFault(.pauseWorker, every: faults.pauseEvery)
        case .resume(let index): resume(index)
        case .faultsEnd:
            faults.loss = 0
            faults.duplication = 0
            faults.delay = 0
            startWorker(healthy: true)
        }
    }

    private mutating func livingWorker() -> Int? {
        workers.indices.filter { workers[$0].isAlive }.randomElement(using: &generator)
    }

    // MARK: Coordinator

    private mutating func startCoordinator() {
        epoch += 1
        var configuration = CoordinatorConfiguration(epoch: epoch, build: "1.0", numericContract: 7)
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
        schedule(.coordinatorTick, after: .milliseconds(500))
    }

    private mutating func crashCoordinator() {
        guard coordinator != nil else { return }
        coordinator = nil
        for index in workers.indices where generator.happens(0.5) {
            schedule(.workerEvent(index, .connectionLost), after: .milliseconds(10))
        }
        schedule(.startCoordinator, after: generator.duration(.milliseconds(100), .seconds(40)))
    }

    private mutating func feedCoordinator(_ event: CoordinatorEvent) {
        guard coordinator != nil else { return }
        for action in coordinator!.handle(event, at: now) {
            perform(action)
        }
        // Every shard once is enough in the large histories.
        if programs.count * programs[runOrder[0]]!.shardsPerStage < 60 || events % 16 == 0 {
            broken += coordinator!.contradictions()
        }
    }

    private mutating func perform(_ action: CoordinatorAction) {
        switch action {
        case .send(let message):
            check(message)
            sendToWorker(message)
        case .sendBlobChunk(let order):
            let content = blobs[order.digest]!.content
            let end = min(content.count, Int(order.offset) + order.length)
            let piece = Array(content[min(Int(order.offset), end)..<end])
            sendToWorker(order.message(content: piece, size: UInt64(content.count)))
        case .persist(let order):
            journals[order.run]!.append(.shardDone(JournaledResult(order)))
            payloads[order.run]![order.shard] = order.payload
            schedule(.synced(epoch: epoch, order.run), after: generator.duration(.milliseconds(1), .milliseconds(60)))
        case .planStage(let run, let stage, let ids):
            schedule(
                .planned(epoch: epoch, run, stage: stage, after: ids),
                after: generator.duration(.milliseconds(1), .seconds(2)))
        case .runEnded(let run, let outcome):
            if outcomes[run] != nil { broken.append("run \(run) ended twice") }
            outcomes[run] = outcome
        case .storeSubmission, .report: break
        }
    }

    /// What must hold for everything the coordinator says.
    private mutating func check(_ message: Message) {
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

    private mutating func sync(_ run: RunID, epoch: UInt64) {
        guard epoch == self.epoch, coordinator != nil else { return }
        for shard in journals[run]!.sync() {
            feedCoordinator(.persisted(run, shard))
        }
    }

    private mutating func plan(_ run: RunID, stage: Int, after ids: [ShardID], epoch: UInt64) {
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

    // MARK: Workers

    private mutating func startWorker(healthy: Bool) {
        let incarnation = Incarnation(UInt128(generator.next()) << 64 | UInt128(generator.next()))
        let threads = healthy ? 4 : Int.random(in: 1...4, using: &generator)
        var configuration = WorkerConfiguration(
            incarnation: incarnation, build: "1.0", numericContract: 7, host: "host\(workers.count % 7)",
            threads: threads)
        configuration.policy = policy
        workers.append(
            SimulatedWorker(
                agent: WorkerAgent(configuration), incarnation: incarnation, threads: threads,
                slowness: !healthy && generator.happens(0.1) ? 10 : 1))
        let index = workers.count - 1
        feedWorker(index, .started)
        schedule(.workerTick(index), after: generator.duration(.zero, .seconds(1)))
    }

    private mutating func kill(_ index: Int) {
        workers[index].isAlive = false
        workers[index].running = [:]
        let incarnation = workers[index].incarnation
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: feedCoordinator(.processEnded(incarnation))
        case 1: feedCoordinator(.connectionClosed(incarnation))
        default: break
        }
        schedule(.startWorker(healthy: false), after: generator.duration(.seconds(1), .seconds(20)))
    }

    private mutating func resume(_ index: Int) {
        workers[index].isPaused = false
        let backlog = workers[index].backlog
        workers[index].backlog = []
        for event in backlog {
            feedWorker(index, event)
        }
    }

    private mutating func tick(_ index: Int) {
        guard workers[index].isAlive, workers[index].exit == nil else { return }
        schedule(.workerTick(index), after: .seconds(1))
        guard !workers[index].isPaused else { return }
        for id in workers[index].running.keys where !workers[index].running[id]!.hangs {
            workers[index].running[id]!.progress += 1
        }
        let progress = workers[index].running.mapValues(\.progress)
        feedWorker(index, .tick(progress: progress, memory: 1 << 20))
    }

    private mutating func feedWorker(_ index: Int, _ event: WorkerEvent) {
        guard workers[index].isAlive, workers[index].exit == nil else { return }
        guard !workers[index].isPaused else { return workers[index].backlog.append(event) }
        for action in workers[index].agent.handle(event, at: now) {
            perform(action, by: index)
            // A poisoned shard ends the process in the middle.
            guard workers[index].isAlive else { return }
        }
    }

    private mutating func perform(_ action: WorkerAction, by index: Int) {
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
            workers[index].exit = exit
            if exit.code != 0, case .rejected = exit { broken.append("a good worker was turned away: \(exit)") }
            if !faultsAreOver { schedule(.startWorker(healthy: false), after: .seconds(5)) }
        case .forgetInputs, .report: break
        }
    }

    private mutating func startComputation(_ id: ComputeID, _ shard: Shard, _ inputs: [Blob], by index: Int) {
        computations += 1
        if workers[index].running.count >= workers[index].threads { broken.append("more computations than threads") }
        let hangs = faults.hangs > 0 && !faultsAreOver && generator.happens(0.05)
        if hangs { faults.hangs -= 1 }
        workers[index].running[id] = SimulatedWorker.Computation(shard: shard, inputs: inputs, hangs: hangs)
        if !hangs {
            let time = generator.duration(.milliseconds(200), .seconds(5)) * workers[index].slowness
            schedule(.computed(index, id), after: time)
        }
    }

    private mutating func endComputation(_ id: ComputeID, of index: Int) {
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

    // MARK: Network

    private mutating func sendToCoordinator(_ message: Message, from index: Int) {
        guard !workers[index].isCutOff else { return }
        for _ in 0..<copies() {
            schedule(
                .toCoordinator(travelled(message), epoch: generator.happens(0.5) ? epoch : nil), after: latency())
        }
    }

    private mutating func sendToWorker(_ message: Message) {
        guard let index = workers.lastIndex(where: { $0.incarnation == message.incarnation }) else { return }
        guard workers[index].isAlive, !workers[index].isCutOff else { return }
        for _ in 0..<copies() {
            schedule(.toWorker(index, travelled(message)), after: latency())
        }
    }

    private mutating func copies() -> Int {
        if generator.happens(faults.loss) { return 0 }
        return generator.happens(faults.duplication) ? 2 : 1
    }

    private mutating func latency() -> Duration {
        generator.happens(faults.delay)
            ? generator.duration(.seconds(1), .seconds(30)) : generator.duration(.microseconds(100), .milliseconds(30))
    }

    /// Some messages go through the codec, which must not change them.
    private mutating func travelled(_ message: Message) -> Message {
        guard generator.happens(0.1) else { return message }
        let encoded = message.encoded()
        guard let decoded = try? Message(head: encoded.head, payload: encoded.payload), decoded == message else {
            broken.append("a message was changed by the codec: \(message)")
            return message
        }
        return decoded
    }
}

/// Events by time, and by the order in which they were added at one time.
private struct Agenda<Event> {
    private var heap: [(time: Duration, order: Int, event: Event)] = []
    private var added = 0

    mutating func add(_ event: Event, at time: Duration) {
        added += 1
        heap.append((time, added, event))
        var child = heap.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> (Duration, Event)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return (first.time, first.event) }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, least) {
                least = child
            }
            guard least != parent else { return (first.time, first.event) }
            heap.swapAt(least, parent)
            parent = least
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (heap[left].time, heap[left].order) < (heap[right].time, heap[right].order)
    }
}
