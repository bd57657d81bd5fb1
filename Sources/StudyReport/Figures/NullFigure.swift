import Figures
import SamplePermutation
import StatisticalKernels
import StoredRuns

/// The statistics of permuted samples, as observed, with their nulls as curves over them.
struct NullFigure {
    private let permutation: StoredPermutation
    private let nulls: StatisticNulls
    private let title: String

    init(_ permutation: StoredPermutation, of name: String) {
        self.permutation = permutation
        nulls = StatisticNulls(permutation)
        title = "Statistics of \(name) and their nulls"
    }

    /// Bins end where those of the stored null do.
    private static let binsPerUnit = 8
    private static let reach = 6

    var drawing: Drawing {
        let range = nulls.isSigned ? Double(-Self.reach)...Double(Self.reach) : 0...jointEnd
        let bins = Int(range.upperBound - range.lowerBound) * Self.binsPerUnit
        return Histogram(
            title: title, xLabel: label, values: nulls.statistics, range: range, bins: bins, curves: curves
        ).drawing
    }

    private var label: String {
        guard nulls.isSigned else { return "joint score statistic" }
        return permutation.statistic == "wald" ? "Wald statistic z of the refitted model" : "score statistic z"
    }

    /// The largest hundredth of a joint statistic is in the last bar.
    private var jointEnd: Double {
        let sorted = nulls.statistics.sorted()
        let most = sorted.isEmpty ? 1 : sorted[(sorted.count - 1) * 99 / 100]
        return min(max(most.rounded(.up), 1), 15)
    }

    private var curves: [Histogram.Curve] {
        let genes = Double(nulls.statistics.count)
        let width = genes / Double(Self.binsPerUnit)
        var curves: [Histogram.Curve] = []
        for null in nulls.nulls where !null.standardDeviation.isNaN {
            switch null.name {
            case "theoretical": curves.append(Self.theoretical(width: width))
            case "fdrtool":
                curves.append(Self.fitted(eta0: null.eta0, deviation: null.standardDeviation, width: width))
            default:
                let half = 0.5 / Double(Self.binsPerUnit)
                curves.append(
                    Histogram.Curve(
                        "permuted null, \(NumberWords.grouped(permutation.permutations)) shuffles, sd \(NumberWords.decimals(null.standardDeviation, 2))",
                        colour: Palette.down
                    ) { genes * null.probability($0 - half, $0 + half) })
            }
        }
        return curves
    }

    /// - Parameter width: The genes times the width of a bin.
    static func theoretical(width: Double) -> Histogram.Curve {
        Histogram.Curve("theoretical null, N(0, 1)", colour: Palette.ink) { width * normal($0, deviation: 1) }
    }

    /// The null that fdrtool's rules fit, as high as the share of genes that follow it.
    static func fitted(eta0: Double, deviation: Double, width: Double) -> Histogram.Curve {
        Histogram.Curve(
            "fitted null, sd \(NumberWords.decimals(deviation, 2)), share \(NumberWords.decimals(eta0, 2))",
            colour: Palette.up
        ) { width * eta0 * normal($0, deviation: deviation) }
    }

    /// The density at z of a normal distribution around 0.
    private static func normal(_ z: Double, deviation: Double) -> Double {
        normalDensity(z / deviation) / deviation
    }
}

extension StatisticNulls {
    init(_ stored: StoredPermutation) {
        self.init(
            statistics: stored.statistics, modelPValues: stored.modelPValues,
            permuted: NullOfZ(
                bins: stored.nullBins, mean: stored.nullMean, standardDeviation: stored.nullDeviation))
    }
}
