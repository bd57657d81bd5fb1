import Foundation

/// A cluster's jobs, as they are noted beside the coordinator's store.
struct SlurmCluster {
    /// One array task, or a job without tasks.
    struct Task {
        /// Such as `123_4`.
        let id: String
        let state: String
        let node: String

        /// Whether it computes or will.
        var isAlive: Bool { ["PENDING", "RUNNING", "CONFIGURING", "REQUEUED", "RESIZING"].contains(state) }
    }

    private struct Jobs: Codable {
        var coordinator: String?
        var workers: [String] = []

        /// What the last workers that were submitted asked for.
        var resources: SlurmResources?
    }

    let store: String

    /// Where the scripts and the jobs' numbers are.
    var folder: String { store + "/slurm" }
    private var jobsPath: String { folder + "/jobs.json" }
    private var stoppedPath: String { folder + "/stopped" }
    private var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "modicum"
    }

    /// Writes a script, with absolute places in its environment so that nothing depends on where it was submitted.
    private func write(_ job: SlurmJob, _ resources: SlurmResources) throws -> String {
        let path = "\(folder)/\(job.fileName)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try job.script(resources).write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// Submits a coordinator unless one is in the queue.
    ///
    /// - Returns: The job's number, and whether it is new.
    func startCoordinator(_ resources: SlurmResources) throws -> (id: String, isNew: Bool) {
        var jobs = try jobs()
        if let known = jobs.coordinator, try tasks(ofJobs: [known]).contains(where: \.isAlive) { return (known, false) }
        let script = try write(.coordinator, resources)
        try? FileManager.default.removeItem(atPath: stoppedPath)
        let id = try submit(script, options: ["--output=\(folder)/coordinator-%j.log"])
        jobs.coordinator = id
        try save(jobs)
        return (id, true)
    }

    /// What workers ask for: what is given, and otherwise what those before asked for.
    func workerResources(_ options: SlurmOptions) throws -> SlurmResources {
        options.applied(to: try jobs().resources ?? SlurmJob.usualWorkers)
    }

    /// Brings the number of workers in the queue and at work to `count`.
    ///
    /// Jobs that Slurm has put back into the queue count, so they are not replaced twice.
    ///
    /// - Returns: How many were submitted, or when negative cancelled.
    func scale(to count: Int, _ resources: SlurmResources) throws -> Int {
        var jobs = try jobs()
        let alive = try tasks(ofJobs: jobs.workers).filter(\.isAlive)
        let difference = count - alive.count
        if difference > 0 {
            let script = try write(.workers, resources)
            let id = try submit(
                script, options: ["--array=1-\(difference)", "--output=\(folder)/worker-%A_%a.log"])
            jobs.workers.append(id)
            jobs.resources = resources
            try save(jobs)
        } else if difference < 0 {
            // Those that wait go first: they have nothing to give back.
            let surplus = (alive.filter { $0.state != "RUNNING" } + alive.filter { $0.state == "RUNNING" }.reversed())
                .prefix(-difference)
            _ = try SchedulerCommand.run(["scancel"] + surplus.map(\.id))
        }
        return difference
    }

    /// Cancels everything that is in the queue or runs.
    func stop() throws {
        let jobs = try jobs()
        // The coordinator's script looks at this before it puts itself into the queue again.
        try Data().write(to: URL(fileURLWithPath: stoppedPath))
        let alive = try tasks(ofJobs: jobs.workers + (jobs.coordinator.map { [$0] } ?? [])).filter(\.isAlive)
        if !alive.isEmpty { _ = try SchedulerCommand.run(["scancel"] + alive.map(\.id)) }
    }

    /// The coordinator's job and the workers' tasks, as far as Slurm still knows them.
    func state() throws -> (coordinator: [Task], workers: [Task]) {
        let jobs = try jobs()
        return (try tasks(ofJobs: jobs.coordinator.map { [$0] } ?? []), try tasks(ofJobs: jobs.workers))
    }

    private func submit(_ script: String, options: [String]) throws -> String {
        let answer = try SchedulerCommand.run(
            ["sbatch", "--parsable"] + options + [script],
            environment: ["MODICUM_STORE": store, "MODICUM": executable])
        // NUMBER, or NUMBER;CLUSTER.
        return answer.split(separator: ";").first.map(String.init) ?? answer
    }

    private func tasks(ofJobs jobs: [String]) throws -> [Task] {
        guard !jobs.isEmpty else { return [] }
        // Asked for a job that has left its memory, squeue fails; asked for all of this user's, it does not.
        let list = try SchedulerCommand.run(["squeue", "--me", "--noheader", "--array", "--format=%i|%T|%N|%F"])
        return list.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 4, jobs.contains(fields[3]) else { return nil }
            return Task(id: fields[0], state: fields[1], node: fields[2])
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
        try JSONEncoder().encode(jobs).write(to: URL(fileURLWithPath: jobsPath), options: .atomic)
    }
}
