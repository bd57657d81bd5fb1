import ExpressionData
import StatisticalKernels

/// What genes are ranked by when samples are compared; names as in the GSEA desktop where it has them.
///
/// With class means m (or medians, where asked for) and standard deviations s of
/// the classes A and B; s′ = max(s, 0.2·|mean|), or max(s, 0.2) for a mean of zero.
package enum PhenotypeMetric: String, OptionWord {
    /// (mA − mB)/(s′A + s′B).
    case signalToNoise = "signal-to-noise"

    /// (mA − mB)/√(s′A²/nA + s′B²/nB).
    case tTest = "t-test"

    /// mA/mB.
    case ratio

    /// mA − mB.
    case difference

    /// log2(mA/mB).
    case logRatio = "log2-ratio"

    // Of a numeric profile y and a gene's values x.
    case pearson

    /// Pearson's of average ranks.
    case spearman

    /// The distance 1 − x·y/(|x||y|).
    case cosine
    case euclidean
    case manhattan

    /// Whether it compares a numeric profile instead of two classes.
    package var isOfProfile: Bool {
        switch self {
        case .signalToNoise, .tTest, .ratio, .difference, .logRatio: false
        case .pearson, .spearman, .cosine, .euclidean, .manhattan: true
        }
    }

    /// The least number of samples of a class.
    package var leastClassSize: Int {
        switch self {
        case .signalToNoise, .tTest: 3
        default: 1
        }
    }
}

/// Computes one gene's score again and again, for many labellings.
///
/// A missing value is left out; a score that cannot be computed is NaN.
struct PhenotypeScorer {
    let metric: PhenotypeMetric
    let usesMedian: Bool
    private var first: [Double] = []
    private var second: [Double] = []

    init(metric: PhenotypeMetric, usesMedian: Bool) {
        self.metric = metric
        self.usesMedian = usesMedian
    }

    /// - Parameter isFirst: By sample: whether it belongs to class A.
    mutating func score(_ values: UnsafeBufferPointer<Double>, isFirst: [Bool]) -> Double {
        first.removeAll(keepingCapacity: true)
        second.removeAll(keepingCapacity: true)
        for (sample, value) in values.enumerated() where !value.isNaN {
            if isFirst[sample] { first.append(value) } else { second.append(value) }
        }
        guard first.count >= 1, second.count >= 1 else { return .nan }
        let (meanA, meanB) = (PhenotypeScorer.mean(first), PhenotypeScorer.mean(second))
        let spreads: (a: Double, b: Double)
        switch metric {
        case .signalToNoise, .tTest:
            spreads = (
                PhenotypeScorer.spread(first, mean: meanA), PhenotypeScorer.spread(second, mean: meanB)
            )
        default: spreads = (0, 0)
        }
        let centreA = usesMedian ? PhenotypeScorer.median(&first) : meanA
        let centreB = usesMedian ? PhenotypeScorer.median(&second) : meanB
        switch metric {
        case .signalToNoise: return (centreA - centreB) / (spreads.a + spreads.b)
        case .tTest:
            let variance =
                spreads.a * spreads.a / Double(first.count) + spreads.b * spreads.b / Double(second.count)
            return (centreA - centreB) / variance.squareRoot()
        case .ratio: return centreA / centreB
        case .difference: return centreA - centreB
        case .logRatio: return log2(centreA / centreB)
        default: return .nan
        }
    }

    /// - Parameter profile: One number per sample.
    mutating func score(_ values: UnsafeBufferPointer<Double>, profile: [Double]) -> Double {
        first.removeAll(keepingCapacity: true)
        second.removeAll(keepingCapacity: true)
        for (sample, value) in values.enumerated() where !value.isNaN {
            first.append(value)
            second.append(profile[sample])
        }
        guard !first.isEmpty else { return .nan }
        switch metric {
        case .euclidean: return zip(first, second).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        case .manhattan: return zip(first, second).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
        case .cosine: return 1 - PhenotypeScorer.cosine(first, second)
        case .spearman:
            first = PhenotypeScorer.averageRanks(first)
            second = PhenotypeScorer.averageRanks(second)
            return PhenotypeScorer.correlation(first, second)
        case .pearson: return PhenotypeScorer.correlation(first, second)
        default: return .nan
        }
    }

    // MARK: Parts

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    /// The standard deviation, n − 1 below, and not less than a fifth of the mean.
    private static func spread(_ values: [Double], mean: Double) -> Double {
        let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = values.count < 2 ? 0 : (sum / Double(values.count - 1)).squareRoot()
        return max(deviation, mean.magnitude <= 1e-9 ? 0.2 : 0.2 * mean.magnitude)
    }

    private static func median(_ values: inout [Double]) -> Double {
        values.sort()
        let middle = values.count / 2
        return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }

    private static func cosine(_ x: [Double], _ y: [Double]) -> Double {
        var (xy, xx, yy) = (0.0, 0.0, 0.0)
        for (x, y) in zip(x, y) {
            xy += x * y
            xx += x * x
            yy += y * y
        }
        return xy / (xx * yy).squareRoot()
    }

    private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
        let (meanX, meanY) = (mean(x), mean(y))
        return cosine(x.map { $0 - meanX }, y.map { $0 - meanY })
    }

    static func averageRanks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
            for position in start...end { ranks[order[position]] = Double(start + end) / 2 + 1 }
            start = end + 1
        }
        return ranks
    }
}
