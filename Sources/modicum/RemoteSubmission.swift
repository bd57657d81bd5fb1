import AnalysisPipeline
import ClusterRuntime
import ContentDigest
import ExpressionFormats
import Foundation
import JobEngine

/// A request on its way to a coordinator and back: the run is submitted once, waited for, and its files are named.
///
/// The coordinator keeps the run whatever becomes of this command. The run's name is noted beside the results to come, so
/// that the same command waits for the same run.
struct RemoteSubmission {
    let request: ClusterRequest

    /// Where the run's name is noted.
    let workPath: String
    let out: String
    let again: Bool
    let isQuiet: Bool

    /// Submits what the coordinator does not have yet, and waits for the run's end.
    ///
    /// - Throws: `ConnectionRefusal`, `CommandFailure` for a run that did not finish.
    func results(from client: ClusterClient, progress: ProgressLine) throws -> RemoteResults {
        let run = try submitted(to: client)
        let out = out
        try TerminationSignals.watch { _, _ in
            progress.finish()
            Terminal.error("interrupted. The coordinator goes on; the same command fetches the results into \(out).")
            exit(ExitStatus.interrupted.rawValue)
        }
        // An ended run is remembered by its files for longer than by its coordinator.
        if try client.state(of: run) == .finished { return try RemoteResults(of: run, from: client) }
        let outcome: RunOutcome
        do {
            outcome = try client.wait(for: run, observer: progress)
        } catch let refusal as ConnectionRefusal {
            progress.finish()
            guard refusal.reason == nil else { throw refusal }
            throw CommandFailure(
                status: .failed,
                message: "\(refusal.description); the same command again waits for the run, wherever it goes on")
        }
        progress.finish()
        switch outcome {
        case .finished(let disagreements):
            for disagreement in disagreements { Terminal.warning("\(disagreement)") }
            return try RemoteResults(of: run, from: client)
        case .failed, .refused, .cancelled:
            throw CommandFailure(of: outcome)
        }
    }

    /// For a run whose record is not of what was asked.
    func refusal(of run: RunID) -> CommandFailure {
        CommandFailure(
            status: .failed,
            message: "run \(run) at the coordinator is not of these inputs and settings; --again has them computed anew"
        )
    }

    /// Where a folder's run at the coordinator is noted.
    static func notePath(in workPath: String) -> String { workPath + "/submitted" }

    /// The run that an earlier, interrupted command waited for, the same that is there from another one, or a new one.
    private func submitted(to client: ClusterClient) throws -> RunID {
        let content = request.content(numericContract: UInt32(numericContract))
        let note = Self.notePath(in: workPath)
        let words = (try? String(contentsOfFile: note, encoding: .utf8))?.split(whereSeparator: \.isWhitespace) ?? []
        if words.count == 2, words[1] == content.description, let run = RunID(hexadecimal: String(words[0])),
            [.underWay, .finished].contains(try client.state(of: run))
        {
            return run
        }
        let submitted = try client.submit(request, again: again)
        if submitted.found != .unknown, !isQuiet {
            Terminal.note(
                "The coordinator has this run already, \(submitted.found == .finished ? "finished" : "under way"): "
                    + "\(submitted.run). With --again it is computed once more.")
        }
        try AtomicFile.write(Array("\(submitted.run) \(content)\n".utf8), to: note)
        return submitted.run
    }
}
