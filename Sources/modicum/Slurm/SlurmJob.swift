/// The two batch scripts of a cluster: one coordinator, an array of workers.
///
/// `cluster/slurm` holds them as this type writes them, for users who rather
/// edit and submit them themselves; a test compares.
enum SlurmJob {
    case coordinator
    case workers

    var fileName: String {
        switch self {
        case .coordinator: "coordinator.sbatch"
        case .workers: "workers.sbatch"
        }
    }

    /// As a sentence names it.
    var title: String {
        switch self {
        case .coordinator: "the coordinator's job"
        case .workers: "the workers' jobs"
        }
    }

    /// What it asks for where nobody says anything. Memory is what nodes of 4,000 MB can give: a coordinator holds counts
    /// of up to some 30,000 genes × 10,000 samples in it, and a worker of 8 threads takes less (docs/benchmarks.md).
    var usual: SlurmResources {
        switch self {
        case .coordinator: SlurmResources(time: "1-00:00:00", cpusPerTask: 2, memory: "2G")
        case .workers: SlurmResources(time: "1-00:00:00", cpusPerTask: 8, memory: "2G")
        }
    }

    /// The program's option that sets one of sbatch's, in words for a message.
    func option(_ name: String) -> String {
        switch self {
        case .workers: "--\(name)"
        case .coordinator where ["mem", "cpus-per-task"].contains(name): "--coordinator-\(name)"
        case .coordinator: "--\(name) or --coordinator-\(name)"
        }
    }

    /// The script's text.
    func script(_ resources: SlurmResources) -> String {
        (header(resources) + body).joined(separator: "\n") + "\n"
    }

    private func header(_ resources: SlurmResources) -> [String] {
        var options = ["--job-name=\(name)"] + resources.words
        options += ["--requeue", "--open-mode=append", "--signal=B:TERM@120"]
        switch self {
        case .coordinator: options.append("--output=modicum-coordinator-%j.log")
        case .workers: options += ["--array=1-10", "--output=modicum-worker-%A_%a.log"]
        }
        return ["#!/bin/bash"] + comment + options.map { "#SBATCH " + $0 }
    }

    private var name: String {
        switch self {
        case .coordinator: "modicum-coordinator"
        case .workers: "modicum-worker"
        }
    }

    private var comment: [String] {
        switch self {
        case .coordinator:
            [
                "# The coordinator of a Modicum cluster. Submit it once: sbatch coordinator.sbatch",
                "# It accepts studies until it is cancelled, and puts itself into the queue again at its time limit.",
                "# MODICUM_STORE is its folder (default: modicum-store where it was submitted), on a file system that",
                "# all nodes see; MODICUM is the program.",
            ]
        case .workers:
            [
                "# Workers of a Modicum cluster, one per array task: sbatch --array=1-50 workers.sbatch",
                "# More may be submitted, and any of them cancelled, at any time; those that come late leave with 0.",
                "# MODICUM_STORE is the coordinator's folder (default: modicum-store where this was submitted);",
                "# MODICUM is the program.",
            ]
        }
    }

    private var body: [String] {
        let places = [
            "", "set -euo pipefail", "store=${MODICUM_STORE:-$SLURM_SUBMIT_DIR/modicum-store}",
            "modicum=${MODICUM:-modicum}",
        ]
        switch self {
        case .coordinator:
            return places + [
                "address=$(getent ahostsv4 \"$(hostname)\" | awk 'NR == 1 { print $1 }')",
                "\"$modicum\" coordinator --store \"$store\" --bind \"tcp://$address:*\" &",
                "coordinator=$!",
                "told=no",
                "trap 'told=yes; kill -TERM $coordinator' TERM",
                "wait $coordinator && status=0 || status=$?",
                "# The signal ended that wait and not yet the coordinator.",
                "if [ \"$status\" -eq 143 ]; then wait $coordinator && status=0 || status=$?; fi",
                "# 5 is: stopped, and to be gone on with. A job that was cancelled is not there any more to be requeued, and one",
                "# that nobody told to stop has waited for its disk in vain.",
                "if [ \"$status\" -eq 5 ] && [ \"$told\" = yes ] && [ ! -e \"$store/slurm/stopped\" ]; then",
                "    scontrol requeue \"$SLURM_JOB_ID\" 2>/dev/null || true",
                "fi",
                "exit \"$status\"",
            ]
        case .workers:
            // exec: the worker itself gets the batch system's signals.
            return places + ["exec \"$modicum\" worker --connection-file \"$store/connection.json\""]
        }
    }
}
