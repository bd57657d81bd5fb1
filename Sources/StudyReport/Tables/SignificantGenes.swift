import StoredRuns

/// The significant genes of one analysis, as rows of its vectors.
package struct SignificantGenes: Sendable {
    /// By ascending adjusted p-value, then by p-value and position.
    package let rows: [Int]
    package let up: Int
    package let down: Int

    package init(of analysis: StoredAnalysis, below level: Double) {
        let adjusted = analysis.significance
        let pvalue = analysis.empirical?.pvalue ?? analysis.pvalue
        rows = adjusted.indices.filter { adjusted[$0] < level }.sorted {
            (adjusted[$0], pvalue[$0], $0) < (adjusted[$1], pvalue[$1], $1)
        }
        up = rows.count { analysis.log2FoldChange[$0] > 0 }
        down = rows.count { analysis.log2FoldChange[$0] < 0 }
    }
}
