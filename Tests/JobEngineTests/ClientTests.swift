import ContentDigest
import JobEngine
import Testing

@Suite("Clients of a coordinator")
struct ClientTests {
    private let run = RunID(42)
    private let content = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 / 7) }

    private var submission: Submission {
        Submission(
            title: "cohort",
            blobs: ["counts", "again"].map {
                .init(name: $0, digest: SHA256Digest(of: content), size: UInt64(content.count))
            },
            request: [1, 2, 3])
    }

    private func greetedBench() -> CoordinatorBench {
        var policy = LeasePolicy()
        policy.blobChunkBytes = 1_024
        policy.blobWindow = 2
        var bench = CoordinatorBench(policy: policy)
        var hello = Hello()
        hello.role = .client
        _ = bench.say(.hello(hello), from: 50)
        return bench
    }

    /// Answers requests for pieces until no more come, and has each piece written; `spoil` may change a piece.
    private func answer(
        _ actions: [CoordinatorAction], in bench: inout CoordinatorBench, spoil: (inout [UInt8]) -> Void = { _ in }
    ) -> [CoordinatorAction] {
        var open = actions
        var others: [CoordinatorAction] = []
        while !open.isEmpty {
            let action = open.removeFirst()
            if case .storePiece(let run, _, _, _) = action { open += bench.handle(.pieceStored(run)) }
            guard case .send(let message) = action, case .blobRequest(let request) = message.body else {
                others.append(action)
                continue
            }
            let start = min(Int(request.offset), content.count)
            var piece = Array(content[start..<min(start + request.length, content.count)])
            spoil(&piece)
            open += bench.say(
                .blobChunk(
                    BlobChunk(
                        digest: request.digest, offset: request.offset, size: UInt64(content.count), content: piece)),
                from: 50, run: run)
        }
        return others
    }

    @Test("A submission is fetched, stored, and only then confirmed and begun")
    func submit() {
        var bench = greetedBench()
        let stored = answer(bench.say(.submit(submission), from: 50, run: run), in: &bench)
        // The same input under two names is brought and written once, in order.
        var written: [UInt8] = []
        for case .storePiece(let of, let digest, let offset, let piece) in stored {
            #expect(of == run && digest == SHA256Digest(of: content) && Int(offset) == written.count)
            written += piece
        }
        #expect(written == content)
        #expect(stored.last == .storeSubmission(run, submission))
        let actions = bench.handle(.submissionStored(run))
        #expect(bench.said(actions, to: 50) == [.submitted])
        #expect(actions.contains(.planStage(run, stage: 0, after: [])))
        #expect(bench.said(bench.say(.submit(submission), from: 50, run: run), to: 50) == [.submitted])
        #expect(
            bench.said(bench.handle(.runFinished(run)), to: 50) == [.runEnded(.finished(disagreements: []))])
    }

    @Test("A submission without inputs is stored at once")
    func submitWithoutBlobs() {
        var bench = greetedBench()
        let bare = Submission(title: "bare", blobs: [], request: [])
        #expect(
            bench.say(.submit(bare), from: 50, run: run) == [.storeSubmission(run, bare)])
    }

    @Test("Pieces that were lost are asked for again")
    func lostPieces() {
        var bench = greetedBench()
        let first = bench.say(.submit(submission), from: 50, run: run)
        bench.now = .seconds(11)
        let again = bench.handle(.tick)
        #expect(bench.said(again, to: 50) == bench.said(first, to: 50))
        #expect(answer(again, in: &bench).last == .storeSubmission(run, submission))
    }

    @Test("Content that is not what it is named by is refused")
    func wrongContent() {
        var bench = greetedBench()
        let actions = answer(bench.say(.submit(submission), from: 50, run: run), in: &bench) { $0[0] ^= 1 }
        guard case .failed(let reason, _, _)? = bench.outcome(actions) else {
            Issue.record("taken")
            return
        }
        #expect(reason.contains("digest"))
    }

    @Test("Runs and inputs beyond the limits are refused, and those before them stay")
    func pendingWork() {
        var policy = LeasePolicy()
        policy.maximumPendingRuns = 2
        policy.maximumUploadBytes = UInt64(5 * content.count)
        var bench = CoordinatorBench(policy: policy)
        var hello = Hello()
        hello.role = .client
        _ = bench.say(.hello(hello), from: 50)
        func refusal(_ submission: Submission, as run: RunID) -> String? {
            let answers = bench.said(bench.say(.submit(submission), from: 50, run: run), to: 50)
            for case .reject(let rejection) in answers where rejection.reason == .full { return rejection.text }
            return nil
        }
        // Each submission names two inputs.
        #expect(refusal(submission, as: RunID(1)) == nil)
        var large = submission
        large = Submission(title: "large", blobs: large.blobs + large.blobs, request: [])
        #expect(refusal(large, as: RunID(2))?.contains("bytes in all") == true)
        var endless = submission.blobs[0]
        endless.size = .max
        #expect(refusal(Submission(title: "endless", blobs: [endless], request: []), as: RunID(3)) != nil)
        #expect(refusal(submission, as: RunID(4)) == nil)
        #expect(refusal(submission, as: RunID(5))?.contains("2 runs are waiting") == true)
        // Asked for again, what was accepted is not refused.
        #expect(refusal(submission, as: RunID(4)) == nil)
    }

    @Test("More is asked for when what came is written, so that a slow disk slows its client down")
    func slowDisk() {
        var bench = greetedBench()
        let asked = bench.said(bench.say(.submit(submission), from: 50, run: run), to: 50)
        #expect(asked.count == 1)
        let piece = BlobChunk(
            digest: SHA256Digest(of: content), offset: 0, size: UInt64(content.count), content: Array(content[..<1_024])
        )
        let taken = bench.say(.blobChunk(piece), from: 50, run: run)
        #expect(taken.contains { if case .storePiece = $0 { true } else { false } })
        #expect(bench.said(taken, to: 50) == [])
        #expect(bench.said(bench.handle(.pieceStored(run)), to: 50).count == 2)
    }

    @Test("A few submissions are brought at a time, the others wait, and what stands still gives way")
    func slots() {
        var policy = LeasePolicy()
        policy.maximumUploads = 2
        var bench = CoordinatorBench(policy: policy)
        var hello = Hello()
        hello.role = .client
        _ = bench.say(.hello(hello), from: 50)
        func asked(_ actions: [CoordinatorAction]) -> [RunID] {
            actions.compactMap { action in
                guard case .send(let message) = action, case .blobRequest = message.body else { return nil }
                return message.run
            }
        }
        #expect(asked(bench.say(.submit(submission), from: 50, run: RunID(1))) == [RunID(1)])
        #expect(asked(bench.say(.submit(submission), from: 50, run: RunID(2))) == [RunID(2)])
        #expect(asked(bench.say(.submit(submission), from: 50, run: RunID(3))) == [])
        bench.now = policy.fetchPatience
        #expect(asked(bench.handle(.tick)).contains(RunID(3)))
        // A client that has gone for good leaves nothing behind.
        _ = bench.handle(.connectionClosed(Incarnation(50)))
        bench.now += policy.coordinatorTimeout + .seconds(1)
        let over = bench.handle(.tick)
        #expect(over.count { if case .runEnded = $0 { true } else { false } } == 3)
    }

    @Test("Unreadable frames of a client are counted as a worker's are, and it is turned away at ten")
    func badFrames() {
        var bench = greetedBench()
        for _ in 0..<9 {
            #expect(bench.rejection(bench.handle(.receivedGarbage(from: Incarnation(50), reason: "noise"))) == nil)
        }
        let last = bench.handle(.receivedGarbage(from: Incarnation(50), reason: "noise"))
        #expect(bench.rejection(last)?.reason == .badFrames)
        #expect(bench.rejection(bench.say(.statusRequest, from: 50))?.reason == .helloNeeded)
    }

    @Test("Clients beyond the limit are told so, and a place is free when one has gone")
    func crowd() {
        var policy = LeasePolicy()
        policy.maximumClients = 2
        var bench = CoordinatorBench(policy: policy)
        var hello = Hello()
        hello.role = .client
        for client in [50, 51] { #expect(bench.rejection(bench.say(.hello(hello), from: client)) == nil) }
        #expect(bench.rejection(bench.say(.hello(hello), from: 52))?.reason == .full)
        _ = bench.handle(.connectionClosed(Incarnation(50)))
        #expect(bench.rejection(bench.say(.hello(hello), from: 52)) == nil)
    }

    @Test("Of runs that are over the last are remembered")
    func forgotten() {
        var policy = LeasePolicy()
        policy.rememberedRuns = 4
        var bench = CoordinatorBench(policy: policy)
        var hello = Hello()
        hello.role = .client
        _ = bench.say(.hello(hello), from: 50)
        for number in 1...30 {
            _ = bench.say(.submit(submission), from: 50, run: RunID(UInt128(number)))
            _ = bench.say(.cancelRun, from: 50, run: RunID(UInt128(number)))
        }
        let runs = bench.coordinator.status(at: bench.now).runs.map(\.run)
        #expect(runs.count <= 6 && runs.last == RunID(30))
    }

    @Test("An input of another size than announced is refused")
    func announcedSize() {
        var bench = greetedBench()
        var submission = submission
        submission = Submission(
            title: "short", blobs: [.init(name: "counts", digest: SHA256Digest(of: content), size: 10)], request: [])
        let others = answer(bench.say(.submit(submission), from: 50, run: run), in: &bench)
        #expect(bench.said(others, to: 50).contains { if case .runEnded = $0 { true } else { false } })
    }

    @Test("A client that was not greeted is asked to")
    func notGreeted() {
        var bench = CoordinatorBench()
        #expect(bench.rejection(bench.say(.statusRequest, from: 50))?.reason == .helloNeeded)
    }

    @Test("Clients see the status, cancel runs, and are told of their end")
    func cancel() {
        var bench = greetedBench()
        bench.start(shards: 2)
        guard case .status(let status)? = bench.said(bench.say(.statusRequest, from: 50), to: 50).first else {
            Issue.record("no status")
            return
        }
        #expect(status.runs.map(\.title) == ["run"])
        _ = bench.say(.watch, from: 50)
        #expect(bench.said(bench.say(.cancelRun, from: 50), to: 50) == [.runEnded(.cancelled)])
        #expect(bench.said(bench.say(.watch, from: 50), to: 50) == [.runEnded(.cancelled)])
        #expect(bench.rejection(bench.say(.watch, from: 50, run: RunID(404)))?.reason == .unknownRun)
    }
}
