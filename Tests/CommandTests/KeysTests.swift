import Foundation
import Testing

@Suite("Keys of members")
struct KeysTests {
    @Test("A key is admitted once it is listed, and refused once it is not, while the coordinator goes on")
    func rotation() throws {
        let folder = try TemporaryFolder()
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        let made = try modicum("keys", "new", folder("alice.key"))
        #expect(made.status == 0, "\(made.errors)")
        let mode = try FileManager.default.attributesOfItem(atPath: folder("alice.key"))[.posixPermissions] as? Int
        #expect(mode == 0o600)

        // Alice has the connection file, and a key of her own beside it.
        var connection = try #require(
            JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: folder("store/connection.json")))) as? [String: Any])
        connection["clientKeyFile"] = "alice.key"
        try JSONSerialization.data(withJSONObject: connection)
            .write(to: URL(fileURLWithPath: folder("connection.json")))
        let worker = ["worker", "--connection-file", folder("connection.json"), "--threads", "1"]

        let stranger = try ModicumProcess(worker).finish()
        #expect(stranger.status != 0)
        #expect(stranger.errors.contains("key"), "\(stranger.errors)")

        let publicKey = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
        try "# members\n\(publicKey)  alice\n".write(
            toFile: folder("store/allowed-keys"), atomically: true, encoding: .utf8)
        #expect(coordinator.waitForError(containing: "added=1"))
        let member = try ModicumProcess(worker)
        #expect(coordinator.waitForError(containing: "joined"))

        try "".write(toFile: folder("store/allowed-keys"), atomically: true, encoding: .utf8)
        #expect(coordinator.waitForError(containing: "removed=1"))
        #expect(try ModicumProcess(worker).finish().status != 0, "a key that is listed no more is refused")
        member.signal(SIGTERM)
        #expect(member.finish().status == 0, "an established connection stays")

        try "nonsense\n".write(toFile: folder("store/allowed-keys"), atomically: true, encoding: .utf8)
        #expect(coordinator.waitForError(containing: "line 1 does not begin with a public key"))
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }

    @Test("The members' own pair is replaced while the coordinator goes on")
    func membersPair() throws {
        let folder = try TemporaryFolder()
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        let pair = folder("store/connection.json.key")
        // Somebody has taken the files away with him.
        try FileManager.default.copyItem(atPath: folder("store/connection.json"), toPath: folder("connection.json"))
        try FileManager.default.copyItem(atPath: pair, toPath: folder("connection.json.key"))

        try FileManager.default.removeItem(atPath: pair)
        #expect(try modicum("keys", "new", pair).status == 0)
        #expect(coordinator.waitForError(containing: "pair of keys was replaced"))
        let old = try modicum("worker", "--connection-file", folder("connection.json"), "--threads", "1")
        #expect(old.status == 1 && old.errors.contains("key"), "\(old.errors)")
        let new = try ModicumProcess(["worker", "--connection-file", folder("store/connection.json"), "--threads", "1"])
        #expect(coordinator.waitForError(containing: "joined"))
        new.signal(SIGTERM)
        #expect(new.finish().status == 0)
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }
}
