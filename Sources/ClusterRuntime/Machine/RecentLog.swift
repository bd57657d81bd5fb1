import JobEngine
import Synchronization

/// The last lines of a process's log.
package final class RecentLog: Sendable {
    /// How many lines are kept: a day of a busy cluster, some hundred kilobytes.
    static let capacity = 4_096

    /// How many lines one answer has at most.
    static let linesPerAnswer = 1_000

    private let lines = Mutex<[LogLine]>([])

    package init() {}

    func append(_ text: String) {
        lines.withLock { lines in
            // A peer's own words may be in it: however long they are, an answer stays far below a message's limit.
            lines.append(LogLine(number: (lines.last?.number ?? 0) + 1, text: text.cut(to: 2_000)))
            // In one piece now and then, because each removal moves everything.
            if lines.count >= 2 * Self.capacity { lines.removeFirst(lines.count - Self.capacity) }
        }
    }

    /// The oldest lines that are newer than the given one.
    func lines(after number: UInt64) -> [LogLine] {
        lines.withLock { lines in
            let kept = lines.suffix(Self.capacity)
            guard let first = kept.first else { return [] }
            let known = number < first.number ? 0 : Int(min(number - first.number, UInt64(kept.count))) + 1
            return Array(kept.dropFirst(known).prefix(Self.linesPerAnswer))
        }
    }
}
