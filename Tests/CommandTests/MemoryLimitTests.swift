import Foundation
import Testing

@Suite("Commands with little memory")
struct MemoryLimitTests {
    @Test(
        "A command ends with a status and a sentence, never by a signal",
        arguments: [120, 150, 180, 220, 260, 320, 400, 520])
    func sentence(mebibytes: Int) throws {
        let folder = try TemporaryFolder()
        let limited = Process()
        let errors = Pipe()
        limited.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        limited.arguments = [
            "prlimit", "--as=\(mebibytes << 20)", executable, "run", packageRoot + "/datasets/small-cohort/study.yaml",
            "--out", folder("out"), "--workers", "1", "--threads", "1", "--quiet",
        ]
        limited.standardError = errors
        limited.standardOutput = FileHandle.nullDevice
        try limited.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        limited.waitUntilExit()
        #expect(limited.terminationReason == .exit, "\(mebibytes) MiB: \(limited.terminationStatus), \(text)")
        #expect(limited.terminationStatus == 0 || !text.isEmpty, "\(mebibytes) MiB: \(limited.terminationStatus)")
    }

    @Test("A signal that no limit explains stays a signal, with a sentence")
    func defect() throws {
        let folder = try TemporaryFolder()
        let process = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(process.waitForError(containing: "connection"))
        process.signal(SIGILL)
        let result = process.finish()
        #expect(result.wasSignalled)
        #expect(result.errors.contains("ended by a signal"), "\(result.errors)")
    }
}
