import Glibc
import JobEngine
import Synchronization

/// A run that is over, and what its record should say.
package struct FinishedRun: Sendable, Equatable {
    package var outcome: RunOutcome
    package var history: RunHistory
}

/// The ends of runs, for threads that wait for them.
///
/// `@unchecked Sendable`: the state is guarded by `mutex`.
final class RunOutcomes: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var finished: [RunID: FinishedRun] = [:]

    /// The same in the order of their ends. Nobody asks for those of long ago, and each names every worker.
    private var order: [RunID] = []
    private static let remembered = 16
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    func record(_ run: FinishedRun, of id: RunID) {
        pthread_mutex_lock(mutex)
        finished[id] = run
        order.append(id)
        if order.count > Self.remembered { finished[order.removeFirst()] = nil }
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Lets everybody go who still waits.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// - Returns: nil when the service ended first.
    func wait(for id: RunID) -> FinishedRun? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while finished[id] == nil, !isClosed { pthread_cond_wait(changed, mutex) }
        return finished[id]
    }
}
