import DifferentialExpression
import StatisticalKernels

/// The observed statistics of all genes under three nulls: the theoretical one of the model, fdrtool's, and that of the
/// permutations, which pools the null statistics of all genes.
///
/// A joint statistic of several columns has no sign: its theoretical null is a chi-square with degrees of freedom of each
/// gene's own, of which there are p-values and no curve, and fdrtool's rules, which are of z, do not apply.
package struct StatisticNulls: Sendable {
    /// One of the nulls.
    package struct Null: Sendable {
        package let name: String

        /// NaN where the null is not one for all genes, or its rules find none, as fdrtool's with a handful of genes.
        package let mean: Double
        package let standardDeviation: Double

        /// The share of genes that follow it; NaN where nobody estimates it.
        package let eta0: Double

        /// Two-sided, by gene; all NaN where there is no null.
        package let pValues: [Double]

        /// P(from <= statistic < to), for a gene that follows it.
        package let probability: @Sendable (_ from: Double, _ to: Double) -> Double

        /// How many genes have a p below a level; nil where there is no null.
        package func count(below level: Double) -> Int? { Self.count(pValues, below: level) }

        /// The same of Benjamini and Hochberg's adjusted p.
        package func adjustedCount(below level: Double) -> Int? {
            Self.count(benjaminiHochberg(pValues), below: level)
        }

        private static func count(_ p: [Double], below level: Double) -> Int? {
            p.allSatisfy(\.isNaN) ? nil : p.count { $0 < level }
        }
    }

    package let statistics: [Double]

    /// Theoretical, fdrtool's, the permutations'.
    package let nulls: [Null]

    /// Whether the statistic has a sign, as z has.
    package let isSigned: Bool

    /// - Parameters:
    ///   - statistics: By gene with a fit, as observed.
    ///   - modelPValues: By the same genes, the model's own two-sided p.
    ///   - permuted: The null statistics of all genes and permutations.
    package init(statistics: [Double], modelPValues: [Double], permuted: NullOfZ) {
        self.statistics = statistics
        isSigned = permuted.isSigned
        let fdrtool = isSigned ? try? EmpiricalNull(fittedTo: statistics) : nil
        let deviation = fdrtool?.parameters.standardDeviation ?? .nan
        nulls = [
            Null(
                name: "theoretical", mean: isSigned ? 0 : .nan, standardDeviation: isSigned ? 1 : .nan, eta0: .nan,
                pValues: modelPValues, probability: Self.normal(isSigned ? 1 : .nan)),
            Null(
                name: "fdrtool", mean: fdrtool == nil ? .nan : 0, standardDeviation: deviation,
                eta0: fdrtool?.parameters.eta0 ?? .nan, pValues: fdrtool?.pValues ?? statistics.map { _ in .nan },
                probability: Self.normal(deviation)),
            Null(
                name: "permutations", mean: permuted.mean, standardDeviation: permuted.standardDeviation, eta0: .nan,
                pValues: statistics.map(permuted.pValue), probability: { permuted.share(from: $0, to: $1) }),
        ]
    }

    private static func normal(_ deviation: Double) -> @Sendable (Double, Double) -> Double {
        { normalUpperTail($0 / deviation) - normalUpperTail($1 / deviation) }
    }
}
