import ContentDigest

/// What the coordinator knows about one client.
struct ClientRecord: Sendable {
    var host: String

    /// What it says of itself besides, such as `user=alice`.
    var labels: [String] = []
    var lastHeard: Duration
    var sentSequence: UInt64 = 0
    var badFrames = 0
}

/// A submission whose blobs are still coming.
struct Upload: Sendable {
    var client: Incarnation

    /// Others that submitted the same meanwhile, and send it if that one leaves.
    var followers: [Incarnation] = []
    let submission: Submission

    /// How many of the submission's inputs are stored, in their order.
    var stored = 0

    /// The one that is coming; nil while others are brought first, and when all are there.
    var fetch: BlobFetch?

    /// What is to be asked for once the pieces that came are written.
    var next: [BlobRequest] = []

    /// When it last got on.
    var movedAt: Duration

    /// Whether all has come and is being made durable.
    var isBeingStored = false

    init(client: Incarnation, submission: Submission, movedAt: Duration) {
        self.client = client
        self.submission = submission
        self.movedAt = movedAt
    }
}

extension Coordinator {
    mutating func greetClient(_ hello: Hello, _ message: Message) {
        let client = message.incarnation
        guard configuration.protocols.overlaps(hello.protocols) else {
            return reject(
                client, host: hello.host,
                Rejection(
                    .protocolVersion,
                    "coordinator speaks \(text(configuration.protocols)), this client \(text(hello.protocols))"))
        }
        guard clients[client] != nil || clients.count < policy.maximumClients else {
            return reject(
                client, host: hello.host,
                Rejection(.full, "\(clients.count) clients are connected, and no more are admitted"))
        }
        var record = clients[client] ?? ClientRecord(host: hello.host, labels: hello.labels, lastHeard: now)
        record.lastHeard = now
        clients[client] = record
        send(
            .welcome(
                Welcome(
                    protocolVersion: min(configuration.protocols.upperBound, hello.protocols.upperBound),
                    beatInterval: policy.beatInterval, lostAfter: policy.lostAfter, blobs: [])),
            to: client)
    }

    mutating func receiveFromClient(_ message: Message) {
        let client = message.incarnation
        clients[client]!.lastHeard = now
        switch message.body {
        case .submit(let submission): takeSubmission(submission, of: message.run, from: client)
        case .blobChunk(let chunk): takeUpload(chunk, of: message.run)
        case .statusRequest: send(.status(status(at: now)), to: client)
        case .logRequest(let number):
            act(.sendLog(LogOrder(after: number, envelope: envelope(.submitted, to: client, about: .none))))
        case .beat: send(.beat(Beat()), to: client)
        case .watch: watch(message.run, by: client)
        case .resultsRequest:
            act(.sendResults(ResultsOrder(envelope: envelope(.submitted, to: client, about: message.run))))
        case .blobRequest(let request): serveResult(request, of: message.run, to: client)
        case .cancelRun:
            watch(message.run, by: client)
            if let record = runs[message.run], record.outcome == nil {
                report(.runCancelled(message.run, title: record.title, by: name(of: client)))
            }
            cancelRun(message.run)
        case .goodbye: clients[client] = nil
        default: break
        }
    }

    /// A client for the log, such as `alice on login1`: what it says of itself, for people only.
    private func name(of client: Incarnation) -> String {
        guard let record = clients[client] else { return "a client that has left" }
        let user = record.labels.first { $0.hasPrefix("user=") }?.dropFirst(5)
        return user.map { "\($0) on \(record.host)" } ?? record.host
    }

    private mutating func watch(_ run: RunID, by client: Incarnation) {
        if let outcome = runs[run]?.outcome {
            send(.runEnded(outcome), to: client, about: run)
        } else if runs[run] == nil {
            send(.reject(Rejection(.unknownRun, "no run \(run) is known here")), to: client, about: run)
        } else if !runs[run]!.watchers.contains(client) {
            runs[run]!.watchers.append(client)
        }
    }

    // MARK: Submission

