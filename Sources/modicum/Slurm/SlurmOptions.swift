import ArgumentParser

/// What the workers' jobs ask for, and the coordinator's where it has no options of its own.
struct SlurmOptions: ParsableArguments {
    @Option(name: .long, help: "The account that is charged, for both jobs.")
    var account: String?

    @Option(name: .long, help: "Time limit, for both jobs (default: 1-00:00:00, or what the partition allows).")
    var time: String?

    @Option(name: .long, help: "Partition, for both jobs.")
    var partition: String?

    @Option(name: .long, help: "Quality of service, for both jobs.")
    var qos: String?

    @Option(
        name: .long, help: "Cores of each worker (default: 8, or what a node has); it computes with all of them.")
    var cpusPerTask: Int?

    @Option(name: .long, help: "Memory of each worker (default: 2G).")
    var mem: String?

    @Option(
        name: .long, parsing: .unconditionalSingleValue,
        help: "One more option of sbatch, for both jobs, such as --constraint=avx2; may be repeated.")
    var sbatchOption: [String] = []

    var resources: SlurmResources {
        SlurmResources(
            account: account, time: time, partition: partition, qos: qos, cpusPerTask: cpusPerTask, memory: mem,
            sbatchOptions: sbatchOption.isEmpty ? nil : sbatchOption)
    }

    func validate() throws { try SlurmJob.workers.validate(resources) }
}

/// What the coordinator's job asks for.
struct SlurmCoordinatorOptions: ParsableArguments {
    @Option(name: .long, help: "The coordinator's account (default: that of --account).")
    var coordinatorAccount: String?

    @Option(name: .long, help: "The coordinator's time limit (default: that of --time).")
    var coordinatorTime: String?

    @Option(name: .long, help: "The coordinator's partition (default: that of --partition).")
    var coordinatorPartition: String?

    @Option(name: .long, help: "The coordinator's quality of service (default: that of --qos).")
    var coordinatorQos: String?

    @Option(name: .long, help: "The coordinator's cores (default: 2, or what a node has).")
    var coordinatorCpusPerTask: Int?

    @Option(
        name: .long, help: "The coordinator's memory (default: 2G; it holds the counts, docs/benchmarks.md has sizes).")
    var coordinatorMem: String?

    @Option(
        name: .long, parsing: .unconditionalSingleValue,
        help: "The coordinator's further options of sbatch, instead of those of --sbatch-option; may be repeated.")
    var coordinatorSbatchOption: [String] = []

    /// Cores and memory of workers are theirs alone.
    func resources(besides workers: SlurmOptions) -> SlurmResources {
        var shared = workers.resources
        shared.cpusPerTask = nil
        shared.memory = nil
        return own.completed(by: shared)
    }

    private var own: SlurmResources {
        SlurmResources(
            account: coordinatorAccount, time: coordinatorTime, partition: coordinatorPartition, qos: coordinatorQos,
            cpusPerTask: coordinatorCpusPerTask, memory: coordinatorMem,
            sbatchOptions: coordinatorSbatchOption.isEmpty ? nil : coordinatorSbatchOption)
    }

    func validate() throws { try SlurmJob.coordinator.validate(own) }
}

extension SlurmJob {
    /// Options of sbatch that the scripts set themselves, each with what to say instead.
    private static let taken: [String: String] = [
        "account": "--account", "A": "--account", "time": "--time", "t": "--time", "partition": "--partition",
        "p": "--partition", "qos": "--qos", "q": "--qos", "cpus-per-task": "--cpus-per-task", "c": "--cpus-per-task",
        "mem": "--mem", "mem-per-cpu": "--mem", "mem-per-gpu": "--mem", "array": "--workers", "a": "--workers",
    ]

    /// Options of sbatch that would take from the program what it needs to find its jobs again.
    private static let refused: Set = [
        "job-name", "J", "nodes", "N", "ntasks", "n", "requeue", "no-requeue", "open-mode", "signal", "output", "o",
        "parsable", "wrap", "wait", "W", "clusters", "cluster", "M", "test-only", "export", "chdir", "D",
    ]

    /// A value is one word of a script's line: with a blank in it sbatch would read it as further options.
    func validate(_ resources: SlurmResources) throws {
        let words = [
            ("account", resources.account), ("time", resources.time), ("partition", resources.partition),
            ("qos", resources.qos), ("mem", resources.memory),
        ]
        for (name, value) in words {
            guard let value else { continue }
            guard !value.isEmpty, value.allSatisfy(Self.isPlain) else {
                throw ValidationError("\(option(name)) must be one word without blanks, quotes or backslashes")
            }
        }
        if let time = resources.time, SlurmQuantities.seconds(time) == nil {
            throw ValidationError("\(option("time")) is MINUTES, HOURS:MINUTES:SECONDS or DAYS-HOURS:MINUTES:SECONDS")
        }
        if let memory = resources.memory, SlurmQuantities.mebibytes(memory) == nil {
            throw ValidationError("\(option("mem")) is a number with K, M, G or T, such as 2G")
        }
        if let cores = resources.cpusPerTask, !(1...100_000).contains(cores) {
            throw ValidationError("\(option("cpus-per-task")) must be 1 to 100000")
        }
        for text in resources.sbatchOptions ?? [] { try validateFurther(text) }
    }

    private func validateFurther(_ text: String) throws {
        guard text.hasPrefix("-"), text.count > 1, text.allSatisfy(Self.isPlain) else {
            throw ValidationError(
                "\(option("sbatch-option")) is one option of sbatch as one word, such as --constraint=avx2, not \"\(text)\""
            )
        }
        // A short option's value may follow at once: -Cavx2. A long one may be shortened: --arr=1-3.
        let isLong = text.hasPrefix("--")
        let name = isLong ? String(text.dropFirst(2).prefix { $0 != "=" }) : String(text.dropFirst().prefix(1))
        func isMeant(_ option: String) -> Bool { isLong && name.count > 1 ? option.hasPrefix(name) : option == name }
        if let ours = Self.taken[name] ?? Self.taken.first(where: { isMeant($0.key) })?.value {
            throw ValidationError("\(option("sbatch-option")) \(text): say \(ours) instead")
        }
        if Self.refused.contains(where: isMeant) {
            throw ValidationError("\(option("sbatch-option")) \(text): this is set by the program, which needs it")
        }
    }

    private static func isPlain(_ character: Character) -> Bool {
        !character.isWhitespace && !"\"'\\".contains(character)
            && character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
