import AnalysisPipeline
import DifferentialExpression
import SamplePermutation
import StatisticalKernels

/// The observed statistics of all genes under three nulls: the standard normal one, fdrtool's, and that of the
/// permutations, which pools the null statistics of all genes.
struct StatisticNulls {
    /// One of the nulls.
    struct Null {
        let name: String
        let mean: Double
        let standardDeviation: Double

        /// The share of genes that follow it; NaN where nobody estimates it.
        let eta0: Double

        /// Two-sided, by gene.
        let pValues: [Double]

        /// P(from <= statistic < to), for a gene that follows it.
        let probability: @Sendable (_ from: Double, _ to: Double) -> Double
    }

    private let statistics: [Double]

    /// fdrtool's has NaN alone where its rules find no null in these statistics, as with a handful of genes.
    let nulls: [Null]

    init(_ outcome: SamplePermutationOutcome) {
        let z = outcome.results.genes.map(\.z)
        let permuted = outcome.results.nullOfZ
        statistics = z
        let fdrtool = try? EmpiricalNull(fittedTo: z)
        let deviation = fdrtool?.parameters.standardDeviation ?? .nan
        nulls = [
            Null(
                name: "theoretical", mean: 0, standardDeviation: 1, eta0: .nan,
                pValues: z.map { 2 * normalUpperTail($0.magnitude) }, probability: Self.normal(1)),
            Null(
                name: "fdrtool", mean: fdrtool == nil ? .nan : 0, standardDeviation: deviation,
                eta0: fdrtool?.parameters.eta0 ?? .nan, pValues: fdrtool?.pValues ?? z.map { _ in .nan },
                probability: Self.normal(deviation)),
            Null(
                name: "permutations", mean: permuted.mean, standardDeviation: permuted.standardDeviation, eta0: .nan,
                pValues: outcome.results.genes.map(\.pPooled), probability: { permuted.share(from: $0, to: $1) }),
        ]
    }

    private static func normal(_ deviation: Double) -> @Sendable (Double, Double) -> Double {
        { normalUpperTail($0 / deviation) - normalUpperTail($1 / deviation) }
    }

    /// The columns of `statistic_nulls.tsv`, a row for each null.
    var columns: [ResultColumn] {
        func count(_ level: Double, _ pValues: (Null) -> [Double]) -> ResultColumn.Values {
            .integers(
                nulls.map { null in
                    let p = pValues(null)
                    return p.allSatisfy(\.isNaN) ? nil : Int32(p.count { $0 < level })
                })
        }
        return [
            ResultColumn("null", .texts(nulls.map(\.name)), "whose null distribution of the statistic"),
            ResultColumn("mean", .doubles(nulls.map(\.mean)), "mean of the null"),
            ResultColumn(
                "standardDeviation", .doubles(nulls.map(\.standardDeviation)), "standard deviation of the null"),
            ResultColumn(
                "eta0", .doubles(nulls.map(\.eta0)), "share of genes that follow the null, where it is estimated"),
            ResultColumn(
                "pvalue_below_0.05", count(0.05, \.pValues), "genes with a two-sided p below 0.05 under the null"),
            ResultColumn(
                "pvalue_below_0.001", count(0.001, \.pValues), "genes with a two-sided p below 0.001 under the null"),
            ResultColumn(
                "padj_below_0.05", count(0.05) { benjaminiHochberg($0.pValues) },
                "genes with a Benjamini-Hochberg p below 0.05 under the null"),
        ]
    }

    /// How far the histogram goes on both sides of zero, and its bins of a unit.
    private static let reach = 8
    private static let binsPerUnit = 8

    /// The columns of `statistic_histogram.tsv`, what a figure of the nulls is drawn from: how many genes have their
    /// statistic in a bin, and how many would under each null if all genes followed it. What lies outside is in the first
    /// and the last bin.
    var histogram: [ResultColumn] {
        let count = 2 * Self.reach * Self.binsPerUnit
        let edges = (0...count).map { Double($0) / Double(Self.binsPerUnit) - Double(Self.reach) }
        var observed = [Int32?](repeating: 0, count: count)
        for z in statistics where !z.isNaN {
            let bin = Int(min(max((z + Double(Self.reach)) * Double(Self.binsPerUnit), 0), Double(count - 1)))
            observed[bin]! += 1
        }
        let genes = Double(statistics.count { !$0.isNaN })
        let expected = nulls.map { null in
            ResultColumn(
                null.name,
                .doubles(
                    (0..<count).map { bin in
                        genes
                            * null.probability(
                                bin == 0 ? -.infinity : edges[bin], bin == count - 1 ? .infinity : edges[bin + 1])
                    }), "genes that the bin would have if all followed the null: \(null.name)")
        }
        return [
            ResultColumn("from", .doubles(Array(edges.dropLast())), "where the bin of the statistic begins"),
            ResultColumn("to", .doubles(Array(edges.dropFirst())), "where it ends"),
            ResultColumn("observed", .integers(observed), "genes whose statistic is in the bin"),
        ] + expected
    }
}
