import DurableFiles

/// The control groups that this process is in, of either version of the kernel's interface.
struct ControlGroups {
    private let root: String

    /// Each hierarchy's controllers, none for version 2, and the group's path below its mount.
    private let memberships: [(controllers: [Substring], path: Substring)]

    /// Reads `/proc/self/cgroup`; without it there are no groups.
    ///
    /// - Parameter root: Where `/proc` and `/sys` are; tests have their own.
    init(root: String) {
        self.root = root
        memberships = (systemLines(of: "\(root)/proc/self/cgroup") ?? []).compactMap { line in
            // hierarchy number : controllers : path
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return nil }
            let isUnified = fields[0] == "0" && fields[1].isEmpty
            return (isUnified ? [] : fields[1].split(separator: ","), fields[2])
        }
    }

    /// Returns the tightest limit among this process's groups and those above them; nil without any.
    ///
    /// - Parameters:
    ///   - controller: What is limited, by its name in version 1.
    ///   - unified: Reads the limit in a group's folder of version 2.
    ///   - legacy: The same for version 1.
    func tightest<Limit: Comparable>(
        _ controller: String, unified: (String) -> Limit?, legacy: (String) -> Limit?
    ) -> Limit? {
        var found: [Limit] = []
        for (controllers, path) in memberships {
            if controllers.isEmpty {
                found += folders(from: path, below: "\(root)/sys/fs/cgroup").compactMap(unified)
            } else if controllers.contains(Substring(controller)) {
                found += folders(from: path, below: "\(root)/sys/fs/cgroup/\(controller)").compactMap(legacy)
            }
        }
        return found.min()
    }

    /// A group's folder and every one above it.
    private func folders(from path: Substring, below mount: String) -> [String] {
        let components = path.split(separator: "/").map(String.init)
        return (0...components.count).reversed().map { ([mount] + components[..<$0]).joined(separator: "/") }
    }
}

/// The lines of a small file that the kernel writes; nil where there is none.
func systemLines(of path: String) -> [Substring]? {
    guard let content = try? DurableFile.read(path) else { return nil }
    return String(decoding: content, as: UTF8.self).split(separator: "\n")
}
