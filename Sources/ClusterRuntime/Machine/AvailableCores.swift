import Glibc

/// How many compute threads this process may keep busy.
package enum AvailableCores {
    /// The smallest of the affinity mask, the cgroup quotas and what Slurm granted; at least one.
    ///
    /// - Parameters:
    ///   - environment: Where `SLURM_CPUS_PER_TASK` is looked up.
    ///   - root: Where `/proc` and `/sys` are; tests have their own.
    package static func count(environment: [String: String], root: String = "") -> Int {
        let limits = [affinityCount(root: root), cgroupLimit(root: root), slurmLimit(environment)].compactMap { $0 }
        return max(1, limits.min() ?? 1)
    }

    /// The cores the scheduler may put this process on, from lists such as `0-3,8`.
    private static func affinityCount(root: String) -> Int? {
        let label = "Cpus_allowed_list:"
        guard let line = systemLines(of: "\(root)/proc/self/status")?.first(where: { $0.hasPrefix(label) }) else {
            let online = sysconf(Int32(_SC_NPROCESSORS_ONLN))
            return online > 0 ? online : nil
        }
        let list = line.dropFirst(label.count).filter { !$0.isWhitespace }
        let counts = list.split(separator: ",").compactMap { range -> Int? in
            let bounds = range.split(separator: "-").compactMap { Int($0) }
            guard let first = bounds.first, let last = bounds.last, first <= last else { return nil }
            return last - first + 1
        }
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    private static func slurmLimit(_ environment: [String: String]) -> Int? {
        guard let text = environment["SLURM_CPUS_PER_TASK"], let count = Int(text), count > 0 else { return nil }
        return count
    }

    /// The tightest processor quota of this process's control groups.
    private static func cgroupLimit(root: String) -> Int? {
        // Rounded down: more threads than quota are all throttled together.
        ControlGroups(root: root).tightest("cpu", unified: unifiedQuota, legacy: legacyQuota).map {
            max(1, Int(min($0, 1_048_576)))
        }
    }

    /// cgroup version 2: `quota period`, or `max period`.
    private static func unifiedQuota(in folder: String) -> Double? {
        guard let fields = systemLines(of: "\(folder)/cpu.max")?.first?.split(separator: " "), fields.count == 2,
            let quota = Double(fields[0]), let period = Double(fields[1]), quota > 0, period > 0
        else { return nil }
        return quota / period
    }

    /// cgroup version 1: two files, −1 for no quota.
    private static func legacyQuota(in folder: String) -> Double? {
        guard let quota = systemLines(of: "\(folder)/cpu.cfs_quota_us")?.first.flatMap({ Double($0) }),
            let period = systemLines(of: "\(folder)/cpu.cfs_period_us")?.first.flatMap({ Double($0) }),
            quota > 0, period > 0
        else { return nil }
        return quota / period
    }
}
