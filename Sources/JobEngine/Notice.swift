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
    case leaseLapsed(RunID, ShardID, host: String)
    case shardStalled(RunID, ShardID, host: String, since: Duration)
    case shardCopied(RunID, ShardID, from: String, to: String)
    case shardFaulted(RunID, ShardID, host: String, text: String)
    case shardFailed(RunID, ShardFailure)
    case resultRefused(RunID, ShardID, host: String, reason: String)
    case disagreement(RunID, Disagreement)
    case replicasOnOneMachine(RunID, host: String)
    case runSubmitted(RunID, title: String, by: String)
    case runAskedForAgain(RunID, title: String, by: String)
    case runCancelled(RunID, title: String, by: String)
    case runStarted(RunID, title: String)
    case runEnded(RunID, title: String, RunOutcome)
    case stageStarted(RunID, stage: Int, title: String, shards: Int, reused: Int)
    case stageEnded(RunID, stage: Int, title: String, after: Duration)
    case storageBlocked(reason: String)
    case storageRestored

    // From a worker.
    case welcomed(epoch: UInt64)
    case coordinatorLost(silence: Duration)
    case fetchFailed(digest: String, reason: String)

    /// The run that it is about, if it is about one.
    package var run: RunID? {
        switch self {
        case .leaseLapsed(let run, _, _), .shardStalled(let run, _, _, _), .shardCopied(let run, _, _, _),
            .shardFaulted(let run, _, _, _), .shardFailed(let run, _), .resultRefused(let run, _, _, _),
            .disagreement(let run, _), .replicasOnOneMachine(let run, _), .runSubmitted(let run, _, _),
            .runAskedForAgain(let run, _, _), .runCancelled(let run, _, _), .runStarted(let run, _),
            .runEnded(let run, _, _), .stageStarted(let run, _, _, _, _), .stageEnded(let run, _, _, _):
            run
        default: nil
        }
    }

    package var level: Level {
        switch self {
        case .workerJoined, .workerLeft, .workerReturned, .stageStarted, .stageEnded, .storageRestored, .welcomed,
            .runSubmitted, .runAskedForAgain, .runCancelled, .runStarted, .runEnded(_, _, .finished),
            .runEnded(_, _, .cancelled):
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
                + (leases == 0
                    ? "it held no lease"
                    : leases == 1 ? "its lease goes to others" : "its \(leases) leases go to others")
        case .workerReturned(let worker, let host):
            "worker \(worker) on \(host) is back"
        case .workerDrained(let worker, let host, let reason):
            "worker \(worker) on \(host) is drained: \(reason)"
        case .peerRejected(let peer, let host, let rejection):
            "\(host) (\(peer)) rejected: \(rejection.text)"
        case .frameDropped(let peer, let reason):
            "unreadable message from \(peer.map { "\($0)" } ?? "an unknown peer") dropped: \(reason)"
        case .leaseLapsed(_, let shard, let host):
            "shard \(shard) never reached \(host); queued again"
        case .shardStalled(_, let shard, let host, let since):
            "shard \(shard) on \(host) shows no progress for \(since.text); another worker may copy it"
        case .shardCopied(_, let shard, let from, let to):
            "shard \(shard), slow on \(from), is computed on \(to) as well"
        case .shardFaulted(_, let shard, let host, let text):
            "shard \(shard) failed on \(host): \(text)"
        case .shardFailed(_, let failure):
            "given up: \(failure)"
        case .resultRefused(_, let shard, let host, let reason):
            "the result of shard \(shard) from \(host) cannot be read, and the shard is computed again: \(reason)"
        case .disagreement(_, let disagreement):
            "\(disagreement)"
        case .replicasOnOneMachine(_, let host):
            "shards are compared on one machine only, \(host), which says little: what is wrong with it may be wrong "
                + "both times; connect workers on another machine"
        case .runSubmitted(_, let title, let client):
            "\(client) submitted \(title)"
        case .runAskedForAgain(_, let title, let client):
            "\(client) submitted \(title) again, which is here already"
        case .runCancelled(_, let title, let client):
            "\(client) cancelled \(title)"
        case .runStarted(_, let title):
            "\(title) begins"
        case .runEnded(_, let title, let outcome):
            switch outcome {
            case .finished: "\(title) is finished"
            case .failed(let reason, _, _): "\(title) failed: \(reason)"
            case .refused(let reason): "\(title) was refused: \(reason)"
            case .cancelled: "\(title) is cancelled"
            }
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
