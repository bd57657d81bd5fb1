import JobEngine
import SystemThreads

/// Runs one run's program on a thread of its own, where it may compute and use files.
final class RunPlanner: Sendable {
    /// What a program answered.
    enum Answer: Sendable {
        case stage(StagePlan, shards: [ShardID])
        case complete
        case failed(String)

        /// The inputs cannot be analysed.
        case refused(String)
    }

    private struct Request: Sendable {
        let stage: Int
        var results: [[UInt8]]
        let history: RunHistory
    }

    private let requests = Mailbox<Request>()
    private let thread: ServiceThread

    /// - Parameters:
    ///   - makeProgram: Called at the first request, on the planner's thread.
    ///   - answer: Called on the planner's thread, once a request.
    init(
        numericContract: UInt32, makeProgram: @escaping @Sendable () throws -> any RunProgram,
        answer: @escaping @Sendable (_ stage: Int, Answer) -> Void
    ) throws {
        let requests = requests
        thread = try ServiceThread("planner") {
            var program: (any RunProgram)?
            while var request = requests.takeNext() {
                do {
                    let running = try program ?? makeProgram()
                    program = running
                    try running.take(request.results)
                    request.results = []
                    if let plan = try running.nextStage(history: request.history) {
                        answer(request.stage, .stage(plan, shards: plan.shardIDs(numericContract: numericContract)))
                    } else {
                        answer(request.stage, .complete)
                    }
                } catch {
                    let reason = "\(error)"
                    answer(request.stage, error is any InputRefusal ? .refused(reason) : .failed(reason))
                }
            }
        }
    }

    /// Asks for a stage; the answer comes by the closure given at the start.
    func plan(stage: Int, after results: [[UInt8]], history: RunHistory) {
        requests.post(Request(stage: stage, results: results, history: history))
    }

    /// Lets the thread end once the program has returned. A reduction under way is not waited for.
    func close() {
        requests.close()
    }
}
