import Glibc

/// Whether other processes of this machine live.
package enum ProcessLife {
    /// Whether a process is gone, or has ended and the kernel is still taking it down.
    ///
    /// What a process has open, and locked, is given back late in its end: after a kill of a large one, for seconds.
    package static func hasEnded(_ pid: Int32) -> Bool {
        guard pid > 0 else { return false }
        if kill(pid, 0) != 0, errno == ESRCH { return true }
        guard let line = statusLine(of: pid), let name = line.lastIndex(of: ")") else { return false }
        // proc(5): state, parent, group, session, terminal, its group, flags.
        let fields = line[line.index(after: name)...].split(separator: " ")
        guard fields.count > 6, let flags = UInt32(fields[6]) else { return false }
        return ["Z", "X", "x"].contains(fields[0]) || flags & exiting != 0
    }

    /// The kernel's `PF_EXITING`.
    private static let exiting: UInt32 = 4

    private static func statusLine(of pid: Int32) -> String? {
        let descriptor = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
