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
        guard let line = lines(of: "\(root)/proc/self/status")?.first(where: { $0.hasPrefix(label) }) else {
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

    /// The tightest processor quota of this process's cgroup and of those above it.
    private static func cgroupLimit(root: String) -> Int? {
        guard let lines = lines(of: "\(root)/proc/self/cgroup") else { return nil }
        var limits: [Double] = []
        for line in lines {
            // hierarchy number : controllers : path
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let path = String(fields[2])
            if fields[0] == "0", fields[1].isEmpty {
                limits += quotas(from: path, below: "\(root)/sys/fs/cgroup", read: unifiedQuota)
            } else if fields[1].split(separator: ",").contains("cpu") {
                limits += quotas(from: path, below: "\(root)/sys/fs/cgroup/cpu", read: legacyQuota)
            }
        }
        // Rounded down: more threads than quota are all throttled together.
        return limits.min().map { max(1, Int($0)) }
    }

    /// Reads the quota in a cgroup's folder and in every folder above it.
    private static func quotas(from path: String, below mount: String, read: (String) -> Double?) -> [Double] {
        var components = path.split(separator: "/")
        var found: [Double] = []
        while true {
            let folder = ([mount] + components.map(String.init)).joined(separator: "/")
            if let quota = read(folder) { found.append(quota) }
            if components.isEmpty { return found }
            components.removeLast()
        }
    }

    /// cgroup version 2: `quota period`, or `max period`.
    private static func unifiedQuota(in folder: String) -> Double? {
        guard let fields = lines(of: "\(folder)/cpu.max")?.first?.split(separator: " "), fields.count == 2,
            let quota = Double(fields[0]), let period = Double(fields[1]), quota > 0, period > 0
        else { return nil }
        return quota / period
    }

    /// cgroup version 1: two files, −1 for no quota.
    private static func legacyQuota(in folder: String) -> Double? {
        guard let quota = lines(of: "\(folder)/cpu.cfs_quota_us")?.first.flatMap({ Double($0) }),
            let period = lines(of: "\(folder)/cpu.cfs_period_us")?.first.flatMap({ Double($0) }),
            quota > 0, period > 0
        else { return nil }
        return quota / period
    }

    private static func lines(of path: String) -> [Substring]? {
        guard let content = try? DurableFile.read(path) else { return nil }
        return String(decoding: content, as: UTF8.self).split(separator: "\n")
    }
}