    private mutating func takeSubmission(_ submission: Submission, of run: RunID, from client: Incarnation) {
        if runs[run]?.isUnstored == true {
            // Given up before anything was kept of it: it comes anew.
            runs[run] = nil
            runOrder.removeAll { $0 == run }
        }
        if let record = runs[run], record.phase != .uploading {
            report(.runAskedForAgain(run, title: record.title, by: name(of: client)))
            send(.submitted, to: client, about: run)
            return watch(run, by: client)
        }
        if let upload = uploads[run] {
            watch(run, by: client)
            if upload.client != client, clients[upload.client] != nil {
                // Another process sends the same already.
                if !upload.followers.contains(client) { uploads[run]!.followers.append(client) }
                return
            }
            uploads[run]!.client = client
            return requestAgain(run, olderThan: .zero)
        }
        guard closing == nil, !dispatchIsStopped, run != .none else {
            return send(
                .reject(Rejection(.finished, "the coordinator is stopping and takes no runs")), to: client, about: run)
        }
        if let reason = reasonToRefuse(submission) {
            return send(.reject(Rejection(.full, reason)), to: client, about: run)
        }
        runs[run] = RunEntry(title: submission.title, phase: .uploading)
        runs[run]!.replicatedShare = submission.replicatedShare
        runOrder.append(run)
        watch(run, by: client)
        uploads[run] = Upload(client: client, submission: submission, movedAt: now)
        startUploads()
    }

    /// What a submission is too much of, if anything: whoever has a key can send as many as he likes.
    private func reasonToRefuse(_ submission: Submission) -> String? {
        let pending = runs.values.count { $0.phase == .uploading || $0.phase == .queued }
        guard pending < policy.maximumPendingRuns else {
            return "\(pending) runs are waiting already; submit again when some are done, or cancel some"
        }
        let said = uploads.values.reduce(submission.heldBytes) { $0 + $1.submission.heldBytes }
        guard said <= policy.maximumSubmissionBytes else {
            return "the submissions that are coming say more than \(policy.maximumSubmissionBytes) bytes in all; "
                + "submit again when some have come"
        }
        var bytes: UInt64 = 0
        for blob in uploads.values.flatMap(\.submission.blobs) + submission.blobs {
            let (sum, overflow) = bytes.addingReportingOverflow(blob.size)
            guard !overflow, sum <= policy.maximumUploadBytes else {
                return "the inputs that are being submitted are more than \(policy.maximumUploadBytes) bytes in all; "
                    + "submit again later, or put the inputs where the coordinator runs"
            }
            bytes = sum
        }
        return nil
    }

    /// Begins to bring the inputs of the oldest submissions, as many at one time as may be.
    mutating func startUploads() {
        guard !uploads.isEmpty else { return }
        var moving = uploads.values.count { $0.fetch != nil || $0.isBeingStored }
        for run in runOrder where moving < policy.maximumUploads {
            guard let upload = uploads[run], upload.fetch == nil, !upload.isBeingStored,
                clients[upload.client] != nil
            else { continue }
            moving += 1
            uploads[run]!.movedAt = now
            bringNextInput(of: run)
        }
    }

    /// Asks for the next input, or has the whole submission stored.
    private mutating func bringNextInput(of run: RunID) {
        guard let upload = uploads[run] else { return }
        let inputs = upload.submission.blobs
        var next = upload.stored
        // An input under two names is brought once.
        while next < inputs.count, inputs[..<next].contains(where: { $0.digest == inputs[next].digest }) { next += 1 }
        uploads[run]!.stored = next
        guard next < inputs.count else {
            uploads[run]!.isBeingStored = true
            return act(.storeSubmission(run, upload.submission))
        }
        var fetch = BlobFetch(
            inputs[next].digest, chunkBytes: policy.blobChunkBytes, window: policy.blobWindow, keepsContent: false)
        let requests = fetch.start(at: now)
        uploads[run]!.fetch = fetch
        request(requests, of: run)
    }

    private mutating func request(_ requests: [BlobRequest], of run: RunID) {
        guard let client = uploads[run]?.client else { return }
        for request in requests {
            send(.blobRequest(request), to: client, about: run)
        }
    }

    private mutating func takeUpload(_ chunk: BlobChunk, of run: RunID) {
        guard let upload = uploads[run], upload.fetch?.digest == chunk.digest else { return }
        let announced = upload.submission.blobs[upload.stored].size
        guard chunk.size.map({ $0 == announced }) ?? true else {
            return refuseSubmission(run, reason: "input \(chunk.digest) has not the size that was announced for it")
        }
        let progress = uploads[run]!.fetch!.receive(chunk, at: now)
        let arrived = uploads[run]!.fetch!.takeArrived()
        if !arrived.content.isEmpty || announced == 0 {
            uploads[run]!.movedAt = now
            act(.storePiece(run, chunk.digest, offset: arrived.offset, content: arrived.content))
        }
        switch progress {
        case .incomplete(let requests):
            uploads[run]!.next += requests
            // Nothing is being written that would ask for more.
            if arrived.content.isEmpty { continueUpload(of: run, afterPiece: false) }
        case .complete:
            uploads[run]!.fetch = nil
            uploads[run]!.next = []
            uploads[run]!.stored += 1
            bringNextInput(of: run)
        case .failed(let reason):
            refuseSubmission(run, reason: "input \(chunk.digest) could not be uploaded: \(reason)")
        }
    }

