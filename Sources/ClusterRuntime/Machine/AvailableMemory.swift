import Glibc

/// How much memory this process may use.
package enum AvailableMemory {
    /// Returns the smallest of what Slurm granted the job on this node and the limits of this process's control groups, in
    /// bytes; nil without a limit.
    ///
    /// - Parameters:
    ///   - environment: Where Slurm's variables are looked up.
    ///   - root: Where `/proc` and `/sys` are; tests have their own.
    package static func limit(environment: [String: String], root: String = "") -> UInt64? {
        // Version 1 writes a number near the largest one where nothing is limited.
        let group = ControlGroups(root: root)
            .tightest(
                "memory", unified: { bytes("\($0)/memory.max") }, legacy: { bytes("\($0)/memory.limit_in_bytes") }
            )
            .flatMap { $0 < 1 << 60 ? $0 : nil }
        return [slurmLimit(environment), group].compactMap { $0 }.min()
    }

    /// Returns what this process may use in all: the smallest of `limit`, the limits of the shell (`ulimit -v`, `prlimit`), and
    /// what the machine has.
    package static func total(environment: [String: String], root: String = "") -> UInt64? {
        var ofShell = rlimit()
        let isLimited = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &ofShell) == 0 && ofShell.rlim_cur < 1 << 60
        return [
            limit(environment: environment, root: root), isLimited ? UInt64(ofShell.rlim_cur) : nil,
            machineBytes(root: root),
        ].compactMap { $0 }.min()
    }

    /// `MemTotal:  16303428 kB`
    private static func machineBytes(root: String) -> UInt64? {
        let line = systemLines(of: "\(root)/proc/meminfo")?.first { $0.hasPrefix("MemTotal:") }
        let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }
        return kilobytes.flatMap { $0 < 1 << 50 ? $0 << 10 : nil }
    }

    private static func slurmLimit(_ environment: [String: String]) -> UInt64? {
        func number(_ name: String) -> UInt64? {
            environment[name].flatMap { UInt64($0) }.flatMap { $0 > 0 && $0 < 1 << 30 ? $0 : nil }
        }
        if let megabytes = number("SLURM_MEM_PER_NODE") { return megabytes << 20 }
        guard let megabytes = number("SLURM_MEM_PER_CPU"), let cores = number("SLURM_CPUS_ON_NODE"), cores < 1 << 13
        else { return nil }
        return (megabytes * cores) << 20
    }

    /// A limit in bytes; nil for `max`.
    private static func bytes(_ path: String) -> UInt64? {
        systemLines(of: path)?.first.flatMap { UInt64($0) }
    }
}
