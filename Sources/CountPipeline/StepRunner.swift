import ExternalPrograms
import Foundation
import JobEngine
import ReadsToCounts

/// Runs the programs of one shard, in a scratch folder of its own.
final class StepRunner: ProgramObserver {
    let programs: WorkerPrograms
    let context: CountContext
    let store: StepStore
    let scratch: ScratchFolder

    /// Steps that were done, and not found.
    private(set) var made: [CountStep] = []
    private let sample: String?
    private let control: any ShardControl

    init(programs: WorkerPrograms, context: CountContext, sample: String?, control: any ShardControl) throws {
        self.programs = programs
        self.context = context
        self.sample = sample
        self.control = control
        store = StepStore(folder: context.store)
        scratch = try ScratchFolder(in: programs.scratch)
    }

    var settings: CountSettings { context.settings }
    var threads: Int { programs.cores }

    func madeProgress() { control.madeProgress() }
    var isCancelled: Bool { control.isCancelled }

    func key(of step: CountStep, inputs: [String], parameters: [String] = []) -> String {
        StepKey.key(of: step, settings, versions: context.versions, inputs: inputs, parameters: parameters)
    }

    /// Returns what the store has of a step, or does it.
    func value<Value: Codable>(
        of step: CountStep, _ key: String, make: () throws -> (files: [String], value: Value)
    ) throws -> Value {
        if let value: Value = store.value(key) { return value }
        let (files, value) = try make()
        try store.put(key, files: files, value: value)
        made.append(step)
        return value
    }

    /// A program with its arguments; its error output goes to a file in scratch.
    ///
    /// - Throws: `TaskRefusal` when it is not the version that the run was planned with.
    func call(_ tool: ExternalTool, _ arguments: [String]) throws -> ProgramCall {
        let version = try programs.version(of: tool)
        guard let planned = context.versions[tool], planned == version else {
            throw TaskRefusal(
                "the worker on \(programs.host) has \(tool.executable) \(version), and the run was planned with "
                    + "\(context.versions[tool] ?? "another program"). Results of two versions are not mixed: install the "
                    + "same one everywhere.", isOfWorker: true)
        }
        return ProgramCall(
            name: tool.executable, path: programs.paths[tool] ?? "", arguments: arguments,
            errorPath: scratch("\(tool.executable).stderr"))
    }

    func run(_ calls: ProgramCall..., outputPath: String? = nil) throws {
        do {
            try ProgramChain(calls, in: scratch.path, outputPath: outputPath)
                .run(environment: programs.environment(scratch.path), observer: self)
        } catch let failure as ProgramFailure {
            // Programs seldom say that it is the disk.
            let isFull = WorkerPrograms.freeBytes(programs.scratch) < 1 << 20
            let remedy =
                isFull
                ? "; the scratch folder \(programs.scratch) is full: name one on a larger disk with --scratch" : ""
            throw StepFailure(
                sample: sample, host: programs.host, program: failure.program, what: failure.what + remedy,
                lastLines: failure.lastLines)
        }
    }

    /// A text that a program wrote.
    func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StepFailure(
                sample: sample, host: programs.host, program: URL(fileURLWithPath: path).lastPathComponent,
                what: "was not written", lastLines: [])
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Reads a log, and says whose it is where it cannot be read.
    func parse<Log>(_ program: ExternalTool, _ read: () throws -> Log) throws -> Log {
        do {
            return try read()
        } catch let problem as LogProblem {
            throw StepFailure(
                sample: sample, host: programs.host, program: program.executable, what: "left \(problem)",
                lastLines: LastLines.ofFile(scratch("\(program.executable).stderr")))
        }
    }
}