    /// Asks for more once there is room for it: a disk that is slow slows its client down.
    ///
    /// - Parameter afterPiece: Whether something was written, or else what came was not yet fit to be.
    mutating func continueUpload(of run: RunID, afterPiece: Bool) {
        guard let next = uploads[run]?.next, !next.isEmpty else { return }
        if afterPiece { uploads[run]!.movedAt = now }
        uploads[run]!.next = []
        request(next, of: run)
    }

    /// Asks again for pieces that did not come. What stands still gives way to others.
    mutating func passTimeOfUploads() {
        guard !uploads.isEmpty else { return }
        for run in runOrder {
            guard var upload = uploads[run] else { continue }
            passOn(&upload, of: run)
            guard !upload.isBeingStored else { continue }
            if clients[upload.client] == nil, now - upload.movedAt >= policy.coordinatorTimeout {
                refuseSubmission(run, reason: "its inputs did not come; submit it again")
                continue
            }
            guard upload.fetch != nil else { continue }
            let mustGiveWay = now - upload.movedAt >= policy.fetchPatience && uploads.count > policy.maximumUploads
            if mustGiveWay {
                uploads[run]!.fetch = nil
                uploads[run]!.next = []
                // Behind all that wait.
                runOrder.removeAll { $0 == run }
                runOrder.append(run)
            } else {
                requestAgain(run, olderThan: policy.resendInterval)
            }
        }
        startUploads()
    }

    /// Has a submission sent by who waits for it when its client has left, and tells the others that it is coming.
    private mutating func passOn(_ upload: inout Upload, of run: RunID) {
        guard !upload.followers.isEmpty else { return }
        upload.followers.removeAll { clients[$0] == nil }
        if clients[upload.client] == nil, !upload.followers.isEmpty {
            upload.client = upload.followers.removeFirst()
            upload.movedAt = now
        }
        let hasChanged = uploads[run]!.client != upload.client
        uploads[run] = upload
        if hasChanged { requestAgain(run, olderThan: .zero) }
        for follower in upload.followers { send(.beat(Beat()), to: follower) }
    }

    /// Sends requests again whose answers did not come.
    mutating func requestAgain(_ run: RunID, olderThan age: Duration) {
        let requests = uploads[run]?.fetch?.overdue(at: now, after: age) ?? []
        request(requests, of: run)
    }

    mutating func acceptSubmission(_ run: RunID) {
        guard let upload = uploads.removeValue(forKey: run) else { return }
        runs[run]!.phase = .queued
        report(.runSubmitted(run, title: runs[run]!.title, by: name(of: upload.client)))
        for client in [upload.client] + upload.followers where clients[client] != nil {
            send(.submitted, to: client, about: run)
        }
        startUploads()
        startNextRun()
    }

    mutating func refuseSubmission(_ run: RunID, reason: String) {
        guard uploads.removeValue(forKey: run) != nil else { return }
        endRun(run, .failed(reason: reason, shards: [], disagreements: []))
        startUploads()
    }

    // MARK: Results for clients

    private mutating func serveResult(_ request: BlobRequest, of run: RunID, to client: Incarnation) {
        let length = max(1, min(request.length, MessageLimits.partBytes))
        act(
            .sendResultChunk(
                BlobChunkOrder(
                    digest: request.digest, offset: request.offset, length: length,
                    envelope: envelope(.submitted, to: client, about: run))))
    }

    // MARK: Inputs for workers

    /// Answers a worker's request for a piece of an input.
    mutating func serveBlob(_ request: BlobRequest, of run: RunID, to worker: Incarnation) {
        let length = min(request.length, policy.blobChunkBytes)
        guard runs[run]?.blobs.contains(request.digest) == true, length > 0 else {
            let chunk = BlobChunk(digest: request.digest, offset: request.offset, size: nil, content: [])
            return send(.blobChunk(chunk), to: worker, about: run)
        }
        let envelope = envelope(.submitted, to: worker, about: run)
        act(
            .sendBlobChunk(
                BlobChunkOrder(
                    digest: request.digest, offset: request.offset, length: length, envelope: envelope)))
    }
}
