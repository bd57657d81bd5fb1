import SystemThreads

/// Changes a lock's mark for as long as a command waits for others and has no loop of its own to do so.
package final class LockHeartbeat: Sendable {
    private let ended = Mailbox<Void>()
    private let thread: ServiceThread

    package init(of lock: RunDirectoryLock) throws {
        thread = try ServiceThread("lock") { [ended] in
            while ended.takeNext(within: RunDirectoryLock.renewalInterval) == nil {
                // Who has taken over is found out when results are to be written.
                try? lock.renew()
            }
        }
    }

    package func stop() {
        ended.post(())
        thread.join()
    }
}
