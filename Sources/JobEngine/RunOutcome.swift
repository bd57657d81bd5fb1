import ContentDigest

/// How a run ended.
package enum RunOutcome: Equatable, Sendable {
    /// Its results are written. Disagreements name machines that must be looked at.
    case finished(disagreements: [Disagreement])

    /// It has no results. Shards that could be computed are in the journal.
    case failed(reason: String, shards: [ShardFailure], disagreements: [Disagreement])

    /// Its inputs cannot be analysed, as its program found. Nothing is broken, and another attempt ends in the same way.
    case refused(reason: String)

    case cancelled
}

/// A shard that could not be computed.
package struct ShardFailure: Equatable, Sendable, CustomStringConvertible {
    package var stage: String
    package var range: Range<Int>
    package var shard: ShardID

    /// How many attempts were started.
    package var attempts: Int

    /// Which machine said what, or what became of the workers.
    package var text: String

    package init(stage: String, range: Range<Int>, shard: ShardID, attempts: Int, text: String) {
        self.stage = stage
        self.range = range
        self.shard = shard
        self.attempts = attempts
        self.text = text
    }

    package var description: String {
        "\(stage) \(range.lowerBound)..<\(range.upperBound) (shard \(shard)), \(attempts) attempts: \(text)"
    }
}

/// Two machines that computed different results for one shard. One of them is broken.
package struct Disagreement: Equatable, Sendable, CustomStringConvertible {
    package var stage: String
    package var range: Range<Int>
    package var shard: ShardID

    /// The machine whose result came first, and the other.
    package var hosts: [String]

    package init(stage: String, range: Range<Int>, shard: ShardID, hosts: [String]) {
        self.stage = stage
        self.range = range
        self.shard = shard
        self.hosts = hosts
    }

    package var description: String {
        "\(stage) \(range.lowerBound)..<\(range.upperBound) (shard \(shard)): "
            + "\(hosts.joined(separator: " and ")) computed different results; check these machines' memory"
    }
}
