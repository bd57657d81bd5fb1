import ExpressionFormats
import Foundation
import OwnProcess

/// A cluster's jobs, as they are noted beside the coordinator's store.
struct SlurmCluster {
    /// One array task, or a job without tasks.
    struct Task: Encodable {
        /// Such as `123_4`.
        let id: String
        let state: String
        let node: String

        /// Why it waits, in Slurm's word.
        let reason: String

        /// Its state, and why it waits.
        var progress: String {
            state != "PENDING" || reason.isEmpty || reason == "None" ? state : "\(state) (\(reason)\(remedy))"
        }

        /// What to do about reasons that do not pass.
        private var remedy: String {
            switch reason {
            case "PartitionTimeLimit": ": longer than the partition allows; stop, and submit with another --time"
            case "PartitionConfig", "BadConstraints", "PartitionNodeLimit":
                ": no node of the partition has what it asks for; stop, and submit with less"
            case _ where reason.hasPrefix("Assoc") || reason.hasPrefix("QOS"):
                ": a limit of the account or the quality of service"
            default: ""
            }
        }

        /// Whether it computes or will.
        var isAlive: Bool { ["PENDING", "RUNNING", "CONFIGURING", "REQUEUED", "RESIZING"].contains(state) }
    }

    private struct Jobs: Codable {
        var coordinator: String?
        var workers: [String] = []

        /// What the user said of the last workers that were submitted; the program's defaults are not noted.
        var resources: SlurmResources?

        /// The same of the coordinator.
        var coordinatorResources: SlurmResources?
    }

    let store: String

    /// What jobs ask for is said on stderr, where stdout has an object to be read by a program.
    var printsJSON = false

    /// Where the scripts and the jobs' numbers are.
    var folder: String { store + "/slurm" }
    private var jobsPath: String { folder + "/jobs.json" }
    private var stoppedPath: String { folder + "/stopped" }
    private var executable: String { OwnExecutable.place ?? "modicum" }

    /// Writes a script, with absolute places in its environment so that nothing depends on where it was submitted.
    private func write(_ job: SlurmJob, _ resources: SlurmResources) throws -> String {
        let path = "\(folder)/\(job.fileName)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try AtomicFile.write(Array(job.script(resources).utf8), to: path)
        return path
    }

    /// The coordinator's job that is in the queue or runs, if there is one.
    func coordinatorInQueue() throws -> String? {
        guard let known = try jobs().coordinator else { return nil }
        return try tasks(ofJobs: [known]).contains(where: \.isAlive) ? known : nil
    }

    /// Submits a coordinator and returns its job's number.
    func startCoordinator(_ fit: SlurmFit) throws -> String {
        var jobs = try jobs()
        let script = try write(.coordinator, fit.resources)
        try? FileManager.default.removeItem(atPath: stoppedPath)
        let id = try submit(script, fit, options: ["--output=\(folder)/coordinator-%j.log"])
        jobs.coordinator = id
        jobs.coordinatorResources = fit.said
        try save(jobs)
        return id
    }

    /// What a job of this kind asks for, beside what the partitions have.
    ///
    /// The options come first, then what those before asked for, then sbatch's own variables, then the usual.
    func fit(_ job: SlurmJob, _ options: SlurmResources, in partitions: [SlurmPartition]) throws -> SlurmFit {
        let jobs = try jobs()
        let before =
            switch job {
            case .coordinator: jobs.coordinatorResources
            case .workers: jobs.resources
            }
        let said = options.completed(by: before ?? SlurmResources())
        let asked = said.completed(by: SlurmResources(environment: ProcessInfo.processInfo.environment))
        var fit = SlurmFit(job: job, said: said, resources: asked, partitions: partitions)
        fit.resources = asked.completed(by: fit.defaults)
        return fit
    }

