import FoundationEssentials
import Glibc

/// Keeps a second coordinator away from a run directory.
///
/// The operating system's lock works on one machine and on most network file
/// systems. Where it does not, the file's own content does: host, pid, epoch and
/// a time stamp that the holder renews. The epoch fences: a holder that finds a
/// higher one in the file has been taken over and stops.
///
/// `@unchecked Sendable`: the descriptor is used under the kernel's own locking
/// and the values are set once.
package final class RunDirectoryLock: @unchecked Sendable {
    /// The file's content.
    private struct Holder: Codable {
        var host: String
        var pid: Int32
        var epoch: UInt64
        /// Seconds since 1970; only ever compared coarsely.
        var renewedAt: Int
        var isHeld: Bool
    }

    /// How often the holder renews its time stamp.
    package static let renewalInterval: Duration = .seconds(10)

    /// The age at which a holder on another host counts as dead, in seconds.
    ///
    /// Twelve renewals: network file systems show changes up to a minute late,
    /// and clocks of nodes differ a little.
    private static let staleAfter = 120

    private let path: String
    private let descriptor: Int32

    /// One higher than the epoch of the last holder.
    package let epoch: UInt64

    /// Takes the lock of `directory`.
    ///
    /// - Parameter takeOver: Takes it even from a holder that seems to be alive.
    /// - Throws: `FileContentError` naming the holder.
    package init(directory: String, takeOver: Bool = false) throws {
        path = "\(directory)/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("open the lock", path) }
        do {
            let isFree = flock(descriptor, LOCK_EX | LOCK_NB) == 0
            let last = try Self.readHolder(descriptor, path)
            if !takeOver {
                try Self.refuse(unless: isFree, last: last, path: path)
            }
            epoch = (last?.epoch ?? 0) + 1
            self.descriptor = descriptor
            try write(isHeld: true)
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func refuse(unless isFree: Bool, last: Holder?, path: String) throws {
        guard let last, last.isHeld else {
            if isFree { return }
            throw FileContentError(path, "held by another process; wait for it, or use --take-over")
        }
        let age = max(0, time(nil) - last.renewedAt)
        // A holder on this host that lost the system's lock is dead. One on
        // another host may be alive behind a file system without locks.
        if isFree, last.host == hostName() || age > staleAfter { return }
        throw FileContentError(
            path,
            "held by process \(last.pid) on \(last.host), epoch \(last.epoch), last renewed \(age) s ago; "
                + "stop it there, or use --take-over if it is gone")
    }

    /// Renews the time stamp.
    ///
    /// - Throws: `FileContentError` when another coordinator has taken over.
    package func renew() throws {
        try check()
        try write(isHeld: true)
    }

    /// Throws `FileContentError` when another coordinator has taken over.
    package func check() throws {
        guard let holder = try Self.readHolder(descriptor, path), holder.epoch != epoch else { return }
        throw FileContentError(
            path, "taken over by process \(holder.pid) on \(holder.host), epoch \(holder.epoch); this one stops")
    }

    /// Throws `FileContentError` when the directory is no longer where it was, or is another one.
    ///
    /// The descriptor goes on working on a file that nobody else will ever see.
    package func checkPlace() throws {
        let found = open(path, O_RDONLY | O_CLOEXEC)
        guard found >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { return }
            throw FileContentError(
                DurableFile.parent(of: path),
                "this folder was removed or moved while it was in use, and with it what had been computed; "
                    + "leave it in place, and give the same command again")
        }
        defer { close(found) }
        guard let holder = try? Self.readHolder(found, path), holder.isHeld else { return }
        guard holder.pid != getpid() || holder.host != hostName() || holder.epoch != epoch else { return }
        throw FileContentError(
            path, "taken over by process \(holder.pid) on \(holder.host), epoch \(holder.epoch); this one stops")
    }

    /// Gives the lock back. The epoch stays in the file.
    package func release() {
        guard (try? check()) != nil else { return }
        try? write(isHeld: false)
        flock(descriptor, LOCK_UN)
    }

    deinit {
        close(descriptor)
    }

    private func write(isHeld: Bool) throws {
        let holder = Holder(host: hostName(), pid: getpid(), epoch: epoch, renewedAt: time(nil), isHeld: isHeld)
        var content = try Array(JSONEncoder().encode(holder))
        // One write of a fixed length: readers never see a mixture of two holders.
        content += [UInt8](repeating: 32, count: max(0, 511 - content.count)) + [10]
        guard pwrite(descriptor, content, content.count, 0) == content.count else {
            throw FileError("write the lock", path)
        }
    }

    private static func readHolder(_ descriptor: Int32, _ path: String) throws -> Holder? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw FileError("read the lock", path) }
        return try? JSONDecoder().decode(Holder.self, from: Data(buffer[..<count]))
    }
}

/// This machine's name.
package func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}
