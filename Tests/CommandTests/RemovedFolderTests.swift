import Foundation
import Testing

/// Folders that somebody removes while a command writes to them.
@Suite("Removed folders")
struct RemovedFolderTests {
    /// A command that would compute for hours.
    private func start(_ out: String) throws -> ModicumProcess {
        let goldens = packageRoot + "/datasets/goldens/gsea/"
        return try ModicumProcess(
            [
                "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--permutations",
                "2000000000", "--threads", "1", "--out", out,
            ])
    }

    @Test("A command whose folder is removed ends, and says so")
    func removed() throws {
        let folder = try TemporaryFolder()
        let command = try start(folder("out"))
        #expect(command.waitForError(containing: "shards"))
        try FileManager.default.removeItem(atPath: folder("out"))
        let result = command.finish()
        #expect(result.status == 1 && !result.wasSignalled, "\(result.errors)")
        #expect(
            result.errors.contains("\(folder("out"))/.modicum: this folder was removed or moved"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }

    @Test("So does a coordinator whose store is removed")
    func removedStore() throws {
        let folder = try TemporaryFolder()
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        try FileManager.default.removeItem(atPath: folder("store"))
        let result = coordinator.finish()
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.errors.contains("\(folder("store")): this folder was removed or moved"), "\(result.errors)")
    }
}