    /// Brings the number of workers in the queue and at work to `count`.
    ///
    /// Jobs that Slurm has put back into the queue count, so they are not replaced twice.
    ///
    /// - Returns: How many were submitted, or when negative cancelled.
    func scale(to count: Int, _ fit: SlurmFit) throws -> Int {
        var jobs = try jobs()
        let alive = try tasks(ofJobs: jobs.workers).filter(\.isAlive)
        let difference = count - alive.count
        if difference > 0 {
            say(fit)
            let script = try write(.workers, fit.resources)
            let id = try submit(
                script, fit, options: ["--array=1-\(difference)", "--output=\(folder)/worker-%A_%a.log"])
            jobs.workers.append(id)
            jobs.resources = fit.said
            try save(jobs)
        } else if difference < 0 {
            // Those that wait go first: they have nothing to give back.
            let surplus = (alive.filter { $0.state != "RUNNING" } + alive.filter { $0.state == "RUNNING" }.reversed())
                .prefix(-difference)
            _ = try SchedulerCommand.run(["scancel"] + surplus.map(\.id))
        }
        return difference
    }

    /// Says what a job is going to ask for.
    func say(_ fit: SlurmFit) {
        let sentence =
            "\(Self.name(fit.job))  asks for \(fit.resources.description(defaultPartition: fit.defaultPartition))"
        guard !printsJSON else { return Terminal.note(sentence) }
        print(sentence)
        fflush(nil)
    }

    /// Says what no node can give of what was submitted: Slurm takes some of such jobs, and they wait for ever.
    private static func warn(_ fit: SlurmFit) {
        for misfit in fit.misfits { Terminal.warning("\(name(fit.job)) may never start: \(misfit)") }
    }

    private static func name(_ job: SlurmJob) -> String { job == .coordinator ? "coordinator" : "each worker" }

    /// Cancels everything that is in the queue or runs, and returns its numbers.
    func stop() throws -> [String] {
        let jobs = try jobs()
        // The coordinator's script looks at this before it puts itself into the queue again.
        try Data().write(to: URL(fileURLWithPath: stoppedPath))
        let alive = try tasks(ofJobs: jobs.workers + (jobs.coordinator.map { [$0] } ?? [])).filter(\.isAlive)
        if !alive.isEmpty { _ = try SchedulerCommand.run(["scancel"] + alive.map(\.id)) }
        return alive.map(\.id)
    }

    /// The coordinator's job and the workers' tasks, as far as Slurm still knows them.
    func state() throws -> (coordinator: [Task], workers: [Task]) {
        let jobs = try jobs()
        return (try tasks(ofJobs: jobs.coordinator.map { [$0] } ?? []), try tasks(ofJobs: jobs.workers))
    }

    private func submit(_ script: String, _ fit: SlurmFit, options: [String]) throws -> String {
        let answer: String
        do {
            // sbatch's variables go before what a script says, but not before its own options.
            answer = try SchedulerCommand.run(
                ["sbatch", "--parsable"] + fit.resources.words + options + [script],
                environment: ["MODICUM_STORE": store, "MODICUM": executable])
        } catch let refusal as SchedulerCommand.Refusal {
            throw CommandFailure(status: .failed, message: SlurmRefusal(fit: fit, words: refusal.words).message)
        }
        Self.warn(fit)
        // NUMBER, or NUMBER;CLUSTER.
        return answer.split(separator: ";").first.map(String.init) ?? answer
    }

    private func tasks(ofJobs jobs: [String]) throws -> [Task] {
        guard !jobs.isEmpty else { return [] }
        // Asked for a job that has left its memory, squeue fails; asked for all of this user's, it does not.
        let list = try SchedulerCommand.run(["squeue", "--me", "--noheader", "--array", "--format=%i|%T|%N|%F|%r"])
        return list.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 5, jobs.contains(fields[3]) else { return nil }
            return Task(id: fields[0], state: fields[1], node: fields[2], reason: fields[4])
        }
    }

    private func jobs() throws -> Jobs {
        guard let data = FileManager.default.contents(atPath: jobsPath) else { return Jobs() }
        do {
            return try JSONDecoder().decode(Jobs.self, from: data)
        } catch {
            throw CommandFailure(status: .failed, message: "\(jobsPath) is not what `cluster slurm` wrote; remove it")
        }
    }

    private func save(_ jobs: Jobs) throws {
        try AtomicFile.write(Array(JSONEncoder().encode(jobs)), to: jobsPath)
    }
}
