import AnalysisPipeline
import ClusterRuntime
import ContentDigest
import CountPipeline
import ExpressionData
import ExpressionFormats
import Foundation
import JobEngine
import ReadsToCounts
import Synchronization

/// What a run of counting is asked for, as the user gave it.
struct CountRequest {
    var sheet: String
    var reference: String
    var annotation: String
    var out: String
    var settings = CountSettings()

    /// Versions that the programs must have; nil: whatever is installed.
    var preset: CountPreset?

    /// Of all samples; nil: what the sheet or the reads say.
    var strandedness: Strandedness?
    var scratch: String?

    /// The folder of the study that these counts are for; where it is finished, they are not written over by others.
    var study: String?
    var workers = 1
    var threads: Int

    /// The connection file of a coordinator whose workers count; nil: those that the command starts.
    var connect: String?

    /// Whether the coordinator is to count what it has counted already.
    var again = false
    var isQuiet = false
}

/// One run of counting, from its inputs to its files.
struct CountRun {
    let request: CountRequest

    /// Counts, writes, and returns the record.
    ///
    /// - Throws: `CommandFailure` for everything that is not success, `InputError`.
    func execute() throws -> CountRecord {
        let started = ContinuousClock.now
        let folder = CountFolder(path: absolutePath(request.out))
        do {
            return try execute(in: folder, started: started)
        } catch let refusal as TaskRefusal {
            throw CommandFailure(status: .badInput, message: refusal.description)
        }
    }

    /// What would be run and what it needs of disks, for people; computes nothing.
    ///
    /// - Throws: As `execute` for what is known before anything starts.
    func described() throws -> [String] {
        let folder = CountFolder(path: absolutePath(request.out))
        let scratch = try Scratch(in: request.scratch, for: folder.path)
        defer { scratch.remove() }
        let plan: CountPlan
        do {
            plan = try CountPlanner(request: request, folder: folder, scratch: scratch.path).plan()
        } catch let refusal as TaskRefusal {
            throw CommandFailure(status: .badInput, message: refusal.description)
        }
        let files = plan.samples.flatMap(\.files)
        let versions = plan.context.versions.sorted { $0.key < $1.key }.map { "\($0.key.executable) \($0.value)" }
        return [
            "reads    \(counted(plan.samples.count, "sample")), \(counted(files.count, "file")), "
                + "\(files.reduce(0) { $0 + $1.bytes } >> 20) MiB",
            "programs \(versions.joined(separator: ", "))",
            "scratch  up to \(scratchNeed(of: plan) >> 20) MiB for each worker; "
                + "\(WorkerPrograms.freeBytes(scratch.path) >> 20) MiB are free where \(scratch.path) would be",
            "results  up to \(plan.keptBytes >> 20) MiB in reads/ of the results: the index, logs and counts",
        ]
    }

    private func execute(in folder: CountFolder, started: ContinuousClock.Instant) throws -> CountRecord {
        let scratch = try Scratch(in: request.scratch, for: folder.path)
        defer { scratch.remove() }
        var plan = try CountPlanner(request: request, folder: folder, scratch: scratch.path).plan()
        let changes = CountChanges(plan)
        let lock = try folder.claim()
        defer { lock.release() }
        if let record = try folder.finished(changes) {
            note("\(request.out) already holds this run, complete.")
            try? FileManager.default.removeItem(atPath: folder.workPath)
            return record
        }
        if let study = request.study, let earlier = folder.earlierRequest, earlier != changes,
            FileManager.default.fileExists(atPath: study + "/run.json")
        {
            try? FileManager.default.removeItem(atPath: folder.workPath)
            throw CommandFailure(
                status: .badInput,
                message:
                    "\(study) holds the results of other counts (\(earlier.words(to: changes).joined(separator: "; "))). "
                    + "Choose another folder for --out, or remove it; nothing in it was changed.")
        }
        for sentence in folder.earlierRequest?.sentences(to: changes) ?? [] { note(sentence) }
        plan.context.nonce = try folder.prepare(changes, isKeptElsewhere: request.connect != nil)
        note(
            "\(counted(plan.samples.count, "sample")); each needs up to \(scratchNeed(of: plan) >> 20) MiB of scratch "
                + (request.connect == nil
                    ? "in \(scratch.path) (\(WorkerPrograms.freeBytes(scratch.path) >> 20) MiB are free)."
                    : "at its worker."))
        let results = try compute(plan, in: folder, scratch: scratch.path, holding: lock)
        let written = try CountFiles.write(results, store: StepStore(folder: folder.stepsPath), to: folder.path)
        let warnings = written.quality.warnings
        if !request.isQuiet { for warning in warnings { Terminal.warning(warning) } }
        tell(results)
        let record = try CountRecord(
            of: plan, results: results, written: written, warnings: warnings, started: started)
        try folder.complete(record)
        return record
    }

