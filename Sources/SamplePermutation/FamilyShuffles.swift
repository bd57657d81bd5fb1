/// The shuffles of several exposures of the same samples, moved together, so that their correlation stays.
///
/// Draws move places and do not look at what stands on them: draw π of every exposure under one seed and one scheme is the
/// same. Where all distinct arrangements are enumerated, those are of the rows of all exposures together.
struct FamilyShuffles: Sendable {
    private let members: [SampleShuffles]
    private let together: Arrangements?

    /// - Returns: Nil where the exposures are not moved alike: under `flip` one and another not, or in other groups.
    init?(_ members: [SampleShuffles]) {
        guard let first = members.first,
            members.allSatisfy({
                ($0.scheme == .flip) == (first.scheme == .flip) && $0.groups == first.groups
                    && $0.samplesOfPlace == first.samplesOfPlace && $0.seed == first.seed
            })
        else { return nil }
        self.members = members
        together =
            first.scheme == .flip
            ? nil
            : Arrangements(
                groups: first.groups,
                kinds: SampleShuffles.kinds(
                    of: SampleShuffles.values(of: members.flatMap(\.parts), at: first.samplesOfPlace)))
    }

    /// How many distinct arrangements there are; nil beyond 2⁶².
    var distinctCount: Int? { together == nil ? members[0].distinctCount : together?.count }

    func areEnumerated(within permutations: Int) -> Bool { distinctCount.map { $0 <= permutations } ?? false }

    /// Shuffle π, drawn or of all distinct arrangements, of which number 0 is the observed one.
    func shuffle(_ permutation: Int, isEnumerated: Bool) -> SampleShuffles.Shuffle {
        guard isEnumerated else { return members[0].drawnShuffle(permutation) }
        guard let together else { return members[0].enumeratedShuffle(permutation) }
        return permutation == 0
            ? .none : .order(together.sources(of: permutation, placeCount: members[0].samplesOfPlace.count))
    }
}
