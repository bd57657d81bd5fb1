import JobEngine

/// Shards that several analyses have in common, such as those of two adjustment sets with the same covariates.
///
/// A shard is what it computes, so it is planned once, and every analysis gets its result.
struct SharedShards {
    /// For each shard that was asked for, its position in the plan; empty where none is shared.
    private var positions: [Int] = []

    /// Returns the plan with every shard and blob once.
    mutating func plan(_ plan: StagePlan) -> StagePlan {
        var first: [Shard: Int] = [:]
        var shared = plan
        shared.shards = []
        positions = plan.shards.map { shard in
            if let position = first[shard] { return position }
            first[shard] = shared.shards.count
            shared.shards.append(shard)
            return shared.shards.count - 1
        }
        guard shared.shards.count < plan.shards.count else {
            positions = []
            return plan
        }
        return shared
    }

    /// Returns one result per shard that was asked for.
    func results(ofPlanned results: [[UInt8]]) -> [[UInt8]] {
        positions.isEmpty ? results : positions.map { results[$0] }
    }
}
