import ContentDigest
import Glibc
import JobEngine
import Testing

import ClusterRuntime

@Suite("The live page")
struct LivePageTests {
    private func status(title: String = "cohort", workers: Int = 3) -> StatusSnapshot {
        var run = RunStatus(
            run: RunID(1), title: title, phase: .computing, stage: 1, stageTitle: "models and tests", shards: 174,
            done: 96, reused: 4, leased: 8, failed: 0, rate: 21.24, remaining: .seconds(200), failures: [])
        run.stages = [StageSummary(title: "size factors", shards: 1, reused: 0, elapsed: .seconds(2))]
        let known = (0..<workers).map { index in
            WorkerStatus(
                incarnation: Incarnation(UInt128(index)), host: "node\(index)", labels: ["pid=\(index)"], threads: 2,
                phase: .serving, leases: 2, done: 5, memory: 480 << 20,
                silence: .seconds(index == workers - 1 ? 9 : 1))
        }
        return StatusSnapshot(
            build: "1.0", epoch: 2, uptime: .seconds(125), runs: [run], workers: known, badFrames: 0,
            blockers: ["worker node2 has not been heard of for 9 s"],
            livePage: LivePageAddress(host: "login1", port: 8_700))
    }

    @Test("Page and terminal say stage, shards, rate, time left, workers and what blocks")
    func saysAll() {
        let page = LivePageMarkup(status()).page
        let lines = LiveView(status()).lines.joined(separator: "\n")
        for words in [
            "coordinator 1.0, epoch 2, up 2 min",
            "stage 2, models and tests: 96/174 shards, 4 reused, 21.2/s, 3 min left",
            "worker node2 has not been heard of for 9 s", "cohort",
        ] {
            #expect(page.contains(words), "\(words)")
            #expect(lines.contains(words), "\(words)")
        }
        #expect(page.contains("stage 1, size factors: 1 shard, 2 s"))
        #expect(lines.contains("ssh -N -L 8700:127.0.0.1:8700 login1"))
        #expect(lines.contains("worker node2  silent  2 threads, 2 leases, 5 shards done, silent for 9 s"))
        #expect(lines.hasSuffix("blocked: worker node2 has not been heard of for 9 s"))
        // Without script it brings itself up to date; nothing is asked for elsewhere.
        #expect(page.contains("<noscript><meta http-equiv=\"refresh\""))
        #expect(!page.contains("//"), "an address of another machine")
    }

    @Test(
        "Text from elsewhere stays text",
        arguments: ["<script>alert(1)</script>", "a\" onclick=\"x", "'; --", "&lt;b&gt;", "\u{1B}[2J", "a\u{202E}b"])
    func escapes(title: String) {
        let page = LivePageMarkup(status(title: title)).page
        #expect(!page.contains(title))
        #expect(page.components(of: "<script") == 1)
        #expect(!page.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
    }

    @Test("A page of ten thousand workers lists a thousand, those in trouble first")
    func manyWorkers() {
        let crowd = status(workers: 10_000)
        let view = LiveView(crowd)
        #expect(view.workers.count == 1_000 && view.workersNotListed == 9_000)
        #expect(view.workers[0].host == "node9999" && view.workers[0].phase == "silent")
        #expect(LivePageMarkup(crowd).page.utf8.count < 400_000)
    }

