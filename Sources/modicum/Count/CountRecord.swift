import AnalysisPipeline
import ClusterRuntime
import ContentDigest
import CountPipeline
import Foundation
import JobEngine
import ReadsToCounts

/// `run.json` of counting: what was counted, with which programs, and how long it took.
struct CountRecord: Codable {
    /// `count`, which tells this record from those of other commands.
    var command = CountRecord.commandName

    /// The SHA-256 of the counts with the names of genes and samples, before compression.
    var identity: String

    /// Of the inputs and settings.
    var configurationDigest: String
    var seconds: Double
    var version: String
    var strandedness: Strandedness

    /// The programs and their versions.
    var programs: [String: String]
    var request: CountChanges

    /// Per sample, the SHA-256 of every file of reads.
    var readDigests: [String: [String]]
    var annotationDigest: String
    var indexKey: String
    var warnings: [String]
    var files: [CountFiles.Written]
    var stages: [RunRecord.StageRecord]
    var workers: [RunRecord.WorkerRecord]
    var finishedAt: String

    static let commandName = "count"

    init(
        of plan: CountPlan, results: CountResults, written: CountFiles.Outcome, warnings: [String],
        started: ContinuousClock.Instant
    ) throws {
        identity = written.identity.description
        request = CountChanges(plan)
        configurationDigest = try Self.digest(of: request)
        seconds = (ContinuousClock.now - started).seconds
        version = programVersion
        strandedness = results.strandedness
        programs = Dictionary(
            uniqueKeysWithValues: plan.context.versions.map { ($0.key.executable, $0.value) })
        readDigests = Dictionary(
            uniqueKeysWithValues: zip(plan.samples, results.reads).map { ($0.name, $1.digests) })
        annotationDigest = results.reference.annotationDigest
        indexKey = results.reference.indexKey
        self.warnings = warnings
        files = written.files
        stages = results.history.stages.map {
            RunRecord.StageRecord(title: $0.title, shards: $0.shards, reused: $0.reused, seconds: $0.elapsed.seconds)
        }
        workers = results.history.workers.map {
            RunRecord.WorkerRecord(host: $0.host, labels: $0.labels, threads: $0.threads, shards: $0.done)
        }
        finishedAt = utcTime()
    }

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// What makes two runs the same run.
    static func digest(of request: CountChanges) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return SHA256Digest(of: [UInt8](try encoder.encode(request))).description
    }
}
