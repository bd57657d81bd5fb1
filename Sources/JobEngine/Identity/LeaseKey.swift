import ContentDigest

/// The secret by which a coordinator recognises what it has lent.
///
/// A lease carries a proof made with it, and a result, or the claim to be computing a shard, counts only with that
/// proof. So a member cannot hand in shards that it was never given, and a worker that was lent a shard may hand it in
/// late: after its lease went to another, and after its coordinator was started again with the same secret.
package struct LeaseKey: Equatable, Sendable {
    /// How many bytes a new secret has.
    package static let byteCount = 32

    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Returns what a worker shows that was lent this shard of this run.
    ///
    /// The SHA-256 over the secret and fields of fixed length, cut to 128 bits: whoever does not know the secret can
    /// neither guess it nor extend another.
    package func proof(of shard: ShardID, in run: RunID, for worker: Incarnation) -> UInt128 {
        var hasher = SHA256Hasher()
        hasher.update(bytes)
        withUnsafeBytes(of: run.value.littleEndian) { hasher.update($0) }
        withUnsafeBytes(of: worker.value.littleEndian) { hasher.update($0) }
        shard.digest.withBytes { hasher.update($0) }
        return hasher.finish().withBytes { UInt128(littleEndian: $0.loadUnaligned(as: UInt128.self)) }
    }

    /// Whether a shard belongs to a random share of all shards: the same at every start with this secret.
    ///
    /// A worker that knew which of its results are compared could be honest in these alone; without the secret it cannot.
    package func chooses(_ shard: ShardID, forShare share: Double) -> Bool {
        var hasher = SHA256Hasher()
        hasher.update(bytes)
        hasher.update(Array("computed twice".utf8))
        shard.digest.withBytes { hasher.update($0) }
        let first = hasher.finish().withBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
        // The highest 53 bits, a number from 0 to below 1.
        return Double(first >> 11) / Double(1 << 53) < share
    }
}
