/// A job's wishes beside what the partitions have in which it may run.
struct SlurmFit {
    let job: SlurmJob

    /// What the user said, now or the last time.
    let said: SlurmResources

    /// That, and what is asked for where nothing was said.
    var resources: SlurmResources

    let partitions: [SlurmPartition]

    /// Those that were asked for, several separated by commas, or Slurm's default.
    private var candidates: [SlurmPartition] {
        guard let names = resources.partition?.split(separator: ",") else { return partitions.filter(\.isDefault) }
        return partitions.filter { names.contains(Substring($0.name)) }
    }

    var defaultPartition: String? { partitions.first(where: \.isDefault)?.name }

    /// The program's own defaults, no larger than what the partition has.
    var defaults: SlurmResources {
        var usual = job.usual
        guard !candidates.isEmpty else { return usual }
        let cores = candidates.map(\.cores).max() ?? 0
        let mebibytes = candidates.map(\.mebibytes).max() ?? 0
        if let wanted = usual.cpusPerTask, cores > 0 { usual.cpusPerTask = min(wanted, cores) }
        if let wanted = usual.memory.flatMap(SlurmQuantities.mebibytes), (1..<wanted).contains(mebibytes) {
            usual.memory = "\(mebibytes)M"
        }
        if let wanted = usual.time.flatMap(SlurmQuantities.seconds), let longest, longest.seconds < wanted {
            usual.time = longest.text
        }
        return usual
    }

    private var longest: (text: String, seconds: Int)? {
        candidates.compactMap { partition in
            SlurmQuantities.seconds(partition.timeLimit).map { (partition.timeLimit, $0) }
        }.max { $0.1 < $1.1 }
    }

    /// What no node of the partition can give, each with what there is and the option that asks for it.
    var misfits: [String] {
        guard !partitions.isEmpty else { return [] }
        if let unknown = unknownPartition { return [unknown] }
        guard !candidates.isEmpty else { return [] }
        let place = "partition \(candidates.map(\.name).joined(separator: " or "))"
        var found: [String] = []
        let cores = candidates.map(\.cores).max() ?? 0
        if let asked = resources.cpusPerTask, asked > cores {
            found.append(
                "it asks for \(asked) cores on a node, and the largest of \(place) has \(cores): "
                    + job.option("cpus-per-task"))
        }
        let mebibytes = candidates.map(\.mebibytes).max() ?? 0
        if let memory = resources.memory, let asked = SlurmQuantities.mebibytes(memory), asked > mebibytes {
            found.append(
                "it asks for \(memory) of memory (\(asked)M) on a node, and the largest of \(place) has "
                    + "\(mebibytes)M: \(job.option("mem"))")
        }
        if let time = resources.time, let asked = SlurmQuantities.seconds(time), let longest, asked > longest.seconds {
            found.append(
                "it asks for a time of \(time), and \(place) ends jobs after \(longest.text): \(job.option("time"))")
        }
        return found
    }

    private var unknownPartition: String? {
        let here = "there are \(partitions.map(\.name).joined(separator: ", ")): \(job.option("partition"))"
        guard let names = resources.partition?.split(separator: ",").map(String.init) else {
            return defaultPartition == nil ? "it names no partition, and this Slurm has no default; \(here)" : nil
        }
        let unknown = names.filter { name in !partitions.contains { $0.name == name } }
        return unknown.isEmpty ? nil : "it asks for partition \(unknown.joined(separator: ", ")), and \(here)"
    }
}
