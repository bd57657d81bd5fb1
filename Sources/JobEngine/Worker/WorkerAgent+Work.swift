import ContentDigest

extension WorkerAgent {
    // MARK: Leases

    /// Takes a lease, or another one for what is in hand already.
    mutating func take(_ offer: LeaseOffer, of run: RunID) {
        let key = WorkKey(run: run, shard: offer.id)
        if results[key] != nil {
            sendResult(key)
        } else if work[key] != nil {
            work[key]!.offer.lease = offer.lease
        } else if leaving != nil {
            send(.giveBack([offer.id]), about: run)
        } else {
            arrivals += 1
            work[key] = Work(offer: offer, arrival: arrivals)
            queue.append(key)
            for digest in offer.shard.inputs {
                fetch(digest, of: run)
            }
        }
    }

    /// Starts what can be started, in the order of arrival.
    mutating func startComputations() {
        var isSuspect = false
        var index = 0
        while index < queue.count, computations.count < configuration.threads {
            let key = queue[index]
            guard let shard = work[key]?.offer.shard, let inputs = inputs(of: shard) else {
                index += 1
                continue
            }
            queue.remove(at: index)
            let id = ComputeID(nextCompute)
            nextCompute += 1
            computations[id] = .some(key)
            work[key]!.computation = id
            isSuspect = isSuspect || work[key]!.offer.attempt > 0
            act(.startCompute(id, shard, inputs: inputs))
        }
        // These words may be the last: it must be known what was begun.
        if isSuspect, session == .welcomed { sendBeat() }
    }

    /// Drops whatever is held of a shard that is no longer wanted.
    mutating func cancel(_ key: WorkKey) {
        forgetResult(key)
        guard let dropped = work.removeValue(forKey: key) else { return }
        if let id = dropped.computation {
            computations[id] = .some(nil)
            act(.cancelCompute(id))
        } else {
            queue.removeAll { $0 == key }
        }
    }

    /// Returns leases without a result.
    mutating func giveBack(_ keys: [WorkKey]) {
        var runs: [RunID] = []
        for key in keys {
            if !runs.contains(key.run) { runs.append(key.run) }
            if let id = work.removeValue(forKey: key)?.computation { computations[id] = .some(nil) }
        }
        queue.removeAll { work[$0] == nil }
        guard session == .welcomed else { return }
        for run in runs {
            send(.giveBack(keys.filter { $0.run == run }.map(\.shard)), about: run)
        }
    }

    // MARK: Results

    /// Sends a result and keeps it until it is durable.
    mutating func finish(_ id: ComputeID, payload: [UInt8], digest: SHA256Digest, elapsed: Duration) {
        guard let key = end(id), let lease = work.removeValue(forKey: key)?.offer.lease else { return }
        guard payload.count <= MessageLimits.payloadBytes else {
            return sendFault(
                key, code: .other,
                text: "the result has \(payload.count) bytes, and may have at most \(MessageLimits.payloadBytes)",
                isRetriable: false)
        }
        arrivals += 1
        results[key] = UnacknowledgedResult(
            result: ShardResult(shard: key.shard, lease: lease, digest: digest, elapsed: elapsed, payload: payload),
            arrival: arrivals)
        resultBytes += payload.count
        if session == .welcomed { sendResult(key) }
    }

    /// Reports that there will be no result.
    mutating func fail(_ id: ComputeID, code: ShardFault.Code, text: String, isRetriable: Bool) {
        guard let key = end(id), work.removeValue(forKey: key) != nil else { return }
        sendFault(key, code: code, text: text, isRetriable: isRetriable)
        if code == .disk, isRetriable {
            // The next shard would fail here as well.
            beginToLeave(reason: "its disk failed: \(text)", within: nil)
        }
    }

    /// Frees the thread of a computation, and returns what it was for if that is still wanted.
    private mutating func end(_ id: ComputeID) -> WorkKey? {
        (computations.removeValue(forKey: id) ?? nil) ?? nil
    }

    /// A lost FAIL does no harm: the worker no longer lists the lease, so that it lapses.
    mutating func sendFault(_ key: WorkKey, code: ShardFault.Code, text: String, isRetriable: Bool) {
        guard session == .welcomed else { return }
        send(.fail(ShardFault(shard: key.shard, code: code, text: text, isRetriable: isRetriable)), about: key.run)
    }

    mutating func sendResult(_ key: WorkKey) {
        guard let held = results[key] else { return }
        results[key]!.sentAt = now
        let isSmall = held.result.size <= policy.inlineResultBytes
        send(.result(isSmall ? held.result : held.result.announcement), about: key.run)
    }

    /// Sends a piece of a result that is too large for one message.
    mutating func sendPiece(_ request: BlobRequest, of run: RunID) {
        let held = results.values.first { $0.result.digest == request.digest }
        guard let payload = held?.result.payload, request.offset <= UInt64(payload.count) else {
            let chunk = BlobChunk(digest: request.digest, offset: request.offset, size: nil, content: [])
            return send(.blobChunk(chunk), about: run)
        }
        let start = Int(request.offset)
        let end = min(payload.count, start + max(1, min(request.length, MessageLimits.partBytes)))
        send(
            .blobChunk(
                BlobChunk(
                    digest: request.digest, offset: request.offset, size: UInt64(payload.count),
                    content: Array(payload[start..<end]))),
            about: run)
    }

    mutating func forgetResult(_ key: WorkKey) {
        guard let held = results.removeValue(forKey: key) else { return }
        let couldTakeMore = credits > 0
        resultBytes -= held.result.payload.count
        if !couldTakeMore, credits > 0 { send(.ready(credits: credits)) }
    }
}
