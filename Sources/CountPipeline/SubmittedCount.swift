import DurableFiles
import ExpressionFormats
import Foundation
import JobEngine
import ReadsToCounts

/// What travels to a coordinator for a run of counting.
///
/// The coordinator opens none of the files that are named: workers do, within the folders that they were given.
package struct SubmittedCount: Codable, Sendable {
    private let counting: CountPlan

    package init(_ plan: CountPlan) { counting = plan }

    /// Nil where a client sent something else.
    package init?(decoding bytes: [UInt8]) {
        guard let found = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
        self = found
    }

    /// The same bytes for the same run.
    package func encoded() throws -> [UInt8] { [UInt8](try canonicalJSON(self)) }

    /// The run, which leaves what came out of it for the client, who writes the tables.
    ///
    /// - Parameter directory: The run's folder at the coordinator.
    /// - Throws: `TaskRefusal` for a plan that no command makes.
    package func program(in directory: String) throws -> CountProgram {
        try counting.check()
        return CountProgram(counting) { ending in
            guard case .counted(let results) = ending else { return }
            let folder = directory + "/results"
            try DurableFile.makeFolder(folder)
            try AtomicFile.write([UInt8](try canonicalJSON(CountedRecord(results))), to: folder + "/run.json")
        }
    }
}

/// What a coordinator keeps of a finished run of counting: `run.json` there.
package struct CountedRecord: Codable, Sendable {
    private struct Stage: Codable {
        var title: String
        var shards: Int
        var reused: Int
        var elapsed: Duration
    }

    private struct Worker: Codable {
        var host: String
        var labels: [String]
        var threads: Int
        var done: Int
    }

    private let samples: [SampleCounted]
    private let strandedness: Strandedness
    private let reference: ReferenceFound
    private let reads: [ReadsFound]
    private let stages: [Stage]
    private let workers: [Worker]

    init(_ results: CountResults) {
        samples = results.samples
        strandedness = results.strandedness
        reference = results.reference
        reads = results.reads
        stages = results.history.stages.map {
            Stage(title: $0.title, shards: $0.shards, reused: $0.reused, elapsed: $0.elapsed)
        }
        workers = results.history.workers.map {
            Worker(host: $0.host, labels: $0.labels, threads: $0.threads, done: $0.done)
        }
    }

    /// The results; nil unless they are of the plan's samples, with keys of steps: both become names of files.
    package func results(of plan: CountPlan) -> CountResults? {
        let isKey: (String) -> Bool = { key in
            key.utf8.count == 64 && key.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        }
        guard samples.map(\.quality.sample) == plan.samples.map(\.name), reads.count == plan.samples.count,
            samples.allSatisfy({ isKey($0.countKey) && $0.keys.values.allSatisfy(isKey) })
        else { return nil }
        return CountResults(
            samples: samples, strandedness: strandedness, reference: reference, reads: reads,
            history: RunHistory(
                stages: stages.map {
                    RunHistory.Stage(title: $0.title, shards: $0.shards, reused: $0.reused, elapsed: $0.elapsed)
                },
                workers: workers.map {
                    RunHistory.Worker(host: $0.host, labels: $0.labels, threads: $0.threads, done: $0.done)
                }))
    }
}

extension CountResults {
    /// Whether the files of the steps are still there that tables and logs are made of.
    package func areWhole(in store: StepStore) -> Bool {
        samples.allSatisfy { sample in sample.keys.values.allSatisfy { (try? store.files($0)) != nil } }
    }
}
