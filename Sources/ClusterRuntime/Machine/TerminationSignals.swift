import DurableFiles
import Glibc
import Synchronization
import SystemThreads

/// SIGTERM, SIGINT and SIGHUP as calls on an ordinary thread.
package enum TerminationSignals {
    /// Calls `action` at every such signal from now on, with the number received so far.
    ///
    /// A SIGHUP that was ignored when the process began, as by nohup, stays ignored.
    ///
    /// Called by a process's command; a later call takes the place of an earlier one. The handler itself does no more
    /// than write to a socket, which is one of the few things a handler may do.
    package static func watch(_ action: @escaping @Sendable (_ signal: Int32, _ count: Int) -> Void) throws {
        let ends = try connectedPair(for: "signals")
        signalPipe.store(ends.1, ordering: .releasing)
        let reader = ends.0
        _ = try ServiceThread("signals") {
            var count = 0
            var number: UInt8 = 0
            while true {
                let received = read(reader, &number, 1)
                if received < 0, errno == EINTR { continue }
                guard received == 1 else { return }
                count += 1
                action(Int32(number), count)
            }
        }
        var handling = sigaction()
        handling.__sigaction_handler.sa_handler = { signal in
            let saved = errno
            var number = UInt8(truncatingIfNeeded: signal)
            _ = write(signalPipe.load(ordering: .acquiring), &number, 1)
            errno = saved
        }
        handling.sa_flags = SA_RESTART
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for signal in [SIGTERM, SIGINT, SIGHUP] {
            var given = sigaction()
            if signal == SIGHUP, sigaction(signal, nil, &given) == 0,
                unsafeBitCast(given.__sigaction_handler.sa_handler, to: Int.self) == 1
            {
                continue
            }
            guard sigaction(signal, &handling, nil) == 0 else { throw FileError("handle", "signal \(signal)") }
            sigaddset(&wanted, signal)
        }
        // A process started from a thread with blocked signals inherits the block,
        // and could then only be killed.
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    }
}

/// Where the handler writes; a lock-free number that a handler may read.
private let signalPipe = Atomic<Int32>(-1)
