import ClusterRuntime
import ContentDigest
import Foundation
import JobEngine
import Testing

/// Coordinators in processes of their own, and submissions that end them.
@Suite("Runs that end their coordinator")
struct DeadlyRunTests {
    /// A coordinator's process on a store.
    private final class Coordinator {
        let process = Process()
        private let output = Pipe()

        init(_ store: String) throws {
            process.executableURL = URL(fileURLWithPath: try toyWorker())
            process.arguments = ["--store", store]
            process.environment = ["SWIFT_BACKTRACE": "enable=no"]
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            _ = output.fileHandleForReading.availableData
        }

        /// Waits until it has died.
        func death() -> Process.TerminationReason {
            process.waitUntilExit()
            return process.terminationReason
        }

        func stop() {
            process.terminate()
            process.waitUntilExit()
        }

        deinit {
            if process.isRunning { stop() }
        }
    }

    private func client(_ folder: TemporaryFolder) throws -> ClusterClient {
        try ClusterClient(connectionFile: folder["connection.json"], build: "test", numericContract: 1)
    }

    private func submit(_ request: String, _ folder: TemporaryFolder) throws -> RunID {
        try client(folder).submit(ClusterRequest(title: request, inputs: [], request: Array(request.utf8)), again: true)
            .run
    }

    /// Submits what may kill the coordinator before it has said what it stored.
    private func submitDeadly(_ request: String, _ folder: TemporaryFolder) throws -> RunID {
        do {
            return try submit(request, folder)
        } catch is ConnectionRefusal {
            let stored = try FileManager.default.contentsOfDirectory(atPath: folder["runs"])
            return try #require(stored.compactMap { RunID(hexadecimal: $0) }.first)
        }
    }

    private func status(of run: RunID, _ folder: TemporaryFolder) throws -> RunStatus? {
        try client(folder).status().runs.first { $0.run == run }
    }

    @Test(
        "A submission in whose hands the coordinator died is set aside at the next start, and the others go on",
        arguments: [
            "load:trap", "plan:abort", "plan:recursion", "check:trap", "take:trap", "write:trap", "write:thread",
        ])
    func once(request: String) throws {
        let folder = try TemporaryFolder()
        let first = try Coordinator(folder.path)
        // Nothing is computed before the worker comes: so all three are there when the second one is begun.
        let before = try submit("none", folder)
        let deadly = try submit(request, folder)
        let after = try submit("none", folder)
        let worker = try TestWorker(folder["connection.json"])
        #expect(first.death() == .uncaughtSignal)
        worker.service.abandon()

        let second = try Coordinator(folder.path)
        let successor = try TestWorker(folder["connection.json"])
        #expect(try client(folder).wait(for: after) == .finished(disagreements: []))
        #expect(try status(of: before, folder) == nil)
        let shown = try #require(try status(of: deadly, folder))
        #expect(shown.phase == .failed)
        #expect(shown.failures.contains { $0.contains("signal") && $0.contains("Submit it again") }, "\(shown)")
        second.stop()
        successor.service.abandon()

        // What was set aside stays so, and stays to be seen.
        let third = try Coordinator(folder.path)
        #expect(try status(of: deadly, folder)?.phase == .failed)
        #expect(try status(of: after, folder) == nil)
        third.stop()
    }

    @Test(
        "Who kills a coordinator from outside has nothing set aside the first time",
        arguments: ["load", "plan", "write"])
    func killedOnce(place: String) throws {
        let folder = try TemporaryFolder()
        let first = try Coordinator(folder.path)
        let run = try submitDeadly("\(place):kill-once", folder)
        let worker = try TestWorker(folder["connection.json"])
        #expect(first.death() == .uncaughtSignal)
        worker.service.abandon()
        let second = try Coordinator(folder.path)
        let successor = try TestWorker(folder["connection.json"])
        #expect(try client(folder).wait(for: run) == .finished(disagreements: []))
        second.stop()
        successor.service.abandon()
    }

