import ClusterRuntime
import ContentDigest
import Glibc
import JobEngine
import Logging
import Synchronization

/// A logger that says nothing.
let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Times short enough for tests.
let hasty: LeasePolicy = {
    var policy = LeasePolicy()
    policy.beatInterval = .milliseconds(100)
    policy.lostAfter = .milliseconds(1_000)
    policy.lostAfterConnectionClosed = .milliseconds(100)
    policy.helloInterval = .milliseconds(50)
    policy.resendInterval = .milliseconds(500)
    return policy
}()

/// Passes on how a run goes.
struct ProgressObserver: RunObserver {
    let action: @Sendable (RunProgress) -> Void

    init(_ action: @escaping @Sendable (RunProgress) -> Void) {
        self.action = action
    }

    func progressed(_ progress: RunProgress) { action(progress) }
}

/// A coordinator in this process that computes one toy run.
final class TestCluster {
    let service: CoordinatorService
    let run: RunID
    let program: SquareSums
    let connectionFile: String
    private var workers: [TestWorker] = []

    init(
        in folder: TemporaryFolder, program: SquareSums = SquareSums(), encryption: Encryption = .curve,
        policy: LeasePolicy = hasty, observer: (any RunObserver)? = nil
    ) throws {
        connectionFile = folder["connection.json"]
        var options = CoordinatorOptions(
            connectionFile: connectionFile, name: "toy", build: "test", numericContract: 1, logger: silent)
        options.encryption = encryption
        options.policy = policy
        options.stopGrace = .seconds(5)
        service = try CoordinatorService(options, lock: RunDirectoryLock(directory: folder.path), observer: observer)
        self.program = program
        run = try service.add(
            CoordinatorService.LocalRun(
                title: "toy", directory: folder.path, configuration: SHA256Digest(of: "toy"),
                makeProgram: { program }))
    }

    @discardableResult
    func addWorker(
        threads: Int = 1, executor: SquareSumExecutor = SquareSumExecutor(), contract: UInt32 = 1
    ) throws -> TestWorker {
        let worker = try TestWorker(connectionFile, threads: threads, executor: executor, contract: contract)
        workers.append(worker)
        return worker
    }

    /// Waits for the run's end, and takes everything down.
    func finish() -> FinishedRun? {
        let finished = service.waitForEnd(of: run)
        service.stop(sendsWorkersHome: true)
        _ = service.waitForEnd()
        return finished
    }

    deinit {
        for worker in workers { worker.service.abandon() }
        service.stop()
        _ = service.waitForEnd()
    }
}

/// A worker service on a thread of its own.
final class TestWorker {
    let service: WorkerService
    let executor: SquareSumExecutor
    private let result = Mutex<Result<WorkerExit, any Error>?>(nil)
    private let ended = Gate()

    init(
        _ connectionFile: String, threads: Int = 1, executor: SquareSumExecutor = SquareSumExecutor(),
        contract: UInt32 = 1, policy: LeasePolicy = hasty
    ) throws {
        var options = WorkerOptions(
            connectionFile: connectionFile, threads: threads, build: "test", numericContract: contract, logger: silent)
        options.policy = policy
        service = try WorkerService(options, executor: executor)
        self.executor = executor
        let box = Unmanaged.passRetained(Start(service: service, report: { [self] in finish($0) })).toOpaque()
        var thread = pthread_t()
        precondition(pthread_create(&thread, nil, runWorker, box) == 0)
        pthread_detach(thread)
    }

    private func finish(_ result: Result<WorkerExit, any Error>) {
        self.result.withLock { $0 = result }
        ended.open()
    }

    /// Waits until the worker has left, and says why it did.
    func exit() throws -> WorkerExit {
        ended.wait()
        return try result.withLock { $0 }!.get()
    }
}

private final class Start {
    let service: WorkerService
    let report: (Result<WorkerExit, any Error>) -> Void

    init(service: WorkerService, report: @escaping (Result<WorkerExit, any Error>) -> Void) {
        self.service = service
        self.report = report
    }
}

private func runWorker(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
    start.report(Result { try start.service.run() })
    return nil
}
