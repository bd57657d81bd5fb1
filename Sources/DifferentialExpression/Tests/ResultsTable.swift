import StatisticalKernels

/// The results of one coefficient or contrast, one entry per gene in gene order; NaN is NA.
package struct ResultsTable: Equatable, Sendable {
    package struct Settings: Equatable, Sendable {
        /// The false discovery rate that independent filtering aims at.
        package var alpha: Double

        package var filtersByMean: Bool

        /// A Cook's distance above it takes the gene's p-value away. NaN when the filter is off.
        package var cooksCutoff: Double

        package var fitsEmpiricalNull: Bool

        package init(
            alpha: Double = 0.1,
            filtersByMean: Bool = true,
            cooksCutoff: Double,
            fitsEmpiricalNull: Bool = false
        ) {
            self.alpha = alpha
            self.filtersByMean = filtersByMean
            self.cooksCutoff = cooksCutoff
            self.fitsEmpiricalNull = fitsEmpiricalNull
        }
    }

    /// Why a gene lacks a p-value or an adjusted one, or why its numbers need care.
    package enum Reason: String, CaseIterable, Sendable {
        /// No sample has a count: nothing could be estimated.
        case allZero = "all-zero"

        /// The only counts were outliers that have been replaced: no difference is reported.
        case replacedByZeros = "replaced-by-zeros"

        /// A single sample dominates the fit: no p-value.
        case cooksOutlier = "cooks-outlier"

        /// Estimate or standard error is not a number.
        case notEstimable = "not-estimable"

        /// Left out by independent filtering: a p-value, but no adjusted one.
        case lowMean = "low-mean"

        /// The coefficients did not converge: the numbers are those of the last step.
        case notConverged = "not-converged"
    }

    package let baseMeans: [Double]
    package let log2FoldChanges: [Double]
    package let standardErrors: [Double]
    package let statistics: [Double]
    package let pValues: [Double]
    package let adjustedPValues: [Double]

    /// Nil when all is well.
    package let reasons: [Reason?]

    /// How the mean's cutoff was chosen; nil when there was no filtering.
    package let filtering: IndependentFiltering?

    /// Nil when none was asked for. Its columns have an entry for every gene.
    package let empiricalNull: EmpiricalNull?

    /// Applies the rules for missing values in DESeq2's order: Cook's filter, then
    /// newly all-zero genes, then independent filtering and adjustment.
    ///
    /// - Throws: When an empirical null is wanted and cannot be fitted.
    package init(of tests: GeneTests, settings: Settings) throws(EmpiricalNullError) {
        var fates = tests.baseMeans.indices.map { gene in
            GeneResult(gene, of: tests, cooksCutoff: settings.cooksCutoff)
        }
        let pValues = fates.map(\.pValue)
        let filtering =
            settings.filtersByMean
            ? IndependentFiltering(pValues: pValues, baseMeans: tests.baseMeans, alpha: settings.alpha) : nil
        let adjustedPValues = filtering?.adjustedPValues ?? benjaminiHochberg(pValues)
        for gene in fates.indices where fates[gene].reason == nil && adjustedPValues[gene].isNaN {
            fates[gene].reason = .lowMean
        }
        for gene in fates.indices where fates[gene].reason == nil && !tests.hasConverged[gene] {
            fates[gene].reason = .notConverged
        }

        baseMeans = tests.baseMeans
        log2FoldChanges = fates.map(\.log2FoldChange)
        standardErrors = fates.map(\.standardError)
        statistics = fates.map(\.statistic)
        self.pValues = pValues
        self.adjustedPValues = adjustedPValues
        reasons = fates.map(\.reason)
        self.filtering = filtering
        empiricalNull =
            settings.fitsEmpiricalNull
            ? try EmpiricalNull(fittedTo: fates.map { $0.pValue.isNaN ? .nan : $0.statistic }) : nil
    }
}

/// What is reported of one gene before p-values are adjusted.
private struct GeneResult {
    var log2FoldChange: Double
    var standardError: Double
    var statistic: Double
    var pValue: Double
    var reason: ResultsTable.Reason?

    init(_ gene: Int, of tests: GeneTests, cooksCutoff: Double) {
        guard !tests.isNewlyAllZero[gene] else {
            // With its outliers gone the gene shows no difference, rather than an unknown one.
            (log2FoldChange, standardError, statistic, pValue) = (0, 0, 0, 1)
            reason = .replacedByZeros
            return
        }
        log2FoldChange = tests.log2FoldChanges[gene]
        standardError = tests.standardErrors[gene]
        statistic = tests.statistics[gene]
        pValue = tests.pValues[gene]
        if tests.baseMeans[gene] == 0 {
            reason = .allZero
        } else if tests.maxCooks[gene] > cooksCutoff, !tests.isExemptFromCooksFilter[gene] {
            reason = .cooksOutlier
            pValue = .nan
        } else if pValue.isNaN {
            reason = .notEstimable
        }
    }
}
