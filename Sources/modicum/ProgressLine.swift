import AnalysisPipeline
import ClusterRuntime
import Foundation
import Synchronization

/// Shows a run's progress on stderr: one line redrawn on a terminal, else one line a stage and a minute.
final class ProgressLine: RunObserver {
    private struct State {
        var stage = -1
        var lastPlainLine = ContinuousClock.now
        var hasOpenLine = false
        var text: ProgressText
        var started: (at: ContinuousClock.Instant, share: Double)?
    }

    private let isQuiet: Bool

    /// How many workers the run starts itself.
    private let starting: Int
    private let state: Mutex<State>

    convenience init(isQuiet: Bool, of inputs: StudyInputs, starting: Int = 0) {
        self.init(isQuiet: isQuiet, stages: inputs.expectedStages, starting: starting)
    }

    /// - Parameters:
    ///   - stages: Those that the run has, and about how long each takes beside the others.
    ///   - starting: How many workers the run starts itself; 0 where others start them.
    init(isQuiet: Bool, stages: [(title: String, weight: Double)], starting: Int = 0) {
        self.isQuiet = isQuiet
        self.starting = starting
        state = Mutex(State(text: ProgressText(stages: stages)))
    }

    func progressed(_ progress: RunProgress) {
        guard !isQuiet, progress.shards > 0 else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            let share = state.text.share(progress)
            let left = Self.left(share: share, at: now, since: &state.started)
            if Terminal.isInteractive {
                state.hasOpenLine = true
                let line = ProgressText.line(
                    progress, share: share, left: left, starting: starting, width: Terminal.width - 1,
                    usesBlocks: Terminal.usesUnicode)
                Terminal.post("\r\u{1B}[K" + line)
                return
            }
            if progress.stage != state.stage || now - state.lastPlainLine > .seconds(60) {
                state.stage = progress.stage
                state.lastPlainLine = now
                Terminal.post(ProgressText.plain(progress, share: share, left: left, starting: starting) + "\n")
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

    /// The time left at the pace so far, once a fiftieth was done here; what was resumed took no time.
    private static func left(
        share: Double, at now: ContinuousClock.Instant,
        since started: inout (at: ContinuousClock.Instant, share: Double)?
    ) -> Duration? {
        guard let first = started else {
            started = (now, share)
            return nil
        }
        let done = share - first.share
        return done > 0.02 ? (now - first.at) * ((1 - share) / done) : nil
    }
}
