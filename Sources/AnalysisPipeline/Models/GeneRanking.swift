import DifferentialExpression
import ExpressionData
import GeneSetEnrichment

extension RankingMetric {
    /// Ranks the tested genes of a results table, the highest score first.
    ///
    /// Of several genes with one name the one with the largest |score| stands for it, the first on ties.
    ///
    /// - Parameter names: The genes' names in the list, one per row of the table.
    package func rankedList(of table: ResultsTable, names: [String]) -> RankedGeneList {
        let spread = table.empiricalNull?.parameters.standardDeviation ?? 1
        let scores = table.statistics.indices.map { gene in
            // A gene without a p-value was not tested, whatever its statistic.
            guard !table.pValues[gene].isNaN else { return Double.nan }
            return score(
                GeneEvidence(
                    log2FoldChange: table.log2FoldChanges[gene],
                    z: self == .empiricalZ ? table.statistics[gene] / spread : table.statistics[gene],
                    pValue: table.pValues[gene]))
        }
        return GeneRanking(names: names, scores: scores, duplicates: .largestMagnitude).list
    }
}
