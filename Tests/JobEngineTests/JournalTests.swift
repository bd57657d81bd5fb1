import ContentDigest
import JobEngine
import Testing

@Suite("Journal")
struct JournalTests {
    private let opening = RunOpening(
        run: RunID(77), title: "cohort", numericContract: 3, configuration: SHA256Digest(of: "study"))

    private func result(_ name: String, payload: [UInt8] = [1, 2, 3]) -> JournaledResult {
        JournaledResult(
            shard: ShardID(SHA256Digest(of: name)), stage: 0, digest: SHA256Digest(of: payload), host: "node7",
            elapsed: .milliseconds(1_500), payload: payload)
    }

    private var records: [JournalRecord] {
        [
            .runOpened(opening), .epochBegun(epoch: 1, host: "login"),
            .stagePlanned(stage: 0, title: "fits", shards: 2, plan: SHA256Digest(of: "plan")),
            .shardDone(result("a")), .shardDone(result("b", payload: [])),
            .runFinished(succeeded: true, text: "written"),
        ]
    }

    private var bytes: [UInt8] { records.flatMap { $0.encoded() } }

    @Test("An empty journal is intact")
    func empty() {
        let scan = JournalScan([UInt8]())
        #expect(scan.records.isEmpty && scan.validLength == 0 && scan.verdict == .intact)
    }

    @Test("Records come back from their bytes")
    func roundTrip() {
        let scan = JournalScan(bytes)
        #expect(scan.records == records)
        #expect(scan.validLength == bytes.count)
        #expect(scan.verdict == .intact)
    }

    @Test("A journal cut anywhere keeps its whole records and is torn, not corrupt")
    func tornTail() {
        let bytes = bytes
        var ends: Set<Int> = [0]
        var length = 0
        for record in records {
            length += record.encoded().count
            ends.insert(length)
        }
        for cut in 0..<bytes.count {
            let scan = JournalScan(Array(bytes[..<cut]))
            let valid = ends.filter { $0 <= cut }.max()!
            #expect(scan.validLength == valid)
            #expect(scan.verdict == (valid == cut ? .intact : .tornTail(bytes: cut - valid)))
        }
    }

    @Test("A tail of zeros, as a crashed file system leaves it, is torn")
    func zeros() {
        let scan = JournalScan(bytes + [UInt8](repeating: 0, count: 500))
        #expect(scan.records == records)
        #expect(scan.verdict == .tornTail(bytes: 500))
    }

    @Test("Any flipped bit before the last record is corruption, and named by its place")
    func corruption() {
        let last = bytes.count - records.last!.encoded().count
        var starts: [Int] = []
        var length = 0
        for record in records {
            starts.append(length)
            length += record.encoded().count
        }
        for place in 0..<last {
            var damaged = bytes
            damaged[place] ^= 4
            let scan = JournalScan(damaged)
            let record = starts.lastIndex { $0 <= place }!
            #expect(scan.verdict == .corrupt(at: starts[record], nextGoodRecord: starts[record + 1]))
            #expect(scan.records == Array(records[..<record]))
        }
    }

    @Test("Random bytes give a verdict")
    func noise() {
        var generator = SeededGenerator(seed: 3)
        for length in 1..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            #expect(JournalScan(bytes).verdict == .tornTail(bytes: length))
        }
    }

    @Test("Replay gives the run, its results, its plans and its end")
    func replay() throws {
        let replay = try JournalReplay(records)
        #expect(replay.opening == opening)
        #expect(replay.lastEpoch == 1)
        #expect(replay.results.count == 2)
        #expect(replay.digests[ShardID(SHA256Digest(of: "a"))] == SHA256Digest(of: [1, 2, 3]))
        #expect(replay.plans == [SHA256Digest(of: "plan")])
        #expect(replay.ending?.succeeded == true)
    }

    @Test("A new epoch reopens an ended run")
    func reopened() throws {
        let replay = try JournalReplay(records + [.epochBegun(epoch: 2, host: "login")])
        #expect(replay.ending == nil)
        #expect(replay.lastEpoch == 2)
    }

    @Test("The later of two results for one shard counts")
    func laterResult() throws {
        let replay = try JournalReplay(records + [.shardDone(result("a", payload: [9]))])
        #expect(replay.results[ShardID(SHA256Digest(of: "a"))]?.payload == [9])
    }

    @Test("Records in an impossible order are errors")
    func order() {
        #expect(throws: JournalReplayError.notOpened) { try JournalReplay([.epochBegun(epoch: 1, host: "")]) }
        #expect(throws: JournalReplayError.openedTwice) {
            try JournalReplay([.runOpened(opening), .runOpened(opening)])
        }
        #expect(throws: JournalReplayError.epochNotRaised(from: 1, to: 1)) {
            try JournalReplay(records + [.epochBegun(epoch: 1, host: "")])
        }
        #expect(throws: JournalReplayError.stageSkipped(2)) {
            try JournalReplay(
                records + [.stagePlanned(stage: 2, title: "", shards: 1, plan: SHA256Digest(of: "plan"))])
        }
    }
}

@Suite("Names of shards")
struct ShardIDTests {
    private let shard = Shard(
        stage: "fit", parameters: [1, 2], range: 0..<64, inputs: [SHA256Digest(of: "a"), SHA256Digest(of: "b")])

    @Test("Equal shards have equal names")
    func equal() {
        #expect(ShardID(of: shard, numericContract: 1) == ShardID(of: shard, numericContract: 1))
    }

    @Test("The name changes with everything the result depends on")
    func different() {
        var names: Set<ShardID> = [ShardID(of: shard, numericContract: 1), ShardID(of: shard, numericContract: 2)]
        var other = shard
        other.stage = "fit2"
        names.insert(ShardID(of: other, numericContract: 1))
        other = shard
        other.range = 0..<65
        names.insert(ShardID(of: other, numericContract: 1))
        other = shard
        other.parameters = [1, 2, 0]
        names.insert(ShardID(of: other, numericContract: 1))
        other = shard
        other.inputs.reverse()
        names.insert(ShardID(of: other, numericContract: 1))
        other = shard
        other.inputs.removeLast()
        names.insert(ShardID(of: other, numericContract: 1))
        #expect(names.count == 7)
    }

    @Test("A name stays what it was when journals were written")
    func stable() {
        #expect(
            ShardID(of: shard, numericContract: 1).digest.description
                == "f0bcebbe5412e1a4bff112f3f42eb366acdad5d5aeaf264d416dd78389fe3796")
    }
}
