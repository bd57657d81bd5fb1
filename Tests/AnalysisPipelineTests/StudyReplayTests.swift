import AnalysisPipeline
import ContentDigest
import Foundation
import GeneSetEnrichment
import JobEngine
import Synchronization
import Testing

@Suite("Computing a finished run's shards again")
struct StudyReplayTests {
    private static let kinds: [ExampleStudy.Kind] = [.plain, .shrunken, .likelihoodRatio, .randomSets, .desktopSets]

    private func records(_ inputs: StudyInputs) throws -> [ShardRecord] {
        var player = StudyPlayer(inputs: inputs)
        return try player.play().shards
    }

    /// A record with some of its fields changed, by the keys of its JSON.
    private func changed(_ record: ShardRecord, _ changes: [String: Any]) throws -> ShardRecord {
        var fields = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(record)) as? [String: Any])
        for (key, value) in changes { fields[key] = value }
        return try JSONDecoder().decode(ShardRecord.self, from: JSONSerialization.data(withJSONObject: fields))
    }

    /// Computes them one after another, and notes what was computed.
    private final class Computer: Sendable {
        let computed = Mutex<[Shard]>([])

        func compute(_ shards: [Shard], _ body: @Sendable (Shard) throws -> [UInt8]) throws -> [[UInt8]] {
            try shards.map { shard in
                computed.withLock { $0.append(shard) }
                return try body(shard)
            }
        }
    }

    private func difference(
        _ inputs: StudyInputs, _ records: [ShardRecord], of chosen: Set<Int>, by computer: Computer = Computer()
    ) throws -> StudyReplay.Difference? {
        var replay = StudyReplay(inputs: inputs, records: records)
        return try replay.firstDifference(of: chosen) { try computer.compute($0, $1) }
    }

    @Test("All shards of a run agree with themselves", arguments: kinds)
    func agreeing(kind: ExampleStudy.Kind) throws {
        let inputs = try ExampleStudy.inputs(kind)
        let records = try records(inputs)
        #expect(!records.isEmpty)
        #expect(try difference(inputs, records, of: Set(records.indices)) == nil)
    }

    @Test("Whichever shard has another digest on record is named, with the digest that was found", arguments: kinds)
    func changedResult(kind: ExampleStudy.Kind) throws {
        let inputs = try ExampleStudy.inputs(kind)
        let sound = try records(inputs)
        // The first, the last, and one between them of a run with many.
        for position in Set([0, sound.count / 2, sound.count - 1]) {
            var records = sound
            records[position] = try changed(sound[position], ["sha256": SHA256Digest(of: "else").description])
            #expect(
                try difference(inputs, records, of: Set(records.indices))
                    == .result(records[position], found: sound[position].sha256))
            // A choice that leaves it out says nothing of it.
            let others = Set(records.indices).subtracting([position])
            #expect(try difference(inputs, records, of: others) == nil)
        }
    }

    @Test("Of two shards that differ the one of the earlier stage is named")
    func firstOfTwo() throws {
        let inputs = try ExampleStudy.inputs(.shrunken)
        var records = try records(inputs)
        for position in [records.count - 1, 1] {
            records[position] = try changed(records[position], ["sha256": SHA256Digest(of: "else").description])
        }
        let found = try #require(try difference(inputs, records, of: Set(records.indices)))
        guard case .result(let record, _) = found else { return #expect(Bool(false), "\(found)") }
        #expect(record == records[1])
    }

    @Test("A shard that reads what nothing has planned is named as such")
    func changedInputs() throws {
        let inputs = try ExampleStudy.inputs(.plain)
        var records = try records(inputs)
        let foreign = SHA256Digest(of: "nobody's").description
        records[1] = try changed(records[1], ["inputs": [foreign] + records[1].inputs.dropFirst()])
        #expect(try difference(inputs, records, of: Set(records.indices)) == .inputs(records[1]))
    }

    @Test("A record that no program wrote is a difference of its inputs, and no trap")
    func foreignRecords() throws {
        let inputs = try ExampleStudy.inputs(.plain)
        let sound = try records(inputs)
        for change in [
            ["first": 9, "end": 9], ["first": 9, "end": 2], ["inputs": ["not a digest"]], ["stage": "no-such-stage"],
            ["inputs": [String]()],
        ] as [[String: Any]] {
            let record = try changed(sound[0], change)
            do {
                #expect(try difference(inputs, [record], of: [0]) == .inputs(record), "\(change)")
            } catch {
                // A shard that reads nothing is computed, and refused by its stage.
                #expect(record.inputs.isEmpty, "\(change): \(error)")
            }
        }
    }

    @Test("Other inputs than the run's are seen at the shards that read them")
    func otherCounts() throws {
        let inputs = try ExampleStudy.inputs(.plain)
        let records = try records(inputs)
        var other = try ExampleStudy.inputs(.plain)
        other.sizeFactors = [Double](repeating: 1, count: 8)
        #expect(try difference(other, records, of: Set(records.indices)) == .inputs(records[0]))
    }

    @Test("Of the last stage that is asked about the chosen shards alone are computed, of those before it all")
    func leastWork() throws {
        let inputs = try ExampleStudy.inputs(.desktopSets)
        let records = try records(inputs)
        try #require(records.count > 1)
        let computer = Computer()
        #expect(try difference(inputs, records, of: [1], by: computer) == nil)
        #expect(computer.computed.withLock { $0.map(\.range) } == [records[1].first..<records[1].end])

        let models = try ExampleStudy.inputs(.plain)
        let ofModels = try self.records(models)
        let last = ofModels.count - 1
        let second = Computer()
        #expect(try difference(models, ofModels, of: [last], by: second) == nil)
        #expect(second.computed.withLock { $0.map(\.stage) } == ofModels.map(\.stage))
    }

    @Test("A run whose permutations were added until all was settled agrees, shard by shard")
    func settled() throws {
        var inputs = try ExampleStudy.enrichment { ($0.permutations, $0.nominal) = (1_500, .multilevel) }
        inputs.settling = SettlingRule(limit: 4_000)
        var player = StudyPlayer(inputs: inputs)
        let results = try player.play()
        let draws = results.shards.filter { $0.stage == "gene-set-nulls" }
        try #require(draws.count > 1)
        // A finished run is replayed from what it says of itself.
        var finished = inputs
        finished.configuration = results.inputs.configuration
        #expect(try difference(finished, results.shards, of: Set(results.shards.indices)) == nil)
    }
}

