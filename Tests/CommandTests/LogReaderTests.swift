import Foundation
import Testing

/// What becomes of processes whose standard error nobody reads.
@Suite("Logs that nobody reads")
struct LogReaderTests {
    private static let sets = packageRoot + "/datasets/goldens/gsea/"

    /// What a process's standard error is.
    enum Reader: String, CaseIterable {
        /// Descriptor 2 is not open at all.
        case closed
        /// A pipe whose reader has gone.
        case gone
        /// A pipe that is full and is not read.
        case stalled
    }

    /// The pipe that stands for standard error.
    private final class Ends {
        private let reader: Int32
        let writer: Int32

        init(_ kind: Reader) throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            writer = ends[1]
            reader = kind == .gone ? -1 : ends[0]
            if kind == .gone { close(ends[0]) }
            guard kind == .stalled else { return }
            _ = fcntl(writer, F_SETFL, O_NONBLOCK)
            let piece = [UInt8](repeating: 10, count: 4_096)
            while write(writer, piece, piece.count) > 0 {}
            _ = fcntl(writer, F_SETFL, 0)
        }

        deinit {
            close(writer)
            if reader >= 0 { close(reader) }
        }
    }

    /// Starts a command with such a standard error.
    private func start(_ arguments: [String], _ kind: Reader, _ ends: Ends) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: kind == .closed ? "/bin/sh" : executable)
        process.arguments =
            kind == .closed ? ["-c", "exec \"$0\" \"$@\" 2>&-", executable] + arguments : arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(fileDescriptor: dup(ends.writer), closeOnDealloc: true)
        try process.run()
        return process
    }

    @Test("A coordinator and its worker go on, and a run is computed", arguments: Reader.allCases)
    func service(reader: Reader) throws {
        let folder = try TemporaryFolder()
        let connection = folder("store/connection.json")
        let ends = try Ends(reader)
        let coordinator = try start(["coordinator", "--store", folder("store"), "--verbose"], reader, ends)
        // It waits for the file that the coordinator publishes.
        let worker = try start(["worker", "--connection-file", connection, "--threads", "1"], reader, ends)
        #expect(waitForFile(connection))
        let run = try ModicumProcess([
            "gsea", "--ranks", Self.sets + "list.rnk", "--sets", Self.sets + "sets.gmt", "--permutations", "2000",
            "--out", folder("out"), "--connect", connection,
        ]).finish()
        #expect(run.status == 0, "\(run.errors)")
        #expect(coordinator.isRunning && worker.isRunning)
        for process in [worker, coordinator] {
            process.terminate()
            process.waitUntilExit()
            #expect(process.terminationReason == .exit)
        }
        #expect(worker.terminationStatus == 0 && coordinator.terminationStatus == 5)
        // What was logged went into no file that was opened later.
        let lock = try String(contentsOfFile: folder("store/lock"), encoding: .utf8)
        #expect(!lock.contains("coordinator"), "\(lock)")
    }

    @Test("A command that computes by itself goes on as well", arguments: Reader.allCases)
    func command(reader: Reader) throws {
        let folder = try TemporaryFolder()
        let ends = try Ends(reader)
        let command = try start(
            [
                "gsea", "--ranks", Self.sets + "list.rnk", "--sets", Self.sets + "sets.gmt", "--permutations", "2000",
                "--out", folder("out"), "--threads", "1",
            ], reader, ends)
        command.waitUntilExit()
        #expect(command.terminationReason == .exit && command.terminationStatus == 0)
        #expect(FileManager.default.fileExists(atPath: folder("out/run.json")))
    }

    /// Waits until a file is there; its folder may be missing as well.
    private func waitForFile(_ path: String) -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        while !FileManager.default.fileExists(atPath: path), ContinuousClock.now < deadline { usleep(10_000) }
        return FileManager.default.fileExists(atPath: path)
    }
}
