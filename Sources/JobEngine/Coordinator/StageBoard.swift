import ContentDigest

/// The shards of the stage in hand, and what is known about each.
struct StageBoard: Sendable {
    /// A shard's state, and the collection that holds what belongs to it.
    enum State: Sendable {
        /// In `queue`, or in `picky`.
        case queued
        /// `Entry.leases` names at least one lease.
        case leased
        /// In `storing`: the journal has been asked to keep its result.
        case storing
        /// In `Entry.result`.
        case done
        /// In `failures`.
        case failed
    }

    struct Entry: Sendable {
        var state = State.queued

        /// Started attempts that ended without a result.
        var attempts = 0

        /// Those of which nobody knows whether they were started.
        var unseenAttempts = 0

        /// Live leases, by number.
        var leases: [UInt64] = []

        /// Workers that should not have it (again) while there are others.
        var avoided: [Incarnation] = []

        /// Whether one more copy is wanted because a lease stalled.
        var wantsCopy = false

        /// What ended the last attempt.
        var lastFault = ""

        var result: StoredResult?
    }

    /// A result on its way into the journal.
    struct Storing: Sendable {
        var result: StoredResult
        var bytes: Int

        /// Who waits for the acknowledgement.
        var deliverers: [Incarnation]

        /// A different result that came meanwhile.
        var rival: (order: PersistOrder, worker: Incarnation)?
    }

    /// One of several results that should be equal and are not.
    struct Vote: Sendable {
        let digest: SHA256Digest
        let host: String

        /// nil for a result from the journal.
        let worker: Incarnation?
    }

    let title: String
    let shards: [Shard]
    let ids: [ShardID]
    let startedAt: Duration

    /// The bytes that a result may have.
    let largestResult: Int

    /// As in `StagePlan`.
    let runsPrograms: Bool
    private let indices: [ShardID: Int]

    var entries: [Entry]
    var queue: IndexHeap

    /// By worker, the queued shards that are laid aside for it, ascending; none without any.
    private(set) var placed: [Incarnation: ArraySlice<Int>] = [:]

    /// How long a shard that was laid aside takes anybody else, by the times of the earlier pass.
    private(set) var timeAnew = Duration.zero

    /// By worker, when it last took a shard that was laid aside for it.
    private var takenAt: [Incarnation: Duration] = [:]

    /// Queued or stalled shards that not every worker may have, ascending.
    var picky: [Int] = []
    var storing: [Int: Storing] = [:]
    var votes: [Int: [Vote]] = [:]

    /// The durable results of shards that are computed once more to be compared.
    var replicas: [Int: StoredResult] = [:]
    var failures: [Int: ShardFailure] = [:]
    private(set) var doneCount = 0
    let reusedCount: Int
    private var times = RecentTimes()

    /// - Parameter results: The durable results among the shards.
    init(_ plan: StagePlan, ids: [ShardID], results: [Int: StoredResult], at now: Duration) {
        let shards = plan.shards
        title = plan.title
        self.shards = shards
        runsPrograms = plan.runsPrograms
        largestResult = min(plan.largestResult, MessageLimits.payloadBytes)
        self.ids = ids
        self.startedAt = now
        var indices: [ShardID: Int] = [:]
        indices.reserveCapacity(ids.count)
        for (index, id) in ids.enumerated() {
            indices[id] = index
        }
        self.indices = indices
        entries = [Entry](repeating: Entry(), count: shards.count)
        var open: [Int] = []
        for index in shards.indices {
            if let result = results[index] {
                entries[index].state = .done
                entries[index].result = result
            } else {
                open.append(index)
            }
        }
        queue = IndexHeap(ascending: open)
        reusedCount = results.count
        doneCount = results.count
    }

    /// Whether every shard is done or given up.
    var isComplete: Bool { doneCount + failures.count == shards.count }

    func index(of id: ShardID) -> Int? { indices[id] }

    /// The result that the journal has of a shard, though a second one may be waited for.
    func durableResult(of index: Int) -> StoredResult? { entries[index].result ?? replicas[index] }

    /// Half of the shards took longer; nil before the first result.
    var medianTime: Duration? { times.median }

