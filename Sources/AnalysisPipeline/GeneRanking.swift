import DifferentialExpression
import ExpressionData
import StatisticalKernels

/// How genes are ranked for the gene sets.
package enum GeneRanking: String, CaseIterable, Sendable {
    /// sign(log2FC) × −log10 p of the Wald test.
    case signedLog10P = "signed-log10-p"

    /// The same with the p-value of the empirical null.
    case signedLog10EmpiricalP = "signed-log10-empirical-p"

    /// The Wald statistic.
    case waldZ = "wald-z"

    /// The Wald statistic over the empirical null's standard deviation.
    case empiricalZ = "empirical-z"

    case log2FoldChange = "log2-fold-change"

    /// log2FC × −log10 p.
    case log2FoldChangeTimesLog10P = "log2-fold-change-times-log10-p"

    /// Returns one score per gene; NaN for a gene that was not tested.
    ///
    /// p-values come from the statistic on the log scale, so that the strongest
    /// genes, whose p-values underflow, keep their order.
    func scores(of table: ResultsTable) -> [Double] {
        let spread = table.empiricalNull?.parameters.standardDeviation ?? 1
        return table.statistics.indices.map { gene in
            let z = table.statistics[gene]
            let change = table.log2FoldChanges[gene]
            guard !table.pValues[gene].isNaN, !z.isNaN else { return .nan }
            switch self {
            case .signedLog10P: return Self.sign(change) * Self.minusLog10P(ofStatistic: z)
            case .signedLog10EmpiricalP: return Self.sign(change) * Self.minusLog10P(ofStatistic: z / spread)
            case .waldZ: return z
            case .empiricalZ: return z / spread
            case .log2FoldChange: return change
            case .log2FoldChangeTimesLog10P: return change * Self.minusLog10P(ofStatistic: z)
            }
        }
    }

    /// −log10 of the two-sided p-value 2·Φ(−|z|), without underflow.
    static func minusLog10P(ofStatistic z: Double) -> Double {
        max(0, -(log(2) + normalLogUpperTail(abs(z))) / log(10))
    }

    private static func sign(_ value: Double) -> Double {
        value > 0 ? 1 : value < 0 ? -1 : 0
    }

    /// Ranks the tested genes, the highest score first.
    ///
    /// - Parameter names: The genes' names in the list. Of several genes with one
    ///   name the one with the largest |score| stands for it, the first on ties.
    func rankedList(of table: ResultsTable, names: [String]) -> RankedGeneList {
        let scores = scores(of: table)
        var best: [String: Int] = [:]
        for gene in names.indices where !scores[gene].isNaN {
            if let rival = best[names[gene]], abs(scores[rival]) >= abs(scores[gene]) { continue }
            best[names[gene]] = gene
        }
        let kept = names.indices.filter { best[names[$0]] == $0 }
        return RankedGeneList(genes: kept.map { names[$0] }, scores: kept.map { scores[$0] })
    }
}