    private func note(_ text: String) {
        if !request.isQuiet { Terminal.note(text) }
    }

    private func scratchNeed(of plan: CountPlan) -> UInt64 {
        plan.samples.map { ResourceNeed.sample($0, indexBytes: 0, cores: request.threads).scratch }.max() ?? 0
    }

    private func compute(
        _ plan: CountPlan, in folder: CountFolder, scratch: String, holding lock: RunDirectoryLock
    ) throws -> CountResults {
        if let connect = request.connect {
            return try RemoteCount(
                plan: plan, title: "count \(request.sheet)", workPath: folder.workPath, out: request.out,
                connectionFile: connect, again: request.again, isQuiet: request.isQuiet
            ).results(holding: lock)
        }
        var cluster = PrivateClusterOptions(
            runDirectory: folder.workPath + "/run", title: "count \(request.sheet)",
            configuration: SHA256Digest(of: "count"), threads: 1, build: programVersion,
            numericContract: UInt32(numericContract), logger: .cluster(role: "coordinator", level: .error))
        cluster.workers = request.workers
        // One shard at a time in each worker: its programs have all its threads.
        cluster.arguments =
            ["worker", "--allow-programs", "--program-threads", "\(request.threads)", "--scratch", scratch]
            + Self.roots(of: plan, folder: folder.path, scratch: scratch).flatMap { ["--root", $0] }
        // A second copy of a sample would take the cores of another one.
        cluster.policy.maximumCopies = 1
        let progress = ProgressLine(
            isQuiet: request.isQuiet, stages: CountProgram.expectedStages, starting: request.workers)
        let running = PrivateCluster(cluster, observer: progress)
        try TerminationSignals.watch { _, _ in running.stop() }
        let ending = KeptEnding()
        let end = try running.run { CountProgram(plan) { ending.keep($0) } }
        progress.finish()
        return try Self.results(end, ending.value, out: request.out)
    }

    private static func results(
        _ end: PrivateCluster.Ending, _ ending: CountEnding?, out: String
    ) throws -> CountResults {
        switch (end, ending) {
        case (.interrupted(let reason), _):
            throw CommandFailure(
                status: .interrupted,
                message: "\(reason ?? "interrupted"). The same command goes on in \(out).")
        case (.ended, .failed(let failure)?):
            throw CommandFailure(status: .failed, message: failure.description)
        case (.ended(let finished), .counted(let results)?):
            guard case .finished = finished.outcome else { throw CommandFailure(of: finished.outcome) }
            return results
        case (.ended(let finished), nil):
            throw CommandFailure(of: finished.outcome)
        }
    }

    /// The folders that workers may use: of every file that was named, and of what it is a link to.
    private static func roots(of plan: CountPlan, folder: String, scratch: String) -> [String] {
        let context = plan.context
        let files =
            plan.samples.flatMap(\.files).map(\.path) + context.reference.files.map(\.path) + [context.annotation.path]
        let folders = files.flatMap { file in
            [file, URL(fileURLWithPath: file).resolvingSymlinksInPath().path].map {
                URL(fileURLWithPath: $0).deletingLastPathComponent().path
            }
        }
        return Array(Set(folders + [folder, scratch])).sorted()
    }

    private func tell(_ results: CountResults) {
        let made = results.samples.filter { !$0.made.isEmpty }.count
        note(
            "\(counted(results.samples.count, "sample")), \(results.reference.geneCount) genes, \(results.strandedness.rawValue); "
                + "\(counted(made, "sample")) computed, \(results.samples.count - made) found from before. "
                + "counts.tsv.gz, gene_lengths.tsv, quality.tsv and logs are in \(request.out).")
    }
}

/// Carries what a run came to from the program's thread to the command's.
private final class KeptEnding: Sendable {
    private let content = Mutex<CountEnding?>(nil)

    var value: CountEnding? { content.withLock { $0 } }

    func keep(_ ending: CountEnding) { content.withLock { $0 = ending } }
}