    @Test("A run in whose hands coordinators are killed twice in a row is set aside")
    func killedTwice() throws {
        let folder = try TemporaryFolder()
        let first = try Coordinator(folder.path)
        let run = try submitDeadly("plan:kill", folder)
        #expect(first.death() == .uncaughtSignal)
        #expect(try Coordinator(folder.path).death() == .uncaughtSignal)
        let third = try Coordinator(folder.path)
        let shown = try #require(try status(of: run, folder))
        #expect(
            shown.phase == .failed && shown.failures.contains { $0.contains("2 coordinators in a row") }, "\(shown)")
        third.stop()
    }

    @Test("A coordinator that is killed while its workers compute, however often, holds it against nobody")
    func killedWhileComputing() throws {
        let folder = try TemporaryFolder()
        var coordinator = try Coordinator(folder.path)
        let run = try submit("none", folder)
        for _ in 0..<4 {
            while try status(of: run, folder)?.phase != .computing { usleep(10_000) }
            kill(coordinator.process.processIdentifier, SIGKILL)
            _ = coordinator.death()
            coordinator = try Coordinator(folder.path)
        }
        let worker = try TestWorker(folder["connection.json"])
        #expect(try client(folder).wait(for: run) == .finished(disagreements: []))
        coordinator.stop()
        worker.service.abandon()
    }

    @Test("Stored runs with damaged files fail alone, and are shown")
    func damaged() throws {
        let folder = try TemporaryFolder()
        let first = try Coordinator(folder.path)
        let sound = try submit("none", folder)
        first.stop()
        let texts = [
            "", "{", "[]", "\u{0}\u{1}",
            #"{"run":"RUN","title":"t","number":9223372036854775807,"inputs":[]}"#,
            #"{"run":"RUN","title":"t","number":-9223372036854775808,"inputs":[]}"#,
            #"{"run":"RUN","title":"t","number":1e400,"inputs":[]}"#,
            #"{"run":"RUN","title":"t","number":1,"inputs":[{"name":"x","digest":"zz","size":1}]}"#,
            #"{"run":"RUN","title":"t","number":1,"inputs":[{"name":"x","digest":"zz","size":-1}]}"#,
            #"{"run":"00000000000000000000000000000001","title":"t","number":1,"inputs":[]}"#,
        ]
        var runs: [RunID] = []
        for (index, text) in texts.enumerated() {
            let run = RunID(UInt128(1_000 + index))
            runs.append(run)
            try folder.write(text.replacing("RUN", with: "\(run)"), to: "runs/\(run)/submission.json")
            try folder.write("none", to: "runs/\(run)/request")
        }
        let second = try Coordinator(folder.path)
        for run in runs {
            let shown = try status(of: run, folder)
            #expect(shown?.phase == .failed, "\(texts[Int(run.value) - 1_000])")
        }
        // Another is numbered behind those that can be read.
        let later = try submit("none", folder)
        let worker = try TestWorker(folder["connection.json"])
        for run in [sound, later] { #expect(try client(folder).wait(for: run) == .finished(disagreements: [])) }
        second.stop()
        worker.service.abandon()
    }

    @Test(
        "A lock with numbers that nobody wrote is taken over", arguments: ["18446744073709551615", "9007199254740992"])
    func extremeLock(epoch: String) throws {
        let folder = try TemporaryFolder()
        for renewedAt in ["1", "-9223372036854775808", "9223372036854775807"] {
            try folder.write(
                "{\"host\":\"elsewhere\",\"pid\":1,\"epoch\":\(epoch),\"renewedAt\":\(renewedAt),\"isHeld\":false}",
                to: "lock")
            let lock = try RunDirectoryLock(directory: folder.path)
            #expect(lock.epoch == 1)
            try lock.renew()
            lock.release()
        }
    }
}
