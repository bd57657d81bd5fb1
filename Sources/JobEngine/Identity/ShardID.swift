import ContentDigest

/// The name of a shard: a digest over everything its result depends on.
///
/// Two shards with one name have one result, whatever process, run or version of
/// the code around the kernels computed it. So a journalled result may be used
/// again exactly when a shard of the same name is planned again.
package struct ShardID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let digest: SHA256Digest

    /// Takes a name that was received or stored.
    package init(_ digest: SHA256Digest) {
        self.digest = digest
    }

    /// Names `shard`.
    ///
    /// - Parameter numericContract: The number that changes whenever any released
    ///   result could change in any bit.
    package init(of shard: Shard, numericContract: UInt32) {
        var hasher = SHA256Hasher()
        hasher.update(ShardID.canonicalBytes(of: shard, numericContract: numericContract))
        self.digest = hasher.finish()
    }

    /// The shortest prefix that people compare: 12 hexadecimal digits.
    package var description: String { String(digest.description.prefix(12)) }

    package static func < (left: ShardID, right: ShardID) -> Bool { left.digest < right.digest }

    /// What is hashed: a tag, then numbers as eight little-endian bytes, and
    /// every part of variable length behind its length, so that no two shards
    /// share their bytes.
    private static func canonicalBytes(of shard: Shard, numericContract: UInt32) -> [UInt8] {
        var bytes = Array("modicum shard 1\n".utf8)
        bytes.reserveCapacity(96 + shard.stage.utf8.count + shard.parameters.count + 32 * shard.inputs.count)
        func append(_ number: UInt64) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(UInt64(numericContract))
        append(UInt64(shard.stage.utf8.count))
        bytes.append(contentsOf: shard.stage.utf8)
        append(UInt64(bitPattern: Int64(shard.range.lowerBound)))
        append(UInt64(bitPattern: Int64(shard.range.upperBound)))
        append(UInt64(shard.parameters.count))
        bytes.append(contentsOf: shard.parameters)
        append(UInt64(shard.inputs.count))
        for input in shard.inputs {
            input.withBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}

extension StagePlan {
    /// Returns the names of the shards, in plan order.
    package func shardIDs(numericContract: UInt32) -> [ShardID] {
        shards.map { ShardID(of: $0, numericContract: numericContract) }
    }

    /// Returns the digest that the journal keeps of a plan: over the shards' names in order.
    package static func digest(of ids: [ShardID]) -> SHA256Digest {
        var hasher = SHA256Hasher()
        for id in ids {
            id.digest.withBytes { hasher.update($0) }
        }
        return hasher.finish()
    }
}
