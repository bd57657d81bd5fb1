import Foundation
import JobEngine

/// How a whole run goes on, in one line: a bar over all its stages, and what the stage in hand does.
package struct ProgressText: Sendable {
    /// The share of the run before each stage, by the stage's title; nil for titles that were not foreseen.
    private let shareBefore: [String: Double]
    private let shareOf: [String: Double]
    private var reached = 0.0

    /// - Parameter stages: The stages that the run will have, and how long each takes beside the others.
    package init(stages: [(title: String, weight: Double)]) {
        let total = max(stages.reduce(0) { $0 + $1.weight }, .leastNonzeroMagnitude)
        var before = 0.0
        var places: [String: Double] = [:]
        for stage in stages {
            places[stage.title] = before / total
            before += stage.weight
        }
        shareBefore = places
        shareOf = Dictionary(stages.map { ($0.title, $0.weight / total) }) { first, _ in first }
    }

    /// Returns the share of the run that is done, which never falls.
    package mutating func share(_ progress: RunProgress) -> Double {
        if let before = shareBefore[progress.title], let own = shareOf[progress.title], progress.shards > 0 {
            reached = max(reached, before + own * Double(progress.done) / Double(progress.shards))
        }
        return min(reached, 1)
    }

    /// The line for a terminal, never wider than it: what matters least is left out first.
    ///
    /// - Parameters:
    ///   - left: The time that the whole run still needs, if it can be told.
    ///   - starting: How many workers the run starts itself, and need a moment to connect; 0 where others start them.
    package static func line(
        _ progress: RunProgress, share: Double, left: Duration?, starting: Int = 0, width: Int, usesBlocks: Bool
    ) -> String {
        let cells = max(8, min(24, width / 5))
        let full = min(cells, Int((share * Double(cells)).rounded(.down)))
        let (done, open) = usesBlocks ? ("█", "░") : ("#", ".")
        var line = "[" + String(repeating: done, count: full) + String(repeating: open, count: cells - full) + "]"
        let percent = String(Int((share * 100).rounded(.down)))
        line += String(repeating: " ", count: max(1, 4 - percent.count)) + percent + " %"
        let parts: [(text: String?, rank: Int)] = [
            ("\(progress.title) \(progress.done)/\(progress.shards)", 0),
            (progress.rate > 0 ? rate(progress.rate) : nil, 3), (workers(progress, starting: starting), 4),
            (left.map { words($0) + " left" }, 1), (blocker(progress, starting: starting), 2),
        ]
        let separator = usesBlocks ? " · " : ", "
        var kept = parts.filter { $0.text != nil }
        func joined() -> String { kept.compactMap(\.text).joined(separator: separator) }
        while kept.count > 1, line.count + 2 + joined().count > width, let last = kept.max(by: { $0.rank < $1.rank }) {
            kept.removeAll { $0.rank == last.rank }
        }
        return String((line + "  " + joined()).prefix(max(width, 1)))
    }

    /// The line for a file or a log.
    package static func plain(
        _ progress: RunProgress, share: Double, left: Duration?, starting: Int = 0
    ) -> String {
        var parts = ["\(progress.title): \(progress.done)/\(progress.shards) shards, \(Int(share * 100)) % of the run"]
        if progress.reused > 0 { parts.append("\(progress.reused) reused") }
        if progress.rate > 0 { parts.append(rate(progress.rate)) }
        if let left { parts.append(words(left) + " left") }
        parts.append(workers(progress, starting: starting))
        if let blocker = blocker(progress, starting: starting) { parts.append(blocker) }
        return parts.joined(separator: ", ")
    }

    private static func rate(_ rate: Double) -> String {
        rate >= 10 ? "\(Int(rate.rounded())) shards/s" : String(format: "%.1f shards/s", rate)
    }

    private static func workers(_ progress: RunProgress, starting: Int) -> String {
        if isStarting(progress, starting) { return "starting \(counted(starting, "worker"))" }
        return "\(counted(progress.workers, "worker")), \(counted(progress.threads, "thread"))"
    }

    /// What keeps the run from going on, but for workers that it is starting.
    private static func blocker(_ progress: RunProgress, starting: Int) -> String? {
        isStarting(progress, starting) ? nil : progress.blocker
    }

    private static func isStarting(_ progress: RunProgress, _ starting: Int) -> Bool {
        starting > 0 && progress.blocker == Blocker.noWorkerYet.description
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// A duration as people say it: `8 s`, `3 min`, `2 h 10 min`.
    package static func words(_ duration: Duration) -> String {
        let seconds = Int(duration.components.seconds)
        if seconds < 90 { return "\(max(seconds, 1)) s" }
        let minutes = (seconds + 30) / 60
        return minutes < 90 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}
