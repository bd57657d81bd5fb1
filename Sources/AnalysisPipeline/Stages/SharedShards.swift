import JobEngine

/// Shards that several analyses have in common, such as those of two adjustment sets with the same covariates.
///
/// A shard is what it computes, so it is planned once, and every analysis gets its result.
package struct SharedShards: Sendable {
    /// Every shard once, in the order in which they were first asked for.
    package private(set) var shards: [Shard] = []

    /// For each shard that was asked for, its position among `shards`.
    private let positions: [Int]

    package init(of asked: [Shard]) {
        var first: [Shard: Int] = [:]
        var shards: [Shard] = []
        positions = asked.map { shard in
            if let position = first[shard] { return position }
            first[shard] = shards.count
            shards.append(shard)
            return shards.count - 1
        }
        self.shards = shards
    }

    /// Returns one result per shard that was asked for.
    ///
    /// - Parameter results: One per shard of `shards`.
    package func results(ofPlanned results: [[UInt8]]) throws -> [[UInt8]] {
        guard results.count == shards.count else {
            throw StageError(description: "\(results.count) results of \(shards.count) shards")
        }
        return positions.map { results[$0] }
    }
}
