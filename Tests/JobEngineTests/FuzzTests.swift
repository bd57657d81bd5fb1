import ContentDigest
import Glibc
import JobEngine
import Testing

/// Bytes that were changed in every way, read back. A failure names the seed of its change.
@Suite("Fuzzed frames and journals")
struct FuzzTests {
    /// How many changes are tried; `MODICUM_FUZZ` multiplies it, and `ops/fuzz` sets that.
    static let rounds: UInt64 = 20_000 * (getenv("MODICUM_FUZZ").flatMap { UInt64(String(cString: $0)) } ?? 1)

    /// Changes bytes by a seed: flips, numbers at the edges, cuts, repeats and exchanges of pieces.
    static func mutated(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        let edges: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, 0xFE, 2, 3]
        for _ in 0..<Int.random(in: 1...5, using: &generator) {
            guard !bytes.isEmpty else { return bytes }
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 1...24, using: &generator))
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = edges.randomElement(using: &generator)!
            case 2: for index in place..<end { bytes[index] = 0xFF }
            case 3: bytes.removeSubrange(place..<end)
            case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 5: bytes.removeLast(bytes.count - place)
            default:
                let other = Int.random(in: 0..<bytes.count, using: &generator)
                bytes.swapAt(place, other)
            }
        }
        return bytes
    }

    private static func withChecksum(_ bytes: [UInt8]) -> [UInt8] {
        bytes + withUnsafeBytes(of: CRC32C.checksum(of: bytes).littleEndian) { Array($0) }
    }

    @Test("A frame with a right checksum is a message that can travel on, or an error")
    func frames() {
        let samples = MessageSamples.messages.map { $0.encoded() }
        for seed in 0..<Self.rounds {
            var generator = SeededGenerator(seed: seed)
            let sample = samples.randomElement(using: &generator)!
            let fields = Self.mutated(Array(sample.head.dropLast(4)), using: &generator)
            let payload = generator.happens(0.3) ? Self.mutated(sample.payload, using: &generator) : sample.payload
            // The checksum covers both parts.
            let checksum = CRC32C.checksum(of: fields + payload)
            let head = fields + withUnsafeBytes(of: checksum.littleEndian) { Array($0) }
            guard let message = try? Message(head: head, payload: payload) else { continue }
            let again = message.encoded()
            #expect((try? Message(head: again.head, payload: again.payload)) == message, "seed \(seed)")
        }
    }

    @Test("A coordinator and a worker live through any message there is")
    func machines() {
        for seed in 0..<Self.rounds / 100 {
            var generator = SeededGenerator(seed: seed)
            var bench = CoordinatorBench()
            bench.start(shards: 5)
            bench.join(1, threads: 2, credits: 3)
            var agent = WorkerAgent(
                WorkerConfiguration(
                    incarnation: Incarnation(1), build: "1.0", numericContract: 7, host: "host", threads: 2))
            _ = agent.handle(.started, at: .zero)
            for step in 0..<100 {
                bench.now += .milliseconds(100)
                var message = MessageSamples.messages.randomElement(using: &generator)!
                let fields = Self.mutated(Array(message.encoded().head.dropLast(4)), using: &generator)
                let payload = message.encoded().payload
                let checksum = CRC32C.checksum(of: fields + payload)
                let head = fields + withUnsafeBytes(of: checksum.littleEndian) { Array($0) }
                if let other = try? Message(head: head, payload: payload) { message = other }
                message.run = [.none, bench.run, message.run].randomElement(using: &generator)!
                message.incarnation = Incarnation(UInt128(Int.random(in: 1...3, using: &generator)))
                _ = bench.handle(.received(message))
                if step % 7 == 0 { _ = bench.handle(.tick) }
                let found = bench.coordinator.contradictions()
                #expect(found.isEmpty, "seed \(seed), step \(step): \(found.prefix(2))")
                _ = agent.handle(.received(message), at: bench.now)
            }
        }
    }

    private static let journal: [JournalRecord] = {
        let result = JournaledResult(
            shard: MessageSamples.shard, stage: 0, digest: MessageSamples.digest, host: "node7",
            elapsed: .milliseconds(1_500), payload: [1, 2, 3])
        return [
            .runOpened(
                RunOpening(
                    run: RunID(77), title: "cohort", numericContract: 3, configuration: MessageSamples.digest)),
            .epochBegun(epoch: 1, host: "login"),
            .stagePlanned(stage: 0, title: "fits", shards: 2, plan: MessageSamples.digest),
            .shardDone(result), .runFinished(succeeded: true, text: "written"),
        ]
    }()

    @Test("A damaged journal gives whole records up to the damage, and a verdict")
    func journals() {
        let records = Self.journal.map { $0.encoded() }
        for seed in 0..<Self.rounds {
            var generator = SeededGenerator(seed: seed ^ 0x10)
            var bytes: [UInt8] = []
            for record in records {
                guard generator.happens(0.3) else {
                    bytes += record
                    continue
                }
                // Half of them damaged below a right checksum, as no disk does it.
                let damaged = Self.mutated(Array(record.dropLast(4)), using: &generator)
                bytes += generator.happens(0.5) ? Self.withChecksum(damaged) : Self.mutated(record, using: &generator)
            }
            let scan = JournalScan(bytes)
            #expect(scan.validLength <= bytes.count, "seed \(seed)")
            #expect((scan.verdict == .intact) == (scan.validLength == bytes.count), "seed \(seed)")
            // What is good stays good when the rest is cut off, as a restart does it.
            #expect(JournalScan(Array(bytes[..<scan.validLength])).records == scan.records, "seed \(seed)")
            if let replay = try? JournalReplay(scan.records) {
                #expect(replay.results.count <= scan.records.count, "seed \(seed)")
            }
        }
    }

    @Test("Lengths that no file can hold cost no memory")
    func impossibleLengths() {
        for fieldBytes in [UInt32.max, 1 << 30, 1 << 20, 12] {
            for payloadBytes in [UInt32.max, 1 << 28, 1 << 20] {
                var bytes = Array("MJR".utf8) + [1]
                for word in [fieldBytes, payloadBytes] { withUnsafeBytes(of: word.littleEndian) { bytes += Array($0) } }
                bytes += [UInt8](repeating: 7, count: 40)
                #expect(JournalScan(bytes).verdict == .tornTail(bytes: bytes.count))
            }
        }
    }
}
