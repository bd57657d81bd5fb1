import ClusterRuntime
import Foundation
import JobEngine
import Testing
import ZeroMQ

/// Peers with the right keys and another program, against a coordinator's process.
@Suite("Peers of another version")
struct ForeignPeerTests {
    private static let sets = packageRoot + "/datasets/goldens/gsea/"

    /// Says hello as a worker would, and returns what the coordinator answers.
    private func greet(_ hello: Hello, connection path: String, incarnation: Incarnation) throws -> MessageBody? {
        let file = try ConnectionFile.read(from: path)
        let keys = try #require(try file.clientKeys(besides: path))
        let peer = try Socket(.dealer)
        try peer.set(.routingID, bytes: PeerRoute.bytes(of: incarnation))
        try peer.set(.curveServerKey, try #require(file.serverKey.flatMap { CurveKey($0) }))
        try peer.set(.curvePublicKey, keys.publicKey)
        try peer.set(.curveSecretKey, keys.secretKey)
        try peer.connect(to: file.endpoints[0])
        let message = Message(run: .none, epoch: 0, incarnation: incarnation, sequence: 1, body: .hello(hello))
            .encoded()
        _ = try peer.send([message.head, message.payload])
        var items = [peer.pollItem()]
        // A coordinator that answers nothing fails the test instead of holding it up.
        guard try poll(&items, timeout: .seconds(30)), let answer = try peer.receive() else { return nil }
        return try Message(head: answer.frames[0], payload: answer.frames[1]).body
    }

    @Test("They are refused with the reason, and the run goes on to the same bytes")
    func refused() throws {
        let folder = try TemporaryFolder()
        let connection = folder("store/connection.json")
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        let version = try modicum("doctor").output
        let build = try #require(version.firstMatch(of: #/modicum +(\d+\.\d+\.\d+)/#)).1
        let contract = try #require(version.firstMatch(of: #/numeric contract (\d+)/#).flatMap { UInt32($0.1) })
        var same = Hello()
        same.build = String(build)
        same.numericContract = contract
        same.host = "elsewhere"
        var later = same
        later.protocols = 900...901
        var otherNumbers = same
        otherNumbers.numericContract = contract + 1
        var otherBuild = same
        otherBuild.build = "999.0.0"
        let cases: [(Hello, Rejection.Reason, String)] = [
            (later, .protocolVersion, "900"), (otherNumbers, .numericContract, "this worker \(contract + 1)"),
            (otherBuild, .build, "999.0.0"),
        ]
        for (number, (hello, reason, word)) in cases.enumerated() {
            let answer = try greet(hello, connection: connection, incarnation: Incarnation(UInt128(1_000 + number)))
            guard case .reject(let rejection) = answer else {
                Issue.record("\(reason): \(String(describing: answer))")
                continue
            }
            #expect(rejection.reason == reason && rejection.text.contains(word), "\(rejection)")
            #expect(coordinator.waitForError(containing: word))
        }
        // The same hello without a difference is admitted: it is these that are refused, not the peer.
        let admitted = try greet(same, connection: connection, incarnation: Incarnation(2_000))
        guard case .welcome = admitted else {
            Issue.record("\(String(describing: admitted))")
            return
        }

        let worker = try ModicumProcess(["worker", "--connection-file", connection, "--threads", "1"])
        let run = [
            "gsea", "--ranks", Self.sets + "list.rnk", "--sets", Self.sets + "sets.gmt", "--permutations", "2000",
        ]
        let alone = try ModicumProcess(run + ["--out", folder("alone"), "--threads", "1"]).finish()
        let sent = try ModicumProcess(run + ["--out", folder("sent"), "--connect", connection]).finish()
        #expect(alone.status == 0 && sent.status == 0, "\(alone.errors) \(sent.errors)")
        for name in ["modicum.h5", "gene_sets.tsv"] {
            let expected = try #require(FileManager.default.contents(atPath: folder("alone/") + name))
            #expect(FileManager.default.contents(atPath: folder("sent/") + name) == expected, "\(name)")
        }
        for process in [worker, coordinator] { process.signal(SIGTERM) }
        #expect(worker.finish().status == 0)
        #expect(coordinator.finish().status == 5)
    }
}
