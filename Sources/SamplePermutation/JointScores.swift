import ExpressionData
import KernelArguments

/// The joint score statistic of an exposure of several columns: levels of a factor, or a spline's.
///
/// With the columns x_1, …, x_q of a shuffle, U_j = r̃ᵀx_j and V_jk = x_jᵀWx_k − (ZᵀWx_j)ᵀA⁻¹ZᵀWx_k as `ScoreModel` has
/// them for one column, and in the same way V_robust and V_flip:
///
///     Q = Uᵀ V⁻¹ U
///
/// which is z² where q = 1, and to first order a chi-square of rank(V) degrees of freedom under the null (Rao, 1948). V_jk
/// comes from the variances of single columns and of their sums, V(x_j + x_k) = V_jj + V_kk + 2 V_jk, so that the kernel of
/// single columns serves. Q is the same for every basis of the columns' span; to keep the digits of V_jk it is taken in
/// one whose observed residuals on the covariates are orthonormal. A direction that a shuffle leaves without variance
/// counts for nothing, as a z whose V is 0.
struct JointScores: Sendable {
    /// The observed columns in the orthonormal basis: what `flip` takes the signs of.
    private let observed: [[Double]]

    /// The lower Cholesky factor of the residual columns' mean products, `row * columnCount + column`.
    private let factor: [Double]
    private let columnCount: Int

    /// The pairs of columns whose sums are scored, behind the single ones.
    private let pairs: [(Int, Int)]

    /// Below this share of its own variance, what is left of a column beside the others is rounding.
    private static let leastShare = 1e-10

    init(_ columns: [[Double]], covariates: DesignMatrix) {
        let count = columns.count
        let residuals = columns.map { column in
            zip(column, SampleShuffles.fittedValues(of: column, on: covariates)).map { $0 - $1 }
        }
        var products = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0...row {
                products[row * count + column] =
                    zip(residuals[row], residuals[column]).reduce(0.0) { $0 + $1.0 * $1.1 }
                    / Double(columns[0].count)
            }
        }
        columnCount = count
        factor = Self.choleskyFactor(of: products, order: count)
        pairs = (0..<count).flatMap { first in (first + 1..<max(count, first + 1)).map { (first, $0) } }
        observed = Self.rotated(columns, by: factor)
    }

    /// The lower factor; 0 on the diagonal for a column that those before it explain.
    private static func choleskyFactor(of products: [Double], order: Int) -> [Double] {
        var factor = products
        for column in 0..<order {
            let own = products[column * order + column]
            var pivot = own
            for inner in 0..<column { pivot -= factor[column * order + inner] * factor[column * order + inner] }
            let root = pivot > leastShare * own ? pivot.squareRoot() : 0
            factor[column * order + column] = root
            for row in column + 1..<max(order, column + 1) {
                var sum = products[row * order + column]
                for inner in 0..<column { sum -= factor[row * order + inner] * factor[column * order + inner] }
                factor[row * order + column] = root > 0 ? sum / root : 0
            }
        }
        return factor
    }

    /// The columns in the basis that a factor gives; zeros for those that others explain.
    private static func rotated(_ columns: [[Double]], by factor: [Double]) -> [[Double]] {
        var result = columns
        for row in columns.indices {
            let scale = factor[row * columns.count + row]
            for sample in columns[row].indices {
                var value = columns[row][sample]
                for inner in 0..<row { value -= factor[row * columns.count + inner] * result[inner][sample] }
                result[row][sample] = scale > 0 ? value / scale : 0
            }
        }
        return result
    }

    /// The single columns and the sums of pairs.
    private func combinations(_ columns: [[Double]]) -> [[Double]] {
        columns + pairs.map { first, second in zip(columns[first], columns[second]).map(+) }
    }

    /// Q and the rank of V of all genes under one shuffle.
    ///
    /// - Parameter columns: Those of the exposure; for `flip` the signs.
    func statistics(
        under columns: [[Double]], by scores: ScoreModel, kind: ScoreKind
    ) -> (values: [Double], ranks: [Int]) {
        let statistics = LaneMemory(count: scores.stride)
        var ranks = [Int](repeating: 0, count: scores.genes.count)
        score([columns], by: scores, kind: kind, into: statistics.doubles) { _, gene, rank in ranks[gene] = rank }
        return withExtendedLifetime(statistics) { (scores.genes.indices.map { statistics.doubles[$0] }, ranks) }
    }

    /// Q of all genes under a block of shuffles, `shuffle * scores.stride + place`.
    ///
    /// - Parameters:
    ///   - block: By shuffle, the columns of the exposure; for `flip` the signs.
    ///   - rankOf: Called with shuffle, gene and the rank of V.
    func score(
        _ block: [[[Double]]], by scores: ScoreModel, kind: ScoreKind, into statistics: UnsafeMutablePointer<Double>,
        rankOf: (Int, Int, Int) -> Void = { _, _, _ in }
    ) {
        let samples = scores.sampleCount
        // By shuffle; signs are of observed columns.
        let shuffled = kind == .flip ? [] : block.map { combinations(Self.rotated($0, by: factor)) }
        let unshuffled = combinations(observed)
        let signs = kind == .flip ? ShuffleBlock(vectors: block.map { $0[0] }, sampleCount: samples) : nil
        let length =
            (signs ?? ShuffleBlock(vectors: block.map { $0[0] }, sampleCount: samples)).paddedCount * scores.stride
        let single = LaneMemory(count: length)
        let effects = (0..<columnCount).map { _ in LaneMemory(count: length) }
        let variances = unshuffled.map { _ in LaneMemory(count: length) }
        for (index, column) in unshuffled.enumerated() {
            scores.score(
                signs ?? ShuffleBlock(vectors: shuffled.map { $0[index] }, sampleCount: samples), kind: kind,
                exposure: column, into: single.doubles,
                effects: index < columnCount ? effects[index].doubles : nil, variances: variances[index].doubles)
        }
        withExtendedLifetime((single, effects, variances)) {
            var form = QuadraticForm(order: columnCount)
            for shuffle in block.indices {
                for gene in scores.genes.indices {
                    let place = shuffle * scores.stride + gene
                    for column in 0..<columnCount {
                        form.setEffect(effects[column].doubles[place], of: column)
                        form.setVariance(variances[column].doubles[place], column, column)
                    }
                    for (index, (first, second)) in pairs.enumerated() {
                        let sum = variances[columnCount + index].doubles[place]
                        let own = variances[first].doubles[place] + variances[second].doubles[place]
                        form.setVariance((sum - own) / 2, second, first)
                    }
                    let (value, rank) = form.value(leastShare: Self.leastShare)
                    statistics[place] = value
                    rankOf(shuffle, gene, rank)
                }
            }
        }
    }
}

