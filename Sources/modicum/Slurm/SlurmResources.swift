/// What a Slurm job asks for; what is nil is left to whoever is asked next, in the end to Slurm.
struct SlurmResources: Codable, Equatable {
    var account: String?
    var time: String?
    var partition: String?
    var qos: String?
    var cpusPerTask: Int?
    var memory: String?

    /// Options of sbatch that this program has no name for, such as `--constraint=avx2`.
    var sbatchOptions: [String]?

    /// These, and where nothing is said the others'.
    func completed(by others: SlurmResources) -> SlurmResources {
        SlurmResources(
            account: account ?? others.account, time: time ?? others.time, partition: partition ?? others.partition,
            qos: qos ?? others.qos, cpusPerTask: cpusPerTask ?? others.cpusPerTask, memory: memory ?? others.memory,
            sbatchOptions: sbatchOptions ?? others.sbatchOptions)
    }

    /// What sbatch's own variables say: they are the user's defaults for every job.
    init(environment: [String: String]) {
        account = environment["SBATCH_ACCOUNT"]
        time = environment["SBATCH_TIMELIMIT"]
        partition = environment["SBATCH_PARTITION"]
        qos = environment["SBATCH_QOS"]
    }

    init(
        account: String? = nil, time: String? = nil, partition: String? = nil, qos: String? = nil,
        cpusPerTask: Int? = nil, memory: String? = nil, sbatchOptions: [String]? = nil
    ) {
        self.account = account
        self.time = time
        self.partition = partition
        self.qos = qos
        self.cpusPerTask = cpusPerTask
        self.memory = memory
        self.sbatchOptions = sbatchOptions
    }

    /// They as words for sbatch, in the order of the scripts.
    var words: [String] {
        func word(_ option: String, _ value: String?) -> [String] { value.map { ["--\(option)=\($0)"] } ?? [] }
        return word("account", account) + word("time", time) + word("partition", partition) + word("qos", qos)
            + ["--nodes=1", "--ntasks=1"] + word("cpus-per-task", cpusPerTask.map(String.init)) + word("mem", memory)
            + (sbatchOptions ?? [])
    }

    /// The same for people.
    func description(defaultPartition: String?) -> String {
        var parts: [String] = []
        if let cpusPerTask { parts.append(cpusPerTask == 1 ? "1 core" : "\(cpusPerTask) cores") }
        if let memory { parts.append(memory == "0" ? "all memory of a node" : "\(memory) of memory") }
        if let time { parts.append("time \(time)") }
        if let partition {
            parts.append("partition \(partition)")
        } else if let defaultPartition {
            parts.append("partition \(defaultPartition) (the default)")
        }
        parts.append(account.map { "account \($0)" } ?? "your default account")
        if let qos { parts.append("qos \(qos)") }
        return (parts + (sbatchOptions ?? [])).joined(separator: ", ")
    }
}
