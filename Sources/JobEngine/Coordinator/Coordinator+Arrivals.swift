import ContentDigest

/// A result too large for one message: announced by its worker, and brought in pieces.
struct Arrival: Sendable {
    let run: RunID
    let worker: Incarnation

    /// The result without its payload.
    let announcement: ShardResult

    /// Set while it is being brought.
    var fetch: BlobFetch?

    /// When it last got on.
    var movedAt: Duration
}

extension Coordinator {
    /// Whether a worker shows that it was lent this shard, by this coordinator or one before it with the same key.
    func isProven(_ lease: LeaseID, of shard: ShardID, in run: RunID, by worker: Incarnation) -> Bool {
        lease.proof == configuration.leaseKey.proof(of: shard, in: run, for: worker)
    }

    /// Takes note of a result that is to be brought in pieces, unless that is known.
    mutating func announce(_ result: ShardResult, of run: RunID, from worker: Incarnation) {
        // The shard is not lost while its result waits here.
        if case .open(let index) = place(of: result.shard, in: run),
            let lease = board!.entries[index].leases.first(where: { leases[$0]!.worker == worker })
        {
            leases[lease]!.listedAt = now
            leases[lease]!.progressAt = now
        }
        let isKnown = { (arrival: Arrival) in
            arrival.worker == worker && arrival.run == run && arrival.announcement.shard == result.shard
        }
        guard !arrivals.contains(where: isKnown), !announced.contains(where: isKnown) else { return }
        announced.append(Arrival(run: run, worker: worker, announcement: result, movedAt: now))
    }

    /// Begins to bring what was announced, as far as there is room.
    mutating func bringResults() {
        while let place = announced.firstIndex(where: mayBring) {
            var arrival = announced.remove(at: place)
            guard wantsPayload(arrival.announcement, of: arrival.run) else {
                // Another copy came first, and its digest says all.
                takeResult(arrival.announcement, of: arrival.run, from: arrival.worker)
                continue
            }
            var fetch = BlobFetch(
                arrival.announcement.digest, chunkBytes: policy.blobChunkBytes, window: policy.blobWindow)
            let requests = fetch.start(at: now)
            arrival.fetch = fetch
            arrival.movedAt = now
            arrivals.append(arrival)
            request(requests, of: arrival)
        }
    }

    private func mayBring(_ arrival: Arrival) -> Bool {
        guard wantsPayload(arrival.announcement, of: arrival.run) else { return true }
        guard unstoredBytes < policy.maximumUnstoredBytes else { return false }
        // Pieces are told apart by their worker and digest.
        let isTwin = { (other: Arrival) in
            other.worker == arrival.worker && other.announcement.digest == arrival.announcement.digest
        }
        let bytes = arrivals.reduce(arrival.announcement.size) { $0 + $1.announcement.size }
        return arrivals.isEmpty || (bytes <= policy.maximumFetchedBytes && !arrivals.contains(where: isTwin))
    }

    /// Whether a result counts for more than its digest.
    func wantsPayload(_ result: ShardResult, of run: RunID) -> Bool {
        guard case .open(let index) = place(of: result.shard, in: run) else { return false }
        if board!.votes[index] != nil { return true }
        switch board!.entries[index].state {
        case .storing: return board!.storing[index]!.result.digest != result.digest
        case .queued, .leased, .failed, .done: return board!.durableResult(of: index)?.digest != result.digest
        }
    }

    private mutating func request(_ requests: [BlobRequest], of arrival: Arrival) {
        for request in requests {
            send(.blobRequest(request), to: arrival.worker, about: arrival.run)
        }
    }

    /// Takes a piece of a result; what nobody asked for changes nothing.
    mutating func takePiece(_ chunk: BlobChunk, from worker: Incarnation) {
        let place = arrivals.firstIndex { $0.worker == worker && $0.announcement.digest == chunk.digest }
        guard let place, chunk.size == nil || chunk.size == UInt64(arrivals[place].announcement.size) else { return }
        let before = arrivals[place].fetch!.arrivedBytes
        switch arrivals[place].fetch!.receive(chunk, at: now) {
        case .incomplete(let requests):
            if arrivals[place].fetch!.arrivedBytes > before {
                arrivals[place].movedAt = now
                announce(arrivals[place].announcement, of: arrivals[place].run, from: worker)
            }
            request(requests, of: arrivals[place])
        case .complete:
            let arrival = arrivals.remove(at: place)
            var result = arrival.announcement
            result.payload = arrival.fetch!.blob.content
            takeVerifiedResult(result, of: arrival.run, from: worker)
        case .failed(let reason):
            abandon(arrivals.remove(at: place), reason: reason)
        }
    }

    /// Asks again for pieces that did not come, and gives up what has long stood still.
    mutating func passTimeOfArrivals() {
        for place in arrivals.indices {
            let requests = arrivals[place].fetch!.overdue(at: now, after: policy.resendInterval)
            request(requests, of: arrivals[place])
        }
        let isStuck = { [now, policy] (arrival: Arrival) in now - arrival.movedAt >= policy.fetchPatience }
        for arrival in arrivals.filter(isStuck) {
            arrivals.removeAll { $0.worker == arrival.worker && $0.announcement.shard == arrival.announcement.shard }
            abandon(arrival, reason: "its pieces did not come")
        }
    }

    /// Lets others have a shard whose result cannot be brought. Should it come later, it is taken all the same.
    private mutating func abandon(_ arrival: Arrival, reason: String) {
        let shard = arrival.announcement.shard
        let text = "its result of \(arrival.announcement.size) bytes could not be brought: \(reason)"
        takeFault(
            ShardFault(shard: shard, code: .other, text: text, isRetriable: true), of: arrival.run,
            from: arrival.worker)
    }

    /// Forgets what comes from somebody who has gone, or for a run that is over.
    mutating func forgetArrivals(where isOver: (Arrival) -> Bool) {
        arrivals.removeAll(where: isOver)
        announced.removeAll(where: isOver)
    }
}
