/// How many permutations a run is asked for.
package enum PermutationGoal: Equatable, Sendable {
    case exactly(Int)

    /// As many as it takes to settle every set, but no more than these.
    case untilSettled(atMost: Int)

    /// Of random gene sets where no number is asked for.
    ///
    /// All sizes share their draws, so that q has the noise of one null, not of thousands: of 1,000
    /// permutations it may call 28 sets of a list or 155, of a million 83 (`docs/benchmarks.md`).
    package static let randomSets = PermutationGoal.untilSettled(atMost: 1_000_000)

    /// Of permuted phenotypes, and of the GSEA desktop's draws, where no number is asked for.
    package static let perSet = PermutationGoal.exactly(1_000)

    /// Of permuted samples, where no number is asked for.
    package static let samples = PermutationGoal.exactly(10_000)

    /// How many there are before the first decision, if one is to be taken.
    package var first: Int {
        switch self {
        case .exactly(let permutations): permutations
        case .untilSettled(let limit): min(limit, SettlingRule.firstCheckpoint)
        }
    }

    /// Nil for an exact number.
    package var settling: SettlingRule? {
        switch self {
        case .exactly: nil
        case .untilSettled(let limit): SettlingRule(limit: limit)
        }
    }
}

/// How far permutations are added until every set is settled.
///
/// Decisions are taken at fixed numbers of permutations, 1,000 times the powers of
/// two and the limit, so that where a run ends does not depend on its workers, nor on
/// where it began if it began before.
package struct SettlingRule: Sendable, Equatable {
    package static let firstCheckpoint = 1_000

    /// The most permutations.
    package let limit: Int

    package init(limit: Int) {
        self.limit = limit
    }

    /// Whether a decision is taken at so many permutations.
    package func isCheckpoint(_ permutations: Int) -> Bool {
        permutations >= limit || checkpoint(after: permutations - 1) == permutations
    }

    /// The first checkpoint after so many permutations, or nil at the limit.
    package func checkpoint(after permutations: Int) -> Int? {
        guard permutations < limit else { return nil }
        var checkpoint = SettlingRule.firstCheckpoint
        while checkpoint <= permutations { checkpoint *= 2 }
        return min(checkpoint, limit)
    }
}
