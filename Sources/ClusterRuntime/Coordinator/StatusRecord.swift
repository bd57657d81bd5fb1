import FoundationEssentials
import JobEngine

/// A coordinator's state as JSON.
package struct StatusRecord: Encodable {
    struct Run: Encodable {
        struct Stage: Encodable {
            var title: String
            var shards: Int
            var reused: Int
            var seconds: Double
        }

        var run: String
        var title: String
        var phase: String

        /// Counted from 1, as in words.
        var stage: Int
        var stageTitle: String
        var shards: Int
        var done: Int
        var reused: Int
        var leased: Int
        var failed: Int
        var shardsPerSecond: Double
        var secondsLeft: Double?
        var stages: [Stage]
        var failures: [String]
    }

    struct Worker: Encodable {
        var incarnation: String
        var host: String
        var labels: [String]
        var phase: String
        var threads: Int
        var leases: Int
        var done: Int
        var memoryBytes: UInt64
        var secondsSilent: Double
    }

    struct LivePage: Encodable {
        var host: String
        var url: String
        var tunnel: String
    }

    var build: String
    var epoch: UInt64
    var secondsUp: Double
    var runs: [Run]
    var workers: [Worker]

    /// Workers that are not listed, where there are too many for a page.
    var workersNotListed: Int
    var badFrames: Int

    /// The first of `blockers`.
    var blocker: String?

    /// What keeps the run in hand from going on or from going faster, the worst first.
    var blockers: [String]
    var livePage: LivePage?

    /// - Parameter limit: How many workers are listed; those that are in trouble come first then.
    package init(_ status: StatusSnapshot, listing limit: Int = .max) {
        build = status.build
        epoch = status.epoch
        secondsUp = status.uptime / .seconds(1)
        runs = status.runs.map { run in
            Run(
                run: "\(run.run)", title: run.title, phase: "\(run.phase)", stage: run.stage + 1,
                stageTitle: run.stageTitle, shards: run.shards, done: run.done, reused: run.reused, leased: run.leased,
                failed: run.failed, shardsPerSecond: run.rate, secondsLeft: run.remaining.map { $0 / .seconds(1) },
                stages: run.stages.map {
                    Run.Stage(
                        title: $0.title, shards: $0.shards, reused: $0.reused, seconds: $0.elapsed / .seconds(1))
                }, failures: run.failures)
        }
        let listed = status.workers.count > limit ? LiveView.firstToLookAt(status.workers, limit) : status.workers
        workers = listed.map { worker in
            Worker(
                incarnation: "\(worker.incarnation)", host: worker.host, labels: worker.labels,
                phase: "\(worker.phase)", threads: worker.threads, leases: worker.leases, done: worker.done,
                memoryBytes: worker.memory, secondsSilent: worker.silence / .seconds(1))
        }
        workersNotListed = status.workers.count - listed.count
        badFrames = status.badFrames
        blocker = status.blocker
        blockers = status.blockers
        livePage = status.livePage.map { LivePage(host: $0.host, url: $0.url, tunnel: $0.tunnel) }
    }

    /// In one line.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