@Suite("Records of shards")
struct ShardRecordTests {
    private func record(_ stage: String, _ range: Range<Int>, reading inputs: [String] = ["a"]) throws -> ShardRecord {
        let fields: [String: Any] = [
            "stage": stage, "parameters": "list", "first": range.lowerBound, "end": range.upperBound,
            "inputs": inputs, "sha256": "\(stage)\(range)",
        ]
        return try JSONDecoder().decode(ShardRecord.self, from: JSONSerialization.data(withJSONObject: fields))
    }

    @Test("A shard's record has its name, its range and the digests of what it read and came to")
    func ofPlayed() throws {
        var player = StudyPlayer(inputs: try ExampleStudy.inputs(.randomSets))
        var stages: [PlayedStage] = []
        let records = try player.play { stages.append($0) }.shards
        let played = stages.flatMap { stage in zip(stage.plan.shards, stage.results) }
        #expect(records.count == played.count)
        for (record, (shard, result)) in zip(records, played) {
            #expect(record.stage == shard.stage && record.first..<record.end == shard.range)
            #expect(record.inputs == shard.inputs.map(\.description))
            #expect(record.sha256 == SHA256Digest(of: result).description)
            #expect(record.name == "shard \(shard.range.lowerBound) ..< \(shard.range.upperBound) of `\(shard.stage)`")
        }
    }

    @Test("Earlier shards stay beside new ones of other ranges, and go where a new one covers part of them")
    func ranges() throws {
        let earlier = try [record("nulls", 0..<100), record("nulls", 100..<150)]
        let following = try [record("nulls", 150..<300)]
        #expect(ShardRecord.joining(earlier, following) == earlier + following)
        let longer = try [record("nulls", 100..<200), record("nulls", 200..<300)]
        #expect(ShardRecord.joining(earlier, longer) == [earlier[0]] + longer)
        let whole = try [record("nulls", 0..<300)]
        #expect(ShardRecord.joining(earlier, whole) == whole)
        #expect(ShardRecord.joining([], whole) == whole)
    }

    @Test("Shards of a stage that has new ones go where these read something else; other stages keep theirs")
    func readings() throws {
        let models = try record("models", 0..<64)
        let old = try [models, record("second", 0..<50, reading: ["a", "means"])]
        let new = try [record("second", 0..<100, reading: ["a", "other means"])]
        #expect(ShardRecord.joining(old, new) == [models] + new)
        #expect(try ShardRecord.joining([models], [record("nulls", 0..<64)]).count == 2)
    }
}
