import ContentDigest

extension WorkerAgent {
    /// Returns a shard's inputs if all of them are here.
    mutating func inputs(of shard: Shard) -> [Blob]? {
        var inputs: [Blob] = []
        for digest in shard.inputs {
            guard let held = blobs[digest] else { return nil }
            inputs.append(held.blob)
        }
        for digest in shard.inputs {
            arrivals += 1
            blobs[digest]!.lastUse = arrivals
        }
        return inputs
    }

    /// Fetches an input unless it is here or on its way.
    mutating func fetch(_ digest: SHA256Digest, of run: RunID) {
        guard blobs[digest] == nil, fetches[digest] == nil else { return }
        var fetch = BlobFetch(digest, chunkBytes: policy.blobChunkBytes, window: policy.blobWindow)
        let requests = fetch.start(at: now)
        fetches[digest] = (fetch, run)
        request(requests, of: run)
    }

    private mutating func request(_ requests: [BlobRequest], of run: RunID) {
        guard session == .welcomed else { return }
        for request in requests {
            send(.blobRequest(request), about: run)
        }
    }

    mutating func takeChunk(_ chunk: BlobChunk) {
        guard let run = fetches[chunk.digest]?.run else { return }
        switch fetches[chunk.digest]!.fetch.receive(chunk, at: now) {
        case .incomplete(let requests):
            request(requests, of: run)
        case .complete:
            let blob = fetches[chunk.digest]!.fetch.blob
            fetches[chunk.digest] = nil
            arrivals += 1
            blobs[blob.digest] = HeldBlob(blob: blob, lastUse: arrivals)
            blobBytes += blob.content.count
            forgetOldInputs()
        case .failed(let reason):
            fetches[chunk.digest] = nil
            act(.report(.fetchFailed(digest: chunk.digest.description, reason: reason)))
            failWork(lacking: chunk.digest, reason: reason)
        }
    }

    private mutating func failWork(lacking digest: SHA256Digest, reason: String) {
        for key in queue where work[key]!.offer.shard.inputs.contains(digest) {
            work[key] = nil
            sendFault(key, code: .badInput, text: "input \(digest): \(reason)", isRetriable: true)
        }
        queue.removeAll { work[$0] == nil }
    }

    /// Asks again for pieces that did not come.
    mutating func requestInputsAgain() {
        for digest in fetches.keys.sorted() {
            let requests = fetches[digest]!.fetch.overdue(at: now, after: policy.resendInterval)
            request(requests, of: fetches[digest]!.run)
        }
    }

    /// Drops the inputs that were not used for longest, beyond what may be kept. Those in use stay.
    private mutating func forgetOldInputs() {
        guard blobBytes > configuration.blobCacheBytes else { return }
        var needed: Set<SHA256Digest> = []
        for item in work.values {
            needed.formUnion(item.offer.shard.inputs)
        }
        var forgotten: [Blob] = []
        for (digest, held) in blobs.sorted(by: { $0.value.lastUse < $1.value.lastUse })
        where blobBytes > configuration.blobCacheBytes && !needed.contains(digest) {
            blobs[digest] = nil
            blobBytes -= held.blob.content.count
            forgotten.append(held.blob)
        }
        if !forgotten.isEmpty { act(.forgetInputs(forgotten)) }
    }
}
