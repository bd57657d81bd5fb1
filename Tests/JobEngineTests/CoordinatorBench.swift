import ContentDigest
import JobEngine

/// A coordinator, and short words for what happens to it.
struct CoordinatorBench {
    var coordinator: Coordinator
    var now = Duration.zero
    private var sequences: [Incarnation: UInt64] = [:]
    let run = RunID(1)
    private(set) var plan = StagePlan(title: "", blobs: [], shards: [])
    private(set) var ids: [ShardID] = []

    /// The same for every bench, as for every start of one coordinator.
    static let key = LeaseKey([1, 2, 3])

    /// A lease of a shard that the worker was lent at some time.
    func lease(of index: Int, to worker: Int, key: LeaseKey = CoordinatorBench.key) -> LeaseID {
        let proof = key.proof(of: ids[index], in: run, for: Incarnation(UInt128(worker)))
        return LeaseID(epoch: 1, number: 1, proof: proof)
    }

    init(epoch: UInt64 = 1, policy: LeasePolicy = LeasePolicy()) {
        var configuration = CoordinatorConfiguration(
            epoch: epoch, build: "1.0", numericContract: 7, leaseKey: CoordinatorBench.key)
        configuration.policy = policy
        coordinator = Coordinator(configuration)
    }

    mutating func handle(_ event: CoordinatorEvent) -> [CoordinatorAction] {
        coordinator.handle(event, at: now)
    }

    /// Adds the run and plans `count` shards.
    @discardableResult
    mutating func start(shards count: Int, known: [Int] = [], runsPrograms: Bool = false) -> [CoordinatorAction] {
        _ = handle(.runAdded(run, title: "run"))
        return planStage(shards: count, known: known, runsPrograms: runsPrograms)
    }

    @discardableResult
    mutating func planStage(
        _ stage: Int = 0, shards count: Int, known: [Int] = [], runsPrograms: Bool = false
    ) -> [CoordinatorAction] {
        plan = CoordinatorBench.plan(stage, shards: count)
        plan.runsPrograms = runsPrograms
        ids = plan.shardIDs(numericContract: 7)
        var results: [ShardID: SHA256Digest] = [:]
        for index in known {
            results[ids[index]] = CoordinatorBench.digest(of: index)
        }
        return handle(.stagePlanned(run, plan, known: results))
    }

    /// Plans a second pass over the data of the first stage: the same stage, ranges and first input, and one more input.
    @discardableResult
    mutating func planSecondPass(shards count: Int, runsPrograms: Bool = false) -> [CoordinatorAction] {
        let blob = Blob(Array("what the first pass came to".utf8))
        plan = CoordinatorBench.plan(0, shards: count)
        plan.blobs.append(blob)
        plan.runsPrograms = runsPrograms
        for index in plan.shards.indices { plan.shards[index].inputs.append(blob.digest) }
        ids = plan.shardIDs(numericContract: 7)
        return handle(.stagePlanned(run, plan, known: [:]))
    }

    static func plan(_ stage: Int = 0, shards count: Int) -> StagePlan {
        let blob = Blob(Array("input of stage \(stage)".utf8))
        return StagePlan(
            title: "stage \(stage)", blobs: [blob],
            shards: (0..<count).map {
                Shard(stage: "fit \(stage)", range: $0 * 8..<($0 + 1) * 8, inputs: [blob.digest])
            })
    }

    /// A message from a worker or client.
    mutating func say(_ body: MessageBody, from peer: Int, run: RunID? = nil) -> [CoordinatorAction] {
        let peer = Incarnation(UInt128(peer))
        sequences[peer, default: 0] += 1
        return handle(
            .received(
                Message(
                    run: run ?? self.run, epoch: 1, incarnation: peer, sequence: sequences[peer]!, body: body)))
    }

    static func hello(host: String = "host", threads: Int = 1) -> Hello {
        var hello = Hello()
        hello.build = "1.0"
        hello.numericContract = 7
        hello.host = host
        hello.threads = threads
        return hello
    }

