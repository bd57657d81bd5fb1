import GeneSetEnrichment
import SamplePermutation

/// The null scores of all sets of one list, gathered to be stored with its results: of every set statistic one matrix.
///
/// They stay in the bytes in which shards brought them, or an earlier run left them.
struct StoredNullScores: Sendable {
    private let statistics: [SetStatistic]
    private let setCount: Int

    /// By set statistic.
    private var scores: [NullScores]

    /// How many permutations an earlier run left: no worker has seen their scores.
    private(set) var earlierPermutations = 0

    /// Of no permutation.
    ///
    /// - Precondition: There is a set.
    init(_ statistics: [SetStatistic], setCount: Int) {
        precondition(setCount > 0)
        self.statistics = statistics
        self.setCount = setCount
        scores = statistics.map { _ in NullScores(setCount: setCount) }
    }

    /// Goes on from those of an earlier run.
    ///
    /// - Returns: Whether these are the scores of so many permutations of the same sets and statistics; if not, nothing
    ///   is taken.
    mutating func take(_ earlier: [SetStatistic: NullScores], permutations: Int) -> Bool {
        let own = statistics.compactMap { earlier[$0] }
        guard own.count == statistics.count,
            own.allSatisfy({ $0.setCount == setCount && $0.permutations == permutations })
        else { return false }
        (scores, earlierPermutations) = (own, permutations)
        return true
    }

    /// Adds the scores of a range of permutations that follows.
    ///
    /// - Parameter part: Set after set of one statistic after the other, each in the order of the permutations.
    mutating func append(_ part: ScoreBytes) {
        let count = part.count / statistics.count
        for index in statistics.indices {
            scores[index] = scores[index].appending([ScoreBytes(index * count..<(index + 1) * count, of: part)])
        }
    }

    var byStatistic: [SetStatistic: NullScores] {
        Dictionary(zip(statistics, scores)) { first, _ in first }
    }

    /// Pass 2 over the permutations that an earlier run left, from their scores.
    func secondPass(of model: SamplePermutationModel, _ normalization: ScoreNormalization) throws -> PassTwo {
        var pass = PassTwo()
        for first in stride(from: 0, to: earlierPermutations, by: Self.permutationsAtATime) {
            let range = first..<min(first + Self.permutationsAtATime, earlierPermutations)
            let parts = scores.map { $0.scores(ofPermutations: range) }
            let whole = range.indices.flatMap { permutation in
                parts.flatMap { part in
                    let place = (permutation - range.lowerBound) * setCount
                    return part[place..<place + setCount]
                }
            }
            try pass.merge(
                whole.withUnsafeBufferPointer { model.countNormalizedScores(range, normalization, kept: $0) })
        }
        return pass
    }

    private static let permutationsAtATime = 256
}
