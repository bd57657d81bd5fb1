import AnalysisPipeline
import DifferentialExpression
import ExpressionData

extension StudyInputs {
    /// Checks what only all counts together can show, over the genes that are analysed.
    ///
    /// - Parameter file: The count table's name.
    /// - Throws: `InputError` when no gene varies, or when size factors by ratios have no gene to rest on.
    func checkCounts(file: String) throws {
        guard let counts, let settings = configuration.differentialExpression else { return }
        let genes = counts.geneIDs.indices.filter { exclusions.isEmpty || exclusions[$0] == nil }
        let varies = genes.contains { gene in
            let row = counts.counts(ofGene: gene)
            return row.contains { $0 != row.first }
        }
        guard varies else {
            throw InputError(
                file: file, gene: genes.first.map { counts.geneIDs[$0] },
                "every analysed gene has the same count in all samples, so there is nothing to compare",
                remedy: "Check how the counts were put together.")
        }
        guard settings.sizeFactors == .ratio else { return }
        guard genes.contains(where: { gene in !counts.counts(ofGene: gene).contains(0) }) else {
            let zeros = counts.sampleNames.indices.map { sample in
                genes.count { counts.counts[$0 * counts.sampleCount + sample] == 0 }
            }
            let worst = zeros.indices.max { zeros[$0] < zeros[$1] } ?? 0
            throw InputError(
                file: file, sample: counts.sampleNames[worst],
                "every analysed gene has a zero in some sample, so there is no geometric mean to compare samples with; "
                    + "this sample has the most, \(zeros[worst]) of \(genes.count)",
                remedy: "Estimate size factors by poscounts or iterate, give them in a file, or leave poor samples out."
            )
        }
    }
}
