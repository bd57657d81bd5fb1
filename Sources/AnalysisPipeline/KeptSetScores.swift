import ContentDigest
import Synchronization

/// Scores of the first pass over permuted samples or phenotypes that this process still has when the second pass asks for them.
///
/// The second pass gets the same numbers whether they were kept or are computed again, so what is kept decides how long
/// it takes and nothing else. Memory is bounded: what does not fit is not kept, and where room is short another problem's
/// scores go, the oldest first.
package final class KeptSetScores: Sendable {
    /// The one of this process: its threads work on shards of the same problems.
    package static let ofProcess = KeptSetScores(largestCount: 64 << 20)

    private struct Entry {
        let problem: SHA256Digest
        let range: Range<Int>
        let scores: [Float]
    }

    private struct State {
        /// The oldest first.
        var entries: [Entry] = []
        var count = 0
    }

    /// How many scores are kept at most, of four bytes each.
    private let largestCount: Int
    private let state = Mutex(State())

    package init(largestCount: Int) { self.largestCount = largestCount }

    /// Whether so many scores can be kept at all.
    func canKeep(_ count: Int) -> Bool { count > 0 && count <= largestCount }

    /// - Parameter range: The permutations that the scores are of.
    package func keep(_ scores: [Float], of problem: SHA256Digest, _ range: Range<Int>) {
        state.withLock { state in
            while state.count + scores.count > largestCount,
                let place = state.entries.firstIndex(where: { $0.problem != problem })
            {
                state.count -= state.entries.remove(at: place).scores.count
            }
            guard state.count + scores.count <= largestCount,
                !state.entries.contains(where: { $0.problem == problem && $0.range == range })
            else { return }
            state.entries.append(Entry(problem: problem, range: range, scores: scores))
            state.count += scores.count
        }
    }

    /// Nil where they were not kept, or not for long enough.
    package func scores(of problem: SHA256Digest, _ range: Range<Int>) -> [Float]? {
        state.withLock { $0.entries.first { $0.problem == problem && $0.range == range }?.scores }
    }
}
