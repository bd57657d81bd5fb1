import ContentDigest
import JobEngine

/// A run that is ready to be computed.
struct OpenedRun: Sendable {
    let journal: RunJournal
    let planner: RunPlanner

    /// Of a run that shares its coordinator with others.
    let mark: RunMark?
}

/// One run as the coordinator's thread holds it: its journal, its program and the bytes in hand.
final class ServedRun {
    let id: RunID
    let title: String
    private let journal: JournalFile
    private let planner: RunPlanner
    private let mark: RunMark?
    private let plans: [SHA256Digest]

    /// Payloads by shard: those that the journal had, and those of the stage in hand.
    private var payloads: [ShardID: [UInt8]]

    /// The digests of `payloads`, as the state machine wants to know them.
    private(set) var known: [ShardID: SHA256Digest]

    private var blobs: [SHA256Digest: Blob] = [:]

    /// How many results the program is asked about.
    private var unchecked = 0

    /// Results that wait for their sync, oldest first.
    private var unsynced: [(number: UInt64, shard: ShardID)] = []

    private var stageStart: (title: String, shards: Int, reused: Int, at: Duration)?
    private var timings: [RunHistory.Stage] = []

    /// What each worker had done for other runs when this one began.
    private var doneBefore: [Incarnation: Int]?

    init(title: String, _ opened: OpenedRun) {
        let journal = opened.journal
        planner = opened.planner
        mark = opened.mark
        id = journal.run
        self.title = title
        self.journal = journal.file
        plans = journal.plans
        payloads = journal.results.mapValues(\.payload)
        known = journal.results.mapValues(\.digest)
    }

    /// Asks the program whether a result can be taken.
    func check(_ order: PersistOrder) {
        unchecked += 1
        planner.check(order)
    }

    /// Notes that the program has answered.
    func noteChecked() {
        unchecked -= 1
    }

    /// Begins to make a result durable.
    func persist(_ order: PersistOrder) {
        payloads[order.shard] = order.payload
        known[order.shard] = order.digest
        let number = journal.append(JournalRecord.shardDone(JournaledResult(order)).encoded())
        unsynced.append((number, order.shard))
    }

    /// Whether results wait for the program's word or for their sync.
    var hasUnsynced: Bool { unchecked > 0 || !unsynced.isEmpty }

    /// Returns the shards whose results became durable with record `number`.
    func synced(upTo number: UInt64) -> [ShardID] {
        let count = unsynced.firstIndex { $0.number > number } ?? unsynced.count
        defer { unsynced.removeFirst(count) }
        return unsynced[..<count].map(\.shard)
    }

    /// Hands the results of a stage to the program.
    ///
    /// They are forgotten here, as is what the stage's shards read: the journal has the
    /// results, and the program what it makes of them.
    func planStage(_ stage: Int, after shards: [ShardID], workers: [WorkerStatus], at now: Duration) {
        if doneBefore == nil {
            doneBefore = Dictionary(workers.map { ($0.incarnation, $0.done) }) { first, _ in first }
        }
        if let start = stageStart {
            timings.append(
                RunHistory.Stage(
                    title: start.title, shards: start.shards, reused: start.reused, elapsed: now - start.at))
            stageStart = nil
        }
        let results = shards.map { shard in
            guard let payload = payloads[shard] else {
                preconditionFailure("the state machine counts shard \(shard) as done, and nobody stored it")
            }
            return payload
        }
        for shard in shards {
            payloads[shard] = nil
            known[shard] = nil
        }
        blobs = [:]
        planner.plan(stage: stage, after: results, history: history(workers: workers), known: payloads)
    }

    /// The stages so far, and who delivered their shards.
    ///
    /// - Parameter workers: As the coordinator knows them, with all they did since they came.
    func history(workers: [WorkerStatus]) -> RunHistory {
        RunHistory(
            stages: timings,
            workers: workers.map { worker in
                RunHistory.Worker(
                    host: worker.host, labels: worker.labels, threads: worker.threads,
                    done: worker.done - (doneBefore?[worker.incarnation] ?? 0))
            })
    }

    /// Notes that the program's answer was dealt with.
    func noteAnswered() {
        mark?.end()
    }

    /// Forgets a result that cannot be taken.
    func forget(_ shard: ShardID) {
        payloads[shard] = nil
        known[shard] = nil
    }

    /// Notes a plan and takes its blobs.
    ///
    /// - Returns: Whether an earlier start had planned something else for this stage.
    func begin(_ stage: Int, _ plan: StagePlan, shards: [ShardID], at now: Duration) -> Bool {
        for blob in plan.blobs { blobs[blob.digest] = blob }
        let digest = StagePlan.digest(of: shards)
        journal.append(
            JournalRecord.stagePlanned(stage: stage, title: plan.title, shards: shards.count, plan: digest).encoded())
        stageStart = (plan.title, shards.count, shards.count { known[$0] != nil }, now)
        return stage < plans.count && plans[stage] != digest
    }

    /// The blob of that name, where this run has it.
    func blob(_ digest: SHA256Digest) -> Blob? { blobs[digest] }

    /// Notes the end and gives everything back. The journal's last records are synced before it returns.
    func end(_ outcome: RunOutcome) {
        switch outcome {
        case .finished:
            journal.append(JournalRecord.runFinished(succeeded: true, text: "").encoded())
        case .failed(let reason, _, _), .refused(let reason):
            journal.append(JournalRecord.runFinished(succeeded: false, text: reason).encoded())
        case .cancelled:
            journal.append(JournalRecord.runFinished(succeeded: false, text: "cancelled").encoded())
        }
        close()
    }

    /// Syncs the journal and ends the run's threads; the run can be resumed.
    func close() {
        planner.close()
        journal.close()
        // Told to stop while its program reduces: what ends the process now is no fault of the run.
        mark?.end()
    }

    /// Ends the run's threads as a crash would, without a last sync.
    func abandon() {
        planner.close()
        journal.abandon()
    }
}
