import DurableFiles
import FoundationEssentials
import Glibc
import JobEngine
import Synchronization

/// Keeps a second command or coordinator away from a run directory.
///
/// The operating system's lock works on one machine and on most network file
/// systems. Where it does not, the file's own content does: host, pid, epoch and
/// a mark that the holder changes every few seconds. The epoch fences: a holder that finds a
/// higher one in the file has been taken over and stops.
///
/// `@unchecked Sendable`: the descriptor is used under the kernel's own locking,
/// the values are set once, and what changes is behind `state`.
package final class RunDirectoryLock: @unchecked Sendable {
    /// How often the holder changes its mark.
    package static let renewalInterval: Duration = .seconds(10)

    private struct State {
        /// How often the mark was changed.
        var renewals: UInt64 = 0

        /// How many parts of the program need the lock.
        var uses = 1
    }

    private let path: String
    private let descriptor: Int32
    private let state = Mutex(State())

    /// One higher than the epoch of the last holder.
    package let epoch: UInt64

    /// The directory that it locks.
    package var directory: String { DurableFile.parent(of: path) }

    /// Takes the lock of `directory`.
    ///
    /// A holder on another host, which the system's lock may not reach, is watched: while it lives its mark changes.
    ///
    /// - Parameters:
    ///   - takeOver: Takes it even from a holder that is alive.
    ///   - watch: How long a holder on another host is watched, and how to wait meanwhile.
    ///   - remedy: What to do about a holder that is alive.
    /// - Throws: `FileContentError` naming the holder.
    package init(
        directory: String, takeOver: Bool = false, watch: LockWatch = LockWatch(),
        remedy: String = "wait for it, or stop it there"
    ) throws {
        path = "\(directory)/lock"
        let (descriptor, last) = try Self.take(path, takeOver: takeOver, watch: watch, remedy: remedy)
        self.descriptor = descriptor
        epoch = (last?.epoch ?? 0) &+ 1
        do {
            try write(isHeld: true)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Opens the lock's file once nobody holds it.
    ///
    /// Between two looks it is closed: a network file system shows what others wrote to who opens the file anew.
    private static func take(
        _ path: String, takeOver: Bool, watch: LockWatch, remedy: String
    ) throws -> (descriptor: Int32, last: LockHolder?) {
        var sight = LockSight(host: hostName(), patience: watch.patience)
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw FileError("open the lock", path) }
            let verdict: LockSight.Verdict
            let last: LockHolder?
            do {
                let isFree = flock(descriptor, LOCK_EX | LOCK_NB) == 0
                // The last holder may have removed the folder after this one opened the file.
                guard isFile(descriptor, at: path) else {
                    close(descriptor)
                    continue
                }
                last = try readHolder(descriptor, path)
                verdict = takeOver ? .free : sight.judge(last, isFree: isFree)
            } catch {
                close(descriptor)
                throw error
            }
            switch verdict {
            case .free:
                return (descriptor, last)
            case .held:
                close(descriptor)
                let holder = last.map { "process \($0.pid) on \($0.host), epoch \($0.epoch)" } ?? "another process"
                throw FileContentError(path, "held by \(holder); \(remedy)")
            case .ending:
                close(descriptor)
                watch.wait(LockWatch.glance)
                sight.hasWaited(LockWatch.glance)
            case .watch(let isFirst):
                close(descriptor)
                if isFirst, let last {
                    watch.begin(
                        "\(path) is held by process \(last.pid) on \(last.host); "
                            + "it is taken when nothing is heard from there for \(watch.patience.text)")
                }
                watch.wait(watch.interval)
                sight.hasWaited(watch.interval)
            }
        }
    }

    /// Whether the open file is the one that has the name.
    private static func isFile(_ descriptor: Int32, at path: String) -> Bool {
        var (open, named) = (stat(), stat())
        return fstat(descriptor, &open) == 0 && stat(path, &named) == 0
            && open.st_ino == named.st_ino && open.st_dev == named.st_dev
    }

    /// Lets another part of the program need the lock; each calls `release` once.
    package func retain() {
        state.withLock { $0.uses += 1 }
    }

    /// Changes the mark, which shows that the holder is alive.
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

    /// Gives the lock back, when the last part of the program that needs it calls. The epoch stays in the file.
    package func release() {
        let isLast = state.withLock { state in
            state.uses -= 1
            return state.uses == 0
        }
        guard isLast else { return }
        guard (try? check()) != nil else { return }
        try? write(isHeld: false)
        flock(descriptor, LOCK_UN)
    }

    deinit {
        close(descriptor)
    }

    private func write(isHeld: Bool) throws {
        let renewals = state.withLock { state in
            state.renewals &+= 1
            return state.renewals
        }
        let holder = LockHolder(
            host: hostName(), pid: getpid(), epoch: epoch, renewedAt: time(nil), renewals: renewals, isHeld: isHeld)
        var content = try Array(JSONEncoder().encode(holder))
        // One write of a fixed length: readers never see a mixture of two holders.
        content += [UInt8](repeating: 32, count: max(0, 511 - content.count)) + [10]
        guard pwrite(descriptor, content, content.count, 0) == content.count else {
            throw FileError("write the lock", path)
        }
        // A network file system may keep what was written to itself until a descriptor is closed.
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        if copy >= 0 { close(copy) }
    }

    private static func readHolder(_ descriptor: Int32, _ path: String) throws -> LockHolder? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw FileError("read the lock", path) }
        guard let holder = try? JSONDecoder().decode(LockHolder.self, from: Data(buffer[..<count])),
            holder.epoch < MessageLimits.epoch
        else {
            // Nobody wrote such a number: what is left of a damaged lock holds nothing. The journals know their epochs.
            return nil
        }
        return holder
    }
}

/// This machine's name.
package func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}
