import ContentDigest
import JobEngine
import Testing

/// A worker, and short words for what happens to it.
private struct WorkerBench {
    var agent: WorkerAgent
    var now = Duration.zero
    var epoch: UInt64 = 1
    private var sequence: UInt64 = 0
    let run = RunID(1)
    let blob = Blob((0..<3_000).map { UInt8(truncatingIfNeeded: $0) })

    init(threads: Int = 1, adjust: (inout WorkerConfiguration) -> Void = { _ in }) {
        var configuration = WorkerConfiguration(
            incarnation: Incarnation(9), build: "1.0", numericContract: 7, host: "host", threads: threads)
        configuration.policy.blobChunkBytes = 1_024
        configuration.policy.blobWindow = 2
        adjust(&configuration)
        agent = WorkerAgent(configuration)
    }

    mutating func handle(_ event: WorkerEvent) -> [WorkerAction] {
        agent.handle(event, at: now)
    }

    mutating func say(_ body: MessageBody) -> [WorkerAction] {
        sequence += 1
        return handle(
            .received(Message(run: run, epoch: epoch, incarnation: Incarnation(9), sequence: sequence, body: body)))
    }

    @discardableResult
    mutating func join() -> [WorkerAction] {
        _ = handle(.started)
        return say(
            .welcome(Welcome(protocolVersion: 1, beatInterval: .seconds(2), lostAfter: .seconds(15), blobs: [])))
    }

    func offer(_ index: Int, lease: UInt64 = 1, inputs: [SHA256Digest]? = nil) -> LeaseOffer {
        let shard = Shard(stage: "fit", range: index..<index + 1, inputs: inputs ?? [])
        return LeaseOffer(
            lease: LeaseID(epoch: epoch, number: lease), id: ShardID(of: shard, numericContract: 7), attempt: 0,
            deadline: .seconds(15), shard: shard)
    }

    mutating func lend(_ index: Int, lease: UInt64 = 1, inputs: [SHA256Digest]? = nil) -> [WorkerAction] {
        say(.lease(offer(index, lease: lease, inputs: inputs)))
    }

    mutating func finish(_ id: UInt64, payload: [UInt8] = [1]) -> [WorkerAction] {
        handle(
            .computeFinished(
                ComputeID(id), payload: payload, digest: SHA256Digest(of: payload), elapsed: .seconds(1)))
    }

    mutating func tick() -> [WorkerAction] { handle(.tick(progress: [:], memory: 0)) }

    /// The pieces that are asked for in `actions`, given until no more are wanted.
    mutating func serve(_ actions: [WorkerAction], spoil: (inout [UInt8]) -> Void = { _ in }) -> [WorkerAction] {
        var open = actions
        var others: [WorkerAction] = []
        while !open.isEmpty {
            // The last first, so that pieces come out of order.
            let action = open.removeLast()
            guard case .send(let message) = action, case .blobRequest(let request) = message.body else {
                others.append(action)
                continue
            }
            let start = min(Int(request.offset), blob.content.count)
            var piece = Array(blob.content[start..<min(start + request.length, blob.content.count)])
            spoil(&piece)
            let chunk = BlobChunk(
                digest: request.digest, offset: request.offset, size: UInt64(blob.content.count), content: piece)
            open += say(.blobChunk(chunk))
            // Repeated pieces change nothing.
            others += say(.blobChunk(chunk))
        }
        return others
    }
}

private func sent(_ actions: [WorkerAction]) -> [MessageBody] {
    actions.compactMap { if case .send(let message) = $0 { message.body } else { nil } }
}

private func started(_ actions: [WorkerAction]) -> [Int] {
    actions.compactMap { if case .startCompute(_, let shard, _) = $0 { shard.range.lowerBound } else { nil } }
}

private func exit(_ actions: [WorkerAction]) -> WorkerExit? {
    for case .exit(let exit) in actions { return exit }
    return nil
}

