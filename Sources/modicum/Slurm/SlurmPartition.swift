/// What the nodes of a partition have, as `sinfo` lists it.
struct SlurmPartition: Equatable {
    let name: String
    let isDefault: Bool

    /// Of the node that has most.
    private(set) var cores: Int
    private(set) var mebibytes: Int

    /// Such as `infinite` or `1-00:00:00`.
    let timeLimit: String

    /// The cluster's partitions, or none where `sinfo` says nothing that can be read.
    static func list() -> [SlurmPartition] {
        // --exact: nodes that differ are listed apart instead of as `8+`.
        let text = try? SchedulerCommand.run(["sinfo", "--exact", "--noheader", "--format=%P|%c|%m|%l"])
        return parse(text ?? "")
    }

    static func parse(_ text: String) -> [SlurmPartition] {
        var partitions: [SlurmPartition] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count == 4, let cores = Int(fields[1]), let memory = Int(fields[2]) else { continue }
            // A star marks the default.
            let name = String(fields[0].hasSuffix("*") ? fields[0].dropLast() : fields[0])
            if let known = partitions.firstIndex(where: { $0.name == name }) {
                partitions[known].cores = max(partitions[known].cores, cores)
                partitions[known].mebibytes = max(partitions[known].mebibytes, memory)
            } else {
                partitions.append(
                    SlurmPartition(
                        name: name, isDefault: fields[0].hasSuffix("*"), cores: cores, mebibytes: memory,
                        timeLimit: String(fields[3])))
            }
        }
        return partitions
    }
}