    mutating func noteTime(_ time: Duration) {
        times.append(time)
    }

    /// Puts a shard where the next worker takes it from.
    mutating func requeue(_ index: Int, isPicky: Bool) {
        entries[index].state = .queued
        if isPicky {
            insertPicky(index)
        } else {
            queue.insert(index)
        }
    }

    /// Adds a shard to those that not every worker may have.
    mutating func insertPicky(_ index: Int) {
        let place = picky.firstIndex { $0 >= index } ?? picky.count
        guard place == picky.count || picky[place] != index else { return }
        picky.insert(index, at: place)
    }

    /// Returns the lowest queued shard that any worker may have.
    mutating func takeQueued() -> Int? {
        while let index = queue.first {
            // A shard may have left the queue by a late result or an adopted lease.
            if entries[index].state == .queued, !picky.contains(index) { return queue.removeFirst() }
            _ = queue.removeFirst()
        }
        return nil
    }

    /// Lays shards aside that are in the queue.
    mutating func place(_ shards: [Incarnation: ArraySlice<Int>], timeAnew: Duration) {
        placed = shards
        self.timeAnew = timeAnew
        let aside = Set(shards.values.joined())
        queue = IndexHeap(ascending: queue.indices.sorted().filter { !aside.contains($0) })
    }

    /// Returns the lowest queued shard that was laid aside for a worker.
    mutating func takePlaced(for worker: Incarnation, at now: Duration) -> Int? {
        while let index = placed[worker]?.popFirst() {
            if placed[worker]!.isEmpty { placed[worker] = nil }
            takenAt[worker] = now
            // As of `takeQueued`.
            if entries[index].state == .queued, !picky.contains(index) { return index }
        }
        return nil
    }

    /// When a worker last took a shard that was laid aside for it: at first, when the stage began.
    func lastTaken(by worker: Incarnation) -> Duration { takenAt[worker] ?? startedAt }

    /// Puts the last shards that were laid aside for a worker where everybody takes them from.
    mutating func unplace(from worker: Incarnation, atMost count: Int = .max) {
        guard var shards = placed[worker] else { return }
        for index in shards.suffix(count) { queue.insert(index) }
        shards.removeLast(min(count, shards.count))
        placed[worker] = shards.isEmpty ? nil : shards
    }

    /// Whether any shard waits for a worker.
    var hasQueued: Bool { hasQueuedForAll || !placed.isEmpty }

    /// The same, without those that are laid aside.
    var hasQueuedForAll: Bool { !queue.isEmpty || picky.contains { entries[$0].state == .queued } }

    mutating func markDone(_ index: Int, _ result: StoredResult) {
        entries[index].state = .done
        entries[index].result = result
        doneCount += 1
    }

    /// Opens a finished shard again, because a second result contradicts the first. It is then to be queued.
    mutating func reopen(_ index: Int) {
        entries[index].state = .leased
        entries[index].result = nil
        doneCount -= 1
    }
}

/// A durable result, as far as the coordinator needs to know it.
struct StoredResult: Equatable, Sendable {
    let digest: SHA256Digest

    /// The machine that computed it, or `the journal`.
    let host: String

    /// The process; nil for the journal.
    let worker: Incarnation?
    let stage: String
    let range: Range<Int>

    /// Whether another result of the same shard must be equal.
    let isComparable: Bool

    init(digest: SHA256Digest, host: String, worker: Incarnation?, shard: Shard, isComparable: Bool) {
        self.digest = digest
        self.host = host
        self.worker = worker
        self.stage = shard.stage
        self.range = shard.range
        self.isComparable = isComparable
    }

    /// Whether another result of the same shard does not contradict this one.
    func agrees(with other: SHA256Digest) -> Bool { digest == other || !isComparable }
}

/// The times of the last shards of a stage.
private struct RecentTimes: Sendable {
    private static let capacity = 128
    private var times: [Duration] = []
    private var next = 0

    mutating func append(_ time: Duration) {
        if times.count < RecentTimes.capacity {
            times.append(time)
        } else {
            times[next] = time
            next = (next + 1) % RecentTimes.capacity
        }
    }

    var median: Duration? { times.isEmpty ? nil : times.sorted()[times.count / 2] }
}
