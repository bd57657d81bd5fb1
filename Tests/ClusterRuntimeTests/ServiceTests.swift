import ClusterRuntime
import ContentDigest
import DurableFiles
import JobEngine
import Synchronization
import Testing

@Suite("Coordinator and workers over real sockets")
struct ServiceTests {
    @Test("The answer is the same for any number of workers and threads", arguments: [(1, 1), (2, 1), (5, 2)])
    func workerCount(workers: Int, threads: Int) throws {
        let folder = try TemporaryFolder()
        let cluster = try TestCluster(in: folder)
        let team = try (0..<workers).map { _ in try cluster.addWorker(threads: threads) }
        let finished = try #require(cluster.finish())
        #expect(finished.outcome == .finished(disagreements: []))
        #expect(cluster.program.answer == cluster.program.expected)
        #expect(finished.history.stages.map(\.title) == ["squares", "shifts"])
        #expect(finished.history.stages.map(\.shards) == [20, 20])
        #expect(finished.history.workers.reduce(0) { $0 + $1.done } == 40)
        for worker in team { #expect(try worker.exit().code == 0) }
        #expect(try ConnectionFile.read(from: cluster.connectionFile).state == .finished)
    }

    @Test("Without encryption it works as well")
    func plaintext() throws {
        let folder = try TemporaryFolder()
        let cluster = try TestCluster(in: folder, encryption: .insecurePlaintext)
        try cluster.addWorker()
        #expect(cluster.finish()?.outcome == .finished(disagreements: []))
        #expect(cluster.program.answer == cluster.program.expected)
    }

    @Test("A worker may start before the coordinator, and one that comes after the end leaves with success")
    func earlyAndLate() throws {
        let folder = try TemporaryFolder()
        let early = try TestWorker(folder["connection.json"])
        let cluster = try TestCluster(in: folder)
        #expect(cluster.finish()?.outcome == .finished(disagreements: []))
        #expect(try early.exit().code == 0)
        #expect(try TestWorker(folder["connection.json"]).exit().code == 0)
    }

    @Test("A worker with another numeric contract is turned away and says so")
    func otherContract() throws {
        let folder = try TemporaryFolder()
        let cluster = try TestCluster(in: folder)
        let stranger = try cluster.addWorker(contract: 2)
        guard case .rejected(let rejection) = try stranger.exit() else {
            Issue.record("the worker was not turned away")
            return
        }
        #expect(rejection.reason == .numericContract)
    }

    @Test("A worker with a key that is not listed says which file it used")
    func otherKey() throws {
        let folder = try TemporaryFolder()
        let cluster = try TestCluster(in: folder)
        let other = try TemporaryFolder()
        var file = try ConnectionFile.read(from: cluster.connectionFile)
        _ = try KeyFile.make(at: other["k"])
        file.clientKeyFile = "k"
        try file.write(to: other["connection.json"])
        let error = #expect(throws: ConnectionRefusal.self) {
            try TestWorker(other["connection.json"]).exit()
        }
        #expect(try #require(error).description.contains(other["connection.json"]))
    }

    @Test("A worker that vanishes in the middle of a shard costs only that shard's time")
    func vanishingWorker() throws {
        let folder = try TemporaryFolder()
        // Only the end of the connection can tell in time.
        var policy = hasty
        policy.lostAfter = .seconds(3_600)
        policy.stallMinimum = .seconds(3_600)
        policy.coordinatorTimeout = .seconds(3_600)
        let cluster = try TestCluster(in: folder, policy: policy)
        let begun = Gate()
        let never = Gate()
        let victim = try cluster.addWorker(
            executor: SquareSumExecutor { _, _ in
                begun.open()
                never.wait()
            })
        begun.wait()
        victim.service.abandon()
        try cluster.addWorker()
        #expect(cluster.finish()?.outcome == .finished(disagreements: []))
        #expect(cluster.program.answer == cluster.program.expected)
        never.open()
    }

