import ContentDigest
import JobEngine

/// One message of every kind, with every field filled in.
enum MessageSamples {
    static let digest = SHA256Digest(of: "input")
    static let shard = ShardID(SHA256Digest(of: "shard"))

    static var bodies: [MessageBody] {
        let lease = LeaseID(epoch: 3, number: 1 << 40)
        let held = HeldLease(run: RunID(5), shard: shard, lease: lease, isStarted: true, progress: 99)
        let result = HeldResult(run: RunID(.max), shard: shard, digest: digest)
        var hello = Hello()
        hello.build = "1.2.3"
        hello.protocols = 1...9
        hello.numericContract = 12
        hello.host = "knöten-7"
        hello.labels = ["job 12_3", ""]
        hello.threads = 64
        hello.memory = 1 << 38
        hello.lifetime = .seconds(3_600)
        hello.runsPrograms = true
        hello.leases = [held]
        hello.results = [result, result]
        let failure = ShardFailure(stage: "fit", range: 0..<64, shard: shard, attempts: 3, text: "the worker vanished")
        let disagreement = Disagreement(stage: "fit", range: 64..<128, shard: shard, hosts: ["a", "b"])
        return [
            .hello(hello),
            .welcome(
                Welcome(protocolVersion: 1, beatInterval: .seconds(2), lostAfter: .seconds(15), blobs: [digest])),
            .reject(Rejection(.numericContract, "coordinator has 3, this worker 2")),
            .ready(credits: 80),
            .lease(
                LeaseOffer(
                    lease: lease, id: shard, attempt: 2, deadline: .milliseconds(15_500),
                    shard: Shard(stage: "fit", parameters: [1, 2, 3], range: 10..<20, inputs: [digest, digest]))),
            .beat(Beat(credits: 5, leases: [held, held], results: [result], memory: 77)),
            .result(
                ShardResult(shard: shard, lease: lease, digest: digest, elapsed: .microseconds(5), payload: [9, 8, 7])),
            .acknowledge(shard),
            .fail(ShardFault(shard: shard, code: .memory, text: "limit 4 GiB", isRetriable: true)),
            .giveBack([shard, ShardID(digest)]),
            .drain(reason: "maintenance"),
            .goodbye(reason: "done"),
            .cancel(shard),
            .blobRequest(BlobRequest(digest: digest, offset: 1 << 33, length: 1 << 20)),
            .blobChunk(BlobChunk(digest: digest, offset: 7, size: 1 << 33, content: [1])),
            .blobChunk(BlobChunk(digest: digest, offset: 0, size: nil, content: [])),
            .submit(
                Submission(
                    title: "cohort", blobs: [.init(name: "counts.tsv", digest: digest, size: 5)], request: [1, 2])),
            .submitted,
            .statusRequest,
            .status(
                StatusSnapshot(
                    build: "1", epoch: 2, uptime: .seconds(5),
                    runs: [
                        RunStatus(
                            run: RunID(1), title: "cohort", phase: .computing, stage: 1, stageTitle: "fits",
                            shards: 100, done: 50, reused: 10, leased: 8, failed: 1, rate: 2.5,
                            remaining: .seconds(20), failures: ["one"])
                    ],
                    workers: [
                        WorkerStatus(
                            incarnation: Incarnation(8), host: "h", labels: ["l"], threads: 2, phase: .draining,
                            leases: 2, done: 25, memory: 1, silence: .milliseconds(1))
                    ], badFrames: 1, blockers: ["waiting", "and more"],
                    livePage: LivePageAddress(host: "login", port: 9_300))),
            .cancelRun,
            .runEnded(.finished(disagreements: [disagreement])),
            .runEnded(.refused(reason: "no gene passes the filter")),
            .runEnded(.failed(reason: "shards", shards: [failure], disagreements: [])),
            .runEnded(.cancelled),
            .watch,
            .resultsRequest,
            .results([.init(name: "main/age/genes.tsv", digest: digest, size: 1 << 40)]),
            .logRequest(after: 1 << 50),
            .log([LogLine(number: 7, text: "worker lost"), LogLine(number: 8, text: "")]),
        ]
    }

    static var messages: [Message] {
        bodies.map { Message(run: RunID(9), epoch: 4, incarnation: Incarnation(1 << 127), sequence: 6, body: $0) }
    }
}
