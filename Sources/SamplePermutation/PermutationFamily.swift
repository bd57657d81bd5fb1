/// Several exposures and adjustment sets under shuffles that they share.
///
/// Shuffle π moves the rows of all exposures together. So the largest statistic of a permutation may be taken over all
/// analyses, which gives the family-wise error of the whole family whatever the correlation of exposures, genes and sets
/// (Westfall & Young, 1993); and lists of fixed lengths may be compared under the null that none of the exposures has to do
/// with the counts. Everything that is kept is a count, so that shards add up in any order.
package struct PermutationFamily: Sendable {
    /// One analysis.
    package struct Member: Sendable {
        let model: SamplePermutationModel

        /// By which set scores become NES; nil where there are no sets.
        package let normalization: ScoreNormalization?

        /// How long its lists of genes and of sets are.
        package let geneLength: Int
        package let setLength: Int

        /// By set, its number among the sets of all analyses.
        let setIDs: [Int32]

        package init(
            _ model: SamplePermutationModel, normalization: ScoreNormalization?, geneLength: Int, setLength: Int,
            setIDs: [Int32]
        ) {
            self.model = model
            self.normalization = normalization
            self.geneLength = geneLength
            self.setLength = setLength
            self.setIDs = setIDs
        }

        /// The observed statistics of the fitted genes, and the observed NES.
        package var statistics: [Double] { model.observedZ }
        package var scores: [Double] { observedNormalizedScores }
    }

    package let members: [Member]

    /// The members whose lists are compared, two or three each.
    package let comparisons: [[Int]]
    let shuffles: FamilyShuffles

    /// Whether all distinct arrangements are gone through.
    package let isEnumerated: Bool

    /// The observed statistics of all members one after another, on one scale; and the observed NES of each sign.
    let genes: ObservedGenes
    let positive: ObservedGenes
    let negative: ObservedGenes

    /// By comparison, the observed overlaps.
    let observedGenes: [Int]
    let observedSets: [Int]

    /// - Returns: Nil where the members are not moved alike.
    package init?(_ members: [Member], comparisons: [[Int]], permutations: Int) {
        guard let shuffles = FamilyShuffles(members.map(\.model.shuffles)) else { return nil }
        self.init(
            members, comparisons: comparisons, shuffles, isEnumerated: shuffles.areEnumerated(within: permutations))
    }

    init(_ members: [Member], comparisons: [[Int]], _ shuffles: FamilyShuffles, isEnumerated: Bool) {
        self.members = members
        self.comparisons = comparisons
        self.shuffles = shuffles
        self.isEnumerated = isEnumerated
        genes = ObservedGenes(z: members.flatMap { member in member.model.observedZ.map(member.onCommonScale) })
        let scores = members.map(\.observedNormalizedScores)
        // A score that is not of the sign counts for nothing there.
        positive = ObservedGenes(z: scores.flatMap { $0.filter { $0 >= 0 } })
        negative = ObservedGenes(z: scores.flatMap { $0.filter { $0 < 0 } })
        let lists = members.map { member in
            member.model.observedZ.withUnsafeBufferPointer { z in
                (
                    genes: TopList(genes: z.baseAddress!, rows: member.model.genes, length: member.geneLength),
                    sets: TopList(
                        normalizedScores: member.observedNormalizedScores, ids: member.setIDs, length: member.setLength)
                )
            }
        }
        observedGenes = comparisons.map { TopList.sharedCount($0.map { lists[$0].genes }, ignoringDirection: false) }
        observedSets = comparisons.map { comparison in
            TopList.sharedCount(
                comparison.map { lists[$0].sets },
                ignoringDirection: comparison.contains { members[$0].model.inputs.isJoint })
        }
    }

    /// How many permutations there are: all arrangements where they are enumerated.
    package func permutationCount(asked: Int) -> Int { isEnumerated ? shuffles.distinctCount ?? asked : asked }

    /// About how many nanoseconds a permutation takes on one core.
    package var permutationCost: Double { members.reduce(0) { $0 + $1.model.permutationCost } }

    /// How many shuffles are scored at a time: the statistics of all members are in memory together.
    private static let blockSize = 24

    /// Counts over a range of permutations.
    ///
    /// - Parameter betweenBlocks: Called every few permutations; throws to stop.
    package func count(_ permutations: Range<Int>, betweenBlocks: () throws -> Void) rethrows -> FamilyPass {
        var counts = FamilyPass.Counts(self)
        let size = members.reduce(Self.blockSize) { min($0, $1.model.blockSize) }
        let memory = members.map { LaneMemory(count: $0.model.blockMemory(size)) }
        let scorers = members.map { SetScoresOfPermutation($0.model) }
        for first in stride(from: permutations.lowerBound, to: permutations.upperBound, by: size) {
            let block = first..<min(first + size, permutations.upperBound)
            let moved = block.map { shuffles.shuffle($0, isEnumerated: isEnumerated) }
            for (member, statistics) in zip(members, memory) {
                member.model.score(moved.map(member.model.shuffles.columns), into: statistics.doubles)
            }
            for place in 0..<block.count {
                counts.add(
                    members.indices.map { member in
                        let z = UnsafePointer(memory[member].doubles + place * members[member].model.rowLength)
                        return PermutedMember(members[member], z, scores: scorers[member].score(z))
                    }, of: self)
            }
            try betweenBlocks()
        }
        withExtendedLifetime((memory, scorers)) {}
        return FamilyPass(permutations, counts)
    }

    /// Counts that nobody stops.
    package func count(_ permutations: Range<Int>) -> FamilyPass { count(permutations) {} }
}

/// What one permutation says of one member.
struct PermutedMember {
    /// On the common scale.
    let largest: Double

    /// The most extreme NES of each sign, as magnitudes; nil where no set has it.
    let highest: Double?
    let lowest: Double?
    let genes: TopList
    let sets: TopList

    /// - Parameter scores: Of every set, the enrichment score first.
    init(_ member: PermutationFamily.Member, _ z: UnsafePointer<Double>, scores: UnsafeBufferPointer<Float>) {
        let rows = member.model.genes
        largest = member.onCommonScale(rows.indices.reduce(0.0) { max($0, z[$1].magnitude) })
        genes = TopList(genes: z, rows: rows, length: member.geneLength)
        let normalized = member.normalizedScores(scores)
        highest = normalized.lazy.filter { $0 >= 0 }.max()
        // A score of zero is of both signs.
        lowest = normalized.lazy.filter { $0 <= 0 }.map(\.magnitude).max()
        sets = TopList(normalizedScores: normalized, ids: member.setIDs, length: member.setLength)
    }
}
