import AnalysisPipeline
import ArgumentParser
import ClusterRuntime
import Dispatch
import ExpressionData
import ExpressionFormats
import Foundation
import JobEngine
import RunStore
import StatisticalKernels
import StudyOutput
import Synchronization

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Computes random shards of a finished run again, and compares them byte for byte.",
        discussion: """
            The files of the folder are compared with what run.json says of them, the store with its own identity, and the
            inputs with their SHA-256. Then the run is planned again from its inputs, and shards that are chosen at random
            are computed once more and held against the SHA-256 of what they came to.

            Example:
              modicum verify results --shards 50
            """)

    @Argument(help: "The folder of the run's results.")
    var folder: String

    @Option(name: .long, help: "How many shards, chosen at random.")
    var shards = 20

    @Option(name: .long, help: "Names the choice, to make it again (default: another one each time).")
    var seed: UInt64?

    @Option(name: .long, help: "Look for the input files in this folder, by their names.")
    var inputs: String?

    @Option(name: .long, help: "Compute threads (default: this process's cores).")
    var threads: Int?

    @Flag(name: .long, help: "Print what was verified as JSON.")
    var json = false

    /// What `--json` prints.
    private struct Outcome: Encodable {
        let identity: String
        let seed: UInt64
        let shards: Int
        let verified: Int
    }

    func validate() throws {
        guard shards >= 1 else { throw ValidationError("--shards must be at least 1") }
        guard threads ?? 1 >= 1 else { throw ValidationError("--threads must be at least 1") }
    }

    func run() throws {
        let record = try finishedRun()
        guard let recorded = record.shards, !recorded.isEmpty, let invocation = record.request else {
            throw InputError(
                "\(folder) does not tell what its shards came to: a version that kept no record of them made it",
                remedy: "Run the command again in another folder, and compare the identities.")
        }
        var inputs = try invocation.request.load(
            open: invocation.opener(inputs: self.inputs, known: record.configuration.inputs))
        for (now, then) in zip(inputs.configuration.inputs, record.configuration.inputs) where now != then {
            throw InputError(
                file: now.name, "the file is not the one that the run was made from",
                remedy: "Restore it, or name the folder that it is in with --inputs.")
        }
        inputs.configuration.geneSets?.permutations = record.configuration.geneSets?.permutations ?? 0
        guard inputs.configuration == record.configuration else {
            throw InputError(
                "\(folder): what the run was asked for does not give its configuration any more",
                remedy: "It was made by another version: run the command again in another folder.")
        }
        let seed = seed ?? UInt64.random(in: 0...(1 << 53))
        let chosen = Self.choose(min(shards, recorded.count), of: recorded.count, seed: seed)
        var replay = StudyReplay(inputs: inputs, records: recorded)
        let width = threads ?? AvailableCores.count(environment: ProcessInfo.processInfo.environment)
        let difference = try replay.firstDifference(of: chosen) { try Self.compute($0, threads: width, $1) }
        if let difference { throw CommandFailure(status: .failed, message: "\(folder): \(Self.sentence(difference))") }
        guard !json else {
            return try JSONText.print(
                Outcome(identity: record.identity, seed: seed, shards: recorded.count, verified: chosen.count))
        }
        print("verified \(chosen.count) of \(grouped(recorded.count)) shards (seed \(seed))")
    }

    /// The record of a finished run whose files are as they were written.
    private func finishedRun() throws -> RunRecord {
        let stored = try FinishedFolder.open(folder)
        let place = RunFolder(path: folder, isQuiet: true)
        guard let data = FileManager.default.contents(atPath: place.recordPath),
            let record = try? JSONDecoder().decode(RunRecord.self, from: data)
        else {
            throw InputError("\(place.recordPath) cannot be read", remedy: "Run the command again in another folder.")
        }
        guard record.numericContract == numericContract else {
            throw InputError(
                "\(folder) is of numeric contract \(record.numericContract), and this version computes by "
                    + "\(numericContract)",
                remedy: "Verify it with the version that made it, \(record.version).")
        }
        if let missing = try place.missingFile(of: record) {
            throw InputError(
                "\(folder)/\(missing) is not there any more", remedy: "Restore it, or run the command again.")
        }
        do {
            _ = try RunDocument.read(from: folder + "/" + WrittenResults.storeName)
        } catch {
            throw CommandFailure(status: .failed, message: "\(error)")
        }
        guard stored.identity == record.identity else {
            throw CommandFailure(status: .failed, message: "\(folder): run.json tells another identity than the store")
        }
        return record
    }

    /// Different numbers below `count`, the same for the same seed.
    private static func choose(_ wanted: Int, of count: Int, seed: UInt64) -> Set<Int> {
        var stream = PhiloxStream(seed: seed, stream: 0)
        var positions = Array(0..<count)
        for place in 0..<wanted { positions.swapAt(place, place + stream.next(below: count - place)) }
        return Set(positions.prefix(wanted))
    }

    /// Computes shards on several threads.
    private static func compute(
        _ shards: [Shard], threads: Int, _ compute: @Sendable (Shard) throws -> [UInt8]
    ) throws -> [[UInt8]] {
        let results = Mutex<[Result<[UInt8], any Error>?]>(Array(repeating: nil, count: shards.count))
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, shards.count)) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < shards.count else { return }
                let result = Result { try compute(shards[index]) }
                results.withLock { $0[index] = result }
            }
        }
        return try results.withLock { $0 }.map { try $0!.get() }
    }

    private static func sentence(_ difference: StudyReplay.Difference) -> String {
        switch difference {
        case .result(let record, let found):
            "\(record.name) came to other bytes: SHA-256 \(found), and run.json has \(record.sha256)"
        case .inputs(let record):
            "\(record.name) read what this run does not come to from its inputs: a shard before it differs, or run.json "
                + "was changed"
        }
    }
}
