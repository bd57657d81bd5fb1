import ExpressionData
import Foundation

/// Score statistics written down as they are defined, one gene and one exposure at a time.
struct NaiveScores {
    /// 1e-6 on the log2 scale.
    private static let ridge = 1e-6 / (0.6931471805599453 * 0.6931471805599453)

    private let design: [[Double]]

    /// By gene and sample: w and r of the covariates' fit.
    private let weights: [[Double]]
    private let residuals: [[Double]]

    init(_ problem: RandomProblem) {
        self.init(
            counts: problem.counts, design: problem.design, sizeFactors: problem.sizeFactors,
            dispersion: problem.dispersion)
    }

    init(counts: [Int32], design: DesignMatrix, sizeFactors: [Double], dispersion: [Double]) {
        let samples = design.sampleCount
        let rows = (0..<samples).map { sample in (0..<design.columnCount).map { design[sample, $0] } }
        var weights: [[Double]] = []
        var residuals: [[Double]] = []
        for gene in dispersion.indices {
            let own = (0..<samples).map { Double(counts[gene * samples + $0]) }
            let alpha = dispersion[gene]
            let mean = zip(own, sizeFactors).reduce(0) { $0 + $1.0 / $1.1 } / Double(samples)
            var beta = [Double](repeating: 0, count: design.columnCount)
            beta[0] = log(mean)
            var (w, r): ([Double], [Double]) = ([], [])
            for _ in 0..<300 {
                let means = rows.indices.map { sample in
                    sizeFactors[sample] * exp(zip(rows[sample], beta).reduce(0) { $0 + $1.0 * $1.1 })
                }
                w = means.map { $0 / (1 + alpha * $0) }
                r = zip(own, means).map { ($0 - $1) / (1 + alpha * $1) }
                let gradient = beta.indices.map { column in
                    rows.indices.reduce(0.0) { $0 + rows[$1][column] * r[$1] } - Self.ridge * beta[column]
                }
                let step = solved(Self.information(rows, w), gradient)
                for column in beta.indices { beta[column] += step[column] }
            }
            weights.append(w)
            residuals.append(r)
        }
        self.design = rows
        self.weights = weights
        self.residuals = residuals
    }

    /// A = ZᵀWZ + λI.
    private static func information(_ rows: [[Double]], _ w: [Double]) -> [[Double]] {
        let order = rows[0].count
        return (0..<order).map { a in
            (0..<order).map { b in
                rows.indices.reduce(a == b ? ridge : 0) { $0 + w[$1] * rows[$1][a] * rows[$1][b] }
            }
        }
    }

    /// U of each column, and V of each pair.
    private func parts(gene: Int, _ columns: [[Double]]) -> (effects: [Double], variances: [[Double]]) {
        let (w, r) = (weights[gene], residuals[gene])
        let information = Self.information(design, w)
        func projected(_ values: [Double]) -> [Double] {
            (0..<design[0].count).map { column in
                design.indices.reduce(0.0) { $0 + design[$1][column] * values[$1] }
            }
        }
        let shift = solved(information, projected(r))
        let efficient = design.indices.map { sample in
            r[sample] - w[sample] * zip(design[sample], shift).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let moved = columns.map { column in projected(zip(w, column).map(*)) }
        return (
            columns.map { zip(efficient, $0).reduce(0) { $0 + $1.0 * $1.1 } },
            columns.indices.map { a in
                let inverse = solved(information, moved[a])
                return columns.indices.map { b in
                    design.indices.reduce(0.0) { $0 + w[$1] * columns[a][$1] * columns[b][$1] }
                        - zip(inverse, moved[b]).reduce(0) { $0 + $1.0 * $1.1 }
                }
            }
        )
    }

    /// U/√V of all genes.
    func z(_ exposure: [Double]) -> [Double] {
        weights.indices.map { gene in
            let (effects, variances) = parts(gene: gene, [exposure])
            return effects[0] / variances[0][0].squareRoot()
        }
    }

    /// UᵀV⁻¹U of all genes.
    func joint(_ columns: [[Double]]) -> [Double] {
        weights.indices.map { gene in
            let (effects, variances) = parts(gene: gene, columns)
            return zip(effects, solved(variances, effects)).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }
}

/// Gauss and Jordan, with pivots.
func solved(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var rows = zip(matrix, right).map { $0 + [$1] }
    for column in rows.indices {
        let pivot = rows.indices[column...].max { rows[$0][column].magnitude < rows[$1][column].magnitude }!
        rows.swapAt(column, pivot)
        for row in rows.indices where row != column {
            let factor = rows[row][column] / rows[column][column]
            for place in column..<rows[row].count { rows[row][place] -= factor * rows[column][place] }
        }
    }
    return rows.indices.map { rows[$0][rows.count] / rows[$0][$0] }
}

/// The enrichment score of weight 1 by going down the list, of equal deviations the first; upwards alone where that is
/// asked for.
func naiveEnrichment(_ statistics: [Double], members: Set<Int>, isOneSided: Bool) -> Double {
    let order = statistics.indices.sorted { (-statistics[$0], $0) < (-statistics[$1], $1) }
    // In one order: a set's own order is another one each time, and equal sets would then differ in their last bits.
    let total = members.sorted().reduce(0) { $0 + statistics[$1].magnitude }
    let miss = 1 / Double(statistics.count - members.count)
    var (running, extreme) = (0.0, 0.0)
    for gene in order {
        running += members.contains(gene) ? statistics[gene].magnitude / total : -miss
        if isOneSided {
            extreme = max(extreme, running)
        } else if running.magnitude > extreme.magnitude + 1e-12 {
            extreme = running
        }
    }
    return extreme
}
