import StatisticalKernels

/// The sets whose p-values counting cannot resolve, for multilevel splitting to estimate.
///
/// Those are the sets for which the standard error of log2(p) from b counted
/// draws, √((1 − p)/b)/ln 2, exceeds that of splitting at the same p. Which they
/// are follows from the merged null alone.
package struct RareGeneSets: Sendable, Equatable {
    /// The rare sets of one size and sign, which one climb serves.
    package struct Group: Sendable, Equatable {
        /// The sets' rows in the table of results.
        package fileprivate(set) var rows: [Int] = []

        /// By set: its ranks, ascending.
        fileprivate(set) var members: [[Int32]] = []
        let isPositive: Bool

        /// The share of null scores with the sets' sign.
        let signProbability: Double
    }

    /// By ascending size, the positive side of a size first.
    package let groups: [Group]

    /// `MultilevelSplitting.floor`
    private let floor: Double

    /// - Parameter floor: `MultilevelSplitting.floor`
    package init(of analysis: GeneSetAnalysis, null state: GeneSetNull.State, floor: Double) {
        let plan = analysis.plan
        self.floor = floor
        var groups: [Int: Group] = [:]
        for row in analysis.matching.matched.indices {
            let counts = state.exceedances(ofSet: row, in: plan)
            let asExtreme = counts.beyond + counts.equal
            guard counts.sameSign > 0 else { continue }
            let probability = Double(asExtreme + 1) / Double(counts.sameSign + 1)
            let countingVariance = (1 - probability) / Double(max(1, asExtreme))
            let splittingVariance = MultilevelSplitting.variance(ofLogProbability: log(probability))
            guard asExtreme == 0 || countingVariance > splittingVariance else { continue }
            let set = analysis.matching.matched[row]
            // There is nothing to draw for a set of all genes.
            guard set.size < analysis.list.count else { continue }
            let isPositive = plan.observed[row].isPositive
            var group =
                groups[2 * set.size + (isPositive ? 0 : 1)]
                ?? Group(
                    isPositive: isPositive,
                    signProbability: Double(counts.sameSign) / Double(state.permutations))
            group.rows.append(row)
            group.members.append(analysis.planMembers[row])
            groups[2 * set.size + (isPositive ? 0 : 1)] = group
        }
        self.groups = groups.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Estimates the p-values of one group's sets, in their order.
    ///
    /// - Parameters:
    ///   - plan: The plan of the null that the groups came from.
    ///   - betweenLevels: Called before each level; may throw to stop.
    package func estimates(
        ofGroup group: Int, in plan: GeneSetNull.Plan, betweenLevels: () throws -> Void
    ) rethrows -> [MultilevelSplitting.Estimate] {
        let group = groups[group]
        var splitting = MultilevelSplitting(plan)
        splitting.floor = floor
        return try splitting.estimates(
            of: group.members, isPositive: group.isPositive, signProbability: group.signProbability,
            betweenLevels: betweenLevels)
    }
}

extension RareGeneSets {
    private static let kind = "MGRS2"

    package func encoded() -> [UInt8] {
        var encoder = GeneSetNull.Encoder(kind: RareGeneSets.kind)
        encoder.append(floor)
        encoder.append(groups.count)
        for group in groups {
            encoder.append(group.isPositive ? 1 : 0)
            encoder.append(group.signProbability)
            encoder.append(group.rows.count)
            encoder.append(group.members.first?.count ?? 0)
            for (row, members) in zip(group.rows, group.members) {
                encoder.append(row)
                for member in members { encoder.append(Int(member)) }
            }
        }
        return encoder.bytes
    }

    /// - Throws: `GeneSetNull.EncodingError` unless the bytes are what `encoded()` returns.
    package init(decoding bytes: [UInt8]) throws(GeneSetNull.EncodingError) {
        var decoder = try GeneSetNull.Decoder(bytes, kind: RareGeneSets.kind)
        floor = try decoder.double()
        guard (0..<1).contains(floor) else {
            throw GeneSetNull.EncodingError(description: "\(RareGeneSets.kind): the floor of p is impossible.")
        }
        var groups: [Group] = []
        for _ in 0..<(try decoder.number(upTo: decoder.remaining / 11)) {
            let isPositive = try decoder.number(upTo: 1) == 1
            var group = Group(isPositive: isPositive, signProbability: try decoder.double())
            let count = try decoder.number(upTo: decoder.remaining)
            let size = try decoder.number(upTo: decoder.remaining)
            for _ in 0..<count {
                group.rows.append(try decoder.number(upTo: Int(Int32.max)))
                var members: [Int32] = []
                for _ in 0..<size { members.append(Int32(try decoder.number(upTo: Int(Int32.max)))) }
                group.members.append(members)
            }
            groups.append(group)
        }
        try decoder.finish()
        self.groups = groups
    }

    /// Whether the sets' genes are in the plan's list: what decoded groups must be asked.
    package func fits(_ plan: GeneSetNull.Plan) -> Bool {
        groups.allSatisfy { group in
            group.members.allSatisfy { members in
                !members.isEmpty && members.count < plan.geneCount
                    && zip(members, members.dropFirst()).allSatisfy(<)
                    && members.allSatisfy { $0 < plan.geneCount }
            }
        }
    }
}
