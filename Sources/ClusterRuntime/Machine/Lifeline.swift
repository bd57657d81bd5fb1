import Glibc
import SystemThreads

/// Ends this process as soon as the one that started it is gone.
package enum Lifeline {
    /// Watches the descriptor that a private worker was started with.
    ///
    /// The other end is held by the command that started it and by nobody else.
    /// There is nothing to put in order in a private worker: what it has computed
    /// was either acknowledged or is no longer wanted.
    package static func watch(_ descriptor: Int32) throws {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let thread = try ServiceThread("lifeline") {
            var byte: UInt8 = 0
            while true {
                let count = read(descriptor, &byte, 1)
                if count < 0, errno == EINTR { continue }
                if count > 0 { continue }
                _exit(0)
            }
        }
        _ = thread
    }
}