    @Test(
        "A screen has no more lines and columns than the terminal", arguments: [(80, 24), (40, 10), (200, 60), (1, 1)])
    func screen(columns: Int, rows: Int) {
        let lines = LiveView(status(workers: 50)).screen(columns: columns, rows: rows)
        #expect(lines.count <= rows)
        #expect(lines.allSatisfy { $0.count <= columns })
        if rows > 8, columns > 60 { #expect(lines.contains { $0.contains("blocked: worker node2") }) }
    }

    @Test("Requests are read as browsers make them, and names of other machines are refused")
    func requests() {
        func head(_ line: String, host: String? = "localhost:8700") -> RequestHead {
            RequestHead(line + "\r\n" + (host.map { "Host: \($0)\r\n" } ?? "") + "\r\n")
        }
        #expect(head("GET / HTTP/1.1") == .get(path: "/"))
        #expect(head("GET /?x=1 HTTP/1.1", host: "127.0.0.1") == .get(path: "/"))
        #expect(head("GET /metrics HTTP/1.0", host: nil) == .get(path: "/metrics"))
        #expect(head("GET / HTTP/1.1", host: "[::1]:80") == .get(path: "/"))
        for name in ["evil.example", "evil.example:8700", "localhost.evil.example", "localhost:80.evil", "127.0.0.11"] {
            #expect(head("GET / HTTP/1.1", host: name) == .otherHost, "\(name)")
        }
        #expect(head("POST / HTTP/1.1") == .otherMethod)
        #expect(head("DELETE /runs HTTP/1.1") == .otherMethod)
        for line in ["", "GET", "GET /", "GET http://x/ HTTP/1.1", "\u{0}\u{1}"] { #expect(head(line) == .nonsense) }
    }

    @Test("The owner of a connection is read from the system's table by both ends")
    func owner() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:21FC 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 626 1
               1: 0100007F:21FC 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 626 1
               2: 0100007F:C350 0100007F:21FC 01 00000000:00000000 00:00000000 00000000  1001        0 626 1
            """
        #expect(LoopbackConnections.owner(from: 50_000, to: 8_700, in: table) == 1_001)
        #expect(LoopbackConnections.owner(from: 50_001, to: 8_700, in: table) == nil)
        #expect(LoopbackConnections.owner(from: 50_000, to: 8_700, in: "") == nil)
    }

    @Test("Another user gets metrics where that was asked for, and no page")
    func access() {
        let pages = { (all: Bool) in
            LivePages(numericContract: 2, showsMetricsToAll: all) { [status = status()] in
                status
            }
        }
        let open = pages(true)
        #expect(open.answer(PageRequest(path: "/metrics", isFromOwner: false)).status == "200 OK")
        #expect(open.answer(PageRequest(path: "/", isFromOwner: false)).status == "403 Forbidden")
        #expect(open.answer(PageRequest(path: "/status.json", isFromOwner: false)).status == "403 Forbidden")
        for path in ["/", "/status.json", "/metrics", "/live.js", "/live.css"] {
            #expect(open.answer(PageRequest(path: path, isFromOwner: true)).status == "200 OK", "\(path)")
        }
        #expect(open.answer(PageRequest(path: "/../etc/passwd", isFromOwner: true)).status == "404 Not Found")
        #expect(pages(false).answer(PageRequest(path: "/metrics", isFromOwner: false)).status == "403 Forbidden")
        let silent = LivePages(numericContract: 2, showsMetricsToAll: false) { nil }
        #expect(silent.answer(PageRequest(path: "/", isFromOwner: true)).status == "503 Service Unavailable")
    }

    @Test("A request without an end or of any length costs the server nothing but its patience")
    func hostileClients() throws {
        let server = try PageServer(port: 0) { _ in PageResponse("200 OK", "fine") }
        defer { server.stop() }
        // Says a part and no more; says more than any request has; goes away at once.
        let mute = try connect(to: server.port)
        defer { close(mute) }
        write(mute, "GET / HT")
        let long = try connect(to: server.port)
        defer { close(long) }
        write(long, "GET / HTTP/1.1\r\nCookie: " + String(repeating: "x", count: 100_000))
        close(try connect(to: server.port))
        let client = try connect(to: server.port)
        defer { close(client) }
        write(client, "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n")
        write(client, "\r\n")
        let answer = read(client)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("\r\n\r\nfine"), "\(answer)")
        #expect(answer.contains("Content-Security-Policy: default-src 'none'"))
    }

    private func connect(to port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = LoopbackConnections.address(port: port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        return descriptor
    }

    private func write(_ descriptor: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private func read(_ descriptor: Int32) -> String {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 { answer += buffer[..<count] }
        return String(decoding: answer, as: UTF8.self)
    }
}

extension String {
    /// How often a text stands in this one.
    fileprivate func components(of text: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
