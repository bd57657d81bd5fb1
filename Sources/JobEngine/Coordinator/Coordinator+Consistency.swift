extension Coordinator {
    /// Returns what contradicts itself in the coordinator's state, in words; always nothing.
    ///
    /// For tests, which ask after every event: a shard must be done, given up, on
    /// its way to the journal, leased, or where the next worker takes it from.
    ///
    /// - Complexity: Linear in shards, leases and workers.
    package func contradictions() -> [String] {
        var found: [String] = []
        func expect(_ condition: Bool, _ text: @autoclosure () -> String) {
            if !condition { found.append(text()) }
        }
        var leasesOfWorkers = 0
        for (worker, record) in workers {
            leasesOfWorkers += record.leases.count
            expect(record.phase != .lost || record.leases.isEmpty, "lost worker \(worker) holds leases")
            for number in record.leases {
                expect(leases[number]?.worker == worker, "worker \(worker) lists a lease it does not hold")
            }
        }
        expect(leasesOfWorkers == leases.count, "\(leases.count) leases, \(leasesOfWorkers) of them at workers")
        expect(
            roster.count == workers.count && roster.allSatisfy { workers[$0] != nil }, "the roster is not the workers")
        expect(unstoredBytes >= 0, "\(unstoredBytes) bytes are being stored")
        guard let board else {
            expect(leases.isEmpty && unstoredBytes == 0, "leases or results without a stage")
            return found
        }
        expect(active != nil, "a stage without a run")
        var isQueued = [Bool](repeating: false, count: board.entries.count)
        for index in board.queue.indices { isQueued[index] = true }
        for index in board.placed.values.joined() { isQueued[index] = true }
        for index in board.picky { isQueued[index] = true }
        var done = 0
        var leasesOfShards = 0
        for index in board.entries.indices {
            let holders = board.entries[index].leases
            leasesOfShards += holders.count
            expect(
                holders.allSatisfy { leases[$0]?.shard == index }, "shard \(index) lists a lease of another shard")
            switch board.entries[index].state {
            case .queued:
                expect(isQueued[index] && holders.isEmpty, "shard \(index) is queued nowhere")
            case .leased:
                expect(!holders.isEmpty, "shard \(index) is leased to nobody")
            case .storing:
                expect(board.storing[index] != nil && holders.isEmpty, "shard \(index) is not being stored")
            case .done:
                done += 1
                expect(board.entries[index].result != nil && holders.isEmpty, "shard \(index) is done without result")
            case .failed:
                expect(board.failures[index] != nil && holders.isEmpty, "shard \(index) failed without reason")
            }
        }
        expect(done == board.doneCount, "\(done) shards are done, not \(board.doneCount)")
        expect(leasesOfShards == leases.count, "\(leases.count) leases, \(leasesOfShards) of them on shards")
        expect(!board.isComplete, "a complete stage is still in hand")
        expect(
            unstoredBytes == board.storing.values.reduce(0) { $0 + $1.bytes },
            "\(unstoredBytes) bytes are counted as being stored")
        return found
    }
}
