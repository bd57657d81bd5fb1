import Payloads
import StatisticalKernels

/// The sets whose p-values counting cannot resolve, for multilevel splitting to estimate.
///
/// Those are the sets for which the standard error of log2(p) from b counted
/// draws, √((1 − p)/b)/ln 2, exceeds that of splitting at the same p. Which they
/// are follows from the merged null alone.
package struct RareGeneSets: Sendable, Equatable {
    /// One of those sets.
    package struct RareSet: Sendable, Equatable {
        /// The set's row in the table of results.
        package let row: Int

        /// Its ranks, ascending.
        let members: [Int32]
        let isPositive: Bool

        /// The share of null scores with the set's sign.
        let signProbability: Double

        /// The variance of its logarithm.
        let signVariance: Double

        /// - Parameters:
        ///   - members: Ranks, ascending.
        ///   - signProbability: The share of null scores with the set's sign.
        ///   - signVariance: The variance of its logarithm.
        package init(
            row: Int, members: [Int32], isPositive: Bool, signProbability: Double, signVariance: Double = 0
        ) {
            self.row = row
            self.members = members
            self.isPositive = isPositive
            self.signProbability = signProbability
            self.signVariance = signVariance
        }
    }

    /// A climb of particles of one size to one side.
    package struct Climb: Sendable, Equatable {
        package let size: Int
        package let isPositive: Bool

        /// The places in `sets` of those whose estimates it is a part of.
        package fileprivate(set) var sets: [Int]
    }

    /// By row.
    package let sets: [RareSet]

    /// By ascending size, the positive side of a size first.
    package let climbs: [Climb]

    /// Sets with a p below this are told as that, and not climbed to.
    private let floor: Double

    private let geneCount: Int

    /// How much further than the floor's particles climb for one set, in log p: the two sizes
    /// that a set lies between have other probabilities than it.
    private static let floorMargin = 1.25

    /// - Parameter floor: Sets with a p below this are told as that, and not climbed to; it is never below
    ///   `MultilevelSplitting.leastFollowed`.
    package init(of analysis: GeneSetAnalysis, null state: GeneSetNull.State, floor: Double) {
        let plan = analysis.plan
        let splitting = MultilevelSplitting(plan)
        var sets: [RareSet] = []
        for row in analysis.matching.matched.indices {
            let counts = state.exceedances(ofSet: row, in: plan)
            let asExtreme = counts.beyond + counts.equal
            guard counts.sameSign > 0 else { continue }
            let set = analysis.matching.matched[row]
            // There is nothing to draw for a set of all genes.
            guard set.size < analysis.list.count else { continue }
            let probability = Double(asExtreme + 1) / Double(counts.sameSign + 1)
            let countingVariance = (1 - probability) / Double(max(1, asExtreme))
            let splittingVariance =
                splitting.expectedVariance(ofLogProbability: log(probability))
                * SplittingSizes.bracket(ofSize: set.size, geneCount: plan.geneCount).variance
            guard asExtreme == 0 || countingVariance > splittingVariance else { continue }
            let signProbability = Double(counts.sameSign) / Double(state.permutations)
            sets.append(
                RareSet(
                    row: row, members: analysis.planMembers[row], isPositive: plan.observed[row].isPositive,
                    signProbability: signProbability, signVariance: (1 - signProbability) / Double(counts.sameSign)))
        }
        self.init(sets: sets, geneCount: plan.geneCount, floor: floor)
    }

    /// - Parameter floor: As above.
    /// - Precondition: Every set has fewer members than the list has genes, and one at least.
    package init(sets: [RareSet], geneCount: Int, floor: Double) {
        self.sets = sets
        self.geneCount = geneCount
        self.floor = max(floor, MultilevelSplitting.leastFollowed)
        var climbs: [Int: Climb] = [:]
        for (place, set) in sets.enumerated() {
            for size in SplittingSizes.bracket(ofSize: set.members.count, geneCount: geneCount).sizes {
                climbs[
                    2 * size + (set.isPositive ? 0 : 1),
                    default: Climb(size: size, isPositive: set.isPositive, sets: [])
                ].sets.append(place)
            }
        }
        self.climbs = climbs.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Climbs for the sets of one climb, and returns what it says of each, in their order.
    ///
    /// - Parameters:
    ///   - splitting: Made for the plan of the null that the sets came from.
    ///   - betweenLevels: Called before each level; may throw to stop.
    package func reaches(
        ofClimb climb: Int, by splitting: MultilevelSplitting, betweenLevels: () throws -> Void
    ) rethrows -> [MultilevelSplitting.Reach] {
        let climb = climbs[climb]
        return try splitting.reaches(
            of: climb.sets.map { place in
                MultilevelSplitting.Goal(
                    members: sets[place].members,
                    lowestLogProbability: RareGeneSets.floorMargin * logFloor(of: sets[place]))
            }, size: climb.size, isPositive: climb.isPositive, betweenLevels: betweenLevels)
    }

    /// The sets' estimates, in their order.
    ///
    /// - Parameter reaches: By climb, what `reaches(ofClimb:)` returned.
    /// - Precondition: Of as many climbs, and in each as many as it has sets.
    package func estimates(from reaches: [[MultilevelSplitting.Reach]]) -> [MultilevelSplitting.Estimate] {
        var parts = [[MultilevelSplitting.Reach]](repeating: [], count: sets.count)
        // Smaller sizes come first, as in a bracket.
        for (climb, reaches) in zip(climbs, reaches) {
            for (place, reach) in zip(climb.sets, reaches) { parts[place].append(reach) }
        }
        return zip(sets, parts).map { estimate(of: $0, from: $1) }
    }

    private func estimate(of set: RareSet, from parts: [MultilevelSplitting.Reach]) -> MultilevelSplitting.Estimate {
        let bracket = SplittingSizes.bracket(ofSize: set.members.count, geneCount: geneCount)
        var logProbability = 0.0
        var variance = 0.0
        for (share, part) in zip(bracket.shares, parts) {
            logProbability += share * part.logProbability
            variance += share * share * part.variance
        }
        // Beside the error of a climb that of the sign's share is nothing; without a climb it is all there is.
        if variance == 0 { variance = set.signVariance }
        let isBelowFloor = logProbability < logFloor(of: set)
        return MultilevelSplitting.Estimate(
            pValue: isBelowFloor ? floor : min(1, exp(logProbability) / set.signProbability),
            log2Error: variance.squareRoot() / log(2), isComplete: isBelowFloor || parts.allSatisfy(\.isComplete),
            isBelowFloor: isBelowFloor)
    }

    /// The floor of the probability that is climbed for, which is that of the set's sign as well.
    private func logFloor(of set: RareSet) -> Double { log(floor * set.signProbability) }
}

extension RareGeneSets {
    private static let kind = "MGRS4"

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter(kind: RareGeneSets.kind)
        writer.write(floor)
        writer.write(compact: geneCount)
        writer.write(compact: sets.count)
        for set in sets {
            writer.write(compact: set.row)
            writer.write(compact: set.isPositive ? 1 : 0)
            writer.write(set.signProbability)
            writer.write(set.signVariance)
            writer.write(compact: set.members.count)
            for member in set.members { writer.write(compact: member) }
        }
        return writer.bytes
    }

    /// - Throws: `GeneSetNull.EncodingError` unless the bytes are what `encoded()` returns.
    package init(decoding bytes: [UInt8]) throws(GeneSetNull.EncodingError) {
        var reader = try PayloadReader(bytes, kind: RareGeneSets.kind)
        let floor = try reader.readDouble()
        let geneCount = try reader.readCompact(upTo: Int(Int32.max))
        guard (0..<1).contains(floor) else {
            throw GeneSetNull.EncodingError(description: "\(RareGeneSets.kind): the floor of p is impossible.")
        }
        var sets: [RareSet] = []
        for _ in 0..<(try reader.readCompact(upTo: reader.remaining / 19)) {
            let row = try reader.readCompact(upTo: Int(Int32.max))
            let isPositive = try reader.readCompact(upTo: 1) == 1
            let signProbability = try reader.readDouble()
            let signVariance = try reader.readDouble()
            var members: [Int32] = []
            for _ in 0..<(try reader.readCompact(upTo: reader.remaining)) {
                members.append(Int32(try reader.readCompact(upTo: Int(Int32.max))))
            }
            guard 1..<max(1, geneCount) ~= members.count, zip(members, members.dropFirst()).allSatisfy(<),
                members.allSatisfy({ $0 < geneCount })
            else {
                throw GeneSetNull.EncodingError(description: "\(RareGeneSets.kind): a set is not one of the list.")
            }
            sets.append(
                RareSet(
                    row: row, members: members, isPositive: isPositive, signProbability: signProbability,
                    signVariance: signVariance))
        }
        try reader.finish()
        self.init(sets: sets, geneCount: geneCount, floor: floor)
    }

    /// Whether the sets' genes are in the plan's list: what decoded sets must be asked.
    package func fits(_ plan: GeneSetNull.Plan) -> Bool { geneCount == plan.geneCount }
}
