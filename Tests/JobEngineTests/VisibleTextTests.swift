import JobEngine
import Testing

@Suite("Text from other machines")
struct VisibleTextTests {
    @Test(
        "What a terminal would obey is written out, everything else stays",
        arguments: [
            ("plain", "plain"), ("\u{1B}[2J", "\\u{1B}[2J"), ("a\nb\rc\td", "a\\nb\\rc\\td"),
            ("\u{9B}31m", "\\u{9B}31m"), ("\u{7F}\0", "\\u{7F}\\u{0}"), ("\u{202E}fdp.exe", "\\u{202E}fdp.exe"),
            ("Björn, 遺伝子 🧬", "Björn, 遺伝子 🧬"), ("a\u{2028}b", "a\\u{2028}b"), ("", ""),
        ])
    func visible(text: String, shown: String) {
        #expect(text.visible() == shown)
        #expect(text.visible().visible() == shown, "once is enough")
    }

    @Test("Lines stay where they are wanted")
    func lines() {
        #expect("one\ntwo\u{7}".visible(keepingLines: true) == "one\ntwo\\u{7}")
    }

    @Test(
        "Text is cut between characters",
        arguments: [("äöü", 5, "äö"), ("äöü", 4, "äö"), ("abc", 3, "abc"), ("遺", 2, "")])
    func cut(text: String, bytes: Int, kept: String) {
        #expect(text.cut(to: bytes) == kept)
    }

    /// A message as its receiver reads it.
    private func received(_ body: MessageBody) -> MessageBody? {
        let encoded = Message(run: RunID(1), epoch: 0, incarnation: Incarnation(1), sequence: 1, body: body).encoded()
        return try? Message(head: encoded.head, payload: encoded.payload).body
    }

    @Test("No message brings control characters: not in names, labels, titles, reasons, logs or faults")
    func messages() {
        let nasty = "\u{1B}]0;owned\u{7}\u{1B}[31m"
        var hello = Hello()
        hello.build = nasty
        hello.host = nasty
        hello.labels = [nasty]
        let shard = MessageSamples.shard
        let bodies: [MessageBody] = [
            .hello(hello), .goodbye(reason: nasty), .drain(reason: nasty), .reject(Rejection(.full, nasty)),
            .fail(ShardFault(shard: shard, code: .other, text: nasty, isRetriable: true)),
            .submit(Submission(title: nasty, blobs: [], request: [])),
            .runEnded(
                .failed(
                    reason: nasty,
                    shards: [ShardFailure(stage: nasty, range: 0..<1, shard: shard, attempts: 1, text: nasty)],
                    disagreements: [Disagreement(stage: nasty, range: 0..<1, shard: shard, hosts: [nasty])])),
            .log([LogLine(number: 1, text: nasty)]),
        ]
        for body in bodies {
            let text = received(body).map { "\($0)" } ?? ""
            #expect(!text.isEmpty && !text.unicodeScalars.contains("\u{1B}"), "\(text)")
        }
        // What names a file is refused, not changed.
        let named = Submission.NamedBlob(name: "a\u{1B}b", digest: MessageSamples.digest, size: 1)
        #expect(received(.submit(Submission(title: "t", blobs: [named], request: []))) == nil)
    }

    @Test("Names and labels are as many and as long as a list for people can show")
    func bounds() {
        var hello = Hello()
        hello.host = String(repeating: "h", count: 10_000)
        hello.labels = (0..<1_000).map { "\($0) " + String(repeating: "l", count: 1_000) }
        guard case .hello(let read)? = received(.hello(hello)) else {
            // More than a frame is not even read.
            return
        }
        Issue.record("a greeting of a megabyte was read: \(read.labels.count)")
    }

    @Test("A worker's labels are cut in number and length")
    func labels() {
        var hello = Hello()
        hello.host = String(repeating: "h", count: 10_000)
        hello.labels = (0..<100).map { "\($0) " + String(repeating: "l", count: 1_000) }
        guard case .hello(let read)? = received(.hello(hello)) else {
            Issue.record("not read")
            return
        }
        #expect(read.host.utf8.count == 256 && read.labels.count == 16)
        #expect(read.labels.allSatisfy { $0.utf8.count <= 256 })
    }

    @Test("Large messages are cut into frames that fit, and put together again")
    func parts() throws {
        let runs = (0..<3_000).map { index in
            RunStatus(
                run: RunID(UInt128(index)), title: String(repeating: "t", count: 200), phase: .finished, stage: 0,
                stageTitle: "", shards: 0, done: 0, reused: 0, leased: 0, failed: 0, rate: 0, remaining: nil,
                failures: [])
        }
        let status = StatusSnapshot(
            build: "1", epoch: 1, uptime: .zero, runs: runs, workers: [], badFrames: 0, blockers: [])
        let encoded = Message(
            run: .none, epoch: 1, incarnation: Incarnation(1), sequence: 1, body: .status(status)
        ).encoded()
        #expect(encoded.head.count < 200 && encoded.parts.count > 1)
        #expect(encoded.parts.allSatisfy { $0.count + 64 <= MessageLimits.frameBytes })
        #expect(encoded.parts.flatMap { Array(encoded.payload[$0]) } == encoded.payload)
        #expect(try Message(head: encoded.head, payload: encoded.payload).body == .status(status))
    }
}