    /// A worker joins, and asks for leases.
    @discardableResult
    mutating func join(
        _ worker: Int, host: String? = nil, threads: Int = 1, credits: Int = 1, runsPrograms: Bool = false
    ) -> [CoordinatorAction] {
        var hello = CoordinatorBench.hello(host: host ?? "host\(worker)", threads: threads)
        hello.runsPrograms = runsPrograms
        return say(.hello(hello), from: worker) + say(.ready(credits: credits), from: worker)
    }

    /// A worker beats, naming what it holds.
    @discardableResult
    mutating func beat(_ worker: Int, credits: Int = 1, holding shards: [Int] = [], progress: UInt64 = 0)
        -> [CoordinatorAction]
    {
        let held = shards.map {
            HeldLease(
                run: run, shard: ids[$0], lease: lease(of: $0, to: worker), isStarted: true, progress: progress)
        }
        return say(.beat(Beat(credits: credits, leases: held)), from: worker)
    }

    static func payload(of index: Int) -> [UInt8] { [UInt8(index), 1, 2, 3] }

    static func digest(of index: Int) -> SHA256Digest { SHA256Digest(of: payload(of: index)) }

    /// A worker delivers a shard, rightly or wrongly computed.
    mutating func deliver(
        _ index: Int, from worker: Int, wrong: UInt8? = nil, after elapsed: Duration = .seconds(1)
    ) -> [CoordinatorAction] {
        let payload = wrong.map { [$0] } ?? CoordinatorBench.payload(of: index)
        return say(
            .result(
                ShardResult(
                    shard: ids[index], lease: lease(of: index, to: worker), digest: SHA256Digest(of: payload),
                    elapsed: elapsed, payload: payload)), from: worker)
    }

    /// A worker delivers a shard, and the journal confirms it.
    @discardableResult
    mutating func complete(
        _ index: Int, from worker: Int, after elapsed: Duration = .seconds(1)
    ) -> [CoordinatorAction] {
        deliver(index, from: worker, after: elapsed) + handle(.persisted(run, ids[index]))
    }

    /// A worker says that it lacks what a shard needs.
    mutating func complain(of index: Int, from worker: Int, _ text: String) -> [CoordinatorAction] {
        say(
            .fail(ShardFault(shard: ids[index], code: .unfitWorker, text: text, isRetriable: true)), from: worker)
    }

    /// The shards lent by these actions: their indices, in order.
    func lent(_ actions: [CoordinatorAction], to worker: Int? = nil) -> [Int] {
        actions.compactMap { action in
            guard case .send(let message) = action, case .lease(let offer) = message.body,
                worker == nil || message.incarnation == Incarnation(UInt128(worker!))
            else { return nil }
            return ids.firstIndex(of: offer.id)
        }
    }

    /// What these actions say to a worker.
    func said(_ actions: [CoordinatorAction], to worker: Int) -> [MessageBody] {
        actions.compactMap { action in
            guard case .send(let message) = action, message.incarnation == Incarnation(UInt128(worker)) else {
                return nil
            }
            return message.body
        }
    }

    func rejection(_ actions: [CoordinatorAction]) -> Rejection? {
        for case .send(let message) in actions {
            if case .reject(let rejection) = message.body { return rejection }
        }
        return nil
    }

    func outcome(_ actions: [CoordinatorAction]) -> RunOutcome? {
        for case .runEnded(_, let outcome) in actions { return outcome }
        return nil
    }

    /// Time passes in ticks, while these workers beat.
    @discardableResult
    mutating func pass(_ time: Duration, beating workers: [Int: [Int]] = [:]) -> [CoordinatorAction] {
        var actions: [CoordinatorAction] = []
        let end = now + time
        while now < end {
            now += min(.milliseconds(500), end - now)
            for (worker, shards) in workers.sorted(by: { $0.key < $1.key }) {
                actions += beat(worker, holding: shards)
            }
            actions += handle(.tick)
        }
        return actions
    }
}
