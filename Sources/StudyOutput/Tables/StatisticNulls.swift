import AnalysisPipeline
import SamplePermutation

// The tables of the three nulls.

extension StatisticNulls {
    init(_ outcome: SamplePermutationOutcome) {
        self.init(
            statistics: outcome.results.genes.map(\.z), modelPValues: outcome.modelPValues,
            permuted: outcome.results.nullOfZ)
    }

    /// The columns of `statistic_nulls.tsv`, a row for each null.
    var columns: [ResultColumn] {
        func integers(_ count: (Null) -> Int?) -> ResultColumn.Values {
            .integers(nulls.map { count($0).map { Int32($0) } })
        }
        return [
            ResultColumn("null", .texts(nulls.map(\.name)), "whose null distribution of the statistic"),
            ResultColumn("mean", .doubles(nulls.map(\.mean)), "mean of the null"),
            ResultColumn(
                "standardDeviation", .doubles(nulls.map(\.standardDeviation)), "standard deviation of the null"),
            ResultColumn(
                "eta0", .doubles(nulls.map(\.eta0)), "share of genes that follow the null, where it is estimated"),
            ResultColumn(
                "pvalue_below_0.05", integers { $0.count(below: 0.05) },
                "genes with a two-sided p below 0.05 under the null"),
            ResultColumn(
                "pvalue_below_0.001", integers { $0.count(below: 0.001) },
                "genes with a two-sided p below 0.001 under the null"),
            ResultColumn(
                "padj_below_0.05", integers { $0.adjustedCount(below: 0.05) },
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
