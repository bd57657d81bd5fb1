import ClusterRuntime
import ContentDigest
import Foundation
import JobEngine
import Synchronization
import Testing
import ZeroMQ

@Suite("A coordinator that takes runs from clients")
struct SubmissionTests {
    /// The programs that were made, and their requests.
    private final class Made: Sendable {
        let programs = Mutex<[SquareSums]>([])
    }

    private func makeService(in folder: TemporaryFolder, _ made: Made) throws -> CoordinatorService {
        let store = try SubmissionStore(directory: folder.path) { request, inputs, _ in
            let program = SquareSums(upperBound: inputs[0].blob.content.count % 1_000, shardSize: Int(request[0]))
            made.programs.withLock { $0.append(program) }
            return program
        }
        var options = CoordinatorOptions(
            connectionFile: folder["connection.json"], name: "service", build: "test", numericContract: 1,
            logger: silent)
        options.policy = hasty
        return try CoordinatorService(
            options, lock: RunDirectoryLock(directory: folder.path), submissions: store)
    }

    private func client(_ folder: TemporaryFolder, patience: Duration = .seconds(10)) throws -> ClusterClient {
        try ClusterClient(
            connectionFile: folder["connection.json"], build: "test", numericContract: 1, patience: patience)
    }

    /// Three pieces of input, the last one short.
    private let request = ClusterRequest(
        title: "toy", inputs: [("counts", Blob([UInt8](repeating: 3, count: (2 << 20) + 777)))], request: [50])

    @Test("A run is uploaded, computed, and its end is told")
    func submitAndWait() throws {
        let folder = try TemporaryFolder()
        let made = Made()
        let service = try makeService(in: folder, made)
        let client = try client(folder)
        let run = try client.submit(request).run
        #expect(try client.status().runs.contains { $0.run == run })
        let worker = try TestWorker(folder["connection.json"])
        #expect(try client.wait(for: run) == .finished(disagreements: []))
        let program = try #require(made.programs.withLock { $0.first })
        #expect(program.answer == program.expected)
        service.stop(sendsWorkersHome: true)
        #expect(service.waitForEnd() == .stopped)
        #expect(try worker.exit().code == 0)
    }

    @Test("A run that was acknowledged is computed by the next coordinator, without the client")
    func resume() throws {
        let folder = try TemporaryFolder()
        let made = Made()
        let first = try makeService(in: folder, made)
        let run = try client(folder).submit(request).run
        first.abandon()

        let second = try makeService(in: folder, made)
        let worker = try TestWorker(folder["connection.json"])
        #expect(second.waitForEnd(of: run)?.outcome == .finished(disagreements: []))
        // The first coordinator may have made its program too, and then died.
        #expect(made.programs.withLock { programs in programs.contains { $0.answer == $0.expected } })
        second.stop(sendsWorkersHome: true)
        _ = second.waitForEnd()
        #expect(try worker.exit().code == 0)

        // Once more: nothing is left to do.
        let third = try makeService(in: folder, made)
        #expect(try client(folder).status().runs.isEmpty)
        third.stop()
        _ = third.waitForEnd()
    }

    /// Welcomes one client and then answers nothing.
    ///
    /// - Parameters:
    ///   - isBound: Is signalled once the connection file is there, or it has failed.
    ///   - isOver: Until this is signalled the connection stays open.
    private static func keepSilent(
        connectionFile path: String, isBound: DispatchSemaphore, isOver: DispatchSemaphore
    ) throws {
        let router = try Socket(.router)
        do {
            defer { isBound.signal() }
            try router.bind(to: "tcp://127.0.0.1:*")
            try ConnectionFile(
                run: "run", epoch: 1, state: .serving, endpoints: [router.lastEndpoint()], serverKey: nil,
                clientKeyFile: nil, oldestProtocol: 1, newestProtocol: 1, host: "here", pid: 1, startedAt: ""
            ).write(to: path)
        }
        var items = [router.pollItem()]
        guard try poll(&items, timeout: .seconds(60)), let received = try router.receive() else { return }
        let welcome = Welcome(
            protocolVersion: ProtocolVersion.supported.upperBound, beatInterval: .seconds(2),
            lostAfter: .seconds(15), blobs: [])
        let encoded = Message(
            run: .none, epoch: 1, incarnation: Incarnation(1), sequence: 1, body: .welcome(welcome)
        ).encoded()
        _ = try router.send([received.frames[0], encoded.head, encoded.payload])
        isOver.wait()
    }

    @Test("A coordinator that says nothing more, though its connection stays, is given up")
    func silence() throws {
        let folder = try TemporaryFolder()
        let path = folder["connection.json"]
        let isBound = DispatchSemaphore(value: 0)
        let isOver = DispatchSemaphore(value: 0)
        defer { isOver.signal() }
        Thread.detachNewThread {
            do {
                try Self.keepSilent(connectionFile: path, isBound: isBound, isOver: isOver)
            } catch {
                Issue.record("the silent coordinator failed: \(error)")
            }
        }
        isBound.wait()
        let client = try ClusterClient(connectionFile: path, build: "test", numericContract: 1)
        let error = #expect(throws: ConnectionRefusal.self) {
            try client.wait(for: RunID(7), silenceLimit: .seconds(2))
        }
        #expect(try #require(error).description.contains("nothing was heard"))
    }

    /// Cancels the run that it watches once it has been told so many times how the run goes on.
    private final class PatientObserver: RunObserver, Sendable {
        let left: Mutex<Int>
        let cancel: @Sendable () -> Void

        init(times: Int, cancel: @escaping @Sendable () -> Void) {
            left = Mutex(times)
            self.cancel = cancel
        }

        func progressed(_ progress: RunProgress) {
            let isOver = left.withLock { left in
                left -= 1
                return left == 0
            }
            if isOver { cancel() }
        }
    }

    @Test("A coordinator that answers is waited for, for longer than a silent one")
    func patience() throws {
        let folder = try TemporaryFolder()
        let service = try makeService(in: folder, Made())
        let path = folder["connection.json"]
        let client = try client(folder)
        let run = try client.submit(request).run
        // Without a worker the run goes on until it is cancelled; it is heard of once a second.
        let observer = PatientObserver(times: 12) {
            do {
                _ = try ClusterClient(connectionFile: path, build: "test", numericContract: 1).cancel(run)
            } catch {
                Issue.record("the run cannot be cancelled: \(error)")
            }
        }
        #expect(try client.wait(for: run, observer: observer, silenceLimit: .seconds(10)) == .cancelled)
        service.stop()
        _ = service.waitForEnd()
    }

    @Test("A run can be cancelled")
    func cancel() throws {
        let folder = try TemporaryFolder()
        let service = try makeService(in: folder, Made())
        let client = try client(folder)
        let run = try client.submit(request).run
        #expect(try client.cancel(run) == .cancelled)
        service.stop()
        _ = service.waitForEnd()
    }

    @Test("A client that cannot reach the coordinator is told which address failed")
    func unreachable() throws {
        let folder = try TemporaryFolder()
        let service = try makeService(in: folder, Made())
        let endpoint = service.endpoints[0]
        service.stop()
        _ = service.waitForEnd()
        let error = #expect(throws: ConnectionRefusal.self) { try client(folder, patience: .seconds(1)) }
        #expect(try #require(error).description.contains(endpoint))
    }
}
