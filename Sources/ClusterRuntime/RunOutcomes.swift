import Glibc
import JobEngine
import Synchronization

/// A run that is over, and what its record should say.
package struct FinishedRun: Sendable, Equatable {
    /// The time a stage took.
    package struct Stage: Sendable, Equatable {
        package var title: String
        package var shards: Int

        /// Of `shards`, those whose results were in the journal.
        package var reused: Int
        package var elapsed: Duration
    }

    /// A worker that took part.
    package struct Worker: Sendable, Equatable {
        package var host: String
        package var labels: [String]
        package var threads: Int

        /// Shards it delivered first.
        package var done: Int
    }

    package var outcome: RunOutcome
    package var stages: [Stage]
    package var workers: [Worker]
}

/// The ends of runs, for threads that wait for them.
///
/// `@unchecked Sendable`: the state is guarded by `mutex`.
final class RunOutcomes: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var finished: [RunID: FinishedRun] = [:]
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
