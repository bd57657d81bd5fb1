import ContentDigest
import JobEngine

/// A worker process: its agent, and what its threads are doing.
struct SimulatedWorker {
    var agent: WorkerAgent
    let incarnation: Incarnation
    let threads: Int

    /// How many times slower than others it computes.
    let slowness: Double

    var isAlive = true

    /// While stopped, everything that reaches it waits.
    var isPaused = false
    var backlog: [WorkerEvent] = []

    /// While cut off, nothing goes in, or nothing out, or neither.
    var hears = true
    var isHeard = true

    /// Started computations, and how far they are.
    var running: [ComputeID: Computation] = [:]

    /// How it left.
    var exit: WorkerExit?

    struct Computation {
        let shard: Shard
        let inputs: [Blob]
        var progress: UInt64 = 0
        let hangs: Bool
        var isCancelled = false
    }
}
