import Glibc
import OwnProcess
import Synchronization
import SystemThreads

/// Text on its way to standard error, or to another descriptor that somebody else reads.
///
/// A reader of a log may stall or go away at any time, and no service may wait for it or end with it. So a thread of its
/// own writes, from a queue of bounded size. What the queue has no room for is dropped and counted, and the count is
/// written where the lines would have been, once there is room again.
///
/// `@unchecked Sendable`: every access to the mutable state holds `mutex`.
package final class LogOutput: @unchecked Sendable {
    /// This process's standard error. What is queued when the process exits is given a second to be read.
    package static let standardError: LogOutput = {
        let output = LogOutput(descriptor: STDERR_FILENO)
        atexit { LogOutput.standardError.flush(within: .seconds(1)) }
        return output
    }()

    /// Some thousand lines, and nothing beside what a coordinator holds.
    private static let capacity = 1 << 20

    private let descriptor: Int32
    private let capacity: Int
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Texts that wait, and the one that is being written, oldest first.
    private var queue: [[UInt8]] = []
    private var queuedBytes = 0
    private var isWriting = false

    /// Texts that found no room since the last that did.
    private var dropped = 0

    /// Whether somebody waited for the reader in vain, and nothing was read since.
    private var isStalled = false

    /// Whether the descriptor will never take anything again.
    private var hasGone = false
    private var thread: ServiceThread?

    /// - Parameter capacity: The bytes that may wait.
    package init(descriptor: Int32, capacity: Int = LogOutput.capacity) {
        self.descriptor = descriptor
        self.capacity = capacity
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Queues a text, such as a line with its end, and returns at once.
    package func post(_ text: String) {
        let bytes = Array(text.utf8)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !hasGone else { return }
        guard startIfNeeded() else {
            // A process without memory for a thread is about to end, and its last words must be heard.
            _ = writeAll(bytes)
            return
        }
        guard queuedBytes + bytes.count <= capacity else {
            dropped += 1
            return
        }
        noteDropped()
        enqueue(bytes)
    }

    /// Queues a text and waits until it is written, so that it comes before what is printed next; not for a reader that
    /// stalls.
    package func write(_ text: String) {
        post(text)
        pthread_mutex_lock(mutex)
        let waits = !isStalled
        pthread_mutex_unlock(mutex)
        guard waits, !flush(within: .seconds(1)) else { return }
        pthread_mutex_lock(mutex)
        isStalled = true
        pthread_mutex_unlock(mutex)
    }

    /// Waits until everything queued is written.
    ///
    /// - Returns: false when the time was over first.
    @discardableResult
    package func flush(within limit: Duration) -> Bool {
        var deadline = Mailbox<Void>.deadline(after: limit)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while isWriting || !queue.isEmpty || dropped > 0 {
            if pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { return false }
        }
        return true
    }

    /// - Returns: false where the system has no thread to give.
    private func startIfNeeded() -> Bool {
        if thread != nil { return true }
        thread = try? ServiceThread("log") { [self] in writeForEver() }
        return thread != nil
    }

    private func enqueue(_ bytes: [UInt8]) {
        queue.append(bytes)
        queuedBytes += bytes.count
        pthread_cond_broadcast(changed)
    }

    /// Puts the number of lost lines where they would have been.
    private func noteDropped() {
        guard dropped > 0 else { return }
        let lines = dropped == 1 ? "1 line was" : "\(dropped) lines were"
        dropped = 0
        enqueue(
            Array(
                "\(utcTime()) \(hostName()) log warning \(lines) dropped, because nobody read this log in time\n".utf8))
    }

    private func writeForEver() {
        // A reader that has gone ends whoever writes to it, unless the signal is blocked: then the call fails.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        pthread_mutex_lock(mutex)
        while true {
            while queue.isEmpty, dropped == 0 { pthread_cond_wait(changed, mutex) }
            if queue.isEmpty { noteDropped() }
            let next = queue.removeFirst()
            isWriting = true
            pthread_mutex_unlock(mutex)
            let isWritten = writeAll(next)
            pthread_mutex_lock(mutex)
            isWriting = false
            queuedBytes -= next.count
            if isWritten {
                isStalled = false
            } else {
                hasGone = true
                queue = []
                queuedBytes = 0
                dropped = 0
            }
            pthread_cond_broadcast(changed)
        }
    }

    /// One call a line where the system takes it whole, so that lines of several processes do not mix.
    ///
    /// - Returns: false when the reader has gone or the descriptor is closed.
    private func writeAll(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count >= 0 {
                    written += count
                    continue
                }
                switch errno {
                case EINTR:
                    continue
                case EAGAIN:
                    // Somebody who shares the descriptor has made it one that does not wait.
                    var item = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&item, 1, 1_000)
                case EPIPE, EBADF:
                    return false
                default:
                    // A full disk, say: this line is lost, and the next may not be.
                    return true
                }
            }
            return true
        }
    }

    /// Gives descriptors 0 to 2 a place where nothing comes from and everything vanishes, where the process was started
    /// without them.
    ///
    /// Otherwise the next file that is opened gets the number, and what is logged is written into it. The first thing a
    /// process does.
    package static func reserveStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number is this one.
            _ = fcntl(Nowhere.open(), F_SETFD, 0)
        }
    }
}