    @Test("A coordinator that dies is continued: only what was not in the journal is computed again")
    func restartedCoordinator() throws {
        let folder = try TemporaryFolder()
        let held = Gate()
        let reached = Gate()
        let first = try TestCluster(in: folder, observer: ProgressObserver { if $0.done >= 7 { reached.open() } })
        // Seven shards are let through; the eighth is in hand when the coordinator dies.
        let count = Mutex(0)
        let executor = SquareSumExecutor { _, _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number == 8 { held.wait() }
        }
        let worker = try first.addWorker(executor: executor)
        reached.wait()
        first.service.abandon()

        let second = try TestCluster(in: folder)
        #expect(second.run == first.run)
        held.open()
        let finished = try #require(second.finish())
        #expect(finished.outcome == .finished(disagreements: []))
        #expect(second.program.answer == second.program.expected)
        // The same worker found the new coordinator and handed in what it held.
        #expect(try worker.exit().code == 0)
        #expect(finished.history.stages[0].reused >= 7)
        #expect(Set(executor.begun).count == 40)
        #expect(executor.begun.count <= 42)
    }

    @Test("SIGTERM lets a worker finish what it has begun and give back the rest")
    func terminatedWorker() throws {
        let folder = try TemporaryFolder()
        let cluster = try TestCluster(in: folder)
        let begun = Gate()
        let goOn = Gate()
        let worker = try cluster.addWorker(
            executor: SquareSumExecutor { _, _ in
                begun.open()
                goOn.wait()
            })
        begun.wait()
        worker.service.terminate()
        goOn.open()
        #expect(try worker.exit().code == 0)
        #expect(worker.executor.begun.count == 1)
        try cluster.addWorker()
        let finished = try #require(cluster.finish())
        #expect(finished.outcome == .finished(disagreements: []))
    }

    @Test("A shard that throws ends the run with the machine's own words, and the other shards are computed")
    func failingShard() throws {
        struct Refusal: Error, CustomStringConvertible { let description = "gene TP53 has no samples" }
        let folder = try TemporaryFolder()
        let cluster = try TestCluster(in: folder)
        let worker = try cluster.addWorker(
            executor: SquareSumExecutor { shard, _ in
                if shard.range.contains(100) { throw Refusal() }
            })
        let finished = try #require(cluster.finish())
        guard case .failed(let reason, let shards, _) = finished.outcome else {
            Issue.record("the run did not fail")
            return
        }
        #expect(shards.count == 1)
        #expect("\(reason) \(shards)".contains("TP53"))
        #expect(worker.executor.begun.count == 20)
    }

    @Test("A worker that finds no coordinator gives up after its time, and leaves in order when told to")
    func noCoordinator() throws {
        let folder = try TemporaryFolder()
        var policy = hasty
        policy.coordinatorTimeout = .milliseconds(1_100)
        #expect(try TestWorker(folder["connection.json"], policy: policy).exit().code == 1)

        let waiting = try TestWorker(folder["connection.json"])
        waiting.service.terminate()
        #expect(try waiting.exit().code == 0)
    }

    @Test("A connection file that is none stops a worker")
    func badConnectionFile() throws {
        let folder = try TemporaryFolder()
        try folder.write("{}", to: "connection.json")
        #expect(throws: FileContentError.self) { try TestWorker(folder["connection.json"]).exit() }
    }

    @Test("A stopped coordinator leaves a run that is resumed")
    func stoppedCoordinator() throws {
        let folder = try TemporaryFolder()
        let first = try TestCluster(in: folder)
        let reached = Gate()
        let worker = try first.addWorker(
            executor: SquareSumExecutor { shard, _ in
                if shard.range.lowerBound == 250 { reached.open() }
            })
        reached.wait()
        first.service.stop()
        #expect(first.service.waitForEnd() == .stopped)
        #expect(try ConnectionFile.read(from: first.connectionFile).state == .serving)
        let second = try TestCluster(in: folder)
        #expect(second.finish()?.outcome == .finished(disagreements: []))
        #expect(second.program.answer == second.program.expected)
        #expect(try worker.exit().code == 0)
    }
}
