import AnalysisPipeline
import ClusterRuntime
import ContentDigest
import Foundation
import JobEngine
import StoredRuns
import StudyFiles
import StudyOutput

/// `run.json`: what was computed, from what, by whom, and how long it took.
struct RunRecord: Codable {
    struct StageRecord: Codable {
        var title: String
        var shards: Int
        var reused: Int
        var seconds: Double
    }

    struct WorkerRecord: Codable {
        var host: String
        var labels: [String]
        var threads: Int
        var shards: Int
    }

    /// The canonical SHA-256 of the results.
    var identity: String

    /// Of the configuration without its number of permutations, which `extend` raises.
    var configurationDigest: String
    var seconds: Double
    var version: String

    /// Nil in records of programs that did not tell.
    var libraries: [String: String]?
    var numericContract: Int
    var seed: UInt64?
    var configuration: StudyConfiguration

    /// By input of the configuration, what its file was called; nil in records of programs that did not tell.
    var inputNames: [String]?

    /// The most permutations of a run that was to add them until every set is settled; nil: it was asked for exactly
    /// as many as it has.
    var untilSettledAtMost: Int?

    /// The command lines that the results come from, in order: the run's, then those of extensions; nil in records of
    /// programs that did not tell, and of coordinators.
    var commands: [[String]]?

    /// What `extend` asks for again.
    var request: RunInvocation?

    /// What the report shows; nil where nothing but its defaults was asked for.
    var report: ReportSettings?
    var warnings: [String]

    /// What else the results call for saying, such as how many permutations it took.
    var notes: [String]?

    /// By place in the store, what sign flips say beside the scheme by which samples were permuted; nil where none was.
    var schemeComparisons: [String: String]?

    /// What was written beside this record, and is compared when the run is asked for again; nil in records of programs
    /// that did not tell.
    var files: [WrittenResults.File]?

    /// What was made from the results, and may be made again at any time; nil where there is no such.
    var derivedFiles: [WrittenResults.File]?
    var stages: [StageRecord]

    /// What every shard came to, for `verify`; nil in records of programs that did not tell.
    var shards: [ShardRecord]?
    var workers: [WorkerRecord]
    var finishedAt: String

    /// - Parameters:
    ///   - inputs: As the results have them, with the permutations that the run came to. What was found when they
    ///     were read comes before `warnings` and `notes`, which are of the results.
    ///   - started: When reading the inputs began.
    init(
        of inputs: StudyInputs, written: WrittenResults, configuration: SHA256Digest, warnings: [String],
        notes: [String], history: RunHistory, started: ContinuousClock.Instant, request: RunInvocation? = nil
    ) {
        self.request = request
        identity = written.identity.description
        files = written.files
        schemeComparisons = written.schemeComparisons.isEmpty ? nil : written.schemeComparisons
        configurationDigest = configuration.description
        seconds = (ContinuousClock.now - started).seconds
        version = programVersion
        libraries = Libraries.versions
        numericContract = AnalysisPipeline.numericContract
        seed = inputs.configuration.geneSets?.seed
        self.configuration = inputs.configuration
        inputNames = inputs.inputNames.isEmpty ? nil : inputs.inputNames
        untilSettledAtMost = inputs.settling?.limit
        let findings = Dictionary(grouping: inputs.warnings, by: \.severity).mapValues { $0.map(\.description) }
        self.warnings = (findings[.warning] ?? []) + warnings
        let allNotes = (findings[.note] ?? []) + notes
        self.notes = allNotes.isEmpty ? nil : allNotes
        stages = history.stages.map {
            StageRecord(title: $0.title, shards: $0.shards, reused: $0.reused, seconds: $0.elapsed.seconds)
        }
        workers = history.workers.map {
            WorkerRecord(host: $0.host, labels: $0.labels, threads: $0.threads, shards: $0.done)
        }
        finishedAt = utcTime()
    }

    /// This command's own line, under the name that the program has in every shell.
    static var thisCommand: [String] { ["modicum"] + CommandLine.arguments.dropFirst() }

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// The digest of the configuration in a record; nil for anything that is no record.
    static func configurationDigest(in data: Data) -> String? {
        struct Part: Decodable { var configurationDigest: String }
        return (try? JSONDecoder().decode(Part.self, from: data))?.configurationDigest
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
