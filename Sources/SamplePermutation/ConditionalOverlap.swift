import Payloads
import StatisticalKernels

/// Whether two lists share more than the correlation of their exposures explains.
///
/// One exposure, A, and its lists are kept as they were observed. Of the other, B, the residuals on A and the covariates are
/// shuffled and its fitted values added back, so that under every shuffle B goes with A as much as it does; B's statistics
/// keep their reduced model of the covariates alone, and its lists their lengths.
package struct ConditionalOverlap: Sendable {
    /// What is kept of A.
    package struct Kept: Equatable, Sendable {
        /// The columns of the exposure.
        package let columns: [[Double]]

        /// Its lists, as `TopList` has them.
        package let genes: [Int32]
        package let sets: [Int32]

        /// Whether its sets have no direction.
        package let isJoint: Bool
    }

    let shuffled: PermutationFamily.Member
    package let kept: Kept

    /// Whether all distinct arrangements are gone through.
    package let isEnumerated: Bool
    package let observedGenes: Int
    package let observedSets: Int

    /// How many permutations are enough for an overlap.
    package static let draws = 1000

    /// - Parameter permutations: How many are asked for.
    /// - Returns: Nil where nothing of B is left beside A and the covariates, and for sign flips, which shuffle nothing.
    package init?(of shuffled: PermutationFamily.Member, keeping other: PermutationFamily.Member, permutations: Int) {
        let kept = other.model.observedZ.withUnsafeBufferPointer { z in
            Kept(
                columns: other.model.inputs.columns,
                genes: TopList(genes: z.baseAddress!, rows: other.model.genes, length: other.geneLength).entries,
                sets: TopList(
                    normalizedScores: other.observedNormalizedScores, ids: other.setIDs, length: other.setLength
                ).entries, isJoint: other.model.inputs.isJoint)
        }
        self.init(of: shuffled, kept, permutations: permutations)
    }

    package init?(of member: PermutationFamily.Member, _ kept: Kept, permutations: Int) {
        guard let model = member.model.keeping(kept.columns) else { return nil }
        let shuffled = PermutationFamily.Member(
            model, normalization: member.normalization, geneLength: member.geneLength, setLength: member.setLength,
            setIDs: member.setIDs)
        self.shuffled = shuffled
        self.kept = kept
        isEnumerated = model.shuffles.areEnumerated(within: permutations)
        let genes = model.observedZ.withUnsafeBufferPointer {
            TopList(genes: $0.baseAddress!, rows: model.genes, length: member.geneLength)
        }
        let sets = TopList(
            normalizedScores: member.observedNormalizedScores, ids: member.setIDs, length: member.setLength)
        observedGenes = Self.shared(genes, kept.genes, ignoringDirection: false)
        observedSets = Self.shared(sets, kept.sets, ignoringDirection: kept.isJoint || model.inputs.isJoint)
    }

    /// How many permutations there are: all arrangements where they are enumerated.
    package func permutationCount(asked: Int) -> Int {
        isEnumerated ? shuffled.model.shuffles.distinctCount ?? asked : asked
    }

    package var permutationCost: Double { shuffled.model.permutationCost }

    private static func shared(_ list: TopList, _ kept: [Int32], ignoringDirection: Bool) -> Int {
        TopList.sharedCount([list, TopList(entries: kept)], ignoringDirection: ignoringDirection)
    }

    /// Counts over a range of permutations.
    ///
    /// - Parameter betweenBlocks: Called every few permutations; throws to stop.
    package func count(_ permutations: Range<Int>, betweenBlocks: () throws -> Void) rethrows -> OverlapPass {
        var counts = OverlapPass.Counts()
        let model = shuffled.model
        let size = model.blockSize
        let memory = LaneMemory(count: model.blockMemory(min(size, permutations.count)))
        let scorer = SetScoresOfPermutation(model)
        for first in stride(from: permutations.lowerBound, to: permutations.upperBound, by: size) {
            let block = first..<min(first + size, permutations.upperBound)
            let vectors = block.map { permutation in
                model.shuffles.columns(
                    under: isEnumerated
                        ? model.shuffles.enumeratedShuffle(permutation) : model.shuffles.drawnShuffle(permutation))
            }
            model.score(vectors, into: memory.doubles)
            for place in 0..<block.count {
                let z = UnsafePointer(memory.doubles + place * model.rowLength)
                let lists = PermutedMember(shuffled, z, scores: scorer.score(z))
                counts.genes.add(
                    Self.shared(lists.genes, kept.genes, ignoringDirection: false), observed: observedGenes)
                counts.sets.add(
                    Self.shared(lists.sets, kept.sets, ignoringDirection: kept.isJoint || model.inputs.isJoint),
                    observed: observedSets)
            }
            try betweenBlocks()
        }
        withExtendedLifetime((memory, scorer)) {}
        return OverlapPass(permutations, counts)
    }

    /// Counts that nobody stops.
    package func count(_ permutations: Range<Int>) -> OverlapPass { count(permutations) {} }

    /// What the permutations say of the genes' overlap and of the sets'.
    ///
    /// - Parameters:
    ///   - keptLengths: Of A's lists.
    ///   - keptFirst: Whether A's lengths stand before B's.
    /// - Throws: `SummaryProblem` where permutations before the last are missing.
    package func results(
        _ pass: OverlapPass, keptLengths: (genes: Int, sets: Int), keptFirst: Bool
    ) throws(SummaryProblem) -> (genes: OverlapResult, sets: OverlapResult) {
        guard let (range, counts) = pass.ranges.whole else { throw .incomplete(expected: 0..<1) }
        func ordered(_ kept: Int, _ shuffled: Int) -> [Int] { keptFirst ? [kept, shuffled] : [shuffled, kept] }
        return (
            counts.genes.result(
                lengths: ordered(keptLengths.genes, shuffled.geneLength), observed: observedGenes,
                permutations: range.count,
                isEnumerated: isEnumerated),
            counts.sets.result(
                lengths: ordered(keptLengths.sets, shuffled.setLength), observed: observedSets,
                permutations: range.count,
                isEnumerated: isEnumerated)
        )
    }
}

