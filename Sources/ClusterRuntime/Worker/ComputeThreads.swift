import ContentDigest
import JobEngine
import Synchronization
import SystemThreads

/// What a computation and its worker tell each other.
final class ComputeControl: ShardControl {
    private let count = Atomic<UInt64>(0)
    private let cancelled = Atomic(false)

    func madeProgress() {
        count.add(1, ordering: .relaxed)
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// How often the executor said that work went on.
    var progress: UInt64 { count.load(ordering: .relaxed) }

    func cancel() {
        cancelled.store(true, ordering: .relaxed)
    }
}

/// The threads of a worker that compute, apart from the one that talks.
final class ComputeThreads {
    private struct Job: Sendable {
        let id: ComputeID
        let shard: Shard
        let inputs: [Blob]
        let control: ComputeControl
    }

    private let jobs = Mailbox<Job>()
    private var controls: [ComputeID: ComputeControl] = [:]
    private let threads: [ServiceThread]

    /// - Parameter answer: Called on a compute thread, once a computation.
    /// - Throws: `ThreadError` where the system does not start that many.
    init(count: Int, executor: any ShardExecutor, answer: @escaping @Sendable (WorkerEvent) -> Void) throws {
        let jobs = jobs
        var started: [ServiceThread] = []
        do {
            for number in 0..<count {
                started.append(
                    try ServiceThread("compute-\(number)") {
                        while let job = jobs.takeNext() { answer(Self.compute(job, executor)) }
                    })
            }
        } catch {
            jobs.close()
            throw error
        }
        threads = started
    }

    func start(_ id: ComputeID, _ shard: Shard, inputs: [Blob]) {
        let control = ComputeControl()
        controls[id] = control
        jobs.post(Job(id: id, shard: shard, inputs: inputs, control: control))
    }

    func cancel(_ id: ComputeID) {
        controls[id]?.cancel()
    }

    /// Takes note of an answer that was passed on.
    func ended(_ id: ComputeID) {
        controls[id] = nil
    }

    /// The signs of progress of everything that runs.
    var progress: [ComputeID: UInt64] { controls.mapValues(\.progress) }

    /// Lets idle threads end, and the others once they have finished.
    func close() {
        for control in controls.values { control.cancel() }
        jobs.close()
    }

    /// Waits until all threads have ended.
    func join() {
        for thread in threads { thread.join() }
    }

    private static func compute(_ job: Job, _ executor: any ShardExecutor) -> WorkerEvent {
        let start = ContinuousClock.now
        do {
            if job.control.isCancelled { return .computeCancelled(job.id) }
            let payload = try executor.execute(job.shard, inputs: job.inputs, control: job.control)
            guard payload.count <= MessageLimits.payloadBytes else {
                return .computeFailed(
                    job.id, code: .memory,
                    text: "the result has \(payload.count) bytes, and may have at most \(MessageLimits.payloadBytes)",
                    isRetriable: false)
            }
            let digest = SHA256Digest(of: payload)
            return .computeFinished(job.id, payload: payload, digest: digest, elapsed: ContinuousClock.now - start)
        } catch is ShardCancelled {
            return .computeCancelled(job.id)
        } catch let unfit as UnfitWorker {
            return .computeFailed(job.id, code: .unfitWorker, text: unfit.description, isRetriable: true)
        } catch {
            // A shard is a pure function: what it throws here it throws everywhere.
            return .computeFailed(job.id, code: .other, text: "\(error)", isRetriable: false)
        }
    }
}

extension WorkerEvent {
    /// The computation that this event ends, if it is one.
    var endedCompute: ComputeID? {
        switch self {
        case .computeFinished(let id, _, _, _), .computeFailed(let id, _, _, _), .computeCancelled(let id): id
        default: nil
        }
    }
}
