import JobEngine

/// How a command ends: the exit codes of every subcommand.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    case usage = 2
    case badInput = 3

    /// Under `--strict`: finished, with warnings that the user must read.
    case finishedWithWarnings = 4

    /// Interrupted; the same command resumes.
    case interrupted = 5
}

/// Ends a command with a status, and a message for stderr unless it was printed already.
struct CommandFailure: Error {
    let status: ExitStatus
    let message: String?
}

extension CommandFailure {
    /// What a run without results means to the command that waited for it.
    init(of outcome: RunOutcome) {
        switch outcome {
        case .refused(let reason):
            self.init(status: .badInput, message: reason)
        case .failed(let reason, let shards, _):
            self.init(status: .failed, message: reason + shards.map { "\n  \($0)" }.joined())
        case .cancelled, .finished:
            self.init(status: .failed, message: "the run was cancelled")
        }
    }
}
