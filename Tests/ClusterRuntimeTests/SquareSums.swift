import ContentDigest
import Glibc
import JobEngine
import Synchronization

/// A toy run of two stages, the second of which depends on the first.
///
/// Stage one sums squares over ranges; stage two adds the total to every index
/// and sums again, reading the total from a blob.
final class SquareSums: RunProgram {
    let upperBound: Int
    let shardSize: Int
    private let state = Mutex<(stage: Int, sum: UInt64, answer: UInt64?)>((0, 0, nil))

    init(upperBound: Int = 1_000, shardSize: Int = 50) {
        self.upperBound = upperBound
        self.shardSize = shardSize
    }

    /// What the run found, once it is complete.
    var answer: UInt64? { state.withLock { $0.answer } }

    /// What it has to find.
    var expected: UInt64 {
        let total = (0..<upperBound).reduce(UInt64(0)) { $0 + UInt64($1 * $1) }
        return (0..<upperBound).reduce(UInt64(0)) { $0 &+ total &+ UInt64($1) }
    }

    /// What a result that is no number is refused with.
    struct NoNumber: Error, CustomStringConvertible {
        let description = "a sum of squares has eight bytes"
    }

    func check(_ result: [UInt8], of shard: Shard) throws {
        guard result.count == 8 else { throw NoNumber() }
    }

    func take(_ results: [[UInt8]]) throws {
        state.withLock { state in state.sum = results.reduce(UInt64(0)) { $0 &+ number(in: $1) } }
    }

    func nextStage(history: RunHistory) throws -> StagePlan? {
        state.withLock { state in
            let sum = state.sum
            defer { state.stage += 1 }
            switch state.stage {
            case 0:
                return StagePlan(title: "squares", blobs: [], shards: shards("square", inputs: []))
            case 1:
                // Larger than one piece of a blob, so that pieces are put together.
                let total = Blob(bytes(of: sum) + [UInt8](repeating: 7, count: 3 << 20))
                return StagePlan(title: "shifts", blobs: [total], shards: shards("shift", inputs: [total.digest]))
            default:
                state.answer = sum
                return nil
            }
        }
    }

    private func shards(_ stage: String, inputs: [SHA256Digest]) -> [Shard] {
        stride(from: 0, to: upperBound, by: shardSize).map { start in
            Shard(stage: stage, range: start..<min(start + shardSize, upperBound), inputs: inputs)
        }
    }
}

/// Computes the shards of `SquareSums`, and what else a test wants of it.
final class SquareSumExecutor: ShardExecutor {
    private let executed = Mutex<[Shard]>([])
    private let before: @Sendable (Shard, any ShardControl) throws -> Void

    init(before: @escaping @Sendable (Shard, any ShardControl) throws -> Void = { _, _ in }) {
        self.before = before
    }

    /// Every shard that was begun, in order.
    var begun: [Shard] { executed.withLock { $0 } }

    func execute(_ shard: Shard, inputs: [Blob], control: any ShardControl) throws -> [UInt8] {
        executed.withLock { $0.append(shard) }
        try before(shard, control)
        control.madeProgress()
        switch shard.stage {
        case "square":
            return bytes(of: shard.range.reduce(UInt64(0)) { $0 + UInt64($1 * $1) })
        default:
            let total = number(in: Array(inputs[0].content.prefix(8)))
            return bytes(of: shard.range.reduce(UInt64(0)) { $0 &+ total &+ UInt64($1) })
        }
    }
}

func bytes(of number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

func number(in bytes: [UInt8]) -> UInt64 {
    bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
}

/// A gate that threads wait at until it is opened.
final class Gate: @unchecked Sendable {
    // Guarded by `mutex`.
    private var isOpen = false
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let opened = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(opened, nil)
    }

    deinit {
        pthread_cond_destroy(opened)
        pthread_mutex_destroy(mutex)
        opened.deallocate()
        mutex.deallocate()
    }

    func open() {
        pthread_mutex_lock(mutex)
        isOpen = true
        pthread_cond_broadcast(opened)
        pthread_mutex_unlock(mutex)
    }

    func wait() {
        pthread_mutex_lock(mutex)
        while !isOpen { pthread_cond_wait(opened, mutex) }
        pthread_mutex_unlock(mutex)
    }
}
