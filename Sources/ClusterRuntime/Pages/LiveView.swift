import JobEngine

/// A coordinator's state in words, which the terminal and the live page both show.
package struct LiveView: Equatable, Sendable {
    package struct Run: Equatable, Sendable {
        package var name: String
        package var title: String
        package var phase: String
        package var isInHand: Bool

        /// The stage in hand, such as `stage 2, models and tests: 96/174 shards, 212.0/s, 12 s left`; empty before there is one.
        package var progress: String

        /// The share of the stage's shards that are done; nil where there is no stage.
        package var share: Double?

        /// The stages before it, one line each.
        package var stages: [String]
        package var failures: [String]
    }

    package struct Worker: Equatable, Sendable {
        package var host: String
        package var labels: String
        package var phase: String

        /// Whether a person should look at it: it is lost, or says nothing.
        package var isInTrouble: Bool
        package var threads: Int
        package var leases: Int
        package var done: Int

        /// Such as `480 MiB`; empty where it has not said.
        package var memory: String

        /// Such as `2 s`.
        package var silence: String
    }

    /// Such as `coordinator 1.0, epoch 2, up 14 min`.
    package var headline: String
    package var blockers: [String]

    /// The run in hand first, then those that wait, then those that ended, the last first.
    package var runs: [Run]

    /// Those in trouble first.
    package var workers: [Worker]
    package var workersNotListed: Int

    /// Such as `3 workers, 12 threads; 1 lost`.
    package var workersInAll: String
    package var livePage: LivePageAddress?

    /// As many workers as a page lists.
    static let listedWorkers = 1_000

    /// How long a worker may say nothing before it is marked.
    private static let patience = LeasePolicy().doubtfulAfter

    package init(_ status: StatusSnapshot, listing limit: Int = LiveView.listedWorkers) {
        headline = "coordinator \(status.build), epoch \(status.epoch), up \(status.uptime.words)"
        blockers = status.blockers
        let inHand = status.runs.filter(\.isInHand)
        let waiting = status.runs.filter { $0.phase == .queued || $0.phase == .uploading }
        let ended = status.runs.filter { !$0.isInHand && $0.phase != .queued && $0.phase != .uploading }
        runs = (inHand + waiting + ended.reversed()).map(Run.init)
        let listed = Self.firstToLookAt(status.workers, limit)
        workers = listed.map { Worker($0, patience: Self.patience) }
        workersNotListed = status.workers.count - listed.count
        workersInAll = Self.summary(of: status.workers)
        livePage = status.livePage
    }

    /// The workers that have said nothing for longest, then those that serve, by machine.
    static func firstToLookAt(_ workers: [WorkerStatus], _ limit: Int) -> [WorkerStatus] {
        let sorted = workers.sorted {
            ($0.trouble(patience), $0.host, $0.incarnation) < ($1.trouble(patience), $1.host, $1.incarnation)
        }
        return Array(sorted.prefix(limit))
    }

    private static func summary(of workers: [WorkerStatus]) -> String {
        let serving = workers.filter { $0.phase != .lost }
        guard !workers.isEmpty else { return "no workers" }
        let text =
            "\(counted(serving.count, "worker")), "
            + "\(counted(serving.reduce(0) { $0 + $1.threads }, "thread"))"
        let lost = workers.count - serving.count
        return lost == 0 ? text : "\(text); \(lost) lost"
    }
}

extension LiveView.Run {
    init(_ run: RunStatus) {
        name = "\(run.run)"
        title = run.title
        phase = "\(run.phase)"
        isInHand = run.isInHand
        failures = run.failures
        share = run.shards > 0 ? Double(run.done) / Double(run.shards) : nil
        progress = ""
        stages = run.stages.enumerated().map { index, stage in
            let number = run.stage - run.stages.count + index + 1
            return "stage \(number), \(stage.title): \(counted(stage.shards, "shard"))"
                + (stage.reused > 0 ? ", \(stage.reused) reused" : "") + ", \(stage.elapsed.words)"
        }
        guard run.shards > 0 else { return }
        progress = "stage \(run.stage + 1), \(run.stageTitle): \(run.done)/\(run.shards) shards"
        if run.reused > 0 { progress += ", \(run.reused) reused" }
        if run.isInHand { progress += ", \(tenths(run.rate))/s" }
        if let remaining = run.remaining { progress += ", \(remaining.words) left" }
    }
}

extension LiveView.Worker {
    init(_ worker: WorkerStatus, patience: Duration) {
        host = worker.host
        labels = worker.labels.joined(separator: " ")
        isInTrouble = worker.trouble(patience) == 0
        phase = worker.phase == .serving && isInTrouble ? "silent" : "\(worker.phase)"
        threads = worker.threads
        leases = worker.leases
        done = worker.done
        memory = worker.memory > 0 ? "\(worker.memory >> 20) MiB" : ""
        silence = worker.silence.words
    }
}

extension RunStatus {
    fileprivate var isInHand: Bool { phase == .planning || phase == .computing }
}

extension WorkerStatus {
    /// 0 for those to be looked at first.
    fileprivate func trouble(_ patience: Duration) -> Int { phase == .lost || silence >= patience ? 0 : 1 }
}

extension Duration {
    /// As a person says how long something takes: `41 s`, `14 min`, `5 h 12 min`.
    package var words: String {
        let seconds = components.seconds
        if seconds < 120 { return "\(seconds) s" }
        let minutes = (seconds + 30) / 60
        return minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}

private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// A rate with one digit after the point.
private func tenths(_ number: Double) -> String {
    guard number.isFinite, abs(number) < 1e12 else { return "\(number)" }
    let value = Int((number * 10).rounded())
    return "\(value / 10).\(abs(value % 10))"
}