/// What was counted of one overlap over permutations.
package struct OverlapPass: Equatable, Sendable {
    struct Counts: AppendableCounts {
        var genes = OverlapCounts()
        var sets = OverlapCounts()

        mutating func append(_ later: Counts) {
            genes.append(later.genes)
            sets.append(later.sets)
        }

        func hasShape(of other: Counts) -> Bool { true }
    }

    private(set) var ranges = RangedCounts<Counts>()

    /// Of no permutation.
    package init() {}

    init(_ range: Range<Int>, _ counts: Counts) { ranges = RangedCounts(range, counts) }

    /// Adds other permutations, in any order of ranges.
    package mutating func merge(_ other: OverlapPass) throws(SummaryProblem) { try ranges.merge(other.ranges) }

    package var permutations: Int { ranges.whole?.range.count ?? 0 }

    /// Whether these are the counts of one range.
    package func isOf(_ range: Range<Int>) -> Bool {
        guard ranges.segments.count == 1, ranges.segments[0].range == range else { return false }
        let counts = ranges.segments[0].counts
        return counts.genes.areOf(range.count) && counts.sets.areOf(range.count)
    }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(ranges.segments.count)
        for (range, counts) in ranges.segments {
            writer.write(range)
            counts.genes.write(to: &writer)
            counts.sets.write(to: &writer)
        }
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws {
        var reader = PayloadReader(bytes)
        for _ in 0..<(try reader.readCount(ofSize: 48)) {
            let range = try reader.readRange()
            var counts = Counts()
            counts.genes = try OverlapCounts(from: &reader)
            counts.sets = try OverlapCounts(from: &reader)
            try merge(OverlapPass(range, counts))
        }
        try reader.finish()
    }
}

extension ConditionalOverlap.Kept {
    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(columns.count)
        for column in columns { writer.write(column) }
        writer.write(genes)
        writer.write(sets)
        writer.write(isJoint)
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(PayloadError) {
        var reader = PayloadReader(bytes)
        var columns: [[Double]] = []
        for _ in 0..<(try reader.readCount(ofSize: 8)) { columns.append(try reader.readDoubles()) }
        self.columns = columns
        genes = try reader.readArray()
        sets = try reader.readArray()
        isJoint = try reader.readBool()
        try reader.finish()
    }
}