@Suite("Worker")
struct WorkerAgentTests {
    @Test("A worker greets, is welcomed, and asks for a lease a thread and one to spare")
    func joining() {
        var bench = WorkerBench(threads: 4)
        guard case .hello(let hello)? = sent(bench.handle(.started)).first else {
            Issue.record("no HELLO")
            return
        }
        #expect(hello.threads == 4 && hello.numericContract == 7 && hello.role == .worker)
        #expect(sent(bench.join()) == [.hello(hello), .ready(credits: 5)].suffix(1))
    }

    @Test("A HELLO that is not answered is repeated after growing pauses")
    func greetingAgain() {
        var bench = WorkerBench()
        _ = bench.handle(.started)
        var times: [Duration] = []
        while bench.now < .seconds(60) {
            bench.now += .milliseconds(100)
            if sent(bench.tick()).contains(where: { if case .hello = $0 { true } else { false } }) {
                times.append(bench.now)
            }
        }
        #expect((5...20).contains(times.count))
        #expect(times[0] < .seconds(1))
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= .seconds(23) })
    }

    @Test("A shard is computed when its inputs are here, and its result kept until it is durable")
    func computing() {
        var bench = WorkerBench()
        bench.join()
        let lent = bench.lend(0, inputs: [bench.blob.digest])
        #expect(started(lent) == [])
        let served = bench.serve(lent)
        let shard = bench.offer(0, inputs: [bench.blob.digest]).shard
        #expect(served.contains(.startCompute(ComputeID(1), shard, inputs: [bench.blob])))
        let id = bench.offer(0, inputs: [bench.blob.digest]).id
        let result = MessageBody.result(
            ShardResult(
                shard: id, lease: LeaseID(epoch: 1, number: 1), digest: SHA256Digest(of: [1]), elapsed: .seconds(1),
                payload: [1]))
        #expect(sent(bench.finish(1)) == [result])
        bench.now = .seconds(9)
        #expect(!sent(bench.tick()).contains(result))
        bench.now = .seconds(11)
        #expect(sent(bench.tick()).contains(result))
        _ = bench.say(.acknowledge(id))
        bench.now = .seconds(13)
        _ = bench.say(.beat(Beat()))
        bench.now = .seconds(25)
        #expect(!sent(bench.tick()).contains(result))
    }

    @Test("An input that is not what its name says is never used")
    func wrongInput() {
        var bench = WorkerBench()
        bench.join()
        let actions = bench.serve(bench.lend(0, inputs: [bench.blob.digest])) { $0[0] ^= 1 }
        #expect(started(actions) == [])
        #expect(sent(actions).contains { if case .fail(let fault) = $0 { fault.isRetriable } else { false } })
    }

    @Test("Pieces that do not come are asked for again")
    func lostPieces() {
        var bench = WorkerBench()
        bench.join()
        let first = sent(bench.lend(0, inputs: [bench.blob.digest]))
        bench.now = .seconds(11)
        #expect(sent(bench.tick()).starts(with: first))
    }

    @Test("Never more shards are computed than there are threads; the others wait in order")
    func threads() {
        var bench = WorkerBench(threads: 2)
        bench.join()
        #expect(started(bench.lend(0) + bench.lend(1) + bench.lend(2) + bench.lend(3)) == [0, 1])
        #expect(started(bench.finish(2)) == [2])
    }

    @Test("A cancelled computation holds its thread until it ends, and its result is dropped")
    func cancelling() {
        var bench = WorkerBench()
        bench.join()
        _ = bench.lend(0)
        #expect(started(bench.lend(1)) == [])
        let cancelled = bench.say(.cancel(bench.offer(0).id))
        #expect(cancelled == [.cancelCompute(ComputeID(1))])
        let finished = bench.finish(1)
        #expect(sent(finished) == [])
        #expect(started(finished) == [1])
    }

    @Test("The same shard lent again is not computed twice")
    func lentAgain() {
        var bench = WorkerBench()
        bench.join()
        _ = bench.lend(0)
        #expect(bench.lend(0, lease: 2) == [])
        guard case .result(let result)? = sent(bench.finish(1)).first else {
            Issue.record("no result")
            return
        }
        #expect(result.lease == LeaseID(epoch: 1, number: 2))
        #expect(sent(bench.lend(0, lease: 3)) == [.result(result)])
    }

    @Test("A new coordinator is told of leases and handed the results")
    func newCoordinator() {
        var bench = WorkerBench(threads: 2)
        bench.join()
        _ = bench.lend(0)
        _ = bench.lend(1)
        let result = sent(bench.finish(1))
        bench.epoch = 2
        bench.now = .seconds(5)
        guard case .hello(let hello)? = sent(bench.say(.reject(Rejection(.helloNeeded, "")))).first else {
            Issue.record("no HELLO")
            return
        }
        #expect(hello.leases.map(\.shard) == [bench.offer(1).id])
        #expect(hello.results.map(\.shard) == [bench.offer(0).id])
        #expect(sent(bench.join()).starts(with: result))
    }

    @Test("What an older coordinator says is ignored")
    func olderEpoch() {
        var bench = WorkerBench()
        bench.epoch = 2
        bench.join()
        bench.epoch = 1
        #expect(bench.lend(0) == [])
        #expect(bench.say(.goodbye(reason: "done")) == [])
    }

    @Test("A silent coordinator is looked for, and given up after half an hour")
    func lostCoordinator() {
        var bench = WorkerBench()
        bench.join()
        bench.now = .seconds(15)
        #expect(bench.tick().contains(.reconnect))
        bench.now = .seconds(1_799)
        #expect(exit(bench.tick()) == nil)
        bench.now = .seconds(1_801)
        #expect(exit(bench.tick())?.code == 1)
    }

    @Test("Beats name every lease, whether it is begun, and its progress")
    func beats() {
        var bench = WorkerBench()
        bench.join()
        _ = bench.lend(0)
        _ = bench.lend(1)
        bench.now = .seconds(2)
        let actions = bench.handle(.tick(progress: [ComputeID(1): 17], memory: 5))
        guard case .beat(let beat)? = sent(actions).last else {
            Issue.record("no BEAT")
            return
        }
        #expect(beat.credits == 2 && beat.memory == 5)
        #expect(beat.leases.map(\.isStarted) == [true, false])
        #expect(beat.leases.map(\.progress) == [17, 0])
    }

    @Test("Told to stop, a worker gives back what it has not begun, finishes, hands in, and leaves with success")
    func terminate() {
        var bench = WorkerBench()
        bench.join()
        _ = bench.lend(0)
        _ = bench.lend(1)
        #expect(sent(bench.handle(.terminate)) == [.ready(credits: 0), .giveBack([bench.offer(1).id])])
        #expect(sent(bench.lend(2)) == [.giveBack([bench.offer(2).id])])
        #expect(exit(bench.finish(1)) == nil)
        let last = bench.say(.acknowledge(bench.offer(0).id))
        #expect(sent(last) == [.goodbye(reason: "told to stop")])
        #expect(exit(last)?.code == 0)
    }

    @Test("What is not finished within the grace is given back")
    func grace() {
        var bench = WorkerBench()
        bench.join()
        _ = bench.lend(0)
        _ = bench.handle(.terminate)
        bench.now = .seconds(14)
        _ = bench.say(.beat(Beat()))
        bench.now = .seconds(20)
        let actions = bench.tick()
        #expect(actions.contains(.cancelCompute(ComputeID(1))))
        #expect(sent(actions).contains(.giveBack([bench.offer(0).id])))
        #expect(exit(actions)?.code == 0)
    }

    @Test("Idle, or told twice, a worker leaves at once")
    func atOnce() {
        var idle = WorkerBench()
        idle.join()
        #expect(exit(idle.handle(.terminate))?.code == 0)
        var busy = WorkerBench()
        busy.join()
        _ = busy.lend(0)
        _ = busy.handle(.terminate)
        #expect(exit(busy.handle(.terminate))?.code == 0)
        #expect(busy.finish(1) == [])
    }

    @Test("Near its end of life a worker takes nothing more and leaves")
    func lifetime() {
        var bench = WorkerBench { $0.lifetime = .seconds(100) }
        bench.join()
        bench.now = .seconds(14)
        #expect(exit(bench.tick()) == nil)
        _ = bench.say(.beat(Beat()))
        bench.now = .seconds(41)
        #expect(exit(bench.tick())?.code == 0)
    }

    @Test("A worker without work leaves after its idle time, and not while it computes")
    func idleTimeout() {
        var bench = WorkerBench { $0.idleTimeout = .seconds(10) }
        bench.join()
        _ = bench.lend(0)
        bench.now = .seconds(12)
        #expect(exit(bench.tick()) == nil)
        _ = bench.finish(1)
        #expect(exit(bench.say(.acknowledge(bench.offer(0).id))) == nil)
        bench.now = .seconds(21)
        #expect(exit(bench.tick()) == nil)
        bench.now = .seconds(22)
        #expect(exit(bench.tick())?.code == 0)
    }

    @Test("Turned away, a worker leaves with the reason; sent home, with success")
    func rejected() {
        var bench = WorkerBench()
        _ = bench.handle(.started)
        let rejection = Rejection(.protocolVersion, "coordinator speaks 4-5, this worker 2-3")
        let left = exit(bench.say(.reject(rejection)))
        #expect(left?.code == 1)
        #expect(left?.description.contains("4-5") == true)
        var late = WorkerBench()
        _ = late.handle(.started)
        #expect(exit(late.say(.reject(Rejection(.finished, "done"))))?.code == 0)
        var home = WorkerBench()
        home.join()
        #expect(exit(home.say(.goodbye(reason: "done")))?.code == 0)
    }

    @Test("An error of the executor is reported, and a full disk ends the worker's service")
    func faults() {
        var bench = WorkerBench()
        bench.join()
        _ = bench.lend(0)
        let fault = ShardFault(shard: bench.offer(0).id, code: .disk, text: "no space", isRetriable: true)
        let actions = bench.handle(
            .computeFailed(ComputeID(1), code: .disk, text: "no space", isRetriable: true))
        #expect(sent(actions).first == .fail(fault))
        #expect(exit(actions)?.code == 0)
    }

    @Test("Inputs beyond the cache are dropped, the longest unused first, never those in use")
    func cache() {
        var bench = WorkerBench(threads: 1) { $0.blobCacheBytes = 4_000 }
        bench.join()
        _ = bench.serve(bench.lend(0, inputs: [bench.blob.digest]))
        let other = Blob([UInt8](repeating: 5, count: 1_500))
        func give(_ blob: Blob, to bench: inout WorkerBench) -> [WorkerAction] {
            var actions: [WorkerAction] = []
            for start in stride(from: 0, to: blob.content.count, by: 1_024) {
                let piece = Array(blob.content[start..<min(start + 1_024, blob.content.count)])
                actions += bench.say(
                    .blobChunk(
                        BlobChunk(
                            digest: blob.digest, offset: UInt64(start), size: UInt64(blob.content.count),
                            content: piece)))
            }
            return actions
        }
        _ = bench.lend(1, inputs: [other.digest])
        #expect(!give(other, to: &bench).contains { if case .forgetInputs = $0 { true } else { false } })
        _ = bench.finish(1)
        let third = Blob([UInt8](repeating: 6, count: 2_000))
        _ = bench.lend(2, inputs: [third.digest])
        #expect(give(third, to: &bench).contains(.forgetInputs([bench.blob])))
    }
}
