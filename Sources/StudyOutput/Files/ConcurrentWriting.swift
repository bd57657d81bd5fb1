import Synchronization
import SystemThreads

/// Writes several files at a time.
///
/// The files do not depend on each other, and each is the same however many are written beside it.
struct ConcurrentWriting {
    private var tasks: [@Sendable () throws -> Void] = []

    /// Adds a file. The largest should come first.
    mutating func add(_ task: @escaping @Sendable () throws -> Void) {
        tasks.append(task)
    }

    /// Writes all files and returns when no task is running any more.
    ///
    /// - Parameter threads: How many are written at a time.
    /// - Throws: The error of the first task, in the order of adding, that failed. Tasks that have not begun when
    ///   one fails are left out.
    func run(threads: Int) throws {
        let queue = WritingQueue(tasks)
        let helpers = (1..<max(1, min(threads, tasks.count))).compactMap { _ in
            // Where there is no thread to be had, the work is this one's alone.
            try? ServiceThread("write") { queue.work() }
        }
        queue.work()
        for helper in helpers { helper.join() }
        try queue.throwFailure()
    }
}

/// The tasks that several threads take from.
private final class WritingQueue: Sendable {
    private let tasks: [@Sendable () throws -> Void]
    private let next = Atomic(0)
    private let failure = Mutex<(index: Int, error: any Error)?>(nil)

    init(_ tasks: [@Sendable () throws -> Void]) { self.tasks = tasks }

    /// Carries out tasks until there are none left or one has failed.
    func work() {
        while failure.withLock({ $0 == nil }) {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < tasks.count else { return }
            do {
                try tasks[index]()
            } catch {
                failure.withLock { if $0.map({ index < $0.index }) ?? true { $0 = (index, error) } }
            }
        }
    }

    func throwFailure() throws {
        if let failure = failure.withLock({ $0 }) { throw failure.error }
    }
}
