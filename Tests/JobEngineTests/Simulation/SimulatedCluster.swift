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
        var fullDiskEvery: Duration?

        /// The probability that a sync of the journal takes seconds.
        var slowDisk = 0.0

        /// How many of a hundred workers compute ten times as slowly.
        var stragglers = 10

        /// Compute threads that never return, in all.
        var hangs = 0

        /// Ranges whose computation kills the worker.
        var poison: Set<Int> = []

        /// Whether every worker has two threads and every shard takes a time of its own, one to six seconds, wherever and
        /// whenever it is computed; else both are drawn.
        var areTimesFixed = false

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
        case fillDisk
        case emptyDisk
        case pauseWorker
        case resume(Int)
        case faultsEnd
    }

    var generator: SeededGenerator
    var now = Duration.zero
    var agenda = Agenda<Event>()
    var faults: Faults
    var policy: LeasePolicy
    let workersWanted: Int

    var coordinator: Coordinator?
    var epoch: UInt64 = 0
    var workers: [SimulatedWorker] = []

    /// Where in `workers` a process is.
    var places: [Incarnation: Int] = [:]

    /// How many processes neither died nor left.
    var presentWorkers = 0

    /// While it is full nothing becomes durable.
    var diskIsFull = false
    var programs: [RunID: ToyProgram] = [:]
    var runOrder: [RunID] = []
    var journals: [RunID: SimulatedJournal] = [:]

    /// Payloads as the coordinator's shell keeps them.
    var payloads: [RunID: [ShardID: [UInt8]]] = [:]
    var blobs: [SHA256Digest: Blob] = [:]

    var results: [RunID: UInt64] = [:]
    var outcomes: [RunID: RunOutcome] = [:]

    /// When the last run ended.
    var endedAt = Duration.zero
    var computations = 0
    var events = 0
    var broken: [String] = []

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
        scheduleFault(.fillDisk, every: faults.fullDiskEvery)
    }

    var faultsAreOver: Bool { now >= faults.until }

    // MARK: Time

    /// Runs until every run has ended and all workers have left, for which they have a minute and a half.
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
            if let leftAt, presentWorkers == 0 || now > leftAt + .seconds(90) { break }
            if now > limit {
                broken.append("no end after \(limit); blocked: \(coordinator?.status(at: now).blocker ?? "nothing")")
            }
        }
        guard broken.isEmpty else { return }
        for worker in workers where worker.isAlive && worker.exit == nil {
            broken.append("worker \(worker.incarnation) did not leave")
        }
    }

    mutating func schedule(_ event: Event, after delay: Duration) {
        agenda.add(event, at: now + delay)
    }

    mutating func scheduleFault(_ event: Event, every mean: Duration?) {
        guard let mean else { return }
        let delay = generator.duration(.zero, mean * 2)
        if now + delay < faults.until { schedule(event, after: delay) }
    }

    mutating func perform(_ event: Event) {
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
                // Some cuts let one direction through.
                let kind = Int.random(in: 0..<4, using: &generator)
                workers[index].hears = kind == 0
                workers[index].isHeard = kind == 1
                schedule(.heal(index), after: generator.duration(.seconds(1), .seconds(60)))
            }
            scheduleFault(.cutWorker, every: faults.cutEvery)
        case .heal(let index):
            workers[index].hears = true
            workers[index].isHeard = true
        case .fillDisk:
            diskIsFull = true
            feedCoordinator(.storageBlocked(reason: "no space"))
            schedule(.emptyDisk, after: generator.duration(.milliseconds(100), .seconds(30)))
            scheduleFault(.fillDisk, every: faults.fullDiskEvery)
        case .emptyDisk:
            diskIsFull = false
            feedCoordinator(.storageRestored)
            for run in runOrder where journals[run]!.hasUnsynced {
                schedule(.synced(epoch: epoch, run), after: .milliseconds(10))
            }
        case .pauseWorker:
            if let index = livingWorker() {
                workers[index].isPaused = true
                schedule(.resume(index), after: generator.duration(.seconds(1), .seconds(60)))
            }
            scheduleFault(.pauseWorker, every: faults.pauseEvery)
        case .resume(let index): resume(index)
        case .faultsEnd where faults.areTimesFixed: break
        case .faultsEnd:
            faults.loss = 0
            faults.duplication = 0
            faults.delay = 0
            faults.slowDisk = 0
            startWorker(healthy: true)
        }
    }

    mutating func livingWorker() -> Int? {
        workers.indices.filter { workers[$0].isAlive }.randomElement(using: &generator)
    }
}
