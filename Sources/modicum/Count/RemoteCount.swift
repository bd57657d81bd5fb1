import ClusterRuntime
import CountPipeline
import Foundation
import JobEngine

/// One run of counting by the workers of a coordinator, who see all files under the same paths.
struct RemoteCount {
    let plan: CountPlan
    let title: String

    /// Where the run's name at the coordinator is noted.
    let workPath: String
    let out: String
    let connectionFile: String
    let again: Bool
    let isQuiet: Bool

    /// Has it counted, and fetches what came out.
    ///
    /// - Throws: `CommandFailure` for everything that is not success.
    func results(holding lock: RunDirectoryLock) throws -> CountResults {
        let heartbeat = try LockHeartbeat(of: lock)
        defer { heartbeat.stop() }
        defer { Transport.flush() }
        do {
            let client = try ClusterClient.ofCommand(connectionFile: connectionFile)
            var results = try results(from: client, again: again)
            if !results.areWhole(in: StepStore(folder: plan.context.store)) {
                // The run ended earlier, and its steps were removed since: they are made once more.
                try? FileManager.default.removeItem(atPath: RemoteSubmission.notePath(in: workPath))
                results = try self.results(from: client, again: true)
            }
            try lock.check()
            return results
        } catch let refusal as ConnectionRefusal {
            throw CommandFailure(status: .failed, message: refusal.description)
        }
    }

    private func results(from client: ClusterClient, again: Bool) throws -> CountResults {
        let submission = RemoteSubmission(
            request: ClusterRequest(title: title, inputs: [], request: try SubmittedCount(plan).encoded()),
            workPath: workPath, out: out, again: again, isQuiet: isQuiet)
        let remote = try submission.results(
            from: client, progress: ProgressLine(isQuiet: isQuiet, stages: CountProgram.expectedStages))
        guard let results = try remote.record(of: CountedRecord.self).results(of: plan) else {
            throw submission.refusal(of: remote.run)
        }
        return results
    }
}
