import Glibc
import Synchronization

/// Which worker processes of this machine the coordinator hears from, for the command that started them.
final class ConnectedProcesses: Sendable {
    private let pids = Mutex<(now: Set<pid_t>, ever: Set<pid_t>)>(([], []))

    /// Notes a worker's first message.
    func said(hello pid: pid_t) {
        pids.withLock { pids in
            pids.now.insert(pid)
            pids.ever.insert(pid)
        }
    }

    /// Notes who is heard from now.
    func update(_ now: Set<pid_t>) { pids.withLock { $0.now = now } }

    /// Whether the process is heard from.
    func isConnected(_ pid: pid_t) -> Bool { pids.withLock { $0.now.contains(pid) } }

    /// Whether the process was ever heard from.
    func hasConnected(_ pid: pid_t) -> Bool { pids.withLock { $0.ever.contains(pid) } }
}
