import ContentDigest
import JobEngine
import Testing

/// Every number of every message and record, at the edges of what its field may hold and beyond.
@Suite("Extreme numbers")
struct ExtremeNumberTests {
    private static let edges: [UInt64] = [
        0, 1, UInt64(MessageLimits.threads), UInt64(MessageLimits.threads) + 1, UInt64(MessageLimits.credits),
        UInt64(MessageLimits.count), UInt64(MessageLimits.count) + 1, MessageLimits.bytes, MessageLimits.epoch,
        MessageLimits.epoch + 1, 1 << 62, UInt64(Int64.max), 1 << 63, .max, Double.infinity.bitPattern,
        Double.nan.bitPattern, (-1.0).bitPattern,
    ]

    /// Fields written anew, one of their numbers replaced; numbers of fields within fields count in their order.
    private struct Rewriting {
        let bytes: [UInt8]
        var index: Int
        let number: UInt64

        /// How many numbers were seen.
        var seen = 0

        /// - Returns: nil where the bytes are no fields.
        mutating func fields(in range: Range<Int>) -> [UInt8]? {
            var written: [UInt8] = []
            var position = range.lowerBound
            while position < range.upperBound {
                let kind = bytes[position] & 3
                written.append(bytes[position])
                position += 1
                switch kind {
                case 0:
                    guard let own = varint(at: &position, before: range.upperBound) else { return nil }
                    written += ExtremeNumberTests.varint(seen == index ? number : own)
                    seen += 1
                case 1, 3:
                    let length = kind == 1 ? 16 : 32
                    guard position + length <= range.upperBound else { return nil }
                    written += bytes[position..<position + length]
                    position += length
                default:
                    guard let length = varint(at: &position, before: range.upperBound).flatMap({ Int(exactly: $0) }),
                        length <= range.upperBound - position
                    else { return nil }
                    let content = position..<position + length
                    // Text is left as it is; what looks like fields and is text is harmed like any other.
                    let before = seen
                    var inner = Array(bytes[content])
                    if let fields = fields(in: content) { inner = fields } else { seen = before }
                    written += ExtremeNumberTests.varint(UInt64(inner.count)) + inner
                    position += length
                }
            }
            return written
        }

        private func varint(at position: inout Int, before end: Int) -> UInt64? {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while position < end, shift < 64 {
                let byte = bytes[position]
                position += 1
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
            return nil
        }
    }

