import Glibc
import OwnProcess

/// What a run directory's lock says about who holds it.
struct LockHolder: Codable, Equatable {
    var host: String
    var pid: Int32
    var epoch: UInt64

    /// Seconds since 1970 by the holder's clock, for people.
    var renewedAt: Int

    /// How often the holder has changed the mark; nil from programs that had the time alone.
    var renewals: UInt64?
    var isHeld: Bool
}

/// Decides from what is seen of a lock, look after look, whether it can be taken.
///
/// Clocks of two hosts are never compared: a holder elsewhere is alive when its mark changes between two looks, and gone when it
/// stays the same for long enough.
struct LockSight {
    enum Verdict: Equatable {
        case free
        case held

        /// Look again after a while.
        case watch(isFirst: Bool)

        /// Its process has ended, and the system is about to give its lock back: look again at once.
        case ending
    }

    /// This machine's name.
    let host: String
    let patience: Duration

    private var first: LockHolder?
    private var watched: Duration = .zero

    /// How long the lock of an ended process is waited for: a large one takes seconds to be taken down on a busy machine.
    private static let ending: Duration = .seconds(30)

    init(host: String, patience: Duration) {
        self.host = host
        self.patience = patience
    }

    /// - Parameters:
    ///   - isFree: Whether this process has the system's lock.
    ///   - hasEnded: Whether a process of this host has ended, though the system may still be taking it down.
    mutating func judge(
        _ holder: LockHolder?, isFree: Bool, hasEnded: (Int32) -> Bool = ProcessLife.hasEnded
    ) -> Verdict {
        guard let holder, holder.isHeld else { return isFree ? .free : .held }
        // A holder on this host that lost the system's lock is dead. One on another host may be alive behind a file
        // system without locks, or dead with its lock not yet given up by a server.
        if holder.host == host {
            if isFree { return .free }
            return hasEnded(holder.pid) && watched < Self.ending ? .ending : .held
        }
        guard let first else {
            self.first = holder
            return .watch(isFirst: true)
        }
        if holder != first { return .held }
        return watched >= patience ? .free : .watch(isFirst: false)
    }

    /// Says how long it is since the last look.
    mutating func hasWaited(_ duration: Duration) {
        watched += duration
    }
}

/// How a lock is watched whose holder is on another host.
package struct LockWatch: Sendable {
    /// How long a holder's mark stays the same until it counts as gone. The default is 90 seconds.
    ///
    /// Nine renewals: network file systems show changes up to a minute late.
    package var patience: Duration = .seconds(90)

    /// How long to wait between two looks.
    package var interval: Duration = .seconds(3)

    /// How long to wait between two looks for a process of this host that has ended.
    static let glance: Duration = .milliseconds(100)

    package var wait: @Sendable (Duration) -> Void = { duration in
        let (seconds, attoseconds) = duration.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        // One that a signal cuts short only looks earlier.
        nanosleep(&time, nil)
    }

    /// Is told, once, that a watch begins.
    package var begin: @Sendable (String) -> Void = { _ in }

    package init() {}
}
