import Glibc
import Synchronization
import ZeroMQ

/// A queue between threads whose reader sleeps until something comes.
///
/// `@unchecked Sendable`: every access to the mutable state holds `mutex`.
final class Mailbox<Element: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var waiting: [Element] = []
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // Waits end by the monotonic clock: a stepped wall clock changes nothing.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(arrived, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(arrived)
        pthread_mutex_destroy(mutex)
        arrived.deallocate()
        mutex.deallocate()
    }

    /// Adds an element and wakes a reader.
    func post(_ element: Element) {
        pthread_mutex_lock(mutex)
        waiting.append(element)
        pthread_cond_signal(arrived)
        pthread_mutex_unlock(mutex)
    }

    /// Lets readers end once the queue is empty.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(arrived)
        pthread_mutex_unlock(mutex)
    }

    /// Waits for elements and takes all of them.
    ///
    /// - Returns: nil when the mailbox was closed and is empty.
    func takeAll() -> [Element]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while waiting.isEmpty, !isClosed { pthread_cond_wait(arrived, mutex) }
        guard !waiting.isEmpty else { return nil }
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting
    }

    /// Waits for one element and takes it.
    ///
    /// - Parameter duration: How long to wait; nil for as long as it takes.
    /// - Returns: nil when the mailbox was closed and is empty, or the time is over.
    func takeNext(within duration: Duration? = nil) -> Element? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if let duration {
            var deadline = Self.deadline(after: duration)
            while waiting.isEmpty, !isClosed {
                if pthread_cond_timedwait(arrived, mutex, &deadline) == ETIMEDOUT { break }
            }
        } else {
            while waiting.isEmpty, !isClosed { pthread_cond_wait(arrived, mutex) }
        }
        return waiting.isEmpty ? nil : waiting.removeFirst()
    }

    /// Waits until the mailbox is closed or the time is over.
    ///
    /// - Returns: Whether it was closed.
    func waitForClose(atMost duration: Duration) -> Bool {
        var deadline = Self.deadline(after: duration)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isClosed {
            if pthread_cond_timedwait(arrived, mutex, &deadline) == ETIMEDOUT { break }
        }
        return isClosed
    }

    /// The time on the clock of `CLOCK_MONOTONIC` conditions.
    static func deadline(after duration: Duration) -> timespec {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let (seconds, attoseconds) = duration.components
        deadline.tv_sec += Int(seconds)
        deadline.tv_nsec += Int(attoseconds / 1_000_000_000)
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        return deadline
    }
}

/// A queue whose reader sleeps in `poll` among its sockets.
final class Inbox<Element: Sendable>: Sendable {
    /// What the reader polls besides its sockets.
    let wakeUp: WakeUp
    private let waiting = Mutex<[Element]>([])

    init() throws {
        wakeUp = try WakeUp()
    }

    /// Adds an element, and wakes the reader unless it was woken for an earlier one.
    func post(_ element: Element) {
        let wasEmpty = waiting.withLock { waiting in
            waiting.append(element)
            return waiting.count == 1
        }
        if wasEmpty { wakeUp.signal() }
    }

    /// Takes everything that has come, without waiting.
    func takeAll() -> [Element] {
        wakeUp.drain()
        return waiting.withLock { waiting in
            defer { waiting.removeAll(keepingCapacity: true) }
            return waiting
        }
    }
}
