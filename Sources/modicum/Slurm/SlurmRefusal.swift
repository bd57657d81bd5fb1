/// Slurm's refusal of a job, told by what was asked, what there is, and which option asks for it.
struct SlurmRefusal {
    let fit: SlurmFit

    /// What sbatch wrote.
    let words: String

    var message: String {
        let quoted = "  Slurm's words: " + said.joined(separator: "; ")
        if words.contains("Unable to contact") {
            return "Slurm's controller cannot be reached, so that \(fit.job.title) could not be submitted. Try again "
                + "later.\n" + quoted
        }
        let asked = fit.resources.description(defaultPartition: fit.defaultPartition)
        let verb = fit.job == .coordinator ? "asks" : "each ask"
        return (["Slurm refused \(fit.job.title), which \(verb) for \(asked)."] + causes.map { "  " + $0 } + [quoted])
            .joined(separator: "\n")
    }

    /// Its lines without the program's name, each once.
    private var said: [String] {
        var lines: [String] = []
        for line in words.split(separator: "\n") {
            var text = String(line)
            for opening in ["sbatch: ", "error: ", "fatal: "] where text.hasPrefix(opening) {
                text.removeFirst(opening.count)
            }
            if !lines.contains(text) { lines.append(text) }
        }
        return lines
    }

    /// The misfits that can be seen, else what Slurm's own sentence is about.
    private var causes: [String] {
        let misfits = fit.misfits
        if !misfits.isEmpty { return misfits }
        let job = fit.job
        let known: [(sentence: String, cause: String)] = [
            (
                "account",
                "the account, alone or in this partition, is not one that you may charge (`sacctmgr show associations "
                    + "user=$USER` lists yours): \(job.option("account"))"
            ),
            ("qos", "the quality of service, or what it allows: \(job.option("qos"))"),
            ("partition", "the partition is not there or not open to you: \(job.option("partition"))"),
            ("time limit", "the time is missing or longer than allowed: \(job.option("time"))"),
            ("--time", "the time cannot be read: \(job.option("time"))"),
            ("memory", "more memory than a node may give: \(job.option("mem"))"),
            (
                "node configuration",
                "no node has all of it: \(job.option("mem")), \(job.option("cpus-per-task"))"
            ),
            ("array", "more workers than one array may have (`scontrol show config` says MaxArraySize): fewer workers"),
        ]
        let text = words.lowercased()
        if let found = known.first(where: { text.contains($0.sentence) }) { return [found.cause] }
        guard let further = fit.resources.sbatchOptions, !further.isEmpty else { return [] }
        return ["perhaps what was added for sbatch, \(further.joined(separator: " ")): \(job.option("sbatch-option"))"]
    }
}
