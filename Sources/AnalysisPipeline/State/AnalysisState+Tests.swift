import DifferentialExpression
import ExpressionData
import StatisticalKernels

// From fits to tests.
extension AnalysisState {
    /// Tests every coefficient or contrast, filters and adjusts.
    mutating func test(settings: StudyConfiguration.DifferentialExpression) throws {
        guard let geneWise, let fits else { return }
        let genes = geneWise.baseMean.indices
        let maxCooks = reportedMaxCooks(of: fits)
        let exempt = genes.map { input.design.isSingleTwoLevelFactor && fits.worstCooksExempt[$0] }
        let hasConverged = genes.map { (priorFits?.betaConv[$0] ?? fits.betaConv[$0]) && reduced?.betaConv[$0] ?? true }
        tests = try input.tests.indices.map { index in
            let estimates = genes.map { estimate(ofTest: index, gene: $0, in: fits) }
            let outcomes = genes.map {
                outcome(of: estimates[$0], ofTest: index, gene: $0, in: fits, settings: settings)
            }
            let table = try ResultsTable(
                of: GeneTests(
                    baseMeans: geneWise.baseMean, log2FoldChanges: estimates.map(\.log2FoldChange),
                    standardErrors: estimates.map(\.standardError), statistics: outcomes.map(\.statistic),
                    pValues: outcomes.map(\.pValue), maxCooks: maxCooks, isExemptFromCooksFilter: exempt,
                    isNewlyAllZero: genes.map(isNewlyAllZero.contains), hasConverged: hasConverged),
                settings: ResultsTable.Settings(
                    alpha: settings.alpha, filtersByMean: settings.independentFiltering,
                    cooksCutoff: context.cooksCutoff, fitsEmpiricalNull: settings.empiricalNull == .fdrtool))
            return TestResults(
                name: input.tests[index].name, table: table, shrunken: shrunken.isEmpty ? nil : shrunken[index])
        }
    }

    /// Fold changes and standard errors of a test as they are reported, log2 scale.
    func estimates(ofTest index: Int) -> (log2FoldChanges: [Double], standardErrors: [Double]) {
        guard let fits else { return ([], []) }
        let estimates = fits.deviance.indices.map { gene in
            isNewlyAllZero.contains(gene)
                ? TestEstimate(log2FoldChange: 0, standardError: 0) : estimate(ofTest: index, gene: gene, in: fits)
        }
        return (estimates.map(\.log2FoldChange), estimates.map(\.standardError))
    }

    /// The statistic and p-value of one gene: of the reduced model where there is one, else Wald's.
    private func outcome(
        of estimate: TestEstimate, ofTest index: Int, gene: Int, in fits: ModelFits,
        settings: StudyConfiguration.DifferentialExpression
    ) -> (statistic: Double, pValue: Double) {
        if let reduced, let reducedDesign = input.reducedDesign {
            return likelihoodRatioTest(
                fullDeviance: fits.deviance[gene], reducedDeviance: reduced.deviance[gene],
                degreesOfFreedom: input.design.columnCount - reducedDesign.columnCount)
        }
        // A threshold is asked about a fold change of 0, too.
        if estimate.isAllZero, settings.hypothesis == .nonzero { return (0, 1) }
        return waldTest(
            log2FoldChange: estimate.log2FoldChange, standardError: estimate.standardError,
            hypothesis: settings.hypothesis,
            null: null(ofTest: index, gene: gene, settings: settings))
    }

    /// What a gene's statistic is distributed like.
    ///
    /// DESeq2 fits genes with replaced outliers again without Student's t, so that the p-values of their
    /// coefficients are normal ones, while thresholds and contrasts are tested by t.
    private func null(
        ofTest index: Int, gene: Int, settings: StudyConfiguration.DifferentialExpression
    ) -> WaldNull {
        let isStored = input.tests[index].signedCoefficient != nil && settings.hypothesis == .nonzero
        guard !degreesOfFreedom.isEmpty, !(isStored && refittedGenes.contains(gene)) else { return .normal }
        return .studentT(degreesOfFreedom: degreesOfFreedom[gene])
    }

    /// The fold change of a test, on the log2 scale.
    private func estimate(ofTest index: Int, gene: Int, in fits: ModelFits) -> TestEstimate {
        let test = input.tests[index]
        let position = gene * input.tests.count + index
        var estimate: TestEstimate
        if let priorFits {
            estimate = TestEstimate(
                log2FoldChange: priorFits.contrastEstimate[position],
                standardError: priorFits.contrastStandardError[position])
            if priorFits.contrastAllZero[position], !estimate.log2FoldChange.isNaN {
                estimate.log2FoldChange = 0
                estimate.isAllZero = true
            }
            return estimate
        }
        if let (coefficient, sign) = test.signedCoefficient {
            // The coefficient itself, or its mirror image: the stored standard error is exact for it.
            let stored = gene * input.design.columnCount + coefficient
            estimate = TestEstimate(
                log2FoldChange: sign * fits.beta[stored], standardError: fits.standardError[stored])
        } else {
            estimate = TestEstimate(
                log2FoldChange: fits.contrastEstimate[position], standardError: fits.contrastStandardError[position])
        }
        if fits.contrastAllZero[position], !estimate.log2FoldChange.isNaN {
            estimate.log2FoldChange = 0
            estimate.isAllZero = true
        }
        return estimate
    }
}

/// A fold change before it is tested.
private struct TestEstimate {
    var log2FoldChange: Double
    var standardError: Double

    /// Whether the contrast's samples have no counts: then there is no difference to test.
    var isAllZero = false
}
