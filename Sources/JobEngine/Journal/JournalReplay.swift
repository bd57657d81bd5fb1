import ContentDigest

/// What the records of a journal amount to.
package struct JournalReplay: Equatable, Sendable {
    /// What the run is; nil only for an empty journal.
    package private(set) var opening: RunOpening?

    /// The last epoch that wrote here; 0 before the first.
    package private(set) var lastEpoch: UInt64 = 0

    /// The durable results. Where two were written for one shard, the later one.
    package private(set) var results: [ShardID: JournaledResult] = [:]

    /// Shards whose payload does not have the digest beside it: their results are not among `results`.
    package private(set) var damaged: Set<ShardID> = []

    /// The digest of each stage's plan, in order. A resumed program that plans
    /// another stage at some point is not the program that wrote the journal.
    package private(set) var plans: [SHA256Digest] = []

    /// How the run ended, if it did.
    package private(set) var ending: Ending?

    package struct Ending: Equatable, Sendable {
        package var succeeded: Bool
        package var text: String
    }

    package init() {}

    /// Replays `records` in order.
    package init(_ records: [JournalRecord]) throws(JournalReplayError) {
        for record in records {
            try apply(record)
        }
    }

    /// Adds the next record.
    package mutating func apply(_ record: JournalRecord) throws(JournalReplayError) {
        if case .runOpened(let opening) = record {
            guard self.opening == nil else { throw .openedTwice }
            self.opening = opening
            return
        }
        guard opening != nil else { throw .notOpened }
        switch record {
        case .runOpened:
            break
        case .epochBegun(let epoch, _):
            guard epoch > lastEpoch else { throw .epochNotRaised(from: lastEpoch, to: epoch) }
            lastEpoch = epoch
            // A run that failed may be tried again, and a finished one extended.
            ending = nil
        case .stagePlanned(let stage, _, _, let plan):
            // Every restart plans all stages again; a changed plan replaces what followed.
            guard stage <= plans.count else { throw .stageSkipped(stage) }
            if stage < plans.count, plans[stage] != plan { plans.removeSubrange(stage...) }
            if stage == plans.count { plans.append(plan) }
        case .shardDone(let result):
            // A record's checksum tells what was written from what was not; the digest, whether it was what a worker sent.
            if SHA256Digest(of: result.payload) == result.digest {
                results[result.shard] = result
                damaged.remove(result.shard)
            } else {
                results[result.shard] = nil
                damaged.insert(result.shard)
            }
        case .runFinished(let succeeded, let text):
            ending = Ending(succeeded: succeeded, text: text)
        }
    }

    /// The digests of the durable results, as the coordinator takes them with a plan.
    package var digests: [ShardID: SHA256Digest] { results.mapValues(\.digest) }
}

/// Why records that can be read make no journal.
package enum JournalReplayError: Error, Equatable, Sendable, CustomStringConvertible {
    case notOpened
    case openedTwice
    case epochNotRaised(from: UInt64, to: UInt64)
    case stageSkipped(Int)

    package var description: String {
        switch self {
        case .notOpened: "the journal does not begin by naming its run"
        case .openedTwice: "the journal names two runs"
        case .epochNotRaised(let old, let new): "epoch \(new) follows epoch \(old): two coordinators wrote at once"
        case .stageSkipped(let stage): "stage \(stage + 1) was planned before the stage before it"
        }
    }
}
