/// What was counted in a range of permutations.
protocol AppendableCounts: Equatable, Sendable {
    /// Adds what was counted in the range behind.
    mutating func append(_ later: Self)

    /// Whether both are of one analysis.
    func hasShape(of other: Self) -> Bool
}

/// Counts of ranges of permutations, put together in any order.
///
/// Ranges that meet become one; those with a gap between them wait. What the whole gives does
/// not depend on how it was cut.
struct RangedCounts<Counts: AppendableCounts>: Equatable, Sendable {
    /// Ascending, none touching another.
    private(set) var segments: [(range: Range<Int>, counts: Counts)] = []

    init() {}

    init(_ range: Range<Int>, _ counts: Counts) { segments = [(range, counts)] }

    /// - Throws: `SummaryProblem` for counts of another analysis, and for permutations that are there already.
    mutating func insert(_ range: Range<Int>, _ counts: Counts) throws(SummaryProblem) {
        if let first = segments.first, !first.counts.hasShape(of: counts) { throw .otherAnalysis }
        if let other = segments.first(where: { $0.range.overlaps(range) }) {
            throw .overlapping(other.range, range)
        }
        let place = segments.firstIndex { $0.range.lowerBound >= range.upperBound } ?? segments.count
        segments.insert((range, counts), at: place)
        if place + 1 < segments.count { join(place) }
        if place > 0 { join(place - 1) }
    }

    /// Adds other permutations, in any order of ranges.
    mutating func merge(_ other: RangedCounts) throws(SummaryProblem) {
        for (range, counts) in other.segments { try insert(range, counts) }
    }

    private mutating func join(_ place: Int) {
        guard segments[place].range.upperBound == segments[place + 1].range.lowerBound else { return }
        let later = segments.remove(at: place + 1)
        segments[place].counts.append(later.counts)
        segments[place].range = segments[place].range.lowerBound..<later.range.upperBound
    }

    /// The counts of all of 0 ..< n, n as far as they go; nil where something before is missing.
    var whole: (range: Range<Int>, counts: Counts)? {
        guard segments.count == 1, segments[0].range.lowerBound == 0 else { return nil }
        return segments[0]
    }

    static func == (a: RangedCounts, b: RangedCounts) -> Bool {
        a.segments.count == b.segments.count
            && zip(a.segments, b.segments).allSatisfy { $0.range == $1.range && $0.counts == $1.counts }
    }
}
