import Payloads

/// Pass 1 over the permutations: same-sign counts, exact sums and exceedances of every set, and what genes need.
package struct PassOne: Equatable, Sendable {
    struct Counts: AppendableCounts {
        /// By set statistic, then by set.
        var sets: [[SetCounts]]
        var genes: GeneCounts

        init(statisticCount: Int, setCount: Int, geneCount: Int) {
            sets = [[SetCounts]](
                repeating: [SetCounts](repeating: SetCounts(), count: setCount), count: statisticCount)
            genes = GeneCounts(geneCount: geneCount)
        }

        mutating func append(_ later: Counts) {
            for statistic in sets.indices {
                for set in sets[statistic].indices { sets[statistic][set].append(later.sets[statistic][set]) }
            }
            genes.append(later.genes)
        }

        func hasShape(of other: Counts) -> Bool {
            sets.map(\.count) == other.sets.map(\.count) && genes.geneCount == other.genes.geneCount
        }
    }

    private(set) var ranges = RangedCounts<Counts>()

    /// Of no permutation.
    package init() {}

    init(_ range: Range<Int>, _ counts: Counts) { ranges = RangedCounts(range, counts) }

    /// Adds other permutations, in any order of ranges.
    package mutating func merge(_ other: PassOne) throws(SummaryProblem) {
        try ranges.merge(other.ranges)
    }

    /// How many permutations from 0 on have been counted; 0 where one before is missing.
    package var permutations: Int { ranges.whole?.range.count ?? 0 }

    /// Whether these are the counts of one range, of an analysis of a shape.
    package func isOf(_ range: Range<Int>, _ shape: SummaryShape) -> Bool {
        guard ranges.segments.count == 1, ranges.segments[0].range == range else { return false }
        let counts = ranges.segments[0].counts
        return counts.sets.count == shape.statisticCount
            && counts.sets.allSatisfy { $0.count == shape.setCount && $0.allSatisfy { $0.areOf(range.count) } }
            && counts.genes.geneCount == shape.geneCount && counts.genes.draws == range.count
    }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(ranges.segments.count)
        for (range, counts) in ranges.segments {
            writer.write(range)
            writer.write(counts.sets.count)
            for sets in counts.sets {
                writer.write(sets.count)
                for set in sets { set.write(to: &writer) }
            }
            counts.genes.write(to: &writer)
        }
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws {
        var reader = PayloadReader(bytes)
        for _ in 0..<(try reader.readCount(ofSize: 24)) {
            let range = try reader.readRange()
            var counts = Counts(statisticCount: 0, setCount: 0, geneCount: 0)
            for _ in 0..<(try reader.readCount(ofSize: 8)) {
                var sets: [SetCounts] = []
                for _ in 0..<(try reader.readCount(ofSize: 64)) { sets.append(try SetCounts(from: &reader)) }
                counts.sets.append(sets)
            }
            counts.genes = try GeneCounts(from: &reader)
            try merge(PassOne(range, counts))
        }
        try reader.finish()
    }
}
