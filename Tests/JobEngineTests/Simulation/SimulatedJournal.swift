import ContentDigest
import JobEngine

/// A journal on a disk that syncs late and, in a crash, keeps any part of what was not synced.
struct SimulatedJournal {
    /// What survives a crash for certain.
    private(set) var durable: [UInt8]
    private var unsynced: [UInt8] = []
    private var waiting: [ShardID] = []

    /// Every shard whose result survives.
    private(set) var durableShards: Set<ShardID> = []

    init(opening: RunOpening) {
        durable = JournalRecord.runOpened(opening).encoded()
    }

    var hasUnsynced: Bool { !unsynced.isEmpty }

    mutating func append(_ record: JournalRecord) {
        unsynced += record.encoded()
        if case .shardDone(let result) = record { waiting.append(result.shard) }
    }

    /// Makes everything durable, and returns the shards that now are.
    mutating func sync() -> [ShardID] {
        durable += unsynced
        unsynced = []
        defer { waiting = [] }
        durableShards.formUnion(waiting)
        return waiting
    }

    /// Loses the end of what was not synced, mostly in the middle of a record, and
    /// reads the rest as a restarted coordinator does.
    mutating func crash(using generator: inout SeededGenerator) -> (JournalReplay, JournalScan.Verdict)? {
        durable += unsynced.prefix(Int.random(in: 0...unsynced.count, using: &generator))
        unsynced = []
        waiting = []
        let scan = JournalScan(durable)
        durable.removeSubrange(scan.validLength...)
        guard let replay = try? JournalReplay(scan.records) else { return nil }
        durableShards = Set(replay.results.keys)
        return (replay, scan.verdict)
    }
}
