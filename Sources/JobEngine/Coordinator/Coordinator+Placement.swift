import ContentDigest

/// What shards that work on the same data have in common: a second pass over permutations and the first one.
struct WorkedData: Hashable, Sendable {
    let stage: String

    /// The first input. Those behind it tell the passes apart.
    let input: SHA256Digest
    let range: Range<Int>

    /// - Returns: Nil where the shard reads nothing.
    init?(of shard: Shard) {
        guard let first = shard.inputs.first else { return nil }
        (stage, input, range) = (shard.stage, first, shard.range)
    }
}

/// Who worked on data before, and how long it took.
struct EarlierWork: Sendable {
    let worker: Incarnation
    let elapsed: Duration
}

/// Shards go first to the worker that may still have what an earlier pass over their data came to.
///
/// A worker that has it takes a tenth of the time, so others leave such a shard alone unless its turn there comes later than
/// anybody could have computed it anew. Results do not depend on it.
extension Coordinator {
    /// Remembers who worked on a shard's data, for the stages that come.
    mutating func noteWork(on shard: Shard, by worker: Incarnation, in run: RunID, elapsed: Duration) {
        guard let data = WorkedData(of: shard) else { return }
        // Who has worked on them before may have been quick for that reason.
        let earlier = runs[run]!.work[data]
        let longest = earlier?.worker == worker ? max(earlier!.elapsed, elapsed) : elapsed
        runs[run]!.work[data] = EarlierWork(worker: worker, elapsed: longest)
    }

    /// Lays the shards of the stage that begins aside for those who worked on their data.
    mutating func placeShards() {
        guard let work = active.flatMap({ runs[$0]?.work }), !work.isEmpty, !board!.runsPrograms else { return }
        var placed: [Incarnation: ArraySlice<Int>] = [:]
        var times: [Duration] = []
        for index in board!.queue.indices.sorted() {
            guard let earlier = WorkedData(of: board!.shards[index]).flatMap({ work[$0] }),
                workers[earlier.worker].map(canTake) == true
            else { continue }
            placed[earlier.worker, default: []].append(index)
            times.append(earlier.elapsed)
        }
        guard !times.isEmpty else { return }
        board!.place(placed, timeAnew: times.sorted()[times.count / 2])
        for worker in roster { noteChance(of: worker) }
    }

    /// Notes that a worker may have a free credit for what was laid aside for it.
    mutating func noteChance(of worker: Incarnation) {
        guard board?.placed[worker] != nil, workers[worker]?.isDueForPlaced == false else { return }
        workers[worker]!.isDueForPlaced = true
        mayTakePlaced.append(worker)
    }

    /// Lends to whoever has a free credit what was laid aside for it.
    mutating func lendPlacedShards() {
        for worker in mayTakePlaced {
            workers[worker]?.isDueForPlaced = false
            while let record = workers[worker], canTake(record), reserved != worker, hasTime(record),
                let index = board!.takePlaced(for: worker, at: now)
            {
                lend(index, to: worker)
            }
        }
        mayTakePlaced = []
    }

    /// Gives shards that were laid aside to everybody where waiting for their worker takes longer than computing them anew.
    mutating func sharePlacedShards() {
        guard !board!.placed.isEmpty else { return }
        for worker in Array(board!.placed.keys) where workers[worker].map(mayStillTake) != true {
            board!.unplace(from: worker)
        }
        var free = waiting.contents.reduce(0) { free, worker in
            guard let record = workers[worker], canTake(record) else { return free }
            return free + record.credits - record.leases.count
        }
        let timeAnew = board!.timeAnew
        for (worker, placed) in board!.placed.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
            guard free > 0 else { return }
            guard now - board!.lastTaken(by: worker) <= timeAnew * 2 else {
                board!.unplace(from: worker)
                continue
            }
            guard let typicalTime, typicalTime > .zero else { continue }
            let parallel = Double(max(1, workers[worker]!.threads))
            let inTime = Int(min(timeAnew / typicalTime * parallel, 1e9))
            let shared = min(free, placed.count - inTime)
            guard shared > 0 else { continue }
            board!.unplace(from: worker, atMost: shared)
            free -= shared
        }
    }

    /// Whether it will have free credits again.
    private func mayStillTake(_ record: WorkerRecord) -> Bool {
        record.phase == .serving && record.closedAt == nil && now - record.lastHeard < policy.doubtfulAfter
            && hasTime(record)
    }
}