    private static func varint(_ number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// The fields in all versions: each number replaced by each edge.
    private static func versions(of bytes: [UInt8], _ range: Range<Int>) -> [[UInt8]] {
        var counting = Rewriting(bytes: bytes, index: -1, number: 0)
        _ = counting.fields(in: range)
        return (0..<counting.seen).flatMap { index in
            edges.compactMap { edge in
                var rewriting = Rewriting(bytes: bytes, index: index, number: edge)
                return rewriting.fields(in: range)
            }
        }
    }

    private static func checked(_ head: [UInt8], _ payload: [UInt8] = []) -> [UInt8] {
        withUnsafeBytes(of: CRC32C.checksum(of: head + payload).littleEndian) { Array($0) }
    }

    /// Every version of every message that can still be read.
    private static var messages: [Message] {
        MessageSamples.messages.flatMap { sample in
            let encoded = sample.encoded()
            let head = Array(encoded.head.dropLast(4))
            return versions(of: head, 8..<head.count).compactMap { fields in
                let head = Array(head[..<8]) + fields
                return try? Message(head: head + checked(head, encoded.payload), payload: encoded.payload)
            }
        }
    }

    @Test("Whatever can be read can be reckoned with: by a coordinator, by a worker, and by whoever adds up a status")
    func messagesAreReckonedWith() {
        #expect(Self.messages.count > 500)
        for message in Self.messages {
            var bench = CoordinatorBench(epoch: 4)
            bench.start(shards: 5)
            bench.join(1, threads: 2, credits: 3)
            var agent = WorkerAgent(
                WorkerConfiguration(
                    incarnation: Incarnation(1), build: "1.0", numericContract: 7, host: "host", threads: 2))
            _ = agent.handle(.started, at: .zero)
            for peer in 1...3 {
                var message = message
                message.incarnation = Incarnation(UInt128(peer))
                if case .hello(var hello) = message.body {
                    (hello.build, hello.numericContract) = ("1.0", 7)
                    message.body = .hello(hello)
                }
                if message.run != .none { message.run = bench.run }
                bench.now += .milliseconds(100)
                _ = bench.handle(.received(message))
                _ = bench.handle(.tick)
                message.incarnation = Incarnation(1)
                _ = agent.handle(.received(message), at: bench.now)
            }
            #expect(bench.coordinator.contradictions().isEmpty)
            Self.addUp(bench.coordinator.status(at: bench.now))
            if case .status(let status) = message.body { Self.addUp(status, times: MessageLimits.listEntries) }
        }
    }

    /// As the page of metrics and clients do; an overflow ends the test.
    ///
    /// - Parameter times: How many such workers there may be.
    private static func addUp(_ status: StatusSnapshot, times: Int = 1) {
        for worker in status.workers {
            #expect([worker.threads, worker.leases, worker.done].allSatisfy { $0 * times >= 0 })
            #expect(worker.memory * UInt64(times) >= worker.memory)
        }
        #expect(status.workers.reduce(0) { $0 + $1.threads + $1.leases + $1.done } >= 0)
        #expect(status.runs.allSatisfy { $0.rate.isFinite && $0.stage + 1 > 0 && ($0.shards + $0.done) * times >= 0 })
        #expect(status.epoch + 1 > status.epoch)
    }

    @Test("A field beyond its bound makes the message unreadable", arguments: [UInt64(1) << 17, 1 << 62, .max])
    func refused(number: UInt64) throws {
        var hello = Hello()
        hello.threads = 4_242
        let head = Array(
            Message(run: .none, epoch: 1, incarnation: Incarnation(1), sequence: 1, body: .hello(hello)).encoded().head
                .dropLast(4))
        let versions = (0..<20).compactMap { index -> [UInt8]? in
            var rewriting = Rewriting(bytes: head, index: index, number: number)
            guard let fields = rewriting.fields(in: 8..<head.count), rewriting.seen > index else { return nil }
            return Array(head[..<8]) + fields
        }
        // The version whose number of threads was replaced is the one without the old number.
        let place = try #require(versions.first { !$0.contains(Self.varint(4_242)) })
        #expect(throws: FrameError.malformed("field 8 is out of range")) {
            _ = try Message(head: place + Self.checked(place), payload: [])
        }
    }

    @Test("A journal with any number in any record is read or refused, and the next epoch can be counted")
    func journals() {
        let opening = RunOpening(
            run: RunID(1), title: "t", numericContract: 1, configuration: MessageSamples.digest)
        let records: [JournalRecord] = [
            .epochBegun(epoch: 7, host: "h"),
            .stagePlanned(stage: 0, title: "s", shards: 9, plan: MessageSamples.digest),
            .shardDone(
                JournaledResult(
                    shard: MessageSamples.shard, stage: 3, digest: SHA256Digest(of: [1]), host: "h",
                    elapsed: .seconds(1), payload: [1])),
            .runFinished(succeeded: true, text: ""),
        ]
        for record in records {
            let bytes = record.encoded()
            let length = Int(bytes[4]) | Int(bytes[5]) << 8
            let payload = Array(bytes[(12 + length)..<(bytes.count - 4)])
            for fields in Self.versions(of: bytes, 12..<12 + length) {
                let prefix =
                    Array("MJR".utf8) + [1]
                    + [UInt32(fields.count), UInt32(payload.count)].flatMap { number in
                        withUnsafeBytes(of: number.littleEndian) { Array($0) }
                    }
                let body = prefix + fields + payload
                let scan = JournalScan(JournalRecord.runOpened(opening).encoded() + body + Self.checked(body))
                guard let replay = try? JournalReplay(scan.records) else { continue }
                #expect(replay.lastEpoch + 1 > replay.lastEpoch)
            }
        }
    }
}

extension [UInt8] {
    fileprivate func contains(_ piece: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: piece) }
    }
}
