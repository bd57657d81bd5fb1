import AnalysisPipeline
import ClusterRuntime
import ContentDigest
import Foundation

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
    var configurationDigest: String
    var seconds: Double
    var version: String
    var numericContract: Int
    var seed: UInt64?
    var configuration: StudyConfiguration
    var warnings: [String]
    var stages: [StageRecord]
    var workers: [WorkerRecord]
    var finishedAt: String

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
