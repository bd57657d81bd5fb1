import Payloads

/// What was counted of a family over permutations.
package struct FamilyPass: Equatable, Sendable {
    struct Counts: AppendableCounts {
        /// By place in the descending order of what is observed, how many permutations have their largest between it and the
        /// one before: of statistics, and of NES of each sign.
        var genes: [UInt64]
        var positive: [UInt64]
        var negative: [UInt64]

        /// By comparison.
        var geneOverlaps: [OverlapCounts]
        var setOverlaps: [OverlapCounts]

        init(_ family: PermutationFamily) {
            func zeros(_ observed: ObservedGenes) -> [UInt64] { [UInt64](repeating: 0, count: observed.z.count + 1) }
            genes = zeros(family.genes)
            positive = zeros(family.positive)
            negative = zeros(family.negative)
            geneOverlaps = family.comparisons.map { _ in OverlapCounts() }
            setOverlaps = geneOverlaps
        }

        mutating func add(_ members: [PermutedMember], of family: PermutationFamily) {
            genes[family.genes.firstReached(by: members.map(\.largest).max() ?? 0)] += 1
            if let highest = members.compactMap(\.highest).max() {
                positive[family.positive.firstReached(by: highest)] += 1
            }
            if let lowest = members.compactMap(\.lowest).max() {
                negative[family.negative.firstReached(by: lowest)] += 1
            }
            for (place, comparison) in family.comparisons.enumerated() {
                geneOverlaps[place].add(
                    TopList.sharedCount(comparison.map { members[$0].genes }, ignoringDirection: false),
                    observed: family.observedGenes[place])
                setOverlaps[place].add(
                    TopList.sharedCount(
                        comparison.map { members[$0].sets },
                        ignoringDirection: comparison.contains { family.members[$0].model.inputs.isJoint }),
                    observed: family.observedSets[place])
            }
        }

        mutating func append(_ later: Counts) {
            for place in genes.indices { genes[place] += later.genes[place] }
            for place in positive.indices { positive[place] += later.positive[place] }
            for place in negative.indices { negative[place] += later.negative[place] }
            for place in geneOverlaps.indices { geneOverlaps[place].append(later.geneOverlaps[place]) }
            for place in setOverlaps.indices { setOverlaps[place].append(later.setOverlaps[place]) }
        }

        var shape: [Int] {
            [genes.count, positive.count, negative.count, geneOverlaps.count, setOverlaps.count]
        }

        func hasShape(of other: Counts) -> Bool { shape == other.shape }
    }

    private(set) var ranges = RangedCounts<Counts>()

    /// Of no permutation.
    package init() {}

    init(_ range: Range<Int>, _ counts: Counts) { ranges = RangedCounts(range, counts) }

    /// Adds other permutations, in any order of ranges.
    package mutating func merge(_ other: FamilyPass) throws(SummaryProblem) { try ranges.merge(other.ranges) }

    package var permutations: Int { ranges.whole?.range.count ?? 0 }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(ranges.segments.count)
        for (range, counts) in ranges.segments {
            writer.write(range)
            for places in [counts.genes, counts.positive, counts.negative] { writer.write(places) }
            for overlaps in [counts.geneOverlaps, counts.setOverlaps] {
                writer.write(overlaps.count)
                for overlap in overlaps { overlap.write(to: &writer) }
            }
        }
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws {
        var reader = PayloadReader(bytes)
        for _ in 0..<(try reader.readCount(ofSize: 56)) {
            let range = try reader.readRange()
            let counts = try Counts(from: &reader)
            try merge(FamilyPass(range, counts))
        }
        try reader.finish()
    }
}

extension FamilyPass.Counts {
    fileprivate init(from reader: inout PayloadReader) throws(PayloadError) {
        genes = try reader.readArray()
        positive = try reader.readArray()
        negative = try reader.readArray()
        geneOverlaps = []
        setOverlaps = []
        for _ in 0..<(try reader.readCount(ofSize: 16)) { geneOverlaps.append(try OverlapCounts(from: &reader)) }
        for _ in 0..<(try reader.readCount(ofSize: 16)) { setOverlaps.append(try OverlapCounts(from: &reader)) }
    }
}
