/// One test per gene, gathered in gene order, with all that decides what becomes of it.
package struct GeneTests: Sendable {
    /// Means of normalized counts, after outliers were replaced.
    package var baseMeans: [Double]

    /// Log2 fold change, its standard error, statistic and p-value; NaN for genes without counts.
    package var log2FoldChanges: [Double]
    package var standardErrors: [Double]
    package var statistics: [Double]
    package var pValues: [Double]

    /// The largest Cook's distance that counts, NaN where there is none.
    package var maxCooks: [Double]

    /// Genes that keep their p-value whatever their Cook's distance: at least
    /// three samples have a greater count than the most distant one. DESeq2
    /// grants it only when the design is a single two-level factor.
    package var isExemptFromCooksFilter: [Bool]

    /// Genes whose only counts were outliers and have been replaced by zeros.
    package var isNewlyAllZero: [Bool]

    /// Whether the fit of the coefficients converged.
    package var hasConverged: [Bool]

    /// - Precondition: All arrays have the same length.
    package init(
        baseMeans: [Double],
        log2FoldChanges: [Double],
        standardErrors: [Double],
        statistics: [Double],
        pValues: [Double],
        maxCooks: [Double],
        isExemptFromCooksFilter: [Bool],
        isNewlyAllZero: [Bool],
        hasConverged: [Bool]
    ) {
        let count = baseMeans.count
        precondition([log2FoldChanges, standardErrors, statistics, pValues, maxCooks].allSatisfy { $0.count == count })
        precondition([isExemptFromCooksFilter, isNewlyAllZero, hasConverged].allSatisfy { $0.count == count })
        self.baseMeans = baseMeans
        self.log2FoldChanges = log2FoldChanges
        self.standardErrors = standardErrors
        self.statistics = statistics
        self.pValues = pValues
        self.maxCooks = maxCooks
        self.isExemptFromCooksFilter = isExemptFromCooksFilter
        self.isNewlyAllZero = isNewlyAllZero
        self.hasConverged = hasConverged
    }
}
