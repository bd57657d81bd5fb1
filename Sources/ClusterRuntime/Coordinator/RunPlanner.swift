import JobEngine
import SystemThreads

/// Runs one run's program on a thread of its own, where it may compute and use files.
final class RunPlanner: Sendable {
    /// What a program answered.
    enum Answer: Sendable {
        /// - Parameter unreadable: Shards whose results in the journal cannot be taken, and why.
        case stage(StagePlan, shards: [ShardID], unreadable: [ShardID: String])
        case complete
        case failed(String)

        /// The inputs cannot be analysed.
        case refused(String)
    }

    /// What a program says of a result.
    enum Verdict: Sendable {
        case sound(PersistOrder)
        case unreadable(ShardID, reason: String)
    }

    private enum Request: Sendable {
        case plan(stage: Int, after: [[UInt8]], RunHistory, known: [ShardID: [UInt8]])
        case check(PersistOrder)
    }

    private let requests = Mailbox<Request>()
    private let thread: ServiceThread

    /// - Parameters:
    ///   - mark: Says in whose hands the process dies, if it does; nil for a run that has its coordinator for itself. A stage
    ///     that was planned stays marked until whoever is answered ends the mark.
    ///   - makeProgram: Called at the first request, on the planner's thread.
    ///   - answer: Called on the planner's thread, once a request for a stage.
    ///   - judge: The same, for a request to check a result.
    init(
        numericContract: UInt32, mark: RunMark? = nil, makeProgram: @escaping @Sendable () throws -> any RunProgram,
        answer: @escaping @Sendable (_ stage: Int, Answer) -> Void, judge: @escaping @Sendable (Verdict) -> Void
    ) throws {
        let requests = requests
        thread = try ServiceThread("planner") {
            DyingWords.useSignalStack()
            var running = Running(numericContract: numericContract, makeProgram: makeProgram)
            while let batch = requests.takeAll() {
                for request in batch {
                    switch request {
                    case .plan(let stage, let results, let history, let known):
                        mark?.begin(
                            stage == 0 ? "its inputs were read" : "the results of its stage \(stage) were worked on")
                        answer(stage, running.answer(after: results, history, known: known))
                    case .check(let order):
                        judge(mark?.glance { running.verdict(on: order) } ?? running.verdict(on: order))
                    }
                }
            }
        }
    }

    /// The program, as its thread holds it.
    private struct Running {
        let numericContract: UInt32
        let makeProgram: @Sendable () throws -> any RunProgram
        private var program: (any RunProgram)?

        /// The shards of the stage in hand.
        private var shards: [ShardID: Shard] = [:]

        init(numericContract: UInt32, makeProgram: @escaping @Sendable () throws -> any RunProgram) {
            self.numericContract = numericContract
            self.makeProgram = makeProgram
        }

        mutating func answer(after results: [[UInt8]], _ history: RunHistory, known: [ShardID: [UInt8]]) -> Answer {
            do {
                let running = try program ?? makeProgram()
                program = running
                try running.take(results)
                guard let plan = try running.nextStage(history: history) else { return .complete }
                let ids = plan.shardIDs(numericContract: numericContract)
                shards = Dictionary(zip(ids, plan.shards)) { first, _ in first }
                var unreadable: [ShardID: String] = [:]
                for (id, shard) in zip(ids, plan.shards) {
                    if let result = known[id], let fault = fault(in: result, of: shard) { unreadable[id] = fault }
                }
                return .stage(plan, shards: ids, unreadable: unreadable)
            } catch {
                let reason = "\(error)"
                return error is any InputRefusal ? .refused(reason) : .failed(reason)
            }
        }

        func verdict(on order: PersistOrder) -> Verdict {
            guard let shard = shards[order.shard] else {
                return .unreadable(order.shard, reason: "it belongs to no shard of the stage in hand")
            }
            return fault(in: order.payload, of: shard).map { .unreadable(order.shard, reason: $0) } ?? .sound(order)
        }

        private func fault(in result: [UInt8], of shard: Shard) -> String? {
            do {
                try program?.check(result, of: shard)
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    /// Asks for a stage; the answer comes by the closure given at the start.
    ///
    /// - Parameter known: What the journal has; results of the stage's shards among it are checked.
    func plan(stage: Int, after results: [[UInt8]], history: RunHistory, known: [ShardID: [UInt8]]) {
        requests.post(.plan(stage: stage, after: results, history, known: known))
    }

    /// Asks whether a result can be taken.
    func check(_ order: PersistOrder) {
        requests.post(.check(order))
    }

    /// Lets the thread end once the program has returned. A reduction under way is not waited for.
    func close() {
        requests.close()
    }
}
