import ContentDigest
import JobEngine
import Payloads

/// The shards of a stage as it plans them: each with a range, what it reads, and whom it is for.
package struct StageShards<Input: ShardInput, Owner: Hashable & Sendable>: Sendable {
    struct Entry: Sendable {
        let range: Range<Int>
        let inputs: [Input: Blob]
        let owner: Owner
    }

    private(set) var entries: [Entry] = []

    /// The bytes of the largest result, where it may be larger than is usual.
    package var largestResult = 0

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    /// - Throws: `StageError` where the shard would miss an input.
    package mutating func add(_ range: Range<Int>, for owner: Owner, reading inputs: [Input: Blob]) throws {
        if let missing = Input.allCases.first(where: { inputs[$0] == nil && !Input.optional.contains($0) }) {
            throw StageError(description: "a shard is planned without its input `\(missing.rawValue)`")
        }
        entries.append(Entry(range: range, inputs: inputs, owner: owner))
    }
}

/// A stage whose shards are planned: what goes to the machinery, and what becomes of what comes back.
package struct PlannedStage: Sendable {
    package let plan: StagePlan

    /// - Throws: What is wrong with a result.
    package let check: @Sendable (_ result: [UInt8], _ shard: Shard) throws -> Void

    /// Takes one result per shard of the plan, in its order.
    package let take: @Sendable (_ results: [[UInt8]], _ study: inout StudyState) throws -> Void

    init<Stage: ShardedStage>(_ stage: Stage, _ planned: StageShards<Stage.Input, Stage.Owner>) {
        var blobs: [SHA256Digest: Blob] = [:]
        var whole = StagePlan(title: stage.title, blobs: [], shards: [])
        for entry in planned.entries {
            let inputs = Stage.Input.allCases.compactMap { entry.inputs[$0] }
            for blob in inputs where blobs.updateValue(blob, forKey: blob.digest) == nil { whole.blobs.append(blob) }
            whole.shards.append(
                Shard(
                    stage: Stage.name, parameters: Stage.Input.names(of: entry.inputs.keys), range: entry.range,
                    inputs: inputs.map(\.digest)))
        }
        whole.largestResult = max(whole.largestResult, planned.largestResult)
        let asked = whole.shards
        let sharing = SharedShards(of: asked)
        whole.shards = sharing.shards
        plan = whole

        let inputs = StageInputs(blobs: blobs)
        check = { result, shard in
            _ = try Stage.read(result, of: inputs.shard(shard))
        }
        let owners = planned.entries.map(\.owner)
        take = { results, study in
            let results = try zip(asked, try sharing.results(ofPlanned: results)).map { shard, payload in
                (shard: try inputs.shard(shard) as StageShard<Stage.Input>, payload: payload)
            }
            try stage.take(StageResults(owners: owners, results: results), into: &study)
        }
    }
}

/// What the shards of a stage in hand read.
private struct StageInputs: Sendable {
    let blobs: [SHA256Digest: Blob]
    let decoded = DecodedInputs()

    func shard<Input: ShardInput>(_ shard: Shard) throws -> StageShard<Input> {
        let inputs = shard.inputs.compactMap { blobs[$0] }
        guard inputs.count == shard.inputs.count else {
            throw PayloadError(description: "the shard names an input that its stage does not have")
        }
        return try StageShard(shard, inputs: inputs, decoded: decoded)
    }
}

/// What the shards of a stage came to.
package struct StageResults<Stage: ShardedStage> {
    private let positions: [Stage.Owner: [Int]]
    private let results: [(shard: StageShard<Stage.Input>, payload: [UInt8])]

    init(owners: [Stage.Owner], results: [(shard: StageShard<Stage.Input>, payload: [UInt8])]) {
        positions = Dictionary(grouping: owners.indices) { owners[$0] }
        self.results = results
    }

    /// Those that were planned for somebody, in the order of planning; none where nothing was.
    package func of(_ owner: Stage.Owner) throws -> [Stage.Output] {
        try positions[owner, default: []].map { try Stage.read(results[$0].payload, of: results[$0].shard) }
    }

    /// The same as they came, undecoded.
    package func payloads(of owner: Stage.Owner) -> [[UInt8]] {
        positions[owner, default: []].map { results[$0].payload }
    }

    /// Decodes them one after another, so that no two are in memory at once.
    package func forEach(of owner: Stage.Owner, _ body: (Stage.Output) throws -> Void) throws {
        for position in positions[owner, default: []] {
            try body(Stage.read(results[position].payload, of: results[position].shard))
        }
    }
}