/// Uᵀ V⁻¹ U of a small symmetric V, by its Cholesky factor.
private struct QuadraticForm {
    private let order: Int
    private var effects: [Double]

    /// The lower triangle, `row * order + column`.
    private var variances: [Double]
    private var factor: [Double]
    private var solved: [Double]

    init(order: Int) {
        self.order = order
        effects = [Double](repeating: 0, count: order)
        variances = [Double](repeating: 0, count: order * order)
        factor = variances
        solved = effects
    }

    mutating func setEffect(_ value: Double, of column: Int) { effects[column] = value }
    mutating func setVariance(_ value: Double, _ row: Int, _ column: Int) { variances[row * order + column] = value }

    /// The form and the rank of V; directions without variance are left out of both.
    mutating func value(leastShare: Double) -> (Double, Int) {
        var total = 0.0
        var rank = 0
        for row in 0..<order {
            var pivot = variances[row * order + row]
            let own = pivot
            var effect = effects[row]
            for column in 0..<row {
                var entry = variances[row * order + column]
                for inner in 0..<column { entry -= factor[row * order + inner] * factor[column * order + inner] }
                let root = factor[column * order + column]
                entry = root > 0 ? entry / root : 0
                factor[row * order + column] = entry
                pivot -= entry * entry
                effect -= entry * solved[column]
            }
            guard own > 0, pivot > leastShare * own else {
                factor[row * order + row] = 0
                solved[row] = 0
                continue
            }
            let root = pivot.squareRoot()
            factor[row * order + row] = root
            solved[row] = effect / root
            total += solved[row] * solved[row]
            rank += 1
        }
        return (total, rank)
    }
}
