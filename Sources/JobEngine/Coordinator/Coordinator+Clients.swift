import ContentDigest

/// What the coordinator knows about one client.
struct ClientRecord: Sendable {
    var host: String
    var lastHeard: Duration
    var sentSequence: UInt64 = 0
}

/// A submission whose blobs are still coming.
struct Upload: Sendable {
    var client: Incarnation
    let submission: Submission

    /// Complete ones, in the order of the submission.
    var blobs: [Blob] = []

    /// The one that is coming.
    var fetch: BlobFetch?
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
        let sequence = clients[client]?.sentSequence ?? 0
        clients[client] = ClientRecord(host: hello.host, lastHeard: now, sentSequence: sequence)
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
            cancelRun(message.run)
        case .goodbye: clients[client] = nil
        default: break
        }
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
        if let record = runs[run], record.phase != .uploading {
            send(.submitted, to: client, about: run)
            return watch(run, by: client)
        }
        if uploads[run] != nil {
            // The client asks again: it may be another process on another connection.
            uploads[run]!.client = client
            requestAgain(run, olderThan: .zero)
            return watch(run, by: client)
        }
        guard closing == nil, !dispatchIsStopped, run != .none else {
            return send(
                .reject(Rejection(.finished, "the coordinator is stopping and takes no runs")), to: client, about: run)
        }
        if let reason = reasonToRefuse(submission) {
            return send(.reject(Rejection(.full, reason)), to: client, about: run)
        }
        runs[run] = RunRecord(title: submission.title, phase: .uploading)
        runOrder.append(run)
        watch(run, by: client)
        uploads[run] = Upload(client: client, submission: submission)
        continueUpload(of: run)
    }

    /// What a submission is too much of, if anything: whoever has a key can send as many as he likes.
    private func reasonToRefuse(_ submission: Submission) -> String? {
        let pending = runs.values.count { $0.phase == .uploading || $0.phase == .queued }
        guard pending < policy.maximumPendingRuns else {
            return "\(pending) runs are waiting already; submit again when some are done, or cancel some"
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

    /// Asks for the next blob, or has the whole submission stored.
    private mutating func continueUpload(of run: RunID) {
        guard let upload = uploads[run] else { return }
        guard upload.blobs.count < upload.submission.blobs.count else {
            return act(.storeSubmission(run, upload.submission, blobs: upload.blobs))
        }
        let digest = upload.submission.blobs[upload.blobs.count].digest
        if let blob = upload.blobs.first(where: { $0.digest == digest }) {
            uploads[run]!.blobs.append(blob)
            return continueUpload(of: run)
        }
        var fetch = BlobFetch(digest, chunkBytes: policy.blobChunkBytes, window: policy.blobWindow)
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
        guard uploads[run]?.fetch != nil, uploads[run]!.fetch!.digest == chunk.digest else { return }
        let announced = uploads[run]!.submission.blobs[uploads[run]!.blobs.count].size
        guard chunk.size.map({ $0 == announced }) ?? true else {
            return refuseSubmission(run, reason: "input \(chunk.digest) has not the size that was announced for it")
        }
        switch uploads[run]!.fetch!.receive(chunk, at: now) {
        case .incomplete(let requests):
            request(requests, of: run)
        case .complete(let blob):
            uploads[run]!.blobs.append(blob)
            uploads[run]!.fetch = nil
            continueUpload(of: run)
        case .failed(let reason):
            refuseSubmission(run, reason: "input \(chunk.digest) could not be uploaded: \(reason)")
        }
    }

    /// Sends requests again whose answers did not come.
    mutating func requestAgain(_ run: RunID, olderThan age: Duration) {
        let requests = uploads[run]?.fetch?.overdue(at: now, after: age) ?? []
        request(requests, of: run)
    }

    mutating func acceptSubmission(_ run: RunID) {
        guard let upload = uploads.removeValue(forKey: run) else { return }
        runs[run]!.phase = .queued
        send(.submitted, to: upload.client, about: run)
        startNextRun()
    }

    mutating func refuseSubmission(_ run: RunID, reason: String) {
        guard uploads.removeValue(forKey: run) != nil else { return }
        endRun(run, .failed(reason: reason, shards: [], disagreements: []))
    }

    // MARK: Results for clients

    private mutating func serveResult(_ request: BlobRequest, of run: RunID, to client: Incarnation) {
        let length = max(1, min(request.length, policy.blobChunkBytes))
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
