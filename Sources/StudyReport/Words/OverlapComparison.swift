import StoredRuns

/// What the lists of two or three exposures share, under the nulls that were computed of it.
package struct OverlapComparison: Equatable, Sendable {
    package let isOfSets: Bool
    package let adjustment: String
    package let exposures: [String]

    /// Under the null in which the rows of all exposures are shuffled together.
    package let joint: StoredOverlap

    /// With one of two exposures kept, in turn; empty for three exposures, and where there is no such null.
    package let conditional: [StoredOverlap]

    /// The comparisons of a run, genes before sets, in the order of the table otherwise.
    package static func all(of overlaps: [StoredOverlap]) -> [OverlapComparison] {
        [false, true].flatMap { isOfSets in
            overlaps.filter { $0.isOfSets == isOfSets && $0.kept == nil }.map { joint in
                OverlapComparison(
                    isOfSets: isOfSets, adjustment: joint.adjustment, exposures: joint.exposures, joint: joint,
                    conditional: overlaps.filter {
                        $0.isOfSets == isOfSets && $0.kept != nil && $0.adjustment == joint.adjustment
                            && $0.exposures == joint.exposures
                    })
            }
        }
    }

    /// A p-value of at most this is called more than chance.
    private static let level = 0.05

    /// Whether more is shared than by chance, and why, in a sentence.
    package var words: String {
        let noun = isOfSets ? "gene set" : "gene"
        guard joint.lengths.allSatisfy({ $0 > 0 }) else {
            return "Nothing can be shared: a list is empty."
        }
        let shared = "\(NumberWords.counted(joint.observed, noun)) shared, \(Self.number(joint.expected)) expected"
        if joint.pValue > Self.level {
            return "No more than chance: \(shared) where no exposure has to do with the counts."
        }
        let found = "More than chance: \(shared) where no exposure has to do with the counts"
        guard !conditional.isEmpty else {
            return exposures.count > 2
                ? found + "; whether the exposures' correlation explains it is asked of pairs alone."
                : found + "; whether the exposures' correlation explains it could not be asked."
        }
        let beyond = conditional.filter { $0.pValue <= Self.level }
        if beyond.count == conditional.count {
            return found + "; and more than the exposures' correlation explains."
        }
        if beyond.isEmpty { return found + "; but the exposures' correlation is enough to explain it." }
        let kept = beyond.compactMap(\.kept).joined(separator: " and ")
        return found
            + "; more than the exposures' correlation explains with \(kept) kept, and not the other way round, which leaves it open."
    }

    private static func number(_ value: Double) -> String { NumberWords.decimals(value, value < 10 ? 1 : 0) }
}
