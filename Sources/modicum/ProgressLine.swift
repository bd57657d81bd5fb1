import ClusterRuntime
import Foundation
import Synchronization

/// Shows a run's progress on stderr: one line redrawn on a terminal, else one line a stage and a minute.
final class ProgressLine: RunObserver {
    private struct State {
        var stage = -1
        var lastPlainLine = ContinuousClock.now
        var hasOpenLine = false
    }

    private let isQuiet: Bool
    private let state = Mutex(State())

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
    }

    func progressed(_ progress: RunProgress) {
        guard !isQuiet, progress.shards > 0 else { return }
        state.withLock { state in
            if Terminal.isInteractive {
                state.hasOpenLine = true
                Terminal.post("\r\u{1B}[K" + text(progress))
                return
            }
            let now = ContinuousClock.now
            if progress.stage != state.stage || now - state.lastPlainLine > .seconds(60) {
                state.stage = progress.stage
                state.lastPlainLine = now
                Terminal.post(text(progress) + "\n")
            }
        }
    }

    /// Ends the line that is being redrawn, if any.
    func finish() {
        state.withLock { state in
            if state.hasOpenLine { Terminal.write("\r\u{1B}[K") }
            state.hasOpenLine = false
        }
    }

    private func text(_ progress: RunProgress) -> String {
        var parts = ["\(progress.title): \(progress.done)/\(progress.shards) shards"]
        if progress.reused > 0 { parts.append("\(progress.reused) reused") }
        if progress.rate > 0 { parts.append(String(format: "%.1f/s", progress.rate)) }
        if let remaining = progress.remaining { parts.append(String(format: "%.0f s left", remaining.seconds)) }
        parts.append("\(progress.workers) workers, \(progress.threads) threads")
        if let blocker = progress.blocker { parts.append(blocker) }
        return parts.joined(separator: ", ")
    }
}
