import CZeroMQ
import Glibc

/// Wakes a polling thread from another thread.
///
/// Safe to share: it holds one immutable descriptor, and the kernel orders reads
/// and writes of an eventfd.
package final class WakeUp: Sendable {
    /// What the polling thread waits for.
    package let descriptor: Int32

    package init() throws(ZeroMQError) {
        descriptor = modicum_make_eventfd()
        guard descriptor >= 0 else { throw ZeroMQError("make an eventfd", code: errno) }
    }

    deinit {
        close(descriptor)
    }

    /// Ends the poll that is under way, or the next one.
    package func signal() {
        var one: UInt64 = 1
        // A full counter (EAGAIN) is readable already, so there is nothing to repeat.
        _ = write(descriptor, &one, 8)
    }

    /// Takes all signals so far, so that the next poll waits again.
    package func drain() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
