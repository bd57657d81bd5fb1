import ContentDigest
import JobEngine

/// What a shard of a finished run came to, by its SHA-256: what `modicum verify` compares with.
package struct ShardRecord: Codable, Equatable, Sendable {
    package let stage: String
    package let parameters: String
    package let first: Int
    package let end: Int

    /// The SHA-256 of what it read.
    package let inputs: [String]

    /// Of its result.
    package let sha256: String

    init(_ shard: Shard, result: [UInt8]) {
        stage = shard.stage
        parameters = String(decoding: shard.parameters, as: UTF8.self)
        (first, end) = (shard.range.lowerBound, shard.range.upperBound)
        inputs = shard.inputs.map(\.description)
        sha256 = SHA256Digest(of: result).description
    }

    /// The shard itself; nil for a record that no program wrote.
    var shard: Shard? {
        let digests = inputs.compactMap { SHA256Digest(hexadecimal: $0) }
        guard first < end, digests.count == inputs.count else { return nil }
        return Shard(stage: stage, parameters: Array(parameters.utf8), range: first..<end, inputs: digests)
    }

    /// Such as ``shard 0 ..< 256 of `gene-set-nulls` ``.
    package var name: String { "shard \(first) ..< \(end) of `\(stage)`" }

    /// The shards of a run that was gone on with: the new ones, and of the earlier ones those that the results still rest on.
    ///
    /// An earlier shard is dropped where a new one of its stage covers part of it, and where no new one of its stage
    /// reads what it read, as the second of two passes does when the first has gone on.
    package static func joining(_ earlier: [ShardRecord], _ new: [ShardRecord]) -> [ShardRecord] {
        struct Reading: Hashable {
            let stage: String
            let inputs: [String]
        }
        let stages = Set(new.map(\.stage))
        let ranges = Dictionary(grouping: new) { Reading(stage: $0.stage, inputs: $0.inputs) }
            .mapValues { $0.map { $0.first..<$0.end } }
        let kept = earlier.filter { record in
            guard stages.contains(record.stage) else { return true }
            guard let own = ranges[Reading(stage: record.stage, inputs: record.inputs)] else { return false }
            return !own.contains { $0.overlaps(record.first..<record.end) }
        }
        return kept + new
    }
}
