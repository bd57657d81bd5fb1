import ClusterRuntime
import ContentDigest
import Foundation
import JobEngine
import Testing
import ZeroMQ

/// Strangers and members that want a coordinator's memory and descriptors, against its process.
@Suite("Memory of a coordinator among hostile peers", .serialized)
struct HostileMemoryTests {
    /// What docs/security.md promises.
    private static let promise = 256 << 20

    private static let sets = packageRoot + "/datasets/goldens/gsea/"

    /// Bytes that `/proc` tells of a process, such as `VmRSS` now and `VmHWM` at most.
    private func memory(_ field: String, of process: ModicumProcess) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(field + ":") })
        return try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0) }) << 10
    }

    /// A plain connection to a coordinator.
    private final class Stranger {
        let descriptor: Int32

        init(port: UInt16) {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            // Whoever takes no more has heard enough.
            var patience = timeval(tv_sec: 0, tv_usec: 200_000)
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        }

        deinit { close(descriptor) }

        /// Says who it is, announces a command, and sends so much of it.
        func announce(_ announced: UInt64, sending bytes: Int) {
            // ZMTP 3.1: signature, version, mechanism, no server, filler.
            var greeting: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1] + Array("CURVE".utf8)
            greeting += [UInt8](repeating: 0, count: 64 - greeting.count)
            // A long command: its flags, and its length with the high byte first.
            let command: [UInt8] = [6] + (0..<8).map { UInt8(truncatingIfNeeded: announced >> (56 - 8 * UInt64($0))) }
            for part in [greeting, command, [UInt8](repeating: 1, count: bytes)] {
                var sent = 0
                while sent < part.count {
                    let count = part[sent...].withUnsafeBytes {
                        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    guard count > 0 else { return }
                    sent += count
                }
            }
        }
    }

    /// A member that says what it likes, and never listens.
    private final class Member {
        let incarnation = Incarnation.random()
        let socket: Socket
        private var sequence: UInt64 = 0

        init(connection path: String) throws {
            let file = try ConnectionFile.read(from: path)
            let keys = try #require(try file.clientKeys(besides: path))
            let peer = try Socket(.dealer)
            try peer.set(.routingID, bytes: PeerRoute.bytes(of: incarnation))
            try peer.set(.receiveHighWaterMark, 1)
            try peer.set(.sendHighWaterMark, 0)
            try peer.set(.curveServerKey, try #require(file.serverKey.flatMap { CurveKey($0) }))
            try peer.set(.curvePublicKey, keys.publicKey)
            try peer.set(.curveSecretKey, keys.secretKey)
            try peer.connect(to: file.endpoints[0])
            socket = peer
            var hello = Hello()
            hello.role = .client
            try say(.hello(hello))
            var items = [socket.pollItem()]
            try #require(try poll(&items, timeout: .seconds(30)), "it is welcomed")
        }

        func say(_ body: MessageBody, about run: RunID = .none) throws {
            sequence += 1
            let message = Message(run: run, epoch: 0, incarnation: incarnation, sequence: sequence, body: body)
                .encoded()
            _ = try socket.send([message.head, message.payload])
        }
    }

    /// Whether a member is answered.
    private func isServed(_ connection: String) throws -> Bool {
        try modicum("status", "--connection-file", connection).status == 0
    }

    private func port(in connection: String) throws -> UInt16 {
        let endpoint = try ConnectionFile.read(from: connection).endpoints[0]
        return try #require(endpoint.split(separator: ":").last.flatMap { UInt16($0) })
    }

    private func finish(_ coordinator: ModicumProcess, quiet: Int, _ what: String) throws {
        let peak = try memory("VmHWM", of: coordinator) - quiet
        print("\(what): at most \(peak >> 20) MiB above the quiet coordinator's \(quiet >> 20) MiB")
        #expect(peak <= Self.promise, "\(what)")
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }

    @Test("Without a key: large commands are announced, begun and left, by many; members are served meanwhile")
    func strangers() throws {
        let folder = try TemporaryFolder()
        let connection = folder("store/connection.json")
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        #expect(try isServed(connection))
        let quiet = try memory("VmRSS", of: coordinator)
        let port = try port(in: connection)
        var strangers: [Stranger] = []
        for _ in 0..<8 {
            strangers.append(Stranger(port: port))
            strangers.last!.announce(256 << 20, sending: 4 << 20)
        }
        // As large as a frame may be, and all but its end.
        for _ in 0..<700 {
            strangers.append(Stranger(port: port))
            strangers.last!.announce(UInt64(MessageLimits.frameBytes), sending: MessageLimits.frameBytes - 1)
        }
        #expect(try isServed(connection))
        strangers += (0..<700).map { _ in Stranger(port: port) }
        #expect(try isServed(connection))
        try finish(coordinator, quiet: quiet, "1,408 connections without a key")
    }

    @Test("Few descriptors: silent connections leave those of members alone")
    func descriptors() throws {
        let folder = try TemporaryFolder()
        let connection = folder("store/connection.json")
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = [
            "-c", "ulimit -n 256; exec \"$0\" coordinator --store \"$1\" --quiet", executable, folder("store"),
        ]
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        defer {
            shell.terminate()
            shell.waitUntilExit()
        }
        while !FileManager.default.fileExists(atPath: connection), shell.isRunning { usleep(20_000) }
        let port = try port(in: connection)
        let silent = (0..<500).map { _ in Stranger(port: port) }
        for _ in 0..<3 {
            let status = try modicum("status", "--connection-file", connection)
            #expect(status.status == 0, "\(status.errors)")
        }
        #expect(silent.count == 500)
    }

    @Test("With a key: messages of many parts, pieces and answers asked for and never read")
    func members() throws {
        let folder = try TemporaryFolder()
        let connection = folder("store/connection.json")
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        // A finished run, whose largest file is what pieces are asked of.
        let worker = try ModicumProcess(["worker", "--connection-file", connection, "--threads", "1"])
        let made = try modicum(
            "gsea", "--ranks", Self.sets + "list.rnk", "--sets", Self.sets + "sets.gmt", "--permutations", "1000",
            "--out", folder("out"), "--connect", connection)
        #expect(made.status == 0, "\(made.errors)")
        worker.signal(SIGTERM)
        #expect(worker.finish().status == 0)
        let client = try ClusterClient(
            connectionFile: connection, build: buildOfExecutable(), numericContract: 1)
        let run = try #require(try client.status().runs.first?.run)
        let file = try #require(try client.results(of: run).max { $0.size < $1.size })
        let quiet = try memory("VmRSS", of: coordinator)

        // Fifty parts of twenty megabytes, then as many parts as are allowed, in a message that is not.
        for (count, bytes) in [(50, 20 << 20), (3_000, 200 << 10)] {
            let member = try Member(connection: connection)
            let part = [UInt8](repeating: 7, count: bytes)
            for index in 0..<count { _ = try member.socket.send(Frame(sharing: part), more: index + 1 < count) }
            #expect(try isServed(connection))
            #expect(try isServed(connection))
        }
        var members: [Member] = []
        for _ in 0..<6 {
            members.append(try Member(connection: connection))
            try members.last!.say(.resultsRequest, about: run)
            for _ in 0..<1_500 {
                try members.last!.say(
                    .blobRequest(BlobRequest(digest: file.digest, offset: 0, length: 1 << 20)), about: run)
                try members.last!.say(.statusRequest)
            }
            #expect(try isServed(connection))
        }
        // Nobody is lent anything for the asking, and what is announced without a lease is not brought.
        let liar = try Member(connection: connection)
        for number in 0..<200 {
            let submission = Submission(
                title: "\u{1B}[2J", blobs: [.init(name: "x", digest: SHA256Digest(of: "x"), size: 1 << 30)],
                request: [UInt8](repeating: 1, count: 200 << 10))
            try liar.say(.submit(submission), about: RunID(UInt128(number + 1)))
        }
        let status = try modicum("status", "--connection-file", connection)
        #expect(status.status == 0 && !status.output.contains("\u{1B}"), "\(status.output)")
        try finish(coordinator, quiet: quiet, "members that send and ask for gigabytes")
    }

    private func buildOfExecutable() throws -> String {
        try String(#require(modicum("--version").output.firstMatch(of: #/(\d+\.\d+\.\d+)/#)).1)
    }
}
