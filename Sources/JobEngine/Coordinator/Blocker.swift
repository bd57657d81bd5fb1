/// Something that keeps the run in hand from going on, or from going faster.
package enum Blocker: Equatable, Sendable, CustomStringConvertible {
    /// Results cannot be stored; the reason names the file.
    case storage(reason: String)

    /// The coordinator was told to stop.
    case stopping

    /// A barrier: all results of a stage are reduced, and the next one is planned from them.
    case barrier(nextStage: Int)
    case noWorkerYet
    case noWorkerLeft(lost: Int, leaving: Int)

    /// The stage runs external programs, and none of the connected workers may.
    case noWorkerRunsPrograms(connected: Int)

    /// A worker says nothing, though its connection did not end: its process is stopped, or its machine or network is.
    case silentWorker(SilentWorker)

    /// Further silent workers, beyond those that are named.
    case moreSilentWorkers(Int)

    /// More results have come than the disk has taken.
    case unstoredResults
    case stalledShard(ShardID, host: String, since: Duration)

    /// Nothing is left to lend, and these are still being computed.
    case lastShards(Int, hosts: [String])

    package var description: String {
        switch self {
        case .storage(let reason): "waiting for space: \(reason)"
        case .stopping: "the coordinator is stopping"
        case .barrier(let stage):
            stage == 0
                ? "planning stage 1" : "stage \(stage) is reduced and stage \(stage + 1) planned; workers wait for it"
        case .noWorkerYet: "no worker has connected"
        case .noWorkerLeft(let lost, let leaving):
            "no worker is left: \(lost) lost, \(leaving) leaving; start others"
        case .noWorkerRunsPrograms(let connected):
            "waiting for a worker that runs programs: \(connected == 1 ? "the one" : "none of the \(connected)") that "
                + "\(connected == 1 ? "is connected does not" : "are connected does"); start some with worker "
                + "--allow-programs --root FOLDER"
        case .silentWorker(let worker): worker.description
        case .moreSilentWorkers(let count):
            "\(count) more \(count == 1 ? "worker has" : "workers have") not been heard of either"
        case .unstoredResults: "waiting for results to be stored"
        case .stalledShard(let shard, let host, let since):
            "shard \(shard) makes no progress on \(host) for \(since.wholeSeconds) s"
        case .lastShards(let count, let hosts):
            (count == 1 ? "waiting for the last shard" : "waiting for the last \(count) shards")
                + (hosts.isEmpty ? "" : ", on \(hosts.joined(separator: ", "))")
        }
    }
}

/// A worker that has said nothing for longer than a beat or two takes.
package struct SilentWorker: Equatable, Sendable, CustomStringConvertible {
    package var host: String
    package var labels: [String]
    package var silence: Duration

    /// What it was lent; nil once that has gone to others.
    package var holding: Holding?

    /// Shards, and after how much silence their worker loses them.
    package struct Holding: Equatable, Sendable {
        package var shards: Int
        package var until: Duration
    }

    package var description: String {
        let name = labels.isEmpty ? host : "\(host) (\(labels.joined(separator: " ")))"
        let silent = "worker \(name) has not been heard of for \(silence.wholeSeconds) s: stopped, or cut off"
        guard let holding else { return silent + "; its shards went to others" }
        guard holding.shards > 0 else { return silent }
        let shards = holding.shards == 1 ? "its shard goes" : "its \(holding.shards) shards go"
        return silent + "; \(shards) to others after \(holding.until.wholeSeconds) s"
    }
}

extension Duration {
    fileprivate var wholeSeconds: Int64 { components.seconds }
}
