import ZeroMQ
import SystemThreads

/// What the process owes its peers before it ends.
package enum Transport {
    /// Sends what closed sockets still linger for, such as a worker's last words.
    ///
    /// The last thing a command does: no socket works afterwards.
    ///
    /// - Parameter limit: How long that may take; a peer that does not read must
    ///   not keep the command.
    package static func flush(within limit: Duration = .seconds(2)) {
        let flushed = Mailbox<Void>()
        let thread = try? ServiceThread("flush") {
            Context.shared.terminate()
            flushed.close()
        }
        // Without a thread that may wait, nothing is waited for.
        if thread != nil { _ = flushed.waitForClose(atMost: limit) }
    }
}
