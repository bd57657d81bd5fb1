/// Something an operator may want to know, as data; its description is one log line.
package enum Notice: Equatable, Sendable, CustomStringConvertible {
    package enum Level: Sendable { case debug, info, warning, error }

    // From the coordinator.
    case workerJoined(Incarnation, host: String, threads: Int)
    case workerLeft(Incarnation, host: String, reason: String)
    case workerLost(Incarnation, host: String, silence: Duration, leases: Int)
    case workerReturned(Incarnation, host: String)
    case workerDrained(Incarnation, host: String, reason: String)
    case peerRejected(Incarnation, host: String, Rejection)
    case frameDropped(Incarnation?, reason: String)
    case leaseLapsed(ShardID, host: String)
    case shardStalled(ShardID, host: String, since: Duration)
    case shardCopied(ShardID, from: String, to: String)
    case shardFaulted(ShardID, host: String, text: String)
    case shardFailed(ShardFailure)
    case resultRefused(ShardID, host: String, reason: String)
    case disagreement(Disagreement)
    case replicasOnOneMachine(host: String)
    case stageStarted(RunID, stage: Int, title: String, shards: Int, reused: Int)
    case stageEnded(RunID, stage: Int, title: String, after: Duration)
    case storageBlocked(reason: String)
    case storageRestored

    // From a worker.
    case welcomed(epoch: UInt64)
    case coordinatorLost(silence: Duration)
    case fetchFailed(digest: String, reason: String)

    package var level: Level {
        switch self {
        case .workerJoined, .workerLeft, .workerReturned, .stageStarted, .stageEnded, .storageRestored, .welcomed:
            .info
        case .shardCopied, .leaseLapsed:
            .debug
        // A command that says nothing else says why it waits.
        case .storageBlocked:
            .error
        default:
            .warning
        }
    }

    package var description: String {
        switch self {
        case .workerJoined(let worker, let host, let threads):
            "worker \(worker) joined from \(host) with \(threads) \(threads == 1 ? "thread" : "threads")"
        case .workerLeft(let worker, let host, let reason):
            "worker \(worker) on \(host) left: \(reason)"
        case .workerLost(let worker, let host, let silence, let leases):
            "worker \(worker) on \(host) lost: silent for \(silence.text); "
                + (leases == 1 ? "its lease goes to others" : "its \(leases) leases go to others")
        case .workerReturned(let worker, let host):
            "worker \(worker) on \(host) is back"
        case .workerDrained(let worker, let host, let reason):
            "worker \(worker) on \(host) is drained: \(reason)"
        case .peerRejected(let peer, let host, let rejection):
            "\(host) (\(peer)) rejected: \(rejection.text)"
        case .frameDropped(let peer, let reason):
            "unreadable message from \(peer.map { "\($0)" } ?? "an unknown peer") dropped: \(reason)"
        case .leaseLapsed(let shard, let host):
            "shard \(shard) never reached \(host); queued again"
        case .shardStalled(let shard, let host, let since):
            "shard \(shard) on \(host) shows no progress for \(since.text); another worker may copy it"
        case .shardCopied(let shard, let from, let to):
            "shard \(shard), slow on \(from), is computed on \(to) as well"
        case .shardFaulted(let shard, let host, let text):
            "shard \(shard) failed on \(host): \(text)"
        case .shardFailed(let failure):
            "given up: \(failure)"
        case .resultRefused(let shard, let host, let reason):
            "the result of shard \(shard) from \(host) cannot be read, and the shard is computed again: \(reason)"
        case .disagreement(let disagreement):
            "\(disagreement)"
        case .replicasOnOneMachine(let host):
            "shards are compared on one machine only, \(host), which says little: what is wrong with it may be wrong "
                + "both times; connect workers on another machine"
        case .stageStarted(_, let stage, let title, let shards, let reused):
            "stage \(stage + 1), \(title): \(shards) \(shards == 1 ? "shard" : "shards"), \(reused) of them from the journal"
        case .stageEnded(_, let stage, let title, let after):
            "stage \(stage + 1), \(title): complete after \(after.text)"
        case .storageBlocked(let reason):
            "waiting for space: \(reason); computing pauses and resumes by itself"
        case .storageRestored:
            "results are stored again"
        case .welcomed(let epoch):
            "welcomed by the coordinator, epoch \(epoch)"
        case .coordinatorLost(let silence):
            "coordinator silent for \(silence.text); looking for it"
        case .fetchFailed(let digest, let reason):
            "input \(digest) could not be fetched: \(reason)"
        }
    }
}
