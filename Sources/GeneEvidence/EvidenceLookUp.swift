import StatisticalKernels

/// The significant genes of an analysis, or of several, that a table knows, and whether their directions agree.
///
/// A gene agrees if the table has it in its direction at least once; so a gene that the table has in both directions
/// agrees whatever its own (`isMixed` tells). A gene that goes up in one analysis and down in another has no direction, and
/// is not counted.
package struct EvidenceLookUp: Equatable, Sendable {
    package struct Gene: Equatable, Sendable {
        package let name: String

        /// Nil where the analyses do not agree among themselves.
        package let direction: Direction?

        /// By category of the table: the directions it has the gene in.
        package let evidence: [String: Set<Direction>]

        package var directions: Set<Direction> { evidence.values.reduce(into: []) { $0.formUnion($1) } }
        package var isMixed: Bool { directions.count > 1 }

        /// Nil for a gene without a direction of its own.
        package var agrees: Bool? { direction.map { directions.contains($0) } }
    }

    /// The significant genes that the table has, by name.
    package let genes: [Gene]

    /// The table's categories, sorted.
    package let categories: [String]

    /// How many significant genes were looked up.
    package let significantCount: Int

    /// The mean number of agreeing genes among as many genes drawn from all tested ones that the table has.
    package let expectedAgreement: Double

    /// The share of all such draws with at least as many agreeing genes: the p-value that a permutation of the genes
    /// estimates, in full (the upper tail of the hypergeometric distribution); NaN without genes.
    package let pValue: Double

    /// - Parameters:
    ///   - significant: Every significant gene with its direction, nil where analyses disagree.
    ///   - tested: All tested genes with the direction of their estimates, the significant ones included: what the draws are
    ///     made from.
    package init(
        significant: [String: Direction?], tested: [String: Direction], in table: EvidenceTable
    ) {
        var evidence: [String: [String: Set<Direction>]] = [:]
        for entry in table.entries {
            evidence[entry.gene, default: [:]][entry.category, default: []].insert(entry.direction)
        }
        categories = Set(table.entries.map(\.category)).sorted()
        significantCount = significant.count
        genes = significant.compactMap { name, direction in
            evidence[name].map { Gene(name: name, direction: direction, evidence: $0) }
        }.sorted { $0.name < $1.name }
        let pool = tested.sorted { $0.key < $1.key }.compactMap { name, direction in
            evidence[name].map { Gene(name: name, direction: direction, evidence: $0) }
        }
        let counted = genes.filter { $0.agrees != nil }
        let agreeing = counted.count { $0.agrees == true }
        (expectedAgreement, pValue) = EvidenceLookUp.chance(
            of: agreeing, among: counted.count, pool: pool.map { $0.agrees == true })
    }

    /// How many of the genes that have a direction agree, and how many there are.
    package var agreement: (agreeing: Int, counted: Int) {
        (genes.count { $0.agrees == true }, genes.count { $0.agrees != nil })
    }

    private static func chance(
        of observed: Int, among count: Int, pool: [Bool]
    ) -> (expected: Double, pValue: Double) {
        guard count > 0, pool.count >= count else { return (.nan, .nan) }
        let (all, agreeing) = (pool.count, pool.count { $0 })
        let total = logChoose(all, count)
        let tail = (observed...max(observed, min(count, agreeing))).reduce(0.0) { sum, hits in
            guard hits <= agreeing, count - hits <= all - agreeing else { return sum }
            return sum + exp(logChoose(agreeing, hits) + logChoose(all - agreeing, count - hits) - total)
        }
        return (Double(agreeing) / Double(all) * Double(count), min(tail, 1))
    }

    private static func logChoose(_ n: Int, _ k: Int) -> Double {
        logGamma(Double(n) + 1) - logGamma(Double(k) + 1) - logGamma(Double(n - k) + 1)
    }
}
